import fc from "fast-check";
import { expect, test } from "vitest";
import type { Actor } from "../../../src/contract/change.ts";
import type { Plan } from "../../../src/contract/plan.ts";
import { hasEnded, type Judged, type Verdict, VERDICTS } from "../../../src/contract/release.ts";
import { ROLES } from "../../../src/contract/role.ts";
import type { ReleaseEvent } from "../../../src/core/release/state.ts";
import { step } from "../../../src/core/release/step.ts";
import { dueAt, nextLook } from "../../../src/core/release/timers.ts";
import { note, runs } from "../../support/counts.ts";
import { FREEZE, isFrozen, Oracle } from "./oracle.ts";
import { ada, bob, type Crash, drafted, eve, planOf, START, World } from "./world.ts";

/* Random lives of releases: persons who click anything, alarms that come never, twice, early or late, verdicts out of
   order, crashes at every step, publications that overtake each other, clocks that are set. The oracle holds every
   step against the invariants of docs/release.md. */

const MINUTE = 60_000;
const PEOPLE = [ada, bob, eve] as const;

const guardrails = [
  { metric: "errors", ceiling: 0.05 },
  { metric: "latency", role: "signal" },
  { metric: "checkout", role: "signal", hold: false },
  { metric: "missing", role: "watch" },
] as const;
const STAGES = [
  { name: "dark", shadow: 10, minBake: "10m" },
  { name: "staff", segment: "staff", minBake: "10m" },
  { name: "1%", percentage: 1, minBake: "30m", minExposures: 100 },
  {
    name: "10%",
    percentage: 10,
    minBake: "20m",
    gates: [{ approval: { role: "operator", notAuthor: true } }, { approval: { role: "editor" } }],
  },
  { name: "50%", percentage: 50, minBake: "20m", gates: [{ webhook: { url: "https://gate.example/" } }] },
];
const LAST = [
  { name: "all", percentage: 100 },
  { name: "all", percentage: 100, minBake: "10m", watch: "1h" },
  { name: "most", percentage: 90, watch: "20m", gates: [{ approval: {} }] },
];
const plan: fc.Arbitrary<Plan> = fc
  .record({
    stages: fc
      .tuple(fc.subarray(STAGES, { maxLength: 4 }), fc.constantFrom(...LAST))
      .map(([some, last]) => [...some, last]),
    guardrails: fc.subarray([...guardrails]),
    holdback: fc.constantFrom(0, 1),
    onHarm: fc.constantFrom("unrelease", "unrelease", "disable", "pause"),
    onInconclusive: fc.constantFrom("hold", "hold", "pause", "unrelease", "advance", "advance"),
    onCeiling: fc.constantFrom("pause", "unrelease"),
    unreleaseTo: fc.constantFrom("zero", "before"),
    onNoData: fc.constantFrom("hold", "hold", "pause", "unrelease"),
    freeze: fc.constantFrom([], [FREEZE]),
    trustClients: fc.boolean(),
    maxBake: fc.constantFrom("2h", "400m"),
  })
  .map((one) => planOf(one));

type Seen = { verdict: Verdict; clientOnly: boolean; overCeiling?: boolean; doubtful?: boolean };
type Health = { [metric: string]: Seen };
/** `told`: when the release was last asked what to do, so that its timers are those after that. */
type Scene = { world: World; oracle: Oracle; health: Health; judged: ReleaseEvent[]; told: number };

let steps = 0;

function judgement(scene: Scene, exposures: number): ReleaseEvent {
  const { world, health } = scene;
  const { release } = world.stored;
  const found = release.plan.guardrails.map(({ metric }): Judged => {
    const seen = health[metric] ?? { verdict: "healthy" as const, clientOnly: false };
    return { metric, ...seen, evidence: { logE: 1 } };
  });
  const upTo = Math.floor(world.now / MINUTE) * MINUTE;
  return { type: "judged", judgement: { epoch: release.epoch, upTo, exposures, guardrails: found } };
}

