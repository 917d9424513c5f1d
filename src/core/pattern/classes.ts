import type { Part } from "./characters.ts";

/* The sets of characters that have names in patterns. They are ASCII, whatever the text. */

const DIGIT: Part = { ranges: [[0x30, 0x39]] };
const WORD: Part = {
  ranges: [
    [0x30, 0x39],
    [0x41, 0x5a],
    [0x5f, 0x5f],
    [0x61, 0x7a],
  ],
};
/** By the letter after a backslash; the capital stands for all others. */
export const PERL: Record<string, Part> = {
  d: DIGIT,
  s: {
    ranges: [
      [0x09, 0x0a],
      [0x0c, 0x0d],
      [0x20, 0x20],
    ],
  },
  w: WORD,
};
const UPPER = [0x41, 0x5a] as const;
const LOWER = [0x61, 0x7a] as const;
const DIGITS = [0x30, 0x39] as const;
/** By the name between `[:` and `:]`. */
export const POSIX: Record<string, Part> = {
  alnum: { ranges: [DIGITS, UPPER, LOWER] },
  alpha: { ranges: [UPPER, LOWER] },
  ascii: { ranges: [[0, 0x7f]] },
  blank: {
    ranges: [
      [0x09, 0x09],
      [0x20, 0x20],
    ],
  },
  cntrl: {
    ranges: [
      [0, 0x1f],
      [0x7f, 0x7f],
    ],
  },
  digit: DIGIT,
  graph: { ranges: [[0x21, 0x7e]] },
  lower: { ranges: [LOWER] },
  print: { ranges: [[0x20, 0x7e]] },
  punct: {
    ranges: [
      [0x21, 0x2f],
      [0x3a, 0x40],
      [0x5b, 0x60],
      [0x7b, 0x7e],
    ],
  },
  space: {
    ranges: [
      [0x09, 0x0d],
      [0x20, 0x20],
    ],
  },
  upper: { ranges: [UPPER] },
  word: WORD,
  xdigit: { ranges: [DIGITS, [0x41, 0x46], [0x61, 0x66]] },
};
/** Control characters, by the letter after a backslash. */
export const CONTROL: Record<string, number> = { a: 0x07, f: 0x0c, n: 0x0a, r: 0x0d, t: 0x09, v: 0x0b };
