import { describe, expect, test } from "vitest";
import type { Rollout, Serve } from "../../src/contract/flag.ts";
import { retarget, type RolloutTarget } from "../../src/environment/write/rollout.ts";
import { flag, textFlag } from "./build.ts";

type Made = ReturnType<typeof flag>;

function rolled(made: Made, target: RolloutTarget): Rollout {
  const result = retarget(made, target);
  if (!result.ok) throw new Error(JSON.stringify(result.issues));
  const rule = result.flag.rules.find((one) => one.id === target.rule);
  const serve: Serve = target.rule === undefined ? result.flag.default : rule!.serve;
  if (!("rollout" in serve)) throw new Error("no rollout");
  return serve.rollout;
}

function issues(made: Made, target: RolloutTarget) {
  const result = retarget(made, target);
  if (result.ok) throw new Error("was not refused");
  return result.issues;
}

const SPLIT = [
  { variant: "b", weight: 1 },
  { variant: "c", weight: 3 },
];

describe("a boolean flag that serves a fixed variant", () => {
  test.each(["off", "on"])("(%s) becomes a rollout of the true variant, with the false one for the rest", (variant) => {
    expect(rolled(flag("f", { default: { variant } }), { percentage: 25 })).toEqual({
      percentage: 25,
      split: [{ variant: "on", weight: 1 }],
      otherwise: "off",
      by: "targetingKey",
      salt: "f",
      hash: "murmur3",
      absent: "otherwise",
    });
  });

  test("does so in a rule, and leaves the rest of the flag alone", () => {
    const rules = [
      { id: "r1", serve: { variant: "on" } },
      { id: "r2", when: { segment: "s" }, serve: { variant: "off" } },
    ];
    const made = flag("f", { rules });
    expect(rolled(made, { percentage: 1.5, rule: "r2" })).toMatchObject({ percentage: 1.5, otherwise: "off" });
    const result = retarget(made, { percentage: 1.5, rule: "r2" });
    if (!result.ok) throw new Error("refused");
    expect({ ...result.flag, rules: [] }).toEqual({ ...made, rules: [] });
    expect(result.flag.rules[0]).toEqual(made.rules[0]);
    expect({ ...result.flag.rules[1], serve: 0 }).toEqual({ ...made.rules[1], serve: 0 });
  });

  test("needs a split where it isn't clear which variant is meant", () => {
    const variants = { yes: true, sure: true, no: false };
    const made = flag("f", { variants, default: { variant: "no" } });
    expect(issues(made, { percentage: 5 })).toMatchObject([{ path: "/split" }]);
    expect(rolled(made, { percentage: 5, split: [{ variant: "sure", weight: 1 }] })).toMatchObject({
      split: [{ variant: "sure", weight: 1 }],
      otherwise: "no",
    });
    expect(
      issues(flag("f", { variants: { yes: true }, default: { variant: "yes" } }), { percentage: 5 }),
    ).toMatchObject([{ path: "/split" }]);
  });

  test("with two false variants, the one that was served is for the rest", () => {
    const variants = { on: true, off: false, no: false };
    expect(rolled(flag("f", { variants, default: { variant: "no" } }), { percentage: 5 }).otherwise).toBe("no");
    expect(issues(flag("f", { variants, default: { variant: "on" } }), { percentage: 5 })).toMatchObject([
      { path: "/split" },
    ]);
  });
});

describe("a flag of another type that serves a fixed variant", () => {
  test("needs a split once", () => {
    expect(issues(textFlag("f"), { percentage: 5 })).toMatchObject([{ path: "/split" }]);
  });

  test("has what was served before for the rest", () => {
    expect(rolled(textFlag("f"), { percentage: 5, split: SPLIT })).toMatchObject({
      percentage: 5,
      split: SPLIT,
      otherwise: "a",
      salt: "f",
    });
  });
});

describe("a rollout", () => {
  const kept = { otherwise: "a", by: ["userId", "targetingKey"], salt: "old", hash: "murmur3", absent: "skip" };
  const made = textFlag("f", { default: { rollout: { percentage: 10, split: SPLIT, ...kept } } });

  test("keeps everything but the percentage, so that nobody is moved", () => {
    expect(rolled(made, { percentage: 50 })).toEqual({ percentage: 50, split: SPLIT, ...kept });
  });

  test("takes a new split when one is given", () => {
    const split = [{ variant: "a", weight: 1 }];
    expect(rolled(made, { percentage: 50, split })).toEqual({ percentage: 50, split, ...kept });
  });

  test("without otherwise goes on passing on to the next rule", () => {
    const rollout = { percentage: 10, split: SPLIT };
    expect(rolled(textFlag("f", { default: { rollout } }), { percentage: 0 }).otherwise).toBeNull();
  });

  test("by ranges has no percentage: it needs a split, and keeps salt, by and hash then", () => {
    const rollout = { ranges: [{ variant: "b", from: 0, to: 0.25 }], ...kept };
    const ranged = textFlag("f", { default: { rollout } });
    expect(issues(ranged, { percentage: 50 })).toMatchObject([{ path: "/split" }]);
    expect(rolled(ranged, { percentage: 50, split: SPLIT })).toEqual({ percentage: 50, split: SPLIT, ...kept });
  });
});

test("what serves the default in the code has nothing to roll out", () => {
  const rules = [{ id: "r", serve: { codeDefault: true } }];
  expect(issues(flag("f", { default: { codeDefault: true } }), { percentage: 5 })).toMatchObject([{ path: "" }]);
  expect(issues(flag("f", { rules }), { percentage: 5, rule: "r" })).toMatchObject([{ path: "/rule" }]);
});

test("a rule or variant that doesn't exist is named", () => {
  expect(issues(flag("f"), { percentage: 5, rule: "none" })).toEqual([
    { path: "/rule", message: "is not the id of a rule of this flag" },
  ]);
  const split = [
    { variant: "a", weight: 1 },
    { variant: "toString", weight: 1 },
  ];
  expect(issues(textFlag("f"), { percentage: 5, split })).toEqual([
    { path: "/split/1/variant", message: "is not a variant of this flag" },
  ]);
});
