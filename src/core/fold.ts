/*
 * Simple case folding as Unicode has it (CaseFolding.txt, statuses C and S), by way of the platform's own mappings, so
 * that no table travels with the code. What is compared is folded first, code point by code point: a text's length, and
 * so what it begins and ends with, stays as it is.
 */

const ASCII = /^[\0-\x7f]*$/;
/** What the mappings don't show: dotless i isn't i, and three letters without a single capital are others. */
const EXCEPTIONS: { readonly [code: number]: string } = {
  0x131: "\u0131",
  0x1fd3: "\u0390",
  0x1fe3: "\u03b0",
  0xfb05: "\ufb06",
};

/** A text in which characters that differ only in case are the same. For comparing, not for showing. */
export function foldCase(text: string): string {
  if (ASCII.test(text)) return text.toLowerCase();
  let folded = "";
  for (const character of text) folded += foldOne(character);
  return folded;
}

/** The small letter of its capital letter, which makes one of the two small sigmas, unless either is several characters. */
function foldOne(character: string): string {
  const code = character.codePointAt(0)!;
  // From the radicals to Yi: a third of all characters that people write, none of which has a case.
  if (code >= 0x2e80 && code < 0xa640) return character;
  const exception = EXCEPTIONS[code];
  if (exception !== undefined) return exception;
  const upper = sameLength(character.toUpperCase(), character);
  return sameLength(upper.toLowerCase(), upper);
}

function sameLength(mapped: string, character: string): string {
  const [first, second] = mapped;
  return first !== undefined && second === undefined ? first : character;
}
