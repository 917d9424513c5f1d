import type { Issue } from "../../contract/json.ts";
import { type Metric, outcomeName } from "../../contract/metric.ts";
import { BUILT_IN_METRICS, type Plan } from "../../contract/plan.ts";

/*
 * Whether the metrics that a plan names are metrics here. A guard whose name is nearly right would see nothing, and be
 * taken for a quiet one.
 */

/** Those that everybody has, whose other names are refused so that a plan says what it means. */
const EVERYBODYS: readonly string[] = [...BUILT_IN_METRICS, "heartbeat"];

/**
 * What of a plan's guardrails names no metric; paths are the plan's. With the nearest name, where one is near.
 *
 * @param reported names of outcomes that were reported here within 30 days; undefined: that isn't known
 * @returns "unknown" where it depends on what was reported
 */
export function unknownMetrics(
  { guardrails }: Pick<Plan, "guardrails">,
  defined: readonly Metric[],
  reported: readonly string[] | undefined,
): Issue[] | "unknown" {
  const here = new Set([...EVERYBODYS, ...defined.map(({ name }) => name), ...(reported ?? []).map(outcomeName)]);
  const known = (name: string): boolean => here.has(name);
  const named = guardrails.flatMap(({ metric, expect }, i) => [
    { path: `/guardrails/${i}/metric`, name: metric },
    ...(expect === undefined ? [] : [{ path: `/guardrails/${i}/expect`, name: expect }]),
  ]);
  const strange = named.filter(({ name }) => !known(name));
  if (strange.length > 0 && reported === undefined) return "unknown";
  return strange.map(({ path, name }) => {
    const near = nearest(name, [...here]);
    const hint = near === undefined ? "define it first where it is still to come" : `did you mean ${near}?`;
    return { path, message: `is neither built in, nor defined, nor reported here within 30 days: ${hint}` };
  });
}

/** Only names that a slip of the pen away, or the same but for how it is written. */
function nearest(name: string, names: readonly string[]): string | undefined {
  const plain = (text: string): string => text.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, "");
  const near = names
    .map((one) => ({ one, far: distance(plain(name), plain(one)) }))
    .filter(({ one, far }) => far <= Math.max(1, Math.floor(one.length / 3)))
    .toSorted((a, b) => a.far - b.far || (a.one < b.one ? -1 : 1));
  return near[0]?.one;
}

/** How many letters have to be put in, left out, changed or swapped with the next (restricted Damerau–Levenshtein). */
function distance(a: string, b: string): number {
  let [older, before]: number[][] = [[], Array.from({ length: b.length + 1 }, (_, j) => j)];
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1;
      row[j] = Math.min(before![j]! + 1, row[j - 1]! + 1, before![j - 1]! + cost);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        row[j] = Math.min(row[j]!, older![j - 2]! + 1);
    }
    [older, before] = [before, row];
  }
  return before![b.length]!;
}
