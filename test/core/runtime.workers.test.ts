import { expect, test } from "vitest";
import { type Flag, flag as flagSchema } from "../../src/contract/flag.ts";
import * as LIMITS from "../../src/contract/limits.ts";
import { evaluate } from "../../src/core/evaluate.ts";
import { publish } from "./publish.ts";

/* What the Workers runtime could do otherwise than Node: its stack, and how libraries of the old module kind load. */

function makeFlag(key: string, more: object): Flag {
  return flagSchema.parse({
    key,
    type: "boolean",
    variants: { on: true, off: false },
    default: { variant: "off" },
    ...more,
  });
}

test("patterns, versions and addresses are understood", () => {
  const clauses = [
    ["matches", "^a+$", "aaa", "ab"],
    ["semver", "^1.4", "v1.5", "2.0.0"],
    ["cidr", "2001:db8::/32", "2001:db8::1", "2001:db9::1"],
  ] as const;
  for (const [operator, value, held, not] of clauses) {
    const when = { attribute: "x", operator, values: [value] };
    const flag = publish([makeFlag("f", { rules: [{ when, serve: { variant: "on" } }] })], []).flag("f", "server")!;
    expect([operator, evaluate(flag, { x: held }, 0).value]).toEqual([operator, true]);
    expect([operator, evaluate(flag, { x: not }, 0).value]).toEqual([operator, false]);
  }
});

test("a chain through every flag of an environment is followed to its end", () => {
  const flags = Array.from({ length: LIMITS.flags }, (_, i): Flag => {
    const prerequisites = i + 1 < LIMITS.flags ? [{ flag: `f${i + 1}`, variants: ["on"] }] : [];
    return { ...makeFlag("f", { default: { variant: "on" } }), key: `f${i}`, prerequisites };
  });
  const top = publish(flags, []).flag("f0", "server")!;
  expect(evaluate(top, {}, 0)).toMatchObject({ variant: "on", reason: "STATIC" });
});
