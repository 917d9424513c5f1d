import type { HashedAs, HashName } from "../contract/flag.ts";
import * as LIMITS from "../contract/limits.ts";
import { type Context, compilePath, firstText, type Path, read, textOf } from "./attributes.ts";
import { cborOf, HASH_TABLE, type SaltedHash } from "./hashes.ts";

/*
 * A place is a context's position among the places of a hash: 2^32 of them for ours. Who is served what is decided by
 * comparing that whole number with edges that were computed beforehand, in whole numbers wherever the number of places
 * is one that a double holds exactly with room to spare: a modulo would prefer low places, and a floating-point edge
 * could shut one person out of both neighbours or into both.
 */

/** What a context's place depends on. */
export type Placing = {
  by: string | readonly string[];
  hash: HashName;
  salt: string;
  as?: HashedAs;
  places?: number;
};

/** Where a context lies. `text`: what was hashed after the salt. */
export type Location = { text: string; place: number };

/**
 * Finds the places of contexts. What decides by them is a kind of it: that is one object less to go through for every
 * evaluation than if it had one.
 */
export class Placer {
  /** How many places there are. */
  readonly places: number;
  private readonly by: readonly Path[];
  private readonly hash: SaltedHash;
  private readonly reading: ((value: unknown) => string | undefined) | null;

  /** @throws TypeError when there is no such hash @throws RangeError when it doesn't have that many places */
  constructor({ by, hash, salt, as = "id", places }: Placing) {
    if (!Object.hasOwn(HASH_TABLE, hash)) throw new TypeError("unknown hash");
    const row = HASH_TABLE[hash];
    this.places = row.places ?? places ?? NaN;
    if (!(this.places >= 1) || (row.places === undefined && !(this.places <= LIMITS.places)))
      throw new RangeError("no places");
    this.by = (typeof by === "string" ? [by] : by).map(compilePath);
    this.hash = row.salted(salt, this.places);
    if (hash === "flagd-v3") this.reading = salt === "" ? cborOf : cborOfText;
    else this.reading = as === "id" ? null : readingAs(as);
  }

  /** A whole number from 0 to `places` - 1 (`flagd-v1`: up to 2^31); -1 when the context has nothing to hash. */
  place(context: Context): number {
    const text = this.reading === null ? firstText(context, this.by) : this.firstRead(context, this.reading);
    return text === undefined ? -1 : this.hash(text);
  }

  private firstRead(context: Context, reading: (value: unknown) => string | undefined): string | undefined {
    for (const path of this.by) {
      const value = read(context, path);
      const text = value === undefined ? undefined : reading(value);
      if (text !== undefined) return text;
    }
    return undefined;
  }

  /** For an explanation: where a context lies; undefined when it has nothing to hash. */
  locate(context: Context): Location | undefined {
    const place = this.place(context);
    if (place < 0) return undefined;
    const { reading } = this;
    const hashable = (value: unknown): boolean =>
      value !== undefined && (reading === null ? firstText({ value }, VALUE) : reading(value)) !== undefined;
    const value = this.by.map((path) => read(context, path)).find(hashable);
    return { text: Object.is(value, -0) ? "0" : textOf(value), place };
  }
}

const VALUE = [compilePath("value")];

function readingAs(as: HashedAs): (value: unknown) => string | undefined {
  if (as === "text") return textOf;
  if (as === "truthy") return (value) => (value ? textOf(value) : undefined);
  if (as === "string") return (value) => (typeof value === "string" ? value : undefined);
  throw new TypeError("unknown reading");
}

/** Of flagd's two texts, the second. */
function cborOfText(value: unknown): string | undefined {
  return typeof value === "string" ? cborOf(value) : undefined;
}

// ---- edges

const WORD = 2 ** 32;

/**
 * The edge of a fraction: the least whole n with n / places ≥ fraction, as doubles divide. Places below it are below the
 * fraction. Of more than 2^53 places it needn't be whole: scaling by their power of two is exact, and so is comparing.
 */
export function cut(fraction: number, places: number): number {
  if (!(fraction >= 0 && fraction <= 1)) throw new RangeError("no fraction");
  if (places > Number.MAX_SAFE_INTEGER) return fraction * places;
  let edge = Math.ceil(fraction * places);
  while (edge > 0 && (edge - 1) / places >= fraction) edge--;
  while (edge / places < fraction) edge++;
  return edge;
}

/**
 * ⌈part·places / whole⌉ for whole numbers 0 ≤ part ≤ whole ≤ 2^44: exactly, though the product passes 2^53. Of more than
 * 2^53 places, part / whole as a double, scaled.
 */
export function edgeAt(part: number, whole: number, places: number): number {
  if (places === WORD) return wordEdgeAt(part, whole);
  if (places > Number.MAX_SAFE_INTEGER) return (part / whole) * places;
  return Number((BigInt(part) * BigInt(places) + BigInt(whole) - 1n) / BigInt(whole));
}

/** The same of 2^32 places by long division, eight bits at a time: each step's product, remainder and quotient are exact. */
function wordEdgeAt(part: number, whole: number): number {
  let quotient = 0;
  let rest = part;
  for (let digit = 0; digit < 4; digit++) {
    const dividend = rest * 256;
    rest = dividend % whole;
    quotient = quotient * 256 + (dividend - rest) / whole;
  }
  return rest > 0 ? quotient + 1 : quotient;
}
