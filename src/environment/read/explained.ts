import type { JsonObject } from "../../contract/json.ts";
import { explain, type Explanation } from "../../core/explain.ts";
import { byKeys } from "../../core/references.ts";
import { byKey, type Whole } from "../store/state.ts";

/**
 * What all live flags, or one, serve to a context and why; null when there is no such flag.
 *
 * @param now epoch milliseconds
 */
export function explained(
  whole: Whole,
  context: JsonObject,
  key: string | undefined,
  now: number,
): Explanation[] | null {
  const all = byKeys(whole);
  const one = key === undefined ? undefined : all.flags.get(key);
  if (key !== undefined && !one) return null;
  return explain(one ? [one] : [...all.flags.values()].toSorted(byKey), context, now, all);
}
