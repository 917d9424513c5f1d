import fc from "fast-check";
import { expect, test } from "vitest";
import { Pattern } from "../../src/core/pattern/automaton.ts";
import { fromJavaScript } from "../../src/interchange/patterns.ts";
import { Refusal } from "../../src/interchange/report.ts";
import { note, runs } from "../support/counts.ts";

const PIECES =
  "a b k K S . \\d \\D \\w \\W \\s \\S \\b \\B ^ $ * +? ? {2} {1,} {0,2} {1,1001} | ( ) (?: (?<n> [ab] [^a] [a-c] [\\s] [\\S] " +
  "[\\d-] [] [^] [&~^] [\\b] \\/ \\- \\v \\t \\x41 \\u0041 \\u2028 \\ud800 \\0 é [é-ü] - ] } \\] [\\]] [a\\-z] (?=a) (?<!a) \\1 \\k<n> " +
  "\\p{L} \\cA [[:a] [\\w-] [a-] [-a] [a-\\d] { 😀 😀+ [😀] \\A \\z (?i) \\e";
const LETTERS =
  "a,b,k,K,\u212a,s,S,\u017f, ,\u00a0,\ufeff,\u2028,\u2029,\r,\n,\v,1,_,-,/,],},é,ü,\0,A,Z,\b,&,^,\\,{,2,e,z,i,p".split(
    ",",
  );

/** The translation; undefined where it is refused. */
function translated(pattern: string, ignoreCase: boolean): string | undefined {
  try {
    return fromJavaScript(pattern, ["p"], { ignoreCase });
  } catch (error) {
    expect(error).toBeInstanceOf(Refusal);
    return undefined;
  }
}

test("a translated pattern holds for the texts for which JavaScript's does", () => {
  const count = { compared: 0, refused: 0, invalid: 0 };
  const pattern = fc
    .array(fc.constantFrom(...PIECES.split(" ")), { minLength: 1, maxLength: 7 })
    .map((all) => all.join(""));
  const texts = fc.array(
    fc.array(fc.constantFrom(...LETTERS), { maxLength: 5 }).map((all) => all.join("")),
    { minLength: 12, maxLength: 12 },
  );
  fc.assert(
    fc.property(pattern, fc.boolean(), texts, (written, ignoreCase, against) => {
      let expected: RegExp | undefined;
      try {
        expected = new RegExp(written, ignoreCase ? "i" : "");
      } catch {
        count.invalid++;
      }
      const made = translated(written, ignoreCase);
      if (made === undefined) {
        count.refused++;
        return;
      }
      let compiled: Pattern | undefined;
      try {
        compiled = new Pattern(made, false, 10_000);
      } catch {
        // then the flag is refused where its conditions are compiled
      }
      if (expected === undefined) expect([written, compiled]).toEqual([written, undefined]);
      else
        for (const text of against) {
          count.compared++;
          expect([written, made, text, compiled!.test(text)]).toEqual([written, made, text, expected.test(text)]);
        }
    }),
    { seed: 96, numRuns: runs(100_000) },
  );
  note(JSON.stringify(count));
  expect(count.compared).toBeGreaterThan(count.refused);
});

test.each([
  ["(?=a)", 1],
  ["ab\\1", 3],
  ["[a-\\d]", 6],
  ["^*", 2],
  ["a{", 2],
  ["\\p{L}", 1],
  ["x{1,1001}", 2],
  ["[😀]", 4],
])("%s is refused with what can't be said, and where", (pattern, position) => {
  expect(() => fromJavaScript(pattern, [])).toThrow(new RegExp(` at ${position} `));
});

test("what is refused where case doesn't count", () => {
  expect(translated("é", false)).toBe("é");
  expect(translated("é", true)).toBeUndefined();
  expect(translated("k[a-c]", true)).toBe("[kK][a-cA-C]");
});
