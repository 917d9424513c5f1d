import { asText, compilePath, type Context, type Path, read } from "./attributes.ts";
import { murmur3 } from "./murmur3.ts";
import type { Outcome } from "./outcome.ts";

/*
 * What is bucketed, as cohorts say it and counts are kept by: an account or a device, where a rollout doesn't go by the
 * targeting key. Whoever echoes the cohort tells which one it was, without telling what it is called.
 */

/** Seeds of the two halves of a hash. The first is that of the slices, so that a slice can be read off a hash. */
const SEEDS = [0x51ce, 0x51cf] as const;
const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/** 64 bits of a bucketed text as 11 characters of base64url. Independent of every bucketing hash. */
export function bucketedHash(text: string): string {
  const [high, low] = [murmur3(text, SEEDS[0]), murmur3(text, SEEDS[1])];
  const bits = (BigInt(high) << 34n) | (BigInt(low) << 2n); // 64 bits and two zeros: eleven times six
  let hash = "";
  for (let shift = 60n; shift >= 0n; shift -= 6n) hash += LETTERS[Number((bits >> shift) & 63n)]!;
  return hash;
}

/** The slice, 0 to 31, of a bucketed text: the top five bits of murmur3 with seed 0x51CE. */
export function sliceOf(text: string): number {
  return murmur3(text, SEEDS[0]) >>> 27;
}

/** The same, read off the text's hash. */
export function sliceOfHash(hash: string): number {
  return Math.max(0, LETTERS.indexOf(hash[0] ?? "A")) >> 1;
}

/** Marked outcomes that are kept, so that somebody who comes often finds an answer that is ready. */
const KEPT = 256;

/** Puts the hash of what is bucketed at the end of the cohorts of one flag. */
export class Marks {
  readonly #by: readonly Path[];
  readonly #kept = new Map<string, Outcome>();

  constructor(by: readonly Path[]) {
    this.#by = by;
  }

  /** null where the targeting key comes first, and so nothing is put. */
  static of(by: readonly string[]): Marks | null {
    return by.length === 0 || by[0] === "targetingKey" ? null : new Marks(by.map(compilePath));
  }

  mark(outcome: Outcome, context: Context): Outcome {
    for (const path of this.#by) {
      const text = asText(read(context, path));
      if (text === undefined) continue;
      return path.name === "targetingKey" ? outcome : this.#marked(outcome, bucketedHash(text));
    }
    return outcome;
  }

  #marked(outcome: Outcome, hash: string): Outcome {
    const cohort = `${outcome.cohort}.${hash}`;
    const known = this.#kept.get(cohort);
    if (known !== undefined && known.variant === outcome.variant && known.ruleId === outcome.ruleId) return known;
    if (this.#kept.size >= KEPT) this.#kept.clear();
    const marked = outcome.of(cohort);
    this.#kept.set(cohort, marked);
    return marked;
  }
}
