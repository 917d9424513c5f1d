import * as LIMITS from "../contract/limits.ts";

/*
 * A run is one evaluation, or one of all flags: one context at one time. What several flags ask about is decided once
 * in a run: whoever keeps an answer keeps the number of the run beside it. Nothing of the context is kept, only
 * answers. Texts come from anyone, and so do patterns from whoever may write one flag: so a run has a budget of steps,
 * and each flag in it another, and one that uses up either has no answer. This is the one variable state of the core,
 * and no caller can see it.
 */

let current = 0;
let last = 0;
let left: number = LIMITS.evaluationSteps;
let leftOfFlag: number = LIMITS.evaluationFlagSteps;

/** Thrown when the budget is used up; made once, since a stack would tell nobody anything. */
export const OUT_OF_STEPS = new RangeError("the budget of steps is used up");

/** The number of the run under way; never that of an earlier one. */
export function currentRun(): number {
  return current;
}

/** Begins a run; returns what `endRun` needs, since runs can nest: a context with getters can do anything. */
export function beginRun(): number {
  const outer = current;
  current = ++last;
  if (outer === 0) left = LIMITS.evaluationSteps;
  leftOfFlag = LIMITS.evaluationFlagSteps;
  return outer;
}

export function endRun(outer: number): void {
  current = outer;
}

/** A flag of the run is about to be decided, with a budget of its own. */
export function beginFlag(): void {
  leftOfFlag = LIMITS.evaluationFlagSteps;
}

/** Takes steps off the budget of the run under way. Throws `OUT_OF_STEPS` when there aren't so many. */
export function spend(steps: number): void {
  if (current === 0) return;
  left -= steps;
  leftOfFlag -= steps;
  if (left < 0 || leftOfFlag < 0) throw OUT_OF_STEPS;
}

/** What the engine scans by itself costs less, and nothing worth counting for texts as they usually are. */
const FREE_LENGTH = 1_024;
const CHARACTERS_A_STEP = 16;

/** A text is looked through, so many times. */
export function scanned(text: string, times = 1): void {
  if (text.length > FREE_LENGTH) spend((text.length / CHARACTERS_A_STEP) * times);
}
