import { expect, test } from "vitest";
import { foldCase } from "../../src/core/fold.ts";

/** As characters of a text: a lone surrogate is none. */
const CODES = Array.from({ length: 0x110000 }, (_, code) => code).filter((code) => code < 0xd800 || code > 0xdfff);

test("two characters fold to the same exactly where Unicode's simple folding says so", () => {
  // The engine's own regular expressions fold simply when they ignore case and read code points.
  const classes = new Map<string, number[]>();
  for (const code of CODES) {
    const folded = foldCase(String.fromCodePoint(code));
    const one = classes.get(folded);
    if (one) one.push(code);
    else classes.set(folded, [code]);
  }
  const escaped = (code: number): string => `\\u{${code.toString(16)}}`;
  let several = 0;
  for (const [folded, codes] of classes) {
    if (codes.length === 1) continue;
    several++;
    const same = new RegExp(`^${escaped(codes[0]!)}$`, "iu");
    for (const code of codes) if (!same.test(String.fromCodePoint(code))) expect.fail(`${escaped(code)} in ${folded}`);
  }
  expect(several).toBeGreaterThan(1_350);
  // And none that belongs together was kept apart: what a class matches is in it.
  const cased = CODES.filter((code) => /\p{Changes_When_Casemapped}/u.test(String.fromCodePoint(code)));
  const all = cased.map((code) => String.fromCodePoint(code)).join("");
  for (const [folded, codes] of classes) {
    if (codes.length === 1 && !/\p{Changes_When_Casemapped}/u.test(String.fromCodePoint(codes[0]!))) continue;
    const found = all.match(new RegExp(escaped(codes[0]!), "giu")) ?? [];
    for (const one of found) if (foldCase(one) !== folded) expect.fail(`${one} isn't with ${folded}`);
  }
});

test("a text keeps its characters' places, whatever they are", () => {
  for (const [one, other] of [
    ["ΟΔΟΣ", "οδοσ"],
    ["ΟΔΟΣ", "οδος"],
    ["STRAẞE", "straße"],
    ["Kelvin", "KELVIN"],
    ["ſoft", "SOFT"],
    ["ᾨΔΗ", "ᾠδη"],
    ["Ǆ", "ǆ"],
    ["ꭰ", "Ꭰ"],
    ["𐐀", "𐐨"],
  ])
    expect(foldCase(one!)).toBe(foldCase(other!));
  for (const [one, other] of [
    ["straße", "strasse"],
    ["İ", "i"],
    ["ı", "i"],
    ["ﬁ", "fi"],
    ["ä", "a"],
  ])
    expect(foldCase(one!)).not.toBe(foldCase(other!));
  expect(foldCase("漢\ud800字")).toBe("漢\ud800字");
});
