import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { plan as planSchema } from "../../src/contract/plan.ts";
import { keyOf } from "../../src/contract/snapshot.ts";
import type { Write } from "../../src/environment/rpc.ts";
import { note, runs } from "../support/counts.ts";
import { Random } from "../support/random.ts";
import { Traffic, wrong } from "./traffic.ts";
import { type Acknowledged, type Answer, ENVIRONMENT, type Isolate, locations, NAME, REGIONS, World } from "./world.ts";

/*
 * Crashes at every step between a write's transaction, KV and the notice, under simulated time: whatever dies, what was
 * acknowledged is there, nothing is there half, isolates never go back, and all of them get there without help.
 */

const SEED = 20_261_121;
/** After the last fault everything has come to the same within this time: pauses between attempts grow to a minute. */
const HEALED_MS = 180_000;

const WRITE: Write = { actor: { id: "token:1", name: "Ada", via: "token" }, comment: "" };
const SLOW = planSchema.parse({
  stages: [
    { name: "10%", percentage: 10, minBake: "20d" },
    { name: "all", percentage: 100, watch: "1h" },
  ],
  guardrails: [],
  maxBake: "30d",
});
const BOOLEAN = {
  type: "boolean" as const,
  enabled: true,
  variants: { on: true, off: false },
  default: { variant: "off" },
  offVariant: "off",
  prerequisites: [],
  rules: [],
  shadow: 0,
  clientSide: false,
  kind: "release" as const,
  description: "",
  owner: "",
  tags: [],
  metadata: {},
};

beforeEach(() => {
  vi.spyOn(console, "warn").mockReturnValue();
  vi.spyOn(console, "error").mockReturnValue(); // of lives that are over
});
afterEach(() => void vi.restoreAllMocks());

/** What a life has seen: acknowledged writes, and attempts, which may have been made. */
class Life {
  readonly world: World;
  readonly acknowledged: Acknowledged[] = [];
  readonly attempted: string[] = [];
  readonly isolates: Isolate[];
  readonly answers = new Map<Isolate, Answer[]>();
  /** Whether releases are live. */
  readonly live: boolean;
  /** By how many ms clocks were set back. */
  setBack = 0;

  constructor(world: World, isolates: number, live = false) {
    this.world = world;
    this.live = live;
    this.isolates = locations(isolates).map((location) => world.isolate(location));
    for (const isolate of this.isolates) this.answers.set(isolate, []);
  }

  /** A write that isn't waited for: it may be cut short. */
  write(): void {
    const value = `v${this.attempted.length}`;
    this.attempted.push(value);
    this.world.write(value).then(
      (written) => this.acknowledged.push(written),
      () => {},
    );
  }

  read(isolate: Isolate): void {
    void isolate.ask().then((answer) => this.answers.get(isolate)!.push(answer));
  }

  /**
   * Everything works again. At first nobody asks for anything: what was committed gets to KV and to relays by itself.
   * Then everybody asks, and has the same, and that is what was acknowledged, or newer.
   */
  async settles(): Promise<void> {
    const { world } = this;
    world.platform.fault = () => undefined;
    world.platform.onStep = () => {};
    world.kv.fault = () => undefined;
    await world.time.pass(HEALED_MS);
    const { version, body } = await world.time.until(world.current());
    expect(JSON.parse(world.kv.peek(keyOf.pointer(NAME, INCARNATION)) ?? "null")).toMatchObject({ version });
    expect(world.kv.peek(keyOf.body(NAME, INCARNATION, version))).toBe(body);
    const { relays, of } = await world.time.until(world.propagated());
    expect(relays).toBe(of);

    const reading = this.isolates.map((isolate) => new Traffic(world, isolate, 1_000));
    await world.time.pass(20_000);
    for (const traffic of reading) traffic.stop();
    await world.time.pass(3_000);
    for (const { isolate, answers } of reading) {
      expect(answers.at(-1)?.version).toBe(version);
      expect(wrong([...this.answers.get(isolate)!, ...answers], this.acknowledged, this.setBack)).toEqual([]);
    }

    const last = Math.max(1, ...this.acknowledged.map((one) => one.version));
    expect(version).toBeGreaterThanOrEqual(last);
    const { flags } = JSON.parse(body) as { flags: { version: number; flag: { variants: { on: string } } }[] };
    const value = flags[0]?.flag.variants.on;
    const newest = this.acknowledged.find((one) => one.version === version);
    // Either the last that was acknowledged, or one that was committed though its answer got lost.
    if (newest) expect(value).toBe(newest.value);
    else if (version > 1) expect(this.attempted).toContain(value);

    const log = await world.time.until(world.log());
    const values = new Map(log.map((entry) => [entry.version, entry.value]));
    for (const one of this.acknowledged) expect(values.get(one.version), `version ${one.version}`).toBe(one.value);
    if (!this.live) expect([...values.keys()]).toEqual(Array.from({ length: version - 1 }, (_, i) => i + 2));
    else expect(world.environment.disk.alarm).toBeLessThan(world.time.now() + 86_400_000);
  }
}
const INCARNATION = ENVIRONMENT.split("/")[1]!;

