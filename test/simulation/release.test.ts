import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { plan as planSchema } from "../../src/contract/plan.ts";
import type { ReleaseView } from "../../src/contract/release.ts";
import type { Write } from "../../src/environment/rpc.ts";
import { MINUTE, openFrom } from "../../src/metrics/batch.ts";
import type { Counted } from "../../src/metrics/counter.ts";
import { Tally } from "../../src/metrics/tally.ts";
import { note, runs } from "../support/counts.ts";
import { Random } from "../support/random.ts";
import { World } from "./world.ts";

/*
 * Releases under simulated time: alarms come by themselves, messages take their time, objects die at any step, and the
 * counters say what they would have counted.
 */

const SEED = 20_261_121;
const WRITE: Write = { actor: { id: "token:1", name: "Ada", via: "token" }, comment: "" };
const PLAN = planSchema.parse({
  stages: [
    { name: "10%", percentage: 10, minBake: "2m" },
    { name: "50%", percentage: 50, minBake: "2m" },
    { name: "all", percentage: 100, watch: "2m" },
  ],
  guardrails: [{ metric: "errors", minAbsolute: 0.01 }],
  holdback: 20,
});
const FLAG = {
  key: "f",
  type: "boolean",
  enabled: true,
  variants: { on: true, off: false },
  default: { variant: "off" },
  offVariant: "off",
  prerequisites: [],
  rules: [],
  shadow: 0,
  clientSide: false,
  kind: "release",
  description: "",
  owner: "",
  tags: [],
  metadata: {},
} as const;

beforeEach(() => {
  vi.spyOn(console, "warn").mockReturnValue();
  vi.spyOn(console, "error").mockReturnValue(); // of lives that are over
});
afterEach(() => void vi.restoreAllMocks());

/** Requests of a minute and of either side, in each epoch. */
const SIDES: Record<number, { t: number; c: number }> = {
  1: { t: 200, c: 1_800 },
  2: { t: 1_000, c: 1_000 },
  3: { t: 1_600, c: 400 },
};
const tallies = new Map<string, string>();

/** So many requests, spread over the slices, of which so many of a thousand failed, in each minute others. */
function requests(count: number, bad: number, minute: number): string {
  const turn = (minute / MINUTE) % 32;
  const name = `${count} ${bad} ${turn}`;
  let text = tallies.get(name);
  if (text === undefined) {
    const tally = new Tally();
    for (let i = 0; i < count; i++) {
      const error = i * 1_000 < count * bad;
      tally.add({ slice: (i * 5 + turn * 11) % 32, error, status: error ? 500 : 200 });
    }
    tallies.set(name, (text = tally.encode()));
  }
  return text;
}

/** Asks again until there is an answer: the object may die before it has one. */
async function insist<T>(world: World, ask: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await ask();
    } catch {
      await world.time.sleep(250);
    }
  }
}

/** A world with a flag and a live release; its counters have counted `errors(stage)` of a thousand on the side of treatment. */
async function begun(seed: number, id: string, errors: (epoch: number) => number): Promise<World> {
  const world = await new World(seed).begin();
  const { time, object } = world;
  expect(
    await time.until(
      object.apply([{ op: "putFlag", flag: { ...FLAG, rules: [], prerequisites: [], tags: [] } }], WRITE),
    ),
  ).toMatchObject({ ok: true });
  const made = object.release({ op: "create", flag: "f", id, plan: PLAN }, WRITE);
  expect(await time.until(made)).toMatchObject({ ok: true });
  const entered: number[] = [];
  world.counted = async ({ since, until }) => {
    await time.sleep(5);
    const rows: Counted["rows"] = [];
    for (let start = since; start < until; start += MINUTE)
      for (const [epoch, from] of entered.entries())
        for (const [side, bad] of [
          ["t", errors(epoch)],
          ["c", 5],
        ] as const) {
          const left = entered[epoch + 1] ?? Infinity;
          if (from === undefined || start + MINUTE <= from || start >= left) continue;
          const series = { kind: "request", metric: "", flag: "f", variant: "", source: "gate", version: 1 } as const;
          rows.push({
            ...series,
            cohort: `${id}.${epoch}.${side}`,
            start,
            late: 0,
            tally: requests(SIDES[epoch]![side], bad, start),
          });
        }
    return { rows, openFrom: openFrom(time.now()), unitsBefore: {} };
  };
  // What is shown is known from the log, as it is to isolates.
  const look = async (): Promise<void> => {
    const found = await insist(world, () => object.findRelease("f", id));
    for (const { epoch, at } of found!.view.timeline) entered[epoch] ??= Date.parse(at);
  };
  await time.until(look());
  const every = (): void => void time.after(10_000, () => void look().then(every));
  every();
  return world;
}