/** Delivers an event, sent again by whoever sent it after a crash, and maybe once more for no reason. */
function deliver(scene: Scene, event: ReleaseEvent, twice = false, write = {}): void {
  const { world, oracle } = scene;
  steps += 1;
  const due = dueAt(world.stored.release, Math.min(world.now, scene.told));
  const uncrashed = step(world.stored.release, event, world.now);
  const first = world.deliver(event, write);
  oracle.check(event, first);
  if (first.crashed) {
    const again = world.deliver(event, write);
    oracle.check(event, again);
  }
  // 12: as if uncrashed; 9: the same event twice is once
  if (!("actor" in event) || event.id !== undefined) expect(world.stored.release).toEqual(uncrashed.release);
  if (twice) {
    const once = world.stored;
    const second = world.deliver(event, write);
    oracle.check(event, second);
    if (!first.crashed && first.refusal === undefined) {
      expect(world.stored.release).toEqual(once.release);
      expect(second.effects).toEqual([]);
    }
  }
  // 10: an alarm that comes early does nothing
  if (event.type === "tick" && scene.told <= world.now && due !== null && world.now < due)
    expect(world.stored.release).toBe(first.before.release);
  if (event.type === "tick" || world.stored.release !== first.before.release) scene.told = world.now;
}

/** 10: however often an alarm comes, it leads where one reconciliation at the same time leads. */
function ticks(scene: Scene, times: number): void {
  const { world } = scene;
  const reconciled = step(world.stored.release, { type: "tick" }, world.now).release;
  for (let i = 0; i < times; i++) {
    deliver(scene, { type: "tick" });
    expect(world.stored.release).toEqual(reconciled);
  }
}

class Command implements fc.Command<object, Scene> {
  readonly #name: string;
  readonly #run: (scene: Scene) => void;
  constructor(name: string, run: (scene: Scene) => void) {
    this.#name = name;
    this.#run = run;
  }
  check = (): boolean => true;
  run(_model: object, scene: Scene): void {
    this.#run(scene);
  }
  toString = (): string => this.#name;
}
const command = <T>(name: string, args: fc.Arbitrary<T>, run: (scene: Scene, args: T) => void) =>
  args.map((value) => new Command(`${name} ${fc.stringify(value)}`, (scene) => run(scene, value)));

let ids = 0;
const person = fc.record({
  actor: fc.constantFrom<Actor>(...PEOPLE),
  twice: fc.boolean(),
  stage: fc.option(fc.constantFrom("10%", "all"), { nil: undefined, freq: 5 }),
});
const duration = fc.oneof(fc.integer({ min: 1, max: 90 * MINUTE }), fc.constantFrom(MINUTE, 10 * MINUTE, 31 * MINUTE));

