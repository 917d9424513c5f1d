import type { Context } from "./attributes.ts";
import type { Snapshot } from "./compile.ts";
import { asRun, type CompiledFlag } from "./node.ts";
import type { Audience, Evaluation } from "./outcome.ts";

export type { Context } from "./attributes.ts";
export type { Evaluation } from "./outcome.ts";
export { json } from "./outcome.ts";

/**
 * What a flag serves to a context at a time (epoch milliseconds). A pure function of these three; never throws.
 */
export function evaluate(flag: CompiledFlag, context: Context, now: number): Evaluation {
  if (flag.height === 0) return flag.decide(context, now).evaluation;
  return asRun(() => flag.decide(context, now)).evaluation;
}

/**
 * Everything that an audience may see: the text of a JSON array sorted by flag key, and a hash of it (16 hex digits)
 * that is the same wherever the text is the same.
 */
export function evaluateAll(
  snapshot: Snapshot,
  audience: Audience,
  context: Context,
  now: number,
): { flags: string; hash: string } {
  return asRun(() => {
    let text = "[";
    let low = 0;
    let high = 0;
    let separator = "";
    for (const flag of snapshot.flags(audience)) {
      const piece = flag.decide(context, now).piece(audience);
      text += separator + piece.text;
      separator = ",";
      low = Math.imul(low ^ piece.low, 0x9e3779b1) + high;
      low = (low << 13) | (low >>> 19);
      high = Math.imul(high ^ piece.high, 0x85ebca77) + low;
      high = (high << 17) | (high >>> 15);
    }
    return { flags: text + "]", hash: hex(low) + hex(high) };
  });
}

function hex(word: number): string {
  return (word >>> 0).toString(16).padStart(8, "0");
}
