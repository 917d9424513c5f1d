import { describe, expect, test } from "vitest";
import type { Judged } from "../../../src/contract/release.ts";
import type { EventOf, Release, ReleaseEvent, Step } from "../../../src/core/release/state.ts";
import { step } from "../../../src/core/release/step.ts";
import { dueAt, nextOf } from "../../../src/core/release/timers.ts";
import { ada, bob, drafted, planOf, START } from "./world.ts";

/* Single promises of the machine that a plan makes; the invariants over all lives are in model.test.ts. */

const MINUTE = 60_000;
const TWO = [
  { name: "10%", percentage: 10, minBake: "10m" },
  { name: "all", percentage: 100 },
];

/** A release that has been started, and what it does with events after so many minutes. */
class Run {
  release: Release;
  last: Step;
  constructor(plan: object, { served = 0, ...more }: Partial<Release> & { served?: number } = {}) {
    const start: ReleaseEvent = { type: "start", actor: ada, shadow: 0, served };
    this.last = step(drafted(planOf(plan), more), start, START);
    this.release = this.last.release;
  }
  at(minutes: number, event: ReleaseEvent): this {
    this.last = step(this.release, event, START + minutes * MINUTE);
    this.release = this.last.release;
    return this;
  }
  judged(minutes: number, ...guardrails: Omit<Judged, "evidence">[]): this {
    const all = guardrails.map((one) => ({ ...one, evidence: {} }));
    const judgement = { epoch: this.release.epoch, upTo: START + minutes * MINUTE, exposures: 1_000, guardrails: all };
    return this.at(minutes, { type: "judged", judgement });
  }
  tick(minutes: number): this {
    return this.at(minutes, { type: "tick" });
  }
}

describe("harm that only client keys report", () => {
  const guarded = { stages: TWO, guardrails: [{ metric: "errors" }] };
  const clients = { metric: "errors", verdict: "harm", clientOnly: true } as const;

  test("pauses, and never takes back", () => {
    expect(new Run(guarded).judged(1, clients).release.phase).toBe("paused");
  });

  test("takes back where the plan trusts clients", () => {
    expect(new Run({ ...guarded, trustClients: true }).judged(1, clients).release.phase).toBe("unreleased");
  });

  test("can be put up with by a person for the stage, and holds nothing up then", () => {
    const run = new Run(guarded)
      .judged(1, clients)
      .at(2, { type: "acknowledge", actor: bob })
      .at(3, { type: "resume", actor: bob });
    expect(run.release.phase).toBe("baking");
    expect(run.judged(13, clients).release.stage).toBe(1);
    expect(run.judged(14, clients).release.phase).toBe("paused"); // another stage
  });

  test("other harm can't be put up with, nor resumed under", () => {
    const run = new Run({ ...guarded, onHarm: "pause" }).judged(1, { metric: "errors", verdict: "harm" });
    expect(run.release.phase).toBe("paused");
    expect(run.at(2, { type: "acknowledge", actor: bob }).last.refusal).toBeDefined();
    expect(run.at(2, { type: "resume", actor: bob }).last.refusal).toMatch(/in harm/);
  });
});

test("harm of a signal pauses, of a watch only reports", () => {
  const guardrails = [
    { metric: "s", role: "signal" },
    { metric: "w", role: "watch" },
  ];
  const run = new Run({ stages: TWO, guardrails });
  expect(run.judged(1, { metric: "s", verdict: "healthy" }, { metric: "w", verdict: "harm" }).release.phase).toBe(
    "baking",
  );
  expect(run.judged(2, { metric: "s", verdict: "harm" }, { metric: "w", verdict: "harm" }).release.phase).toBe(
    "paused",
  );
});

