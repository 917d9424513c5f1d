import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { flag as flagSchema } from "../../src/contract/flag.ts";
import {
  publishedFlag,
  type PublishedRelease,
  SNAPSHOT_FORMAT,
  type SnapshotBody,
} from "../../src/contract/snapshot.ts";
import { compile } from "../../src/core/compile.ts";
import { type Context, evaluate, json } from "../../src/core/evaluate.ts";

/* Who carries which cohort while a flag is being released. */

function flagOf(more: object, release?: PublishedRelease) {
  const flag = flagSchema.parse({
    key: "f",
    type: "boolean",
    variants: { on: true, off: false },
    default: { variant: "off" },
    ...more,
  });
  const body: SnapshotBody = {
    format: SNAPSHOT_FORMAT,
    environment: "e",
    incarnation: "i",
    version: 3,
    at: 0,
    keys: [],
    flags: [{ version: 2, flag: publishedFlag(flag), ...(release && { release }) }],
    segments: [],
    members: null,
  };
  return compile(body, null).flag("f", "server")!;
}
const rollout = (more: object = {}) => ({
  rollout: { percentage: 50, split: [{ variant: "on", weight: 1 }], otherwise: "off", ...more },
});
const inGermany = { attribute: "country", operator: "in", values: ["DE"] };
const released: PublishedRelease = { id: "r1", rule: "ramp", epoch: 4, stages: [] };
const german = fc.integer().map((n): Context => ({ targetingKey: `u${n}`, country: "DE" }));

describe("people for whom the released rule's condition held carry a cohort", () => {
  test("treatment is the split, control is otherwise; others carry none", () => {
    const flag = flagOf({ rules: [{ id: "ramp", when: inGermany, serve: rollout() }], default: rollout() }, released);
    fc.assert(
      fc.property(german, (context) => {
        const { variant, cohort } = evaluate(flag, context, 0);
        expect(cohort).toBe(variant === "on" ? "r1.4.t" : "r1.4.c");
        expect(evaluate(flag, { ...context, country: "FR" }, 0)).not.toHaveProperty("cohort");
      }),
    );
  });

  test("where otherwise is null, control is whatever they fall through to, and the rest of the flag is as ever", () => {
    const more = {
      rules: [
        { id: "ramp", when: inGermany, serve: rollout({ otherwise: null }) },
        { id: "beta", when: { attribute: "beta", operator: "exists" }, serve: { variant: "on" } },
      ],
    };
    const [flag, plain] = [flagOf(more, released), flagOf(more)];
    fc.assert(
      fc.property(german, fc.boolean(), fc.boolean(), (someone, beta, here) => {
        const context = { ...someone, ...(beta && { beta: true }), ...(!here && { country: "FR" }) };
        const { cohort, ...rest } = evaluate(flag, context, 0);
        expect(rest).toEqual(evaluate(plain, context, 0));
        const treated = rest.ruleId === "ramp";
        expect(cohort).toBe(here ? (treated ? "r1.4.t" : "r1.4.c") : undefined);
      }),
    );
  });

  test("of a released default too, where passing on gives the code default", () => {
    const flag = flagOf({ default: rollout({ otherwise: null }) }, { ...released, rule: null });
    const seen = new Set(Array.from({ length: 100 }, (_, i) => evaluate(flag, { targetingKey: `u${i}` }, 0)));
    const cohorts = Array.from(seen, ({ variant, cohort }) => [variant ?? "code default", cohort]);
    expect(Object.fromEntries(cohorts)).toEqual({ on: "r1.4.t", "code default": "r1.4.c" });
  });

  test("variants on both sides are told apart", () => {
    const flag = flagOf({ default: rollout({ otherwise: "on" }) }, { ...released, rule: null });
    const seen = new Set(Array.from({ length: 100 }, (_, i) => evaluate(flag, { targetingKey: `u${i}` }, 0).cohort));
    expect(seen).toEqual(new Set(["r1.4.t", "r1.4.c"]));
  });

  test.each(["otherwise", "skip", "first", { variant: "on" }])(
    "who has nothing to hash (absent: %j) is in neither",
    (absent) => {
      for (const otherwise of ["off", null]) {
        const more = { rules: [{ id: "ramp", serve: rollout({ absent, otherwise }) }] };
        const { cohort, ...rest } = evaluate(flagOf(more, released), {}, 0);
        expect(cohort).toBeUndefined();
        expect(rest).toEqual(evaluate(flagOf(more), {}, 0));
      }
    },
  );

  test("before the first stage with a percentage, and for a rule that is fixed, there is none", () => {
    const rules = [{ id: "ramp", serve: rollout() }];
    expect(evaluate(flagOf({ rules }, { ...released, epoch: null }), { targetingKey: "u" }, 0)).not.toHaveProperty(
      "cohort",
    );
    const fixed = [{ id: "ramp", serve: { variant: "on" } }];
    expect(evaluate(flagOf({ rules: fixed }, released), { targetingKey: "u" }, 0)).not.toHaveProperty("cohort");
  });

  test("the rule of a stage has an epoch of its own", () => {
    const rules = [
      { id: "release:r1:staff", when: inGermany, serve: rollout({ percentage: 100, otherwise: null }) },
      { id: "ramp", serve: rollout() },
    ];
    const flag = flagOf({ rules }, { ...released, stages: [{ rule: "release:r1:staff", epoch: 2 }] });
    expect(evaluate(flag, { targetingKey: "u", country: "DE" }, 0)).toMatchObject({ variant: "on", cohort: "r1.2.t" });
    expect(evaluate(flag, { targetingKey: "u" }, 0).cohort).toMatch(/^r1\.4\.[tc]$/);
  });
});

test("metadata says it, for either kind of key", () => {
  const flag = flagOf({ default: rollout({ percentage: 100 }), metadata: { team: "a" } }, { ...released, rule: null });
  const evaluation = evaluate(flag, { targetingKey: "u" }, 0);
  for (const audience of ["server", "client"] as const)
    expect(JSON.parse(json(evaluation, audience)).metadata).toEqual({ team: "a", version: "2", cohort: "r1.4.t" });
});
