import { children, type Condition, type Window } from "../contract/flag.ts";
import { parseInstant } from "../contract/instant.ts";
import type { SnapshotBody } from "../contract/snapshot.ts";

/**
 * The moments at which answers change although nothing is written: where the windows of rules and of conditions begin and
 * end. Epoch milliseconds, whole (a fraction is rounded up, so that at that time the edge has been passed), sorted, each
 * once. Flags that are off have none. What can't be read is left out: no rule begins or ends there.
 */
export function windowEdges({ flags, segments }: Pick<SnapshotBody, "flags" | "segments">): readonly number[] {
  const edges = new Set<number>();
  const add = ({ from, until }: Window): void => {
    for (const text of [from, until]) {
      const edge = text === null ? undefined : parseInstant(text);
      if (edge !== undefined) edges.add(Math.ceil(edge));
    }
  };
  const addBelow = (node: Condition): void => {
    if ("window" in node) add(node.window);
    else for (const child of children(node)) addBelow(child.node);
  };
  for (const entry of flags)
    attempt(() => {
      const { flag } = entry;
      if (!flag.enabled) return;
      for (const { window, when } of flag.rules) {
        add(window);
        addBelow(when);
      }
    });
  for (const segment of segments) attempt(() => addBelow(segment.when));
  return [...edges].sort((a, b) => a - b);
}

function attempt(find: () => void): void {
  try {
    find();
  } catch {
    // it can't be compiled either
  }
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
