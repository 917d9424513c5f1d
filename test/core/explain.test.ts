import fc from "fast-check";
import { expect, test } from "vitest";
import { type Flag, flag as flagSchema } from "../../src/contract/flag.ts";
import { segment as segmentSchema } from "../../src/contract/segment.ts";
import { evaluate } from "../../src/core/evaluate.ts";
import { type ConditionTrace, explain, type Explanation } from "../../src/core/explain.ts";
import { note, runs } from "../support/counts.ts";
import { context, now, soundEnvironment } from "./arbitraries.ts";
import { publish } from "./publish.ts";
import type { Environment } from "./reference.ts";

const SEED = 20_261_121;

function resources({ flags, segments }: Environment) {
  return {
    flags: new Map(flags.map((one) => [one.key, one])),
    segments: new Map(segments.map((one) => [one.key, one])),
  };
}

function only(environment: Environment, attributes: Record<string, unknown>, at = 0): Explanation {
  return explain(environment.flags.slice(0, 1), attributes, at, resources(environment))[0]!;
}

function text(key: string, more: Record<string, unknown> = {}): Flag {
  return flagSchema.parse({ key, type: "string", variants: { a: "A", b: "B" }, default: { variant: "a" }, ...more });
}

test("explanations agree with the compiled evaluator on value, variant, reason and rule", () => {
  const reasons = new Map<string, number>();
  fc.assert(
    fc.property(
      soundEnvironment,
      fc.array(context, { minLength: 5, maxLength: 5 }),
      now,
      (environment, contexts, at) => {
        const snapshot = publish(environment.flags, environment.segments);
        for (const one of contexts) {
          for (const { trace, ...answer } of explain(environment.flags, one, at, resources(environment))) {
            const { key, value, variant, reason, ruleId } = evaluate(snapshot.flag(answer.key, "server")!, one, at);
            expect(answer).toEqual({
              key,
              reason,
              ...(variant !== undefined && { value, variant }),
              ...(ruleId !== undefined && { ruleId }),
            });
            // What served is the last step, and what the trace says of a rule's condition is why.
            const last = trace.at(-1)!;
            if (last.step === "rule")
              expect([last.ruleId, last.held, last.condition.held]).toEqual([ruleId, true, true]);
            else expect(ruleId).toBeUndefined();
            reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
          }
        }
      },
    ),
    { seed: SEED, numRuns: runs(5_000) },
  );
  note(JSON.stringify(Object.fromEntries(reasons)));
  expect([...reasons.keys()].sort()).toEqual(["DEFAULT", "DISABLED", "SPLIT", "STATIC", "TARGETING_MATCH"]);
});

test("a trace says of each rule and clause whether it held, and why", () => {
  const environment = {
    flags: [
      text("f", {
        prerequisites: [{ flag: "p", variants: ["a"] }],
        rules: [
          { id: "late", window: { from: "2030-01-01T00:00:00Z" }, serve: { variant: "b" } },
          {
            id: "staff",
            when: { all: [{ segment: "staff" }, { not: { attribute: "age", operator: "lessThan", values: [18] } }] },
            serve: { variant: "b" },
          },
          {
            id: "ramp",
            serve: { rollout: { percentage: 100, split: [{ variant: "b", weight: 1 }], salt: "x" } },
          },
        ],
      }),
      text("p"),
    ],
    segments: [segmentSchema.parse({ key: "staff", when: { attribute: "email", operator: "exists" } })],
  };
  expect(only(environment, { targetingKey: "user-1", age: 20 })).toEqual({
    key: "f",
    value: "B",
    variant: "b",
    reason: "SPLIT",
    ruleId: "ramp",
    trace: [
      { step: "enabled", held: true, why: "the flag is enabled" },
      { step: "prerequisite", flag: "p", held: true, why: "p serves a, one of a" },
      {
        step: "rule",
        ruleId: "late",
        held: false,
        why: "its window opens at 2030-01-01T00:00:00Z",
        condition: { path: "/rules/0/when", held: true, why: "nothing is asked for", of: [] },
      },
      {
        step: "rule",
        ruleId: "staff",
        held: false,
        why: "its condition does not hold",
        condition: {
          path: "/rules/1/when",
          held: false,
          why: "not all hold",
          of: [
            {
              path: "/rules/1/when/all/0",
              held: false,
              why: "staff doesn't list targetingKey, and its condition does not hold",
              of: [{ path: "/when", held: false, why: "email is absent" }],
            },
            {
              path: "/rules/1/when/all/1",
              held: true,
              why: "what must not hold does not",
              of: [{ path: "/rules/1/when/all/1/not", held: false, why: "age is 20: not lessThan [18]" }],
            },
          ],
        },
      },
      {
        step: "rule",
        ruleId: "ramp",
        held: true,
        why: "its condition holds and it serves",
        condition: { path: "/rules/2/when", held: true, why: "nothing is asked for", of: [] },
        rollout: {
          salt: "x",
          hash: "murmur3",
          hashed: "user-1",
          bucket: expect.any(Number),
          places: 2 ** 32,
          position: expect.any(Number),
          variant: "b",
          why: expect.stringMatching(/^place \d+ of 4294967296 is in the share of b$/),
        },
      },
    ],
  });
});