const minutes = command(
  "minutes",
  fc.record({ n: fc.integer({ min: 1, max: 12 }), times: fc.integer({ min: 0, max: 3 }) }),
  (scene, { n, times }) => {
    const { world, oracle } = scene;
    for (let i = 0; i < n; i++) {
      oracle.book();
      world.pass(5 * MINUTE);
      deliver(scene, judgement(scene, 1_000), i % 3 === 0);
      ticks(scene, times);
    }
  },
);
const time = command(
  "time",
  fc.record({ ms: duration, times: fc.integer({ min: 0, max: 3 }) }),
  (scene, { ms, times }) => {
    scene.oracle.book();
    scene.world.pass(ms);
    ticks(scene, times);
  },
);
const days = command("days", fc.integer({ min: 1, max: 3 }), (scene, n) => {
  scene.oracle.book();
  scene.world.pass(n * 1440 * MINUTE);
});
const jump = command("jump", fc.integer({ min: -90 * MINUTE, max: 60 * MINUTE }), (scene, ms) => {
  scene.oracle.book();
  scene.world.jump(ms);
});
const judge = command(
  "judge",
  fc.record({ exposures: fc.nat(1_000), old: fc.option(fc.nat(5)), twice: fc.boolean() }),
  (scene, { exposures, old, twice }) => {
    const late = old === null ? undefined : scene.judged.at(-1 - old);
    const event = late ?? judgement(scene, exposures);
    scene.judged.push(event);
    deliver(scene, event, twice);
  },
);
const verdict = fc.oneof({ weight: 2, arbitrary: fc.constant<Verdict>("healthy") }, fc.constantFrom(...VERDICTS));
const health = command(
  "health",
  fc.record({
    metric: fc.constantFrom("errors", "errors", "latency", "checkout", "missing"),
    verdict,
    clientOnly: fc.boolean(),
    overCeiling: fc.nat(9).map((n) => n === 0),
    doubtful: fc.boolean(),
  }),
  (scene, { metric, ...more }) => {
    scene.health[metric] = more;
  },
);
const well = command("all is well", fc.constant(null), (scene) => void (scene.health = {}));
const controls = command(
  "control",
  fc.record({
    type: fc.constantFrom("advance", "promote", "pause", "resume", "acknowledge", "resume", "unrelease", "cancel"),
    force: fc.nat(3).map((n) => n === 0),
    person,
    sure: fc.integer({ min: 0, max: 5 }),
  }),
  (scene, { type, force, person: { actor, twice, stage }, sure }) => {
    if ((type === "unrelease" || type === "cancel") && sure > 0) return; // or hardly any release would get far
    const by = { actor, id: `c${++ids}` };
    const at = stage && { stage };
    if (type === "unrelease" || type === "cancel") deliver(scene, { type, ...by }, twice);
    else if (type === "advance" || type === "promote") deliver(scene, { type, force, ...by, ...at }, twice);
    else deliver(scene, { type, ...by, ...at }, twice);
  },
);
const approve = command(
  "approve",
  fc.record({ person, role: fc.constantFrom(...ROLES) }),
  (scene, { person: { actor, twice }, role }) => {
    deliver(scene, { type: "approve", actor, role, id: `a${++ids}` }, twice);
  },
);
const answer = command(
  "answer",
  fc.record({ open: fc.boolean(), back: fc.nat(2), twice: fc.boolean() }),
  (scene, { open, back, twice }) => {
    const asked = scene.world.asks.at(-1 - back);
    if (asked) deliver(scene, { type: "answered", epoch: asked.epoch, ...asked.ask, open }, twice);
  },
);
const edit = command(
  "edit by hand",
  fc.record({
    to: fc.option(fc.integer({ min: 0, max: 100 }), { freq: 8 }),
    sure: fc.nat(2),
    actor: fc.constantFrom<Actor>(...PEOPLE),
  }),
  (scene, { to, sure, actor }) => {
    if (sure > 0 || (to === null && scene.world.stored.release.stage < 0)) return;
    deliver(
      scene,
      { type: "edited", percentage: to, held: scene.world.stored.release.stage >= 0, actor, id: `e${++ids}` },
      false,
      to === null ? {} : { percentage: to },
    );
  },
);
const finish = command(
  "end of the flag",
  fc.record({ type: fc.constantFrom("disabled", "archived"), sure: fc.nat(12) }),
  (scene, { type, sure }) => {
    if (sure === 0) deliver(scene, { type, actor: bob, id: `d${++ids}` }, false, { live: false });
  },
);
const crash = command(
  "crash",
  fc.constantFrom<Crash>("before the commit", "after the commit", "before the answer"),
  (scene, where) => {
    scene.world.crash = where;
  },
);
const land = command("land", fc.nat(4), ({ world }, which) => {
  const { version } = world.published;
  world.land(which);
  expect(world.published.version).toBeGreaterThanOrEqual(version);
});
const heal = command("heal", fc.constant(null), ({ world }) => world.heal());
const revise = command(
  "revise",
  fc.record({ change: fc.constantFrom("bake", "gates", "later", "guards"), actor: fc.constantFrom<Actor>(...PEOPLE) }),
  (scene, { change, actor }) => {
    const { plan: old, revision, stage } = scene.world.stored.release;
    const at = Math.max(0, stage);
    const stages = old.stages.map((one, i) => {
      if (change === "bake" && i === at) return { ...one, minBake: `${(revision % 5) + 1}m` };
      if (change === "gates" && i === at)
        return { ...one, gates: [{ approval: { role: "operator" as const, notAuthor: revision % 2 === 0 } }] };
      if (change === "later" && i > at) return { ...one, minBake: "5m" };
      return one;
    });
    const next = {
      ...old,
      stages,
      ...(change === "guards" && {
        guardrails: planOf({ stages: LAST.slice(0, 1), guardrails: [{ metric: "errors" }] }).guardrails,
      }),
    };
    deliver(scene, { type: "revise", plan: next, revision: revision + 1, actor, id: `v${++ids}` }, true);
  },
);
/** 4: at the same instant as whatever the release would do by itself, in either order. */
const race = command("race", fc.record({ first: fc.boolean(), sure: fc.nat(8) }), (scene, { first, sure }) => {
  if (sure > 0) return;
  const { phase } = scene.world.stored.release;
  const taken: ReleaseEvent = { type: "unrelease", actor: eve, id: `r${++ids}` };
  const own = (): void => {
    deliver(scene, judgement(scene, 1_000));
    ticks(scene, 1);
  };
  if (!first) own();
  deliver(scene, taken);
  if (first) own();
  const { release, flag } = scene.world.stored;
  if (hasEnded(phase) || release.phase === "completed" || release.phase === "cancelled") return;
  expect(release.phase).toBe("unreleased");
  expect(flag.stages).toEqual([]);
  if (release.began && release.plan.unreleaseTo === "zero") expect(flag.percentage).toBe(0);
});
/** 2: whoever judges doesn't answer, for a while. */
const outage = command("outage", fc.integer({ min: 1, max: 40 }), (scene, n) => {
  for (let i = 0; i < n; i++) {
    scene.oracle.book();
    scene.world.pass(MINUTE / 2);
    ticks(scene, i % 2);
  }
});