/** A world in which the isolates have loaded version 1, and everything has come to rest: no alarm is left that would help. */
async function started(seed: number, isolates: number): Promise<Life> {
  const world = await new World(seed).begin();
  const life = new Life(world, isolates);
  for (const isolate of life.isolates) await world.time.until(isolate.ask());
  await world.time.pass(HEALED_MS);
  expect(world.environment.disk.alarm).toBeGreaterThan(world.time.now() + 3_600_000);
  return life;
}

/** The same with three releases that go on for weeks: two bake, one is suspended. The object has just been loaded. */
async function releasing(seed: number): Promise<Life> {
  const world = await new World(seed).begin();
  const { time, object } = world;
  const life = new Life(world, 4, true);
  life.attempted.push("at first");
  life.acknowledged.push(await time.until(world.write("at first")));
  for (const [n, flag] of ["x1", "x2", "x3"].entries()) {
    await time.until(object.apply([{ op: "putFlag", flag: { ...BOOLEAN, key: flag } }], WRITE));
    const made = await time.until(object.release({ op: "create", flag, id: `release${n}`, plan: SLOW }, WRITE));
    expect(made).toMatchObject({ ok: true });
  }
  await time.until(object.apply([{ op: "setRollout", key: "x3", percentage: 77 }], WRITE));
  expect((await time.until(object.findRelease("x3", "release2")))?.view.state).toBe("suspended");
  for (const isolate of life.isolates) await time.until(isolate.ask());
  await time.pass(HEALED_MS);
  world.environment.evict();
  return life;
}

test("the environment's object dies at each step of a write in turn", async () => {
  let acknowledged = 0;
  const steps: string[] = [];
  for (let n = 1; ; n++) {
    const life = await started(SEED, 5); // the same each time, so that the n-th step is the one after the last
    const { world } = life;
    try {
      let step = 0;
      let died = "";
      world.platform.onStep = (object, what) => {
        if (object !== world.environment || ++step !== n) return;
        died = what;
        object.crash();
      };
      life.write();
      await world.time.pass(2_000);
      if (died === "") break;
      steps.push(died);
      await life.settles();
      acknowledged += life.acknowledged.length;
    } finally {
      world.end();
    }
  }
  // Within the transaction, between it and the disk, on the way to relays and to KV, and between body and pointer.
  expect(new Set(steps)).toEqual(
    new Set([
      "is asked apply",
      "begin",
      "sql",
      "kv",
      "alarm",
      "commit",
      "before disk",
      "calls push",
      "KV put",
      "KV put answered",
    ]),
  );
  expect(acknowledged).toBeGreaterThan(0);
  expect(acknowledged).toBeLessThan(steps.length);
  note(`${steps.length} steps, ${acknowledged} of the writes were acknowledged`);
});

test("random crashes of everything, with messages and KV that fail: nothing acknowledged is lost, and all converge", async () => {
  const count = runs(1_000);
  let [writes, acknowledged, crashes] = [0, 0, 0];
  for (let run = 0; run < count; run++) {
    const random = new Random(SEED + run);
    const life = await started(SEED + run, 6);
    const { world } = life;
    const { platform, kv, time } = world;
    try {
      platform.onStep = (object) => {
        if (!random.oneIn(150)) return;
        crashes += 1;
        object.crash();
      };
      platform.fault = (from) =>
        random.oneIn(20)
          ? random.pick(["lost", { failsAfter: 50 }, 3_000, 8_000] as const)
          : from === "admin"
            ? 20
            : undefined;
      kv.fault = () => (random.oneIn(5) ? random.pick(["fails", "lost", 10_000] as const) : undefined);
      for (let i = 0; i < 12; i++) {
        life.write();
        for (let reads = random.below(4); reads > 0; reads--) life.read(random.pick(life.isolates));
        await time.pass(random.pick([1, 30, 300, 3_000, 20_000]));
      }
      await life.settles();
      writes += life.attempted.length;
      acknowledged += life.acknowledged.length;
    } finally {
      world.end();
    }
  }
  note(`${count} runs, ${writes} writes of which ${acknowledged} were acknowledged, ${crashes} crashes, 0 lost`);
  expect(crashes).toBeGreaterThan(count);
  expect(acknowledged).toBeLessThan(writes);
});

