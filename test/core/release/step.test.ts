import { describe, expect, test } from "vitest";
import type { Judged } from "../../../src/contract/release.ts";
import type { EventOf, Release, ReleaseEvent, Step } from "../../../src/core/release/state.ts";
import { step } from "../../../src/core/release/step.ts";
import { dueAt } from "../../../src/core/release/timers.ts";
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
  constructor(plan: object) {
    const start: ReleaseEvent = { type: "start", actor: ada, shadow: 0, served: 0 };
    this.last = step(drafted(planOf(plan)), start, START);
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
  ])("onInconclusive: %s, once the stage has baked", (onInconclusive, phase) => {
    const run = new Run({ ...plan, onInconclusive }).judged(9, { metric: "errors", verdict: "inconclusive" });
    expect(run.release.phase).toBe("baking");
    expect(run.judged(10, { metric: "errors", verdict: "inconclusive" }).release).toMatchObject({ phase, stage: 0 });
  });

  test.each([
    ["hold", "baking"],
    ["pause", "paused"],
    ["unrelease", "unreleased"],
  ])("onNoData: %s, at once", (onNoData, phase) => {
    const run = new Run({ ...plan, onNoData }).judged(6, { metric: "errors", verdict: "nodata" });
    expect(run.release).toMatchObject({ phase, stage: 0 });
  });

  test("maxBake asks a person, who may give it as long again", () => {
    const run = new Run({ ...plan, maxBake: "1h" }).judged(59, { metric: "errors", verdict: "invalid" });
    expect(run.release.phase).toBe("baking");
    expect(run.tick(60).release.phase).toBe("paused");
    run.at(70, { type: "resume", actor: bob });
    expect(run.tick(129).release.phase).toBe("baking");
    expect(run.tick(130).release.phase).toBe("paused");
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
    for (let i = 0, now = START + 10 * MINUTE; i < 200 && run.release.phase === "gated"; i++) {
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
  expect(dueAt(run.release, START + 31 * MINUTE)).toBe(START + 120 * MINUTE);
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
