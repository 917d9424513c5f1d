/*
 * Sets of characters, asked one code point at a time. What Unicode says of properties and of case is asked of the
 * platform's own regular expressions, on a text of one character, where there is nothing to backtrack: so no tables of
 * Unicode travel with the code. Their simple case folding is RE2's.
 */

/** One part of a set: ranges of code points, both ends inclusive, or a Unicode property as RE2 names it. */
export type Part = { ranges: readonly (readonly [from: number, to: number])[] } | { property: string };
export type Item = { part: Part; negated: boolean };

/** Characters that satisfy any of the items; with `fold` those also that differ from one only in case. */
export class CharacterSet {
  /** Equal sets have equal keys. */
  readonly key: string;
  readonly #items: readonly ((code: number) => boolean)[];
  readonly #negated: boolean;
  /** What asking about one character takes, in steps: a comparison is little beside one of the platform's expressions. */
  readonly cost: number;

  /** @throws SyntaxError for a property that there isn't */
  constructor(items: readonly Item[], negated: boolean, fold: boolean) {
    this.key = JSON.stringify([items, negated, fold]);
    this.#items = items.map(({ part, negated: without }) => {
      const test = testOf(part, fold);
      return without ? (code) => !test(code) : test;
    });
    this.#negated = negated;
    this.cost = items.reduce((sum, { part }) => sum + (fold || "property" in part ? 8 : 0.5), 0);
  }

  has(code: number): boolean {
    for (const item of this.#items) if (item(code)) return !this.#negated;
    return this.#negated;
  }
}

function testOf(part: Part, fold: boolean): (code: number) => boolean {
  if ("property" in part) return native(propertyOf(part.property), fold);
  const { ranges } = part;
  if (fold) return native(ranges.map(([from, to]) => `${escaped(from)}-${escaped(to)}`).join(""), true);
  return (code) => ranges.some(([from, to]) => from <= code && code <= to);
}

function native(body: string, fold: boolean): (code: number) => boolean {
  const one = new RegExp(`^[${body}]$`, fold ? "iu" : "u");
  return (code) => one.test(String.fromCodePoint(code));
}

function escaped(code: number): string {
  return `\\u{${code.toString(16)}}`;
}

/** RE2 knows general categories of one or two letters, scripts by their whole names, and Any. */
function propertyOf(name: string): string {
  if (/^(?:Any|[CLMNPSZ][a-z]?)$/.test(name)) return `\\p{${name}}`;
  if (/^[A-Z][A-Za-z_]*$/.test(name)) return `\\p{Script=${name}}`;
  throw new SyntaxError(`there is no property ${name}`);
}
