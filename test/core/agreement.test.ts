import fc from "fast-check";
import { expect, test } from "vitest";
import { evaluate, evaluateAll, type Evaluation } from "../../src/core/evaluate.ts";
import { note, runs } from "../support/counts.ts";
import { anyEnvironment, context, now, soundEnvironment } from "./arbitraries.ts";
import { publish } from "./publish.ts";
import { type Environment, referenceEvaluate } from "./reference.ts";

const SEED = 20_261_101;
/** Milliseconds: a minute in `npm test`. */
const timeout = runs(1_200_000);

/** What the reference says, of what the evaluator says. */
function essence({ reason, variant, value, ruleId, errorCode }: Evaluation) {
  return {
    reason,
    ...(variant === undefined ? {} : { variant, value }),
    ...(ruleId === undefined ? {} : { ruleId }),
    ...(errorCode === undefined ? {} : { errorCode }),
  };
}

function agree(
  environment: Environment,
  contexts: Record<string, unknown>[],
  at: number,
  tally: Map<string, number>,
): void {
  const snapshot = publish(environment.flags, environment.segments);
  for (const one of contexts) {
    const bulk = JSON.parse(evaluateAll(snapshot, "server", one, at).flags) as Record<string, unknown>[];
    for (const { key } of environment.flags) {
      const expected = referenceEvaluate(environment, key, one, at);
      const got = evaluate(snapshot.flag(key, "server")!, one, at);
      expect(essence(got)).toEqual(expected);
      const { variant, errorCode } = bulk.find((item) => item["key"] === key)!;
      expect({ variant, errorCode }).toEqual({ variant: got.variant, errorCode: got.errorCode });
      const kind = `${expected.reason}${"variant" in expected ? "" : " without variant"}`;
      tally.set(kind, (tally.get(kind) ?? 0) + 1);
    }
  }
}

test("the compiled evaluator agrees with the slow one written from the design", { timeout }, () => {
  const tally = new Map<string, number>();
  fc.assert(
    fc.property(
      soundEnvironment,
      fc.array(context, { minLength: 10, maxLength: 10 }),
      now,
      (environment, contexts, at) => agree(environment, contexts, at, tally),
    ),
    { seed: SEED, numRuns: runs(10_000) },
  );
  note(JSON.stringify(Object.fromEntries(tally)));
  expect([...tally.keys()].filter((kind) => !kind.startsWith("ERROR")).length).toBeGreaterThanOrEqual(8);
  expect([...tally.keys()]).not.toContain("ERROR");
});

test("it agrees as well where references are missing or go in circles", { timeout }, () => {
  const tally = new Map<string, number>();
  fc.assert(
    fc.property(anyEnvironment, fc.array(context, { minLength: 3, maxLength: 3 }), now, (environment, contexts, at) =>
      agree(environment, contexts, at, tally),
    ),
    { seed: SEED, numRuns: runs(10_000) },
  );
  expect(tally.get("ERROR without variant")).toBeGreaterThan(runs(10_000));
});