test("a rollout without anything to hash says so, and what follows", () => {
  const share = { percentage: 50, split: [{ variant: "b", weight: 1 }] };
  const serving = (rollout: Record<string, unknown>) =>
    only({ flags: [text("f", { default: { rollout } })], segments: [] }, {}).trace.at(-1);
  expect(serving({ ...share, otherwise: "a" })).toMatchObject({
    held: true,
    rollout: { variant: "a", why: "no targetingKey that can be hashed, which gives a" },
  });
  expect(serving({ ...share, by: ["x", "y"], absent: "skip" })).toMatchObject({
    held: false,
    rollout: { variant: null, why: "none of x, y can be hashed, which passes on" },
  });
});

test("a chain of five thousand prerequisites is explained without running out of stack", () => {
  const flags = Array.from({ length: 5_000 }, (_, i) =>
    text(`f${i}`, i < 4_999 ? { prerequisites: [{ flag: `f${i + 1}`, variants: ["a"] }] } : {}),
  );
  const answers = explain(flags, {}, 0, resources({ flags, segments: [] }));
  expect(answers.map(({ variant }) => variant)).toEqual(flags.map(() => "a"));
});

test("segments that are used very often are opened only as far as the answer stays small", () => {
  const when = { any: Array.from({ length: 199 }, (_, i) => ({ attribute: `a${i}`, operator: "exists" })) };
  const segments = [segmentSchema.parse({ key: "wide", when })];
  const flags = Array.from({ length: 2_000 }, (_, i) =>
    text(`f${i}`, { rules: [{ when: { segment: "wide" }, serve: { variant: "b" } }] }),
  );
  const answers = explain(flags, { a7: 1 }, 0, resources({ flags, segments }));
  const inside = ({ trace }: Explanation): ConditionTrace[] | undefined =>
    trace[1]?.step === "rule" ? trace[1].condition.of : undefined;
  expect(inside(answers[0]!)![0]!.of).toHaveLength(199);
  expect(inside(answers.at(-1)!)).toBeUndefined();
  expect(new Set(answers.map(({ variant }) => variant))).toEqual(new Set(["b"]));
  expect(JSON.stringify(answers).length).toBeLessThan(16 * 2 ** 20);
});

test("a list of two hundred thousand members is prepared once, and then looked up", () => {
  const include = Array.from({ length: 200_000 }, (_, i) => `user-${i}`);
  const segments = [segmentSchema.parse({ key: "many", include, exclude: ["user-7"] })];
  const flags = [text("f", { rules: [{ when: { segment: "many" }, serve: { variant: "b" } }] })];
  const asked = Array.from({ length: 20_000 }, (_, i) => only({ flags, segments }, { targetingKey: `user-${20 * i}` }));
  expect(asked.filter(({ variant }) => variant === "b")).toHaveLength(10_000);
  expect(only({ flags, segments }, { targetingKey: "user-7" }).variant).toBe("a");
});

test("a place is told with the number of places that its hash has, and with what was hashed", () => {
  const bucket = { by: "id", hash: "unleash", as: "text", salt: "s:", ranges: [{ from: 0, to: 1 }] };
  const rollout = { percentage: 100, split: [{ variant: "a", weight: 1 }], hash: "flagd-v3", salt: "", by: "id" };
  const window = { from: "2030-01-01T00:00:00Z", until: null };
  const flag = text("f", {
    rules: [{ id: "r", when: { all: [{ bucket }, { not: { window } }] }, serve: { rollout } }],
  });
  expect(only({ flags: [flag], segments: [] }, { id: 1.5 }).trace[1]).toMatchObject({
    condition: {
      of: [
        { why: 'place 67 of 100 is in [{"from":0,"to":1}]' },
        { of: [{ held: false, why: "its window opens at 2030-01-01T00:00:00Z" }] },
      ],
    },
    rollout: { hash: "flagd-v3", hashed: "1.5", places: 2 ** 32, variant: "a" },
  });
});