test("counters that can't be read for ten minutes: nothing goes on, one person is told once, and then it goes on", async () => {
  const id = "outage000000";
  const world = await begun(SEED, id, () => 5);
  const { time, object } = world;
  try {
    const view = async (): Promise<ReleaseView> => (await time.until(object.findRelease("f", id)))!.view;
    const drive = async (control: "advance" | "promote") =>
      time.until(object.release({ op: "control", flag: "f", id, control, role: "operator" }, WRITE));
    while (!((await view()).exposures! > 0)) await time.pass(10_000); // judged once
    const { counted } = world;
    const since = time.now();
    world.counted = () => Promise.reject(new Error("the counters are gone"));
    let shown = await view();
    while (time.now() < since + 10 * MINUTE) {
      await time.pass(30_000);
      shown = await view();
      expect(shown).toMatchObject({ state: "baking", stage: "10%", percentage: 10 });
    }
    expect(shown.verdicts).toMatchObject([{ metric: "errors", verdict: "nodata" }]);
    expect(shown.next).toContainEqual({
      what: expect.stringMatching(/^the guard errors hasn't been judged since \d\d:\d\d UTC$/),
    });
    const told = (of: ReleaseView) => of.timeline.filter(({ what }) => what === "tell").map(({ cause }) => cause);
    expect(told(shown).filter((cause) => /judged/.test(cause))).toHaveLength(1);
    for (const control of ["advance", "promote"] as const)
      expect(await drive(control)).toMatchObject({ ok: false, problem: { type: "conflict" } });
    world.counted = counted;
    const last = await end(world, id);
    expect(last).toMatchObject({ state: "completed", percentage: 100 });
    expect(told(last).filter((cause) => /judged/.test(cause))).toHaveLength(1);
    expect(await flagIn(world)).toEqual(rollout(100));
  } finally {
    world.end();
  }
});

async function end(world: World, id: string): Promise<ReleaseView> {
  for (let minutes = 0; minutes < 60; minutes++) {
    await world.time.pass(MINUTE);
    const { view } = (await world.time.until(insist(world, () => world.object.findRelease("f", id))))!;
    if (view.endedAt !== undefined) return view;
  }
  throw new Error("it doesn't end");
}

/** What became of a release, apart from times. */
const fateOf = ({ state, percentage, timeline, epoch }: ReleaseView) => ({
  state,
  percentage,
  epoch,
  timeline: timeline.map(({ what, from, to, stage, epoch: of, cause }) => ({ what, from, to, stage, of, cause })),
});

async function flagIn(world: World): Promise<unknown> {
  const found = await world.time.until(insist(world, () => world.object.flag("f")));
  const { body } = await world.time.until(insist(world, () => world.current()));
  const { flags } = JSON.parse(body) as { flags: { flag: { default: unknown } }[] };
  expect(flags[0]!.flag.default).toEqual(found!.view.flag.default);
  return found!.view.flag.default;
}

const rollout = (percentage: number) => expect.objectContaining({ rollout: expect.objectContaining({ percentage }) });

test("an un-release that comes at the instant of an automatic advance wins", async () => {
  const count = runs(1_000);
  const random = new Random(SEED);
  const id = "race00000000";
  // When it advances, if nobody hinders it.
  const alone = await begun(SEED, id, () => 5);
  const due = Date.parse((await end(alone, id)).timeline.find(({ what }) => what === "advance")!.at);
  alone.end();
  let advanced = 0;
  for (let i = 0; i < count; i++) {
    const world = await begun(SEED, id, () => 5);
    try {
      const { time, object } = world;
      // The message is on its way for some ten milliseconds, as are those to the counters.
      await time.pass(due - time.now() - 25 + random.fraction() * 35);
      await time.until(object.release({ op: "control", flag: "f", id, control: "unrelease", role: "admin" }, WRITE));
      await time.pass(3 * MINUTE);
      const { view: after } = (await time.until(object.findRelease("f", id)))!;
      expect(after).toMatchObject({ state: "unreleased", percentage: 0 });
      expect(await flagIn(world)).toEqual(rollout(0));
      if (after.timeline.some(({ what }) => what === "advance")) advanced += 1;
    } finally {
      world.end();
    }
  }
  note(`${count} of ${count}; in ${advanced} the advance had come first`);
  expect(advanced).toBeGreaterThan(0);
  expect(advanced).toBeLessThan(count);
});

test.for([
  ["healthy", "completed", 100],
  ["harmful from its second stage on", "unreleased", 0],
] as const)(
  "a release that is %s ends as if nothing had crashed, wherever its object dies",
  async ([what, state, percentage]) => {
    const errors = (epoch: number): number => (what !== "healthy" && epoch >= 2 ? 60 : 5);
    const id = "crash0000000";
    const run = async (
      seed: number,
      dies: (step: number) => boolean,
    ): Promise<{ fate: object; steps: number; crashes: number }> => {
      const world = await begun(seed, id, errors);
      try {
        let [steps, crashes] = [0, 0];
        world.platform.onStep = (object) => {
          if (object !== world.environment || !dies(++steps)) return;
          crashes += 1;
          object.crash();
        };
        const view = await end(world, id);
        world.platform.onStep = () => {};
        await world.time.pass(3 * MINUTE);
        expect(await flagIn(world)).toEqual(rollout(percentage));
        return { fate: fateOf(view), steps, crashes };
      } finally {
        world.end();
      }
    };
    const left = await run(SEED, () => false);
    expect(left.fate).toMatchObject({ state, percentage });
    const points = runs(500);
    const random = new Random(SEED);
    let crashed = 0;
    for (let i = 0; i < points; i++) {
      const at = 1 + random.below(left.steps);
      const again = random.oneIn(4) ? at + 1 + random.below(5) : 0;
      const { fate, crashes } = await run(SEED, (step) => step === at || step === again);
      expect(fate, `died at step ${at} of ${left.steps}`).toEqual(left.fate);
      crashed += crashes;
    }
    note(`${crashed} crashes, at points among ${left.steps} steps`);
  },
);
