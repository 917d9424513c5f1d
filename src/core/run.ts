/*
 * A run is one evaluation, or one of all flags: one context at one time. What several flags ask about is decided once
 * in a run: whoever keeps an answer keeps the number of the run beside it. Nothing of the context is kept, only
 * answers. This is the one variable state of the core, and no caller can see it.
 */

let current = 0;
let last = 0;

/** The number of the run under way; never that of an earlier one. */
export function currentRun(): number {
  return current;
}

/** Begins a run; returns what `endRun` needs, since runs can nest: a context with getters can do anything. */
export function beginRun(): number {
  const outer = current;
  current = ++last;
  return outer;
}

export function endRun(outer: number): void {
  current = outer;
}
