import { type Context, plain } from "./attributes.ts";
import type { Snapshot } from "./compile.ts";
import type { CompiledFlag } from "./node.ts";
import type { Audience, Evaluation } from "./outcome.ts";
import { beginRun, endRun } from "./run.ts";

export type { Context } from "./attributes.ts";
export type { Evaluation } from "./outcome.ts";
export { json } from "./outcome.ts";

/**
 * What a flag serves to a context at a time (epoch milliseconds). A pure function of these three; never throws.
 */
export function evaluate(flag: CompiledFlag, context: Context, now: number): Evaluation {
  const outer = beginRun();
  const outcome = flag.decide(plain(context), now);
  endRun(outer);
  return outcome.evaluation;
}

/** What each of several flags of one snapshot serves; what they ask about in common is decided once. */
export function evaluateEach(flags: readonly CompiledFlag[], context: Context, now: number): Evaluation[] {
  const known = plain(context);
  const outer = beginRun();
  const outcomes = flags.map((flag) => flag.decide(known, now));
  endRun(outer);
  return outcomes.map((outcome) => outcome.evaluation);
}

/**
 * Everything that an audience may see: the text of a JSON array sorted by flag key, and a hash of it (24 letters)
 * that is the same wherever the text is the same.
 */
export function evaluateAll(
  snapshot: Snapshot,
  audience: Audience,
  context: Context,
  now: number,
): { flags: string; hash: string } {
  const flags = snapshot.flags(audience);
  const known = plain(context);
  const outer = beginRun();
  let text = "";
  let a = 0;
  let b = 0;
  let c = 0;
  for (let i = 0; i < flags.length; i++) {
    const piece = flags[i]!.decide(known, now).piece(audience);
    text += i === 0 ? piece.text : piece.following;
    a = (a + piece.a) | 0;
    b = (b + piece.b) | 0;
    c = (c + piece.c) | 0;
  }
  endRun(outer);
  return { flags: `[${text}]`, hash: letters(a) + letters(b) + letters(c) };
}

/**
 * 32 bits as eight letters, `a` to `p`. Numbers have ways of their own to become text, but all of them cost more: the
 * hexadecimal one a ninth of a bulk evaluation of 100 flags, the decimal one looks for each number in a large cache.
 */
function letters(word: number): string {
  return String.fromCharCode(
    97 + (word & 15),
    97 + ((word >> 4) & 15),
    97 + ((word >> 8) & 15),
    97 + ((word >> 12) & 15),
    97 + ((word >> 16) & 15),
    97 + ((word >> 20) & 15),
    97 + ((word >> 24) & 15),
    97 + ((word >> 28) & 15),
  );
}
