import { milliseconds } from "../../contract/duration.ts";
import { frozenUntil } from "./frozen.ts";
import { asksDue, openGates } from "./gates.ts";
import { alarmed, blocking, harmed, inWords, undecided, withoutData } from "./guards.ts";
import { activeTime, end, enter, move, note, onward, pause, stageOf, stay } from "./moves.ts";
import type { Effect, Release, Step } from "./state.ts";

/*
 * What a release does by itself, given the time and what is known: until nothing is left to do at this instant. No
 * stage can be entered and left at the same instant, so it goes up one stage at most, however late it is called.
 */

/** Each pass moves it on or is the last; more than a few in a row can't be. */
const MOST_MOVES = 6;

export function settle(release: Release, at: number): Step {
  let here = release;
  const effects: Effect[] = [];
  for (let i = 0; i < MOST_MOVES; i++) {
    const step = once(here, at);
    if (step.release === here) break;
    here = step.release;
    effects.push(...step.effects);
  }
  return { release: here, effects };
}

function once(release: Release, at: number): Step {
  switch (release.phase) {
    case "scheduled":
      return begin(release, at);
    case "baking":
      return guarded(release, at) ?? bake(release, at);
    case "gated":
      return guarded(release, at) ?? wait(release, at);
    case "watching":
      return guarded(release, at) ?? watch(release, at);
    case "paused":
      return guarded(release, at) ?? stay(release);
    case "draft":
    case "suspended":
    case "completed":
    case "unreleased":
    case "cancelled":
      return stay(release);
  }
}

function begin(release: Release, at: number): Step {
  const { startAt, plan } = release;
  if ((startAt ?? at) > at || frozenUntil(plan.freeze, at) !== null) return stay(release);
  return enter(release, 0, at, { what: "start", cause: "The time to start has come." });
}

/** What guardrails make it do, wherever it waits; undefined: they leave it alone. */
function guarded(release: Release, at: number): Step | undefined {
  const { plan, phase } = release;
  const harm = harmed(release, at);
  if (harm) {
    const cause = sentence(inWords(harm));
    const told: Effect = { type: "tell", about: "harm", cause };
    if (plan.onHarm === "unrelease") return end(release, "unreleased", at, { what: "unrelease", cause }, [told]);
    if (plan.onHarm === "disable")
      return end(release, "unreleased", at, { what: "unrelease", cause }, [{ type: "disable" }, told]);
    if (phase !== "paused") return pauseFor(release, at, cause);
  }
  const [alarm] = alarmed(release, at);
  if (alarm && phase !== "paused") return pauseFor(release, at, sentence(inWords(alarm)));
  const silent = withoutData(release, at);
  if (silent && plan.onNoData === "unrelease")
    return end(release, "unreleased", at, { what: "unrelease", cause: sentence(inWords(silent)) });
  if (silent && plan.onNoData === "pause" && phase !== "paused")
    return pauseFor(release, at, sentence(inWords(silent)));
  return undefined;
}

function pauseFor(release: Release, at: number, cause: string): Step {
  return pause(release, at, { what: "pause", cause });
}

function bake(release: Release, at: number): Step {
  const { plan, patience } = release;
  const active = activeTime(release, at);
  const unsure = undecided(release, at);
  if (unsure && plan.onInconclusive !== "hold" && active - patience >= bakeTime(release)) {
    const cause = sentence(inWords(unsure));
    if (plan.onInconclusive === "pause") return pauseFor(release, at, cause);
    return end(release, "unreleased", at, { what: "unrelease", cause });
  }
  if (unready(release, at) === undefined) {
    if (isOpen(release, at))
      return onward(release, at, { what: "advance", cause: "The stage has baked, and its gates are open." });
    const effects: Effect[] = needsPerson(release)
      ? [{ type: "tell", about: "decision", cause: "The stage waits for approval." }]
      : [];
    return move(
      release,
      at,
      { phase: "gated", asks: [], clock: { spent: active, running: null } },
      { what: "gate", cause: "The stage has baked; now its gates." },
      effects,
    );
  }
  if (plan.maxBake !== undefined && active - patience >= milliseconds(plan.maxBake))
    return pauseFor(release, at, `The stage has baked for ${plan.maxBake}, and ${unready(release, at)!}.`);
  return stay(release);
}

function wait(release: Release, at: number): Step {
  const missing = unready(release, at);
  if (missing !== undefined) {
    const clock = { spent: release.clock.spent, running: at };
    return move(release, at, { phase: "baking", clock, asks: [] }, { what: "bake", cause: sentence(missing) });
  }
  if (isOpen(release, at)) return onward(release, at, { what: "advance", cause: "All gates are open." });
  const { due, exhausted } = asksDue(release, at);
  if (exhausted) return pauseFor(release, at, "A gate has stayed closed however often it was asked.");
  if (due.length === 0) return stay(release);
  const others = release.asks.filter((one) => !due.some(({ gate }) => gate === one.gate));
  const questions = due.map(({ gate, attempt }): Effect => ({ type: "ask", epoch: release.epoch, gate, attempt }));
  return note(release, at, { asks: [...others, ...due] }, questions);
}

function watch(release: Release, at: number): Step {
  const over = activeTime(release, at) >= watchTime(release);
  if (!over || blocking(release, at) || frozenUntil(release.plan.freeze, at) !== null) return stay(release);
  return onward(release, at, { what: "complete", cause: "It has been watched to the end." });
}

/** At least one millisecond, so that a stage entered at an instant isn't left at the same one. */
export function bakeTime(release: Release): number {
  return Math.max(1, milliseconds(stageOf(release).minBake));
}

export function watchTime(release: Release): number {
  return Math.max(1, milliseconds(stageOf(release).watch ?? "0s"));
}

/** What a stage still lacks before its gates matter; undefined when it lacks nothing. */
export function unready(release: Release, at: number): string | undefined {
  const { minBake, minExposures } = stageOf(release);
  if (activeTime(release, at) < bakeTime(release)) return `it bakes for ${minBake}`;
  const blocked = blocking(release, at) ?? undecided(release, at);
  if (blocked) return inWords(blocked);
  if (minExposures === 0) return undefined;
  const { judgement, epoch } = release;
  const seen = judgement?.epoch === epoch ? judgement.exposures : 0;
  return seen < minExposures ? `${seen} of ${minExposures} exposures have been seen` : undefined;
}

function isOpen(release: Release, at: number): boolean {
  return openGates(release).every(Boolean) && frozenUntil(release.plan.freeze, at) === null;
}

function needsPerson(release: Release): boolean {
  const open = openGates(release);
  return stageOf(release).gates.some((gate, i) => "approval" in gate && !open[i]);
}

function sentence(words: string): string {
  return `${words[0]!.toUpperCase()}${words.slice(1)}.`;
}