const times = <T>(n: number, one: T): T[] => Array.from({ length: n }, () => one);
const usual = [...times(4, minutes), ...times(3, approve), time, time, judge, judge, health, health, health];
const rare = [
  well,
  controls,
  controls,
  answer,
  answer,
  edit,
  finish,
  crash,
  land,
  heal,
  revise,
  days,
  jump,
  race,
  outage,
  outage,
];
const life = fc.commands([...usual, ...rare], { maxCommands: 60, size: "max" });

function sceneOf(one: Plan, startAt: number | null, { before = 0, lower = false } = {}): Scene {
  const world = new World(drafted(one, { startAt, lower }), before);
  const scene: Scene = { world, oracle: new Oracle(world), health: {}, judged: [], told: world.now };
  deliver(scene, { type: "start", actor: ada, shadow: 0, served: before, id: `s${++ids}` }, true);
  return scene;
}

/** 15: with healthy data and approvals it completes, from wherever it is. */
function completes(scene: Scene): void {
  const { world } = scene;
  world.crash = null;
  scene.health = {};
  for (let i = 0; i < 3_000 && !hasEnded(world.stored.release.phase); i++) {
    scene.oracle.book();
    world.pass(4 * MINUTE);
    if (isFrozen(world.now)) {
      scene.oracle.book();
      world.pass(1440 * MINUTE);
    }
    if (world.stored.release.phase !== "suspended" || world.stored.release.left !== null)
      for (const type of ["resume"] as const) deliver(scene, { type, actor: bob, id: `z${++ids}` });
    else return; // nothing is left to release
    deliver(scene, judgement(scene, 1_000));
    for (const actor of [bob, eve, { ...ada, id: "t3" }, { ...ada, id: "t4" }])
      deliver(scene, { type: "approve", role: "admin", actor, id: `z${++ids}` });
    for (const { gate, attempt, open } of world.stored.release.asks)
      if (open === null)
        deliver(scene, { type: "answered", epoch: world.stored.release.epoch, gate, attempt, open: true });
    ticks(scene, 1);
  }
  expect(hasEnded(world.stored.release.phase), JSON.stringify(world.stored.release)).toBe(true);
}

