import type { Caller } from "../../contract/action.ts";
import type { FlagView } from "../../contract/admin.ts";
import { referencesOf } from "../../core/references.ts";
import { outlineOfRelease } from "../release/release-view.ts";
import { flagActions } from "../release/actions.ts";
import { staleness } from "./stale.ts";
import type { Usage } from "../store/usage.ts";
import { type EnvironmentState, type State, wholeOf } from "../store/state.ts";

/** Keys of the flags that others name, for each state that was asked about. */
const needed = new WeakMap<State, ReadonlySet<string>>();

/** A flag as it is shown: with what is known of its use. @param now epoch milliseconds */
export function flagView(stored: FlagView, { state, releases }: EnvironmentState, usage: Usage, now: number): FlagView {
  const lastEvaluatedAt = usage.lastEvaluatedAt(stored);
  const release = releases.get(stored.flag.key);
  const stale = staleness(stored, isNeeded(stored, state), lastEvaluatedAt, now, release);
  return {
    ...stored,
    ...(release && { release: outlineOfRelease(release) }),
    ...(lastEvaluatedAt !== undefined && { lastEvaluatedAt: new Date(lastEvaluatedAt).toISOString() }),
    ...(stale && { stale }),
  };
}

/** The same with what a caller may do with it. Without a caller it stays as it is. */
export function withActions(
  view: FlagView,
  { state, releases }: EnvironmentState,
  caller: Caller | undefined,
): FlagView {
  if (!caller) return view;
  return { ...view, actions: flagActions(view, releases.get(view.flag.key), isNeeded(view, state), caller) };
}

function isNeeded({ flag }: FlagView, state: State): boolean {
  return neededIn(state).has(flag.key);
}

function neededIn(state: State): ReadonlySet<string> {
  let found = needed.get(state);
  if (!found) {
    const { flags, segments } = wholeOf(state);
    const targets = [...flags, ...segments].flatMap((one) => [...referencesOf(one)]);
    found = new Set(targets.filter(({ kind }) => kind === "flag").map(({ key }) => key));
    needed.set(state, found);
  }
  return found;
}
