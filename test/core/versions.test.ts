import fc from "fast-check";
import Range from "semver/classes/range.js";
import { describe, expect, test } from "vitest";
import { compileRange } from "../../src/core/versions.ts";
import { runs } from "../support/counts.ts";

type Test = (version: string) => boolean;

function ours(range: string): Test | undefined {
  try {
    return compileRange(range);
  } catch {
    return undefined;
  }
}
function theirs(range: string): Test | undefined {
  try {
    const made = new Range(range);
    return (version) => made.test(version);
  } catch {
    return undefined;
  }
}

const number = fc.constantFrom("0", "1", "2", "3", "10");
const pre = fc.constantFrom("", "", "", "-0", "-1", "-rc.1", "-rc.2", "-rc", "-alpha", "-1.beta", "-x-y", "-10", "-2");
const build = fc.constantFrom("", "", "", "+b.1");
const version = fc.tuple(number, number, number, pre, build).map(([a, b, c, d, e]) => `${a}.${b}.${c}${d}${e}`);
const open = fc.constantFrom("x", "X", "*");
const partial = fc.oneof(
  version,
  number,
  open,
  fc.tuple(number, number).map((all) => all.join(".")),
  fc.tuple(number, open).map((all) => all.join(".")),
  fc.tuple(number, number, open).map((all) => all.join(".")),
  fc.tuple(number, open, open).map((all) => all.join(".")),
);
const operator = fc.constantFrom(
  "",
  "",
  "=",
  ">",
  ">=",
  "<",
  "<=",
  "~",
  "~>",
  "^",
  "> ",
  "<= ",
  "^ ",
  "~ ",
  "v",
  ">=v",
);
const simple = fc.tuple(operator, partial).map((all) => all.join(""));
const set = fc.oneof(
  { arbitrary: fc.array(simple, { minLength: 1, maxLength: 3 }).map((all) => all.join(" ")), weight: 4 },
  fc.tuple(partial, partial).map((all) => all.join(" - ")),
  fc.constantFrom("", "*", " ", "latest", "1.2.3.4", "01.2.3", "1.2.3-", ">=<1"),
);
const range = fc
  .array(set, { minLength: 1, maxLength: 3 })
  .chain((all) => fc.constantFrom("||", " || ", "  ||").map((or) => all.join(or)));

describe("the same as npm's own", () => {
  test("of ranges that follow the grammar, and of some that don't", () => {
    let valid = 0;
    fc.assert(
      fc.property(range, fc.array(version, { minLength: 8, maxLength: 8 }), (text, versions) => {
        const [expected, found] = [theirs(text), ours(text)];
        expect(found === undefined, `valid: ${text}`).toBe(expected === undefined);
        if (!expected || !found) return;
        valid++;
        for (const one of versions) expect([text, one, found(one)]).toEqual([text, one, expected(one)]);
      }),
      { seed: 54, numRuns: runs(100_000) },
    );
    expect(valid).toBeGreaterThan(runs(100_000) / 2);
  });

  test("of noise, where it is taken for a range at all (npm takes some more)", () => {
    const noise = fc.string({ unit: fc.constantFrom(...Array.from("0123.x*-+|<>=~^v ab")), maxLength: 12 });
    fc.assert(
      fc.property(noise, version, (text, one) => {
        const found = ours(text);
        if (found) expect([text, one, found(one)]).toEqual([text, one, theirs(text)?.(one)]);
      }),
      { seed: 55, numRuns: runs(100_000) },
    );
  });

  test.each(["1.2", "1.2.3.4", "01.2.3", "v1.2.3", "1.2.3-01", "9007199254740992.0.0", "1.2.3-rc_1", ""])(
    "of what is a version, and what isn't: %j",
    (text) => {
      expect(compileRange(">=0.0.0-0")(text)).toBe(new Range(">=0.0.0-0").test(text));
    },
  );
});