/** 15: with harm it is taken back within one evaluation interval. */
function takenBack({ world, oracle, told }: Scene): void {
  const { release } = world.stored;
  const acts = release.plan.onHarm !== "pause" && release.plan.guardrails.some(({ metric }) => metric === "errors");
  if (!acts || !["baking", "gated", "paused", "watching"].includes(release.phase) || release.stage < 0) return;
  const scene: Scene = { world, oracle, told, judged: [], health: { errors: { verdict: "harm", clientOnly: false } } };
  const look = nextLook(Math.max(world.now, release.at));
  expect(look - Math.max(world.now, release.at)).toBeLessThanOrEqual(MINUTE);
  expect(dueAt(release, world.now)).toBeLessThanOrEqual(look);
  oracle.book();
  world.pass(Math.max(0, release.at - world.now) + MINUTE);
  deliver(scene, judgement(scene, 1_000));
  expect(world.stored.release.phase).toBe("unreleased");
  expect(world.stored.flag).toMatchObject({ stages: [] });
}

test("no life of a release breaks an invariant", () => {
  steps = 0;
  const ends = new Map<string, number>();
  fc.assert(
    fc.property(
      plan,
      fc.option(fc.constant(START + 20 * MINUTE), { freq: 4 }),
      life,
      fc.boolean(),
      fc.record({ before: fc.constantFrom(0, 0, 0, 0.5, 25, 95), lower: fc.boolean() }),
      (one, startAt, commands, healthy, served) => {
        const scene = sceneOf(one, startAt, served);
        if (scene.world.stored.release.phase === "draft") return; // it would have taken people out
        fc.modelRun(() => ({ model: {}, real: scene }), commands);
        scene.world.crash = null;
        if (healthy) completes(scene);
        else takenBack(scene);
        const { phase } = scene.world.stored.release;
        ends.set(phase, (ends.get(phase) ?? 0) + 1);
        // 12: what is published is what was decided
        scene.world.heal();
        expect(scene.world.published.flag).toEqual(scene.world.stored.flag);
      },
    ),
    { seed: 71, numRuns: runs(1_600), endOnFailure: true },
  );
  note(`${steps} model steps; ends: ${[...ends].map(([phase, n]) => `${n} ${phase}`).join(", ")}`);
  expect(steps).toBeGreaterThanOrEqual(runs(100_000));
});

test("an un-release at the same instant as an automatic advance wins", () => {
  const one = planOf({
    stages: [
      { name: "1%", percentage: 1, minBake: "10m" },
      { name: "all", percentage: 100 },
    ],
  });
  for (let i = 0; i < 1_000; i++) {
    const scene = sceneOf(one, null);
    scene.world.pass(10 * MINUTE + i);
    const taken: ReleaseEvent = { type: "unrelease", actor: bob, id: `w${i}` };
    if (i % 2 === 0) deliver(scene, taken);
    ticks(scene, 1 + (i % 3));
    if (i % 2 === 1) deliver(scene, taken);
    ticks(scene, 2);
    scene.world.land(i);
    scene.world.heal();
    expect(scene.world.stored.release.phase).toBe("unreleased");
    expect(scene.world.published.flag).toEqual({ percentage: 0, stages: [], shadow: 0, live: true });
  }
});