describe("what a plan says about not knowing", () => {
  const plan = { stages: TWO, guardrails: [{ metric: "errors" }] };
  test.each([
    ["hold", "baking"],
    ["pause", "paused"],
    ["unrelease", "unreleased"],
  ])("onInconclusive: %s, once its patience is at an end, and not when it has baked", (onInconclusive, phase) => {
    const run = new Run({ ...plan, onInconclusive, maxBake: "1h" });
    for (let minute = 1; minute < 60; minute++) run.judged(minute, { metric: "errors", verdict: "inconclusive" });
    expect(run.release).toMatchObject({ phase: "baking", stage: 0 });
    expect(run.judged(60, { metric: "errors", verdict: "inconclusive" }).release).toMatchObject({ phase, stage: 0 });
  });

  test("patience is never shorter than twice the bake", () => {
    const run = new Run({ ...plan, onInconclusive: "unrelease", maxBake: "1m" });
    expect(run.judged(19, { metric: "errors", verdict: "inconclusive" }).release.phase).toBe("baking");
    expect(run.judged(20, { metric: "errors", verdict: "inconclusive" }).release.phase).toBe("unreleased");
  });

  test("onInconclusive: advance goes on without being sure, and the stage says so for ever; never without data", () => {
    const run = new Run({ ...plan, onInconclusive: "advance", maxBake: "20m" });
    run.judged(20, { metric: "errors", verdict: "nodata" });
    expect(run.release).toMatchObject({ phase: "baking", stage: 0 });
    run.judged(21, { metric: "errors", verdict: "inconclusive" });
    expect(run.release).toMatchObject({ stage: 1, past: [{ stage: 0, unverified: ["errors"] }] });
    expect(run.release.cause).toMatch(/Not shown to be healthy: errors/);
  });

  test.each([
    ["hold", "baking"],
    ["pause", "paused"],
    ["unrelease", "unreleased"],
  ])("onNoData: %s, at once", (onNoData, phase) => {
    const run = new Run({ ...plan, onNoData }).judged(6, { metric: "errors", verdict: "nodata" });
    expect(run.release).toMatchObject({ phase, stage: 0 });
  });

  test("a person is told after twice the bake and when patience is over, once each, and again after a resume", () => {
    const run = new Run({ ...plan, maxBake: "1h" });
    const told: number[] = [];
    const until = (from: number, to: number): void => {
      for (let minute = from; minute <= to; minute++) {
        run.judged(minute, { metric: "errors", verdict: "inconclusive" });
        if (run.last.effects.some(({ type }) => type === "tell")) told.push(minute);
      }
    };
    until(1, 90);
    expect(told).toEqual([20, 60]);
    expect(run.release).toMatchObject({ phase: "baking", told: ["late", "patience"] });
  });

  test("a judgement of long ago says nothing about now", () => {
    const run = new Run(plan).judged(4, { metric: "errors", verdict: "healthy" });
    expect(run.tick(10).release.stage).toBe(0);
    expect(run.judged(11, { metric: "errors", verdict: "healthy" }).release.stage).toBe(1);
  });
});

describe("a webhook gate", () => {
  const gates = [{ webhook: { url: "https://gate.example/", timeout: "20s" } }];
  const gated = () => new Run({ stages: [{ ...TWO[0], gates }, TWO[1]] }).tick(10);
  const answer = (run: Run, attempt: number, open: boolean): EventOf<"answered"> => ({
    type: "answered",
    epoch: run.release.epoch,
    gate: 0,
    attempt,
    open,
  });

  test("is asked when the stage has baked, and its yes lets the release go on", () => {
    const run = gated();
    expect(run.release.phase).toBe("gated");
    expect(run.last.effects).toContainEqual({ type: "ask", epoch: 1, gate: 0, attempt: 1 });
    expect(run.at(11, answer(run, 1, true)).release.stage).toBe(1);
  });

  test("stays closed without a yes in time, and is asked again, ever less often", () => {
    const run = gated();
    const asked: number[] = [];
    for (let now = START + 10 * MINUTE; asked.length < 8;) {
      now = dueAt(run.release, now)!;
      run.tick((now - START) / MINUTE);
      if (run.last.effects.some(({ type }) => type === "ask")) asked.push((now - START) / MINUTE - 10);
    }
    expect(asked.map((at, i) => at - (asked[i - 1] ?? 0))).toEqual([0.5, 1, 2, 4, 8, 15, 15, 15]);
    expect(run.release.phase).toBe("gated");
    expect(run.at(200, answer(run, 1, true)).release.phase).toBe("gated"); // the answer to another question
  });

  test("that never opens ends in a question to a person", () => {
    const run = gated();
    for (let i = 0, now = START + 10 * MINUTE; i < 2_000 && run.release.phase === "gated"; i++) {
      now = dueAt(run.release, now)!;
      run.tick((now - START) / MINUTE);
    }
    expect(run.release).toMatchObject({ phase: "paused", cause: expect.stringMatching(/closed/) });
  });
});

