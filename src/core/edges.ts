import { parseInstant } from "../contract/instant.ts";
import type { SnapshotBody } from "../contract/snapshot.ts";

/**
 * The moments at which answers change although nothing is written: where the windows of rules begin and end. Epoch
 * milliseconds, whole (a fraction is rounded up, so that at that time the edge has been passed), sorted, each once.
 * Flags that are off have none. What can't be read is left out: no rule begins or ends there.
 */
export function windowEdges(flags: SnapshotBody["flags"]): readonly number[] {
  const edges = new Set<number>();
  for (const entry of flags) {
    try {
      const { enabled, rules } = entry.flag;
      if (!enabled) continue;
      for (const { window } of rules)
        for (const text of [window.from, window.until]) {
          const edge = text === null ? undefined : parseInstant(text);
          if (edge !== undefined) edges.add(Math.ceil(edge));
        }
    } catch {
      // it can't be compiled either
    }
  }
  return [...edges].sort((a, b) => a - b);
}

/** The first of sorted numbers that is greater than `than`; undefined when none is. */
export function firstAfter(sorted: readonly number[], than: number): number | undefined {
  let low = 0;
  for (let high = sorted.length; low < high;) {
    const middle = (low + high) >>> 1;
    if (sorted[middle]! <= than) low = middle + 1;
    else high = middle;
  }
  return sorted[low];
}