test("the same with releases that are live when the object is loaded: whatever dies, there is an alarm", async () => {
  const points = runs(1_000);
  let crashes = 0;
  let writes = 0;
  for (let run = 0; crashes < points; run++) {
    const random = new Random(SEED - run);
    const life = await releasing(SEED - run);
    const { world } = life;
    const { platform, kv, time } = world;
    try {
      let next = random.below(60);
      platform.onStep = (object) => {
        if (object !== world.environment || next-- > 0) return;
        next = random.below(120);
        crashes += 1;
        object.crash();
      };
      kv.fault = () => (random.oneIn(5) ? random.pick(["fails", "lost"] as const) : undefined);
      for (let i = 0; i < 12; i++) {
        life.write();
        await time.pass(random.pick([1, 30, 300, 3_000, 20_000]));
      }
      await life.settles();
      writes += life.attempted.length;
    } finally {
      world.end();
    }
  }
  note(`${crashes} crash points, ${writes} writes, nothing acknowledged was lost, nothing was left without an alarm`);
});

describe("a model", () => {
  test("of commands: write, crash, read, partition KV, partition relays, heal, in any order", async () => {
    const region = fc.constantFrom(...REGIONS);
    const commands = fc.array(
      fc.oneof(
        { weight: 4, arbitrary: fc.constant({ do: "write" as const }) },
        { weight: 4, arbitrary: fc.record({ do: fc.constant("read" as const), isolate: fc.nat(5) }) },
        {
          weight: 3,
          arbitrary: fc.record({
            do: fc.constant("wait" as const),
            ms: fc.constantFrom(5, 100, 2_100, 15_000, 70_000),
          }),
        },
        fc.record({ do: fc.constant("crash environment" as const), step: fc.nat(60) }),
        fc.record({ do: fc.constant("crash relay" as const), region }),
        fc.record({ do: fc.constant("evict relay" as const), region }),
        fc.record({
          do: fc.constant("partition relay" as const),
          region,
          how: fc.constantFrom("lost" as const, "slow" as const, "fails" as const),
        }),
        fc.record({
          do: fc.constant("partition KV" as const),
          how: fc.constantFrom("lost" as const, "fails" as const),
        }),
        fc.record({
          do: fc.constant("clocks jump" as const),
          ms: fc.constantFrom(-3_600_000, -5_000, 5_000, 3_600_000),
        }),
        fc.constant({ do: "heal" as const }),
      ),
      { minLength: 5, maxLength: 40 },
    );
    let jumps = 0;
    await fc.assert(
      fc.asyncProperty(commands, fc.nat(), async (all, seed) => {
        const life = await started(seed, 6);
        const { world } = life;
        const { platform, kv, time } = world;
        const cut = new Map<string, "lost" | "slow" | "fails">();
        const heal = (): void => {
          cut.clear();
          kv.fault = () => undefined;
        };
        platform.fault = (from, to) => {
          const how = cut.get(from) ?? cut.get(to);
          // Longer than anybody waits: what is late arrives after what followed it.
          if (how === "slow") return 5_000 + world.random.below(10_000);
          return how === "fails" ? { failsAfter: 20 } : how;
        };
        try {
          for (const command of all)
            switch (command.do) {
              case "write":
                life.write();
                break;
              case "read":
                life.read(life.isolates[command.isolate]!);
                break;
              case "wait":
                await time.pass(command.ms);
                break;
              case "crash environment": {
                let left = command.step;
                platform.onStep = (object) => {
                  if (object === world.environment && left-- === 0) object.crash();
                };
                break;
              }
              case "crash relay":
                world.relay(command.region)?.crash();
                break;
              case "evict relay":
                world.relay(command.region)?.evict();
                break;
              case "partition relay":
                cut.set(command.region, command.how);
                break;
              case "partition KV":
                kv.fault = () => command.how;
                break;
              case "clocks jump":
                jumps += 1;
                life.setBack += Math.max(0, -command.ms);
                time.jump(command.ms);
                break;
              case "heal":
                heal();
                break;
            }
          await life.settles();
        } finally {
          world.end();
        }
      }),
      {
        numRuns: runs(1_000), // Found by chance: a pause that seemed to last an hour, because the clock was set back in it.
        examples: [
          [
            [
              { do: "write" },
              { do: "partition relay", region: "wnam", how: "lost" },
              { do: "wait", ms: 70_000 },
              { do: "crash environment", step: 0 },
              { do: "clocks jump", ms: -3_600_000 },
              { do: "evict relay", region: "wnam" },
              { do: "wait", ms: 5 },
              { do: "write" },
            ],
            0,
          ],
        ],
      },
    );
    note(`${jumps} jumps of all clocks`);
  });
});
