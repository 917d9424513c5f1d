import { RE2JS } from "re2js";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Pattern, TooLarge } from "../../../src/core/pattern/automaton.ts";
import { runs } from "../../support/counts.ts";

const MOST = 10_000;

function theirs(pattern: string, ignoreCase: boolean): RE2JS | undefined {
  try {
    return RE2JS.compile(pattern, ignoreCase ? RE2JS.CASE_INSENSITIVE : 0);
  } catch {
    return undefined;
  }
}

function ours(pattern: string, ignoreCase: boolean): Pattern | undefined {
  try {
    return new Pattern(pattern, ignoreCase, 100_000);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** Characters that have something to do with patterns, with case, with lines, and with words. */
const character = fc.constantFrom(...Array.from("aAbBzZ019_-kKsS\n .ßẞKſéÉдДΣσς𝒜💚İı\t\r\v"));
const text = fc.string({ unit: character, maxLength: 12 });

describe("the same as an implementation of RE2 with captures, tables and all", () => {
  const escape = fc.constantFrom(
    ..."d D s S w W n t r f v a . * \\ [ ] - ^ _ x41 x{1F49A} 101 07 0".split(" ").map((one) => `\\${one}`),
    ..."L Lu Ll N P Greek Cyrillic Latin Han Any ^L".split(" ").flatMap((one) => [`\\p{${one}}`, `\\P{${one}}`]),
    "\\pL",
    "\\PN",
  );
  const inSet = fc.oneof(
    character.filter((one) => !"[]\\^-".includes(one)),
    escape,
    fc.constantFrom("a-z", "A-Z", "0-9", "-", "[:alpha:]", "[:^digit:]", "[:word:]", "[:punct:]", "К-Я", "ſ-ƀ"),
  );
  const set = fc
    .tuple(fc.boolean(), fc.array(inSet, { minLength: 1, maxLength: 4 }))
    .map(([negated, items]) => `[${negated ? "^" : ""}${items.join("")}]`);
  const { pattern } = fc.letrec<{ pattern: string; piece: string; atom: string }>((tie) => ({
    atom: fc.oneof(
      { maxDepth: 4 },
      { arbitrary: character.map((one) => (".".includes(one) ? "\\." : one)), weight: 4 },
      { arbitrary: escape, weight: 2 },
      { arbitrary: set, weight: 2 },
      { arbitrary: fc.constantFrom(".", "^", "$", "\\A", "\\z", "\\b", "\\B", "\\Qa.b\\E"), weight: 2 },
      {
        arbitrary: fc
          .tuple(fc.constantFrom("", "?:", "?i:", "?s:", "?m:", "?-i:", "?ms-i:", "?P<n>", "?U:"), tie("pattern"))
          .map(([head, body]) => `(${head}${body})`),
        weight: 2,
      },
      { arbitrary: fc.constantFrom("(?i)", "(?m)", "(?s)", "(?-s)"), weight: 1 },
    ),
    piece: fc
      .tuple(tie("atom"), fc.constantFrom("", "", "", "*", "+", "?", "*?", "{2}", "{0,2}", "{1,}", "{0}", "{,2}"))
      .map(([atom, times]) => atom + times),
    pattern: fc
      .array(fc.array(tie("piece"), { maxLength: 4 }), { minLength: 1, maxLength: 2 })
      .map((options) => options.map((pieces) => pieces.join("")).join("|")),
  }));

  const whole = fc.tuple(fc.constantFrom("", "", "(?m)", "(?s)"), pattern).map(([flags, rest]) => flags + rest);

  test("of patterns that follow the grammar", () => {
    let valid = 0;
    fc.assert(
      fc.property(whole, fc.boolean(), fc.array(text, { minLength: 5, maxLength: 5 }), (one, ignoreCase, texts) => {
        const [expected, found] = [theirs(one, ignoreCase), ours(one, ignoreCase)];
        expect(found === undefined, `valid: ${one}`).toBe(expected === undefined);
        if (!expected || !found) return;
        valid++;
        for (const each of texts) expect([one, each, found.test(each)]).toEqual([one, each, expected.test(each)]);
      }),
      { seed: 52, numRuns: runs(40_000) },
    );
    expect(valid).toBeGreaterThan(runs(40_000) / 2);
  });

  test("of texts that hardly do", () => {
    const noise = fc.string({
      unit: fc.constantFrom(...Array.from("ab()[]{}*+?|^$\\.-,0129:=!<>PipnxQEdzAC")),
      maxLength: 12,
    });
    fc.assert(
      fc.property(noise, text, (one, each) => {
        const [expected, found] = [theirs(one, false), ours(one, false)];
        expect(found === undefined, `valid: ${one}`).toBe(expected === undefined);
        if (expected && found) expect([one, each, found.test(each)]).toEqual([one, each, expected.test(each)]);
      }),
      { seed: 53, numRuns: runs(100_000) },
    );
  });
});

describe("refused", () => {
  test.each([
    ["(", "a ) is missing, at character 2"],
    ["a)", "unexpected ), at character 2"],
    ["*a", "nothing to repeat"],
    ["a**", "can't be repeated without a group"],
    ["a{1001}", "{1001} is not a valid number of times"],
    ["a{3,2}", "{3,2} is not a valid number of times"],
    ["(a{100}){100}", "nested repetitions"],
    ["[b-a]", "ends before it begins"],
    ["[a", "a ] is missing"],
    ["[[:nope:]]", "no class [:nope:]"],
    ["\\p{Nope}", "no such property"],
    ["\\8", "\\8 is no escape"],
    ["(a)\\1", "\\1 is no escape"],
    ["(?=a)", "aren't flags"],
    ["(?P<n>a)(?P<n>b)", "two groups named n"],
    ["\\x{110000}", "no character's code"],
    ["a\\", "ends too early"],
  ])("%s: %s", (pattern, message) => {
    expect(() => new Pattern(pattern, false, MOST)).toThrow(message);
    expect(() => new Pattern(pattern, false, MOST)).toThrow(SyntaxError);
  });

  test("what has more steps than it may have, before they are made", () => {
    expect(() => new Pattern("(?:a{1000}){1}".repeat(11), false, MOST)).toThrow(TooLarge);
    for (const pattern of ["a{500}", "x{2,50}", "\\pL+", "a*b?c+", "(?:ab|cd)e"]) {
      const size = RE2JS.compile(pattern).programSize();
      expect(() => new Pattern(pattern, false, size)).not.toThrow();
      expect(() => new Pattern(pattern, false, size - 1)).toThrow(TooLarge);
    }
  });
});

test("ignoring case is Unicode's simple folding, as RE2's, of every code point", () => {
  const probes = [
    "(?i)[a-z]",
    "(?i)[^a-z]",
    "(?i)\\w",
    "(?i)\\W",
    "(?i)\\p{Lu}",
    "(?i)\\P{Ll}",
    "(?i)[\\x{370}-\\x{3FF}]",
  ];
  const codes = [...Array(0x250).keys(), ...range(0x370, 0x530), ...range(0x1e80, 0x2000), ...range(0x2120, 0x2190)];
  for (const probe of probes) {
    const [found, expected] = [new Pattern(probe, false, MOST), RE2JS.compile(probe)];
    for (const code of codes) {
      const one = String.fromCodePoint(code);
      expect([probe, code.toString(16), found.test(one)]).toEqual([probe, code.toString(16), expected.test(one)]);
    }
  }
});

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, index) => from + index);
}
