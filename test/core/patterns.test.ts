import fc from "fast-check";
import { expect, test } from "vitest";
import { flag as flagSchema } from "../../src/contract/flag.ts";
import { evaluate } from "../../src/core/evaluate.ts";
import { runs } from "../support/counts.ts";
import { publish } from "./publish.ts";

function matching(pattern: string, ignoreCase = false): (x: string) => boolean {
  const flag = flagSchema.parse({
    key: "f",
    type: "boolean",
    variants: { on: true, off: false },
    rules: [{ when: { attribute: "x", operator: "matches", values: [pattern], ignoreCase }, serve: { variant: "on" } }],
    default: { variant: "off" },
  });
  const compiled = publish([flag], []).flag("f", "server")!;
  return (x) => evaluate(compiled, { x }, 0).variant === "on";
}

test("patterns whose automaton outgrows its memory go on matching", () => {
  // Each needs more than 2^14 states; built up by texts that share little.
  const patterns = ["a[ab]{14}$", "a[ab]{14}c", "b[ab]{13}(?:ca|bc)$"];
  const text = fc.string({
    unit: fc.constantFrom(..."abababababababababababababababc".split("")),
    maxLength: 4000,
    size: "max",
  });
  for (const pattern of patterns) {
    const matches = matching(pattern);
    const expected = new RegExp(pattern);
    fc.assert(
      fc.property(text, (one) => {
        expect(matches(one)).toBe(expected.test(one));
      }),
      { seed: 51, numRuns: runs(1_000) },
    );
  }
});

test("a pattern that makes others backtrack takes time in proportion to the text", () => {
  const matches = matching("^(([a-z])+.)+[A-Z]([a-z])+$");
  expect(matches("a".repeat(4_096))).toBe(false);
  expect(matching("(x+x+)+y")("x".repeat(4_096))).toBe(false);
});

test("ignoring case goes by Unicode", () => {
  expect(matching("^straße$", true)("STRAßE")).toBe(true);
  expect(matching("^дом$", true)("ДОМ")).toBe(true);
  expect(matching("^дом$")("ДОМ")).toBe(false);
});
