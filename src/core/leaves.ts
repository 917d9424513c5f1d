import type { Fixed } from "./fixed.ts";
import type { Outcome } from "./outcome.ts";
import type { Step } from "./program.ts";

/* Whether a flag serves the same to everybody, read off its diagram. */

/** null: it isn't the same to everybody. */
export function fixedBy(first: Step): Fixed | null {
  const hashed = onlyOf(first, false);
  if (hashed === undefined) return null;
  return { variant: hashed, always: onlyOf(first, true) === hashed };
}

function onlyOf(first: Step, unhashed: boolean): string | null | undefined {
  let only: string | null | undefined;
  for (const { variant } of leavesOf(first, unhashed)) {
    if (only !== undefined && only !== variant) return undefined;
    only = variant;
  }
  return only;
}

function* leavesOf(first: Step, unhashed: boolean): Generator<Outcome> {
  const seen = new Set<Step>();
  const left: Step[] = [first];
  for (let step = left.pop(); step !== undefined; step = left.pop()) {
    if (seen.has(step)) continue;
    seen.add(step);
    if (step.kind === "outcome") yield step;
    else if (step.kind === "branch") left.push(step.yes, step.no);
    else left.push(...step.taken, ...(unhashed ? [step.unhashed] : []));
  }
}
