import { afterEach, expect, test } from "vitest";
import type { ReleaseView } from "../../src/contract/release.ts";
import { ENVIRONMENT, type Faults, FLAG, type Stage, startStage, type Visits } from "../../scripts/demo/stage.ts";
import { note, proving } from "../support/counts.ts";

/*
 * A release from end to end on the real runtime: visitors come to a shop through a canary gate, the gate measures, the
 * counters count, the release is judged and goes on or is taken back. On a clock that runs faster, with bins, checks and
 * closing times as they are.
 */

let stage: Stage | undefined;
afterEach(async () => {
  await stage?.stop();
  stage = undefined;
});

const FACTOR = 30;
/** A loaded machine has few visitors, and so needs many minutes of the hurried clock. */
const PATIENCE = { timeout: 300_000 };
const FLAGS = `/environments/${ENVIRONMENT}/flags`;
const RELEASES = `${FLAGS}/${FLAG}/releases`;
const shares = (...percentages: number[]) =>
  percentages.map((percentage) => ({ name: `${percentage}%`, percentage, minBake: "1m" }));
/** Large harm, which a few hundred visitors are enough to see. */
const ERRORS = { metric: "errors", minAbsolute: 0.02 };

type Went = { release: ReleaseView; percentage: number; last: Visits; visits: number; canary: number };

/** Starts a release, lets people visit until it is over, and once it is at a stage, turns the faults on. */
async function releaseOf(plan: object, faults?: Faults, from = 1): Promise<Went> {
  stage = await startStage({ factor: FACTOR });
  const { admin, visit, fault } = stage;
  const made = await admin("POST", RELEASES, { plan });
  expect(made.status, made.text).toBe(201);
  const { id } = made.body as ReleaseView;
  let [visits, canary] = [0, 0];
  let pending = faults;
  for (;;) {
    for (let i = 0; i < 5; i++) {
      const [seen] = await Promise.all([visit(40), new Promise((wake) => setTimeout(wake, 70))]);
      visits += seen.visits;
      canary += seen.canary;
    }
    const release = (await admin("GET", `${RELEASES}/${id}`)).body as ReleaseView;
    if (pending && release.stageIndex === from) {
      await fault(pending);
      pending = undefined;
    }
    if (release.endedAt === undefined) continue;
    await new Promise((wake) => setTimeout(wake, 500)); // isolates learn of it within seconds of the hurried clock
    const { body } = await admin("GET", `${FLAGS}/${FLAG}`);
    const { flag } = body as { flag: { default: { rollout: { percentage: number } } } };
    return { release, percentage: flag.default.rollout.percentage, last: await visit(100), visits, canary };
  }
}

/** What was done; that people were told meanwhile is no step. */
const told = ({ timeline }: ReleaseView) =>
  timeline.filter(({ what }) => what !== "tell").map(({ what, stage: at }) => `${what} ${at}`);

const SECOND = ["start 20%", "advance 50%", "unrelease 50%"];

function expectTakenBack({ release, percentage, last }: Went, metric: string, timeline = SECOND): void {
  expect(release.state).toBe("unreleased");
  expect(told(release)).toEqual(timeline);
  expect(release.timeline.at(-1)).toMatchObject({
    cause: `The guard ${metric} is in harm.`,
    actor: { id: `release:${release.id}`, via: "release" },
    evidence: { [metric]: { verdict: "harm" } },
  });
  expect(percentage).toBe(0);
  expect(last.canary).toBe(0);
}

/** How slow is too slow is asked of the slowest hundredth too, of which so few visitors show little: four times is soon seen. */
const SLOW = { metric: "latency", minAbsolute: 0.3, detect: 4 };

test("a healthy release goes through all of its stages by itself", PATIENCE, async () => {
  const went = await releaseOf({
    stages: shares(20, 50, 100).map((stage) => ({ ...stage, warmup: "1m" })),
    guardrails: [{ metric: "errors", minAbsolute: 0.05 }, SLOW],
  });
  expect(told(went.release)).toEqual(["start 20%", "advance 50%", "advance 100%", "complete 100%"]);
  expect(went.release.state).toBe("completed");
  expect(went.percentage).toBe(100);
  expect(went.last.canary).toBe(100);
  note(`${went.visits} visits, ${went.canary} of them to the canary`);
});

test("one that fails 5 % of requests is taken back by itself", PATIENCE, async () => {
  const went = await releaseOf({ stages: shares(50, 100), guardrails: [ERRORS] }, { errors: 0.05 }, 0);
  expectTakenBack(went, "errors", ["start 50%", "unrelease 50%"]);
  note(`${went.visits} visits, ${went.canary} of them to the canary`);
});

test.runIf(proving)("one that begins to do so at its second stage too", PATIENCE, async () => {
  const plan = { stages: shares(20, 50, 100), guardrails: [ERRORS] };
  expectTakenBack(await releaseOf(plan, { errors: 0.05 }), "errors");
});

test.runIf(proving)("one that takes twice as long is taken back by itself", PATIENCE, async () => {
  const went = await releaseOf({ stages: shares(20, 50, 100), guardrails: [{ metric: "latency" }] }, { slower: 2 });
  expectTakenBack(went, "latency");
});

test.runIf(proving)("one whose pages crash, so that they fall silent, is taken back by itself", PATIENCE, async () => {
  const plan = { stages: shares(20, 50, 100), guardrails: [ERRORS, { metric: "missing", minAbsolute: 0.05 }] };
  expectTakenBack(await releaseOf(plan, { silent: 0.3 }), "missing");
});