test("freezes hold starts and advances, also a person's, and never an un-release", () => {
  const freeze = ["mon 10:05/mon 12:00 UTC"];
  const run = new Run({ stages: TWO, freeze });
  expect(run.tick(30).release).toMatchObject({ phase: "gated", stage: 0 });
  expect(run.at(31, { type: "advance", actor: bob }).last.refusal).toMatch(/frozen until/);
  expect(nextOf(run.release, START + 31 * MINUTE)).toContainEqual({
    what: "the freeze ends",
    at: new Date(START + 120 * MINUTE).toISOString(),
  });
  const taken = step(run.release, { type: "unrelease", actor: bob }, START + 32 * MINUTE);
  expect(taken.release.phase).toBe("unreleased");
  expect(run.tick(120).release.stage).toBe(1);
  const held = step(
    drafted(planOf({ stages: TWO, freeze: ["mon 09:00/mon 12:00 UTC"] })),
    { type: "start", actor: ada, shadow: 0, served: 0 },
    START,
  );
  expect(held.release.phase).toBe("scheduled");
});

describe("nobody goes on blindly", () => {
  const plan = { stages: TWO, guardrails: [{ metric: "errors" }] };
  const person = { actor: bob };

  test("a judge that never answers is no data to everybody, and people are told once for each outage", () => {
    const run = new Run(plan);
    const told: number[] = [];
    const pass = (from: number, to: number): void => {
      for (let minute = from; minute <= to; minute++)
        if (run.tick(minute).last.effects.some(({ type }) => type === "tell")) told.push(minute);
    };
    expect(run.at(1, { type: "advance", ...person }).last.refusal).toMatch(/hasn't been judged yet/);
    pass(1, 9);
    run.judged(10, { metric: "errors", verdict: "inconclusive" });
    pass(11, 19);
    expect(told).toEqual([5, 15]);
    expect(run.at(19, { type: "advance", ...person }).last.refusal).toMatch(/hasn't been judged since 10:10 UTC/);
    expect(nextOf(run.release, START + 19 * MINUTE)).toContainEqual({
      what: expect.stringMatching(/hasn't been judged since 10:10/),
    });
  });

  test.each([
    ["pause", "paused"],
    ["unrelease", "unreleased"],
  ])("onNoData: %s hears of an outage too, and not in the first five minutes", (onNoData, phase) => {
    const run = new Run({ ...plan, onNoData });
    expect(run.tick(4.9).release.phase).toBe("baking");
    expect(dueAt(run.release, START + 4.9 * MINUTE)).toBeLessThanOrEqual(START + 5 * MINUTE);
    expect(run.tick(5).release.phase).toBe(phase);
  });

  test("stages that have seen nothing aren't judged, whatever the bake, for persons too", () => {
    const run = new Run({ ...plan, stages: [{ ...TWO[0], minBake: "1s" }, TWO[1]], onInconclusive: "unrelease" });
    run.judged(1, { metric: "errors", verdict: "nodata" });
    expect(run.release).toMatchObject({ phase: "baking", stage: 0 });
    for (const type of ["advance", "promote"] as const)
      expect(run.at(2, { type, ...person }).last.refusal).toMatch(/no data/);
  });

  test("an admin's force goes past missing data and closed gates, never past harm, and it is said", () => {
    const gates = [{ approval: { role: "admin" } }];
    const stages = [{ ...TWO[0], gates }, TWO[1]];
    const harm = new Run({ stages, guardrails: plan.guardrails, onHarm: "pause" });
    harm.judged(1, { metric: "errors", verdict: "invalid" });
    expect(harm.at(2, { type: "advance", force: true, ...person }).last.refusal).toMatch(/don't fit/);
    const run = new Run({ stages, guardrails: plan.guardrails });
    expect(run.at(2, { type: "advance", ...person }).last.refusal).toMatch(/needs an approval by the role admin/);
    run.at(2, { type: "advance", force: true, ...person });
    expect(run.release).toMatchObject({ stage: 1, past: [{ unverified: ["errors"], forced: [{}, {}] }] });
    expect(run.release.cause).toMatch(/An admin forced it past this: the stage 10% needs an approval.*judged yet/);
  });

  test("promote doesn't skip the gates of later stages", () => {
    const gates = [{ approval: { role: "operator" } }];
    const run = new Run({ stages: [TWO[0], { name: "50%", percentage: 50, gates }, TWO[1]] });
    expect(run.at(1, { type: "promote", ...person }).last.refusal).toMatch(/the stage 50% needs an approval/);
    expect(run.at(1, { type: "advance", ...person }).release.stage).toBe(1);
  });

  test("what was sure stays so at its gates until evidence speaks against it", () => {
    const gates = [{ approval: { role: "operator" } }];
    const run = new Run({
      ...plan,
      stages: [{ ...TWO[0], gates }, TWO[1]],
      onInconclusive: "unrelease",
      maxBake: "20m",
    });
    run.judged(10, { metric: "errors", verdict: "healthy" });
    expect(run.release.phase).toBe("gated");
    run.judged(30, { metric: "errors", verdict: "inconclusive" });
    expect(run.release.phase).toBe("gated");
    run.judged(31, { metric: "errors", verdict: "inconclusive", doubtful: true });
    expect(run.release.phase).toBe("baking");
    run.judged(50, { metric: "errors", verdict: "inconclusive" });
    expect(run.release.phase).toBe("baking"); // its patience began anew
    run.judged(51, { metric: "errors", verdict: "inconclusive" });
    expect(run.release.phase).toBe("unreleased");
  });

  test("what was doubted while it was paused isn't sure when it goes on", () => {
    const gates = [{ approval: { role: "operator" } }];
    const run = new Run({ ...plan, stages: [{ ...TWO[0], gates }, TWO[1]] });
    run.judged(10, { metric: "errors", verdict: "healthy" }).at(11, { type: "pause", ...person });
    run.judged(12, { metric: "errors", verdict: "inconclusive", doubtful: true });
    run.judged(13, { metric: "errors", verdict: "inconclusive" });
    expect(run.at(14, { type: "resume", ...person }).release.phase).toBe("baking");
    expect(run.judged(15, { metric: "errors", verdict: "healthy" }).release.phase).toBe("gated");
  });

  test("nobody goes on while the shares that were seen don't fit", () => {
    const run = new Run(plan).judged(10, { metric: "errors", verdict: "invalid" });
    expect(run.release).toMatchObject({ phase: "baking", stage: 0 });
    for (const type of ["advance", "promote"] as const)
      expect(run.at(11, { type, ...person }).last.refusal).toMatch(/don't fit/);
  });

  test("a signal that isn't healthy yet holds an advance, unless the plan says otherwise", () => {
    const held = (hold: boolean): number => {
      const run = new Run({ stages: TWO, guardrails: [{ metric: "s", role: "signal", hold }] });
      return run.judged(10, { metric: "s", verdict: "inconclusive" }).release.stage;
    };
    expect([held(true), held(false)]).toEqual([0, 1]);
  });

  test("causes of a completion say what wasn't measured", () => {
    const run = new Run(plan).judged(10, { metric: "errors", verdict: "healthy" });
    run.judged(11, { metric: "errors", verdict: "unmeasured" });
    expect(run.release).toMatchObject({ phase: "completed", past: [{}, { unmeasured: ["errors"] }] });
    expect(run.release.cause).toMatch(/Not measured, for want of a control: errors/);
    expect(new Run({ stages: [TWO[1]] }).tick(1).release.cause).toMatch(/No guard watched it/);
  });
});

describe("a side over its ceiling, without harm being seen in the change", () => {
  const plan = { stages: TWO, guardrails: [{ metric: "errors", ceiling: 0.05 }] };
  const over = { metric: "errors", verdict: "inconclusive", overCeiling: true } as const;

  test("pauses, tells, and goes on only when a person has put up with it", () => {
    const run = new Run(plan).judged(4, over);
    expect(run.release).toMatchObject({ phase: "paused", cause: expect.stringMatching(/over the ceiling/) });
    expect(run.last.effects).toContainEqual(expect.objectContaining({ type: "tell" }));
    expect(run.at(20, { type: "resume", actor: bob }).last.refusal).toMatch(/Acknowledge it first/);
    run.at(21, { type: "acknowledge", actor: bob }).at(22, { type: "resume", actor: bob });
    expect(run.release.phase).toBe("baking");
    expect(run.judged(23, over).release.phase).toBe("baking");
  });

  test("takes it back where the plan says so", () => {
    expect(new Run({ ...plan, onCeiling: "unrelease" }).judged(4, over).release.phase).toBe("unreleased");
  });
});

describe("harm lasts until evidence ends it", () => {
  const plan = { stages: TWO, guardrails: [{ metric: "errors" }], onHarm: "pause" };
  const resume = { type: "resume", actor: bob } as const;

  test("however old the judgement is, and whatever becomes of the plan", () => {
    const run = new Run(plan).judged(1, { metric: "errors", verdict: "harm" });
    expect(run.at(60, resume).last.refusal).toMatch(/in harm/);
    const without = planOf({ stages: TWO });
    run.at(61, { type: "revise", plan: without, revision: 2, actor: bob });
    expect(run.at(62, resume).last.refusal).toMatch(/in harm/);
  });

  test("a judgement without it lets a person go on", () => {
    const run = new Run(plan).judged(1, { metric: "errors", verdict: "harm" });
    run.judged(9, { metric: "errors", verdict: "inconclusive" });
    expect(run.at(10, resume).release.phase).toBe("baking");
  });

  test("a signal's ends by a person's word", () => {
    const signal = { stages: TWO, guardrails: [{ metric: "s", role: "signal" }] };
    const run = new Run(signal).judged(1, { metric: "s", verdict: "harm" });
    expect(run.at(30, resume).last.refusal).toMatch(/Acknowledge/);
    expect(run.at(31, { type: "acknowledge", actor: bob }).at(32, resume).release.phase).toBe("baking");
  });
});

describe("shares that were there", () => {
  const stages = [TWO[0], { name: "50%", percentage: 50 }, TWO[1]];

  test("a start that would take people out is refused with the numbers and the stages that don't", () => {
    const refused = new Run({ stages }, { served: 25 }).last.refusal;
    expect(refused).toMatch(/present 25 % are served.*stage 10% would leave 10 %/);
    expect(refused).toMatch(/50% \(50 %\), all \(100 %\)/);
    expect(refused).toMatch(/"lower": true/);
    expect(new Run({ stages }, { served: 25, lower: true }).release).toMatchObject({ phase: "baking", before: 25 });
    expect(new Run({ stages: stages.slice(1) }, { served: 25 }).release.phase).toBe("baking");
  });

  test("also where another stage comes first, and by a holdback", () => {
    expect(new Run({ stages: [{ name: "s", segment: "s" }, ...stages] }, { served: 25 }).last.refusal).toMatch(/25 %/);
    expect(new Run({ stages: [TWO[1]], holdback: 1 }, { served: 100 }).last.refusal).toMatch(/would leave 99 %/);
  });

  test("a person's change while it is scheduled stands: what would lower it suspends, and people are told", () => {
    const run = new Run({ stages }, { startAt: START + 10 * MINUTE, lower: true, served: 5 });
    run.at(5, { type: "edited", percentage: 30, held: false, shadow: 7, actor: bob });
    expect(run.release).toMatchObject({ before: 30, shadowBefore: 7, lower: false });
    run.tick(10);
    expect(run.release).toMatchObject({ phase: "suspended", left: 30, began: false });
    expect(run.last.effects.map(({ type }) => type)).toEqual(["record", "tell"]);
    const back = step(run.release, { type: "unrelease", actor: bob }, START + 11 * MINUTE);
    expect(back.effects).toContainEqual(
      expect.objectContaining({ exposure: { percentage: null, stages: [], shadow: 7 } }),
    );
    run.at(12, { type: "resume", actor: bob });
    expect(run.last.effects).toContainEqual(
      expect.objectContaining({ exposure: expect.objectContaining({ percentage: 30 }) }),
    );
  });

  test("un-release goes to the share before where the plan says so, never up", () => {
    const back = (served: number, more = {}) => {
      const run = new Run({ stages, unreleaseTo: "before", ...more }, { served, lower: true });
      run.at(1, { type: "unrelease", actor: bob });
      return run.last.effects.flatMap((one) => (one.type === "expose" ? [one.exposure.percentage] : []));
    };
    expect(back(5)).toEqual([5]);
    expect(back(25)).toEqual([10]);
    expect(back(5, { unreleaseTo: "zero" })).toEqual([0]);
  });

  test("completion stays at the share that a person set in the last stage", () => {
    const run = new Run({
      stages: [
        { ...TWO[0], minBake: "1m" },
        { ...TWO[1], watch: "1h" },
      ],
    });
    run.tick(1).at(2, { type: "edited", percentage: 30, held: true, actor: bob }).at(3, { type: "resume", actor: bob });
    run.tick(4).tick(70);
    expect(run.release.phase).toBe("completed");
    const last = run.last.effects.find((one) => one.type === "expose");
    expect(last).toMatchObject({ exposure: { percentage: 30 } });
  });
});

describe("watching, paused", () => {
  const stages = [{ ...TWO[1], minBake: "1m", watch: "1h" }];
  const paused = () => new Run({ stages }).tick(1).at(2, { type: "pause", actor: bob });
  const revised = (more: object[]) =>
    ({ type: "revise", plan: planOf({ stages: more }), revision: 2, actor: bob }) as const;

  test("no revision carries it past another stage, or adds what it has passed", () => {
    const lower = [
      { name: "all", percentage: 50, minBake: "1m" },
      { name: "rest", percentage: 100, minBake: "1d" },
    ];
    const run = new Run({ stages: [{ ...lower[0], watch: "1h" }] }).tick(1).at(2, { type: "pause", actor: bob });
    expect(run.release).toMatchObject({ phase: "paused", resumes: "watching" });
    expect(run.at(3, revised(lower)).last.refusal).toMatch(/watched/);
    const gates = [{ approval: { role: "admin" } }];
    expect(paused().at(3, revised([{ ...stages[0], gates }])).last.refusal).toMatch(/watched/);
    expect(paused().at(3, revised([{ ...stages[0], watch: "2h" }])).last.refusal).toBeUndefined();
  });
});

test("while a person has taken over, harm is told once and nothing is done", () => {
  const run = new Run({ stages: TWO, guardrails: [{ metric: "errors" }] });
  run.at(1, { type: "edited", percentage: 30, held: true, actor: bob });
  run.judged(2, { metric: "errors", verdict: "harm" });
  expect(run.last.effects).toContainEqual(expect.objectContaining({ type: "tell", about: "harm" }));
  run.judged(3, { metric: "errors", verdict: "harm" });
  expect(run.last.effects).toEqual([]);
  expect(run.release.phase).toBe("suspended");
  expect(run.at(4, { type: "resume", actor: bob }).last.refusal).toMatch(/in harm/);
});
