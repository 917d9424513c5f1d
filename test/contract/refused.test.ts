import { describe, expect, test } from "vitest";
import { flag, reservedRules } from "../../src/contract/flag.ts";
import { plan, withoutHoldback } from "../../src/contract/plan.ts";
import { parse } from "../../src/contract/validation.ts";

/* What would be kept as something else than what was written, or be lost later, is refused with its place. */

const number = { key: "f", type: "number", variants: { a: 1 }, default: { variant: "a" } };
const placesOf = (value: unknown): string[] => {
  const parsed = parse(flag, value);
  return parsed.ok ? [] : parsed.issues.map(({ path }) => path);
};
const when = (clause: object): object => ({
  ...number,
  rules: [{ when: { attribute: "x", ...clause }, serve: { variant: "a" } }],
});

describe("numbers beyond ±(2^53 - 1)", () => {
  const [most, beyond] = [2 ** 53 - 1, 2 ** 53];

  test.each([beyond, -beyond, 2 ** 53 + 2, 1e21, -1e300])("%d is no value of a variant, however deep", (value) => {
    expect(placesOf({ ...number, variants: { a: value } })).toEqual(["/variants/a"]);
    const deep = { ...number, type: "object", variants: { a: { list: [1, { "x/y": value }] } } };
    expect(placesOf(deep)).toEqual(["/variants/a/list/1/x~1y"]);
  });

  test.each(["in", "containsAll", "lessThan", "atMost", "greaterThan", "atLeast", "before", "after"])(
    "nor one of a clause: %s",
    (operator) => {
      for (const value of [beyond, -beyond])
        expect(placesOf(when({ operator, values: [1, value] })).some((path) => path.startsWith("/rules/0/when"))).toBe(
          true,
        );
      expect(placesOf(when({ operator, values: [most, -most, 0.5] }))).toEqual([]);
    },
  );

  test("those at the edge are, and longer ones as texts", () => {
    expect(placesOf({ ...number, variants: { a: most, b: -most, c: 0.1 + 0.2 } })).toEqual([]);
    expect(placesOf(when({ operator: "lessThan", values: ["1234567890123456789"] }))).toEqual([]);
    expect(placesOf({ ...number, metadata: { id: beyond } })).toEqual(["/metadata/id"]);
  });
});

describe("rules of releases' names", () => {
  const rules = ["a", "release:0123456789ab:ten", "release:", "released", "x:release:"].map((id) => ({ id }));

  test("are refused, each at its place, whatever follows", () => {
    expect(reservedRules({ rules } as never).map(({ path }) => path)).toEqual(["/rules/1/id", "/rules/2/id"]);
  });

  test("but for those that the flag has already", () => {
    expect(reservedRules({ rules } as never, { rules: [rules[1]] } as never).map(({ path }) => path)).toEqual([
      "/rules/2/id",
    ]);
  });
});

describe("shares", () => {
  test.each([0.1 + 0.2, 99.99999999999999, 1e-20])("%d is no share: of stages, of a holdback, of shadow", (share) => {
    const stages = (percentage: number) => [
      { name: "a", percentage },
      { name: "b", percentage: 100 },
    ];
    expect(parse(plan, { stages: stages(share) }).ok).toBe(false);
    expect(parse(plan, { stages: stages(50), holdback: share }).ok).toBe(false);
    expect(parse(plan, { stages: stages(50) }).ok).toBe(true);
    expect(placesOf({ ...number, shadow: share })).toEqual(["/shadow"]);
  });

  test("what a holdback leaves is in steps of 0.001 too, whatever the holdback is", () => {
    for (let thousandths = 0; thousandths <= 50_000; thousandths++) {
      const left = withoutHoldback(100, thousandths / 1000);
      if (left !== (100_000 - thousandths) / 1000) expect.fail(`${thousandths}: ${left}`);
    }
  });
});
