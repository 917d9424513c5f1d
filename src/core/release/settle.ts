import { milliseconds } from "../../contract/duration.ts";
import { takenOut } from "./exposure.ts";
import { frozenUntil } from "./frozen.ts";
import { asksDue, openGates } from "./gates.ts";
import {
  alarmed,
  blocking,
  harmed,
  heldBy,
  inWords,
  isDoubted,
  isYoung,
  overCeiling,
  undecided,
  unsure,
  unwatchedSince,
  withoutData,
} from "./guards.ts";
import { activeTime, end, enter, move, note, onward, pause, stageOf, stay, suspendStart, tell } from "./moves.ts";
import type { Effect, Release, Step, Topic } from "./state.ts";

/*
 * What a release does by itself, given the time and what is known: until nothing is left to do at this instant. No
 * stage can be entered and left at the same instant, so it goes up one stage at most, however late it is called.
 */

/** Each pass moves it on, tells one thing, or is the last; more than a few in a row can't be. */
const MOST_MOVES = 12;
/** A stage without a `minBake` promises nothing; when it is said of it that it takes long. */
const LATE_MS = 10 * 60_000;

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
  const moved = (step: Step): Step | undefined => (step.release === release ? undefined : step);
  switch (release.phase) {
    case "scheduled":
      return begin(release, at);
    case "baking":
      return acted(release, at) ?? doubted(release, at) ?? moved(bake(release, at)) ?? toldOf(release, at);
    case "gated":
      return acted(release, at) ?? doubted(release, at) ?? moved(wait(release, at)) ?? toldOf(release, at);
    case "watching":
      return acted(release, at) ?? doubted(release, at) ?? moved(watch(release, at)) ?? toldOf(release, at);
    case "paused":
      return acted(release, at) ?? doubted(release, at) ?? toldOf(release, at);
    case "suspended":
      return toldOf(release, at);
    case "draft":
    case "completed":
    case "unreleased":
    case "cancelled":
      return stay(release);
  }
}

/** What was sure isn't any more; undefined: nothing speaks against it. */
function doubted(release: Release, at: number): Step | undefined {
  return release.sure !== "no" && isDoubted(release, at) ? note(release, at, { sure: "no" }) : undefined;
}

function begin(release: Release, at: number): Step {
  const { startAt, plan, lower } = release;
  if ((startAt ?? at) > at || frozenUntil(plan.freeze, at) !== null) return stay(release);
  const out = lower ? undefined : takenOut(release);
  if (out) {
    const cause = `The time to start has come, but ${out.from} % are served by now, and the stage ${plan.stages[out.stage]!.name} would leave ${out.to} %.`;
    return suspendStart(release, out.from, at, cause);
  }
  return enter(release, 0, at, { what: "start", cause: "The time to start has come." });
}

/** What guardrails make it do, wherever it waits; undefined: they leave it alone. */
function acted(release: Release, at: number): Step | undefined {
  const { plan, phase, stage } = release;
  if (stage < 0) return undefined;
  const harm = harmed(release, at);
  if (harm) {
    const cause = sentence(inWords(harm));
    const told: Effect = { type: "tell", about: "harm", cause };
    if (plan.onHarm === "unrelease") return end(release, "unreleased", at, { what: "unrelease", cause }, [told]);
    if (plan.onHarm === "disable")
      return end(release, "unreleased", at, { what: "unrelease", cause }, [{ type: "disable" }, told]);
    if (phase !== "paused") return pauseFor(release, at, cause);
  }
  const over = overCeiling(release, at);
  if (over && plan.onCeiling === "unrelease") {
    const cause = sentence(inWords(over));
    return end(release, "unreleased", at, { what: "unrelease", cause }, [{ type: "tell", about: "harm", cause }]);
  }
  const [alarm] = alarmed(release, at);
  if (alarm && phase !== "paused")
    return pauseFor(release, at, sentence(inWords(alarm)), alarm.judged?.overCeiling ? "ceiling" : undefined);
  const silent = isYoung(release, at) ? undefined : withoutData(release, at);
  if (!silent) return undefined;
  const cause = sentence(inWords(silent));
  if (plan.onNoData === "unrelease") return end(release, "unreleased", at, { what: "unrelease", cause });
  const topic = unwatchedSince(release, at) === undefined ? "nodata" : "outage";
  return plan.onNoData === "pause" && phase !== "paused" ? pauseFor(release, at, cause, topic) : undefined;
}

/** What a person is told while it waits, each once in a stage, and an outage once for each. */
function toldOf(release: Release, at: number): Step {
  const { told, began, stage } = release;
  const found = began && stage >= 0 ? topics(release, at).find(([topic]) => !told.includes(topic)) : undefined;
  if (!found) return stay(release);
  const [topic, cause] = found;
  return tell(release, at, topic, cause, topic === "harm" ? "harm" : "decision");
}

function topics(release: Release, at: number): [Topic, string][] {
  const found: [Topic, string][] = [];
  const { phase, plan } = release;
  const since = unwatchedSince(release, at);
  if (since !== undefined)
    found.push(["outage", `Nobody has judged it since ${clock(since)}: its guardrails see nothing until that ends.`]);
  const invalid = heldBy(release, at, "invalid");
  if (invalid) found.push(["invalid", sentence(inWords(invalid))]);
  const silent = since === undefined && !isYoung(release, at) ? heldBy(release, at, "nodata") : undefined;
  if (silent) found.push(["nodata", sentence(inWords(silent))]);
  if (phase === "suspended") {
    const harm = harmed(release, at);
    if (harm)
      found.push(["harm", `${sentence(inWords(harm))} A person's share is served, so nothing is done about it.`]);
    const [alarm] = alarmed(release, at);
    if (alarm) found.push(["ceiling", sentence(inWords(alarm))]);
  }
  const late = latenessOf(release, at);
  if (late.patience) found.push(["patience", `It has waited for ${plan.maxBake}: ${late.waits}.`]);
  else if (late.late) found.push(["late", `It takes longer than planned: ${late.waits}.`]);
  return found;
}

/** Whether it has waited for twice the time of its stage, and whether its patience is at an end. */
function latenessOf(release: Release, at: number): { late: boolean; patience: boolean; waits: string | undefined } {
  const { phase, patience } = release;
  const waits = phase === "baking" ? unready(release, at) : phase === "watching" ? unwatched(release, at) : undefined;
  const active = activeTime(release, at) - patience;
  const waited = waits !== undefined;
  return { waits, late: waited && active >= lateTime(release), patience: waited && active >= patienceTime(release) };
}

function pauseFor(release: Release, at: number, cause: string, topic?: Topic): Step {
  return pause(release, at, { what: "pause", cause }, topic);
}

/** What the plan wants when patience is at an end and health isn't shown; undefined: to wait, or to go on without. */
function impatient(release: Release, at: number): Step | undefined {
  const { plan, patience } = release;
  if (plan.onInconclusive === "hold" || plan.onInconclusive === "advance") return undefined;
  if (activeTime(release, at) - patience < patienceTime(release)) return undefined;
  const [open] = unsure(release, at);
  if (!open) return undefined;
  const cause = `It has waited for ${plan.maxBake}, and ${inWords(open)}.`;
  return plan.onInconclusive === "pause"
    ? pauseFor(release, at, cause, "patience")
    : end(release, "unreleased", at, { what: "unrelease", cause });
}

function bake(release: Release, at: number): Step {
  const hurried = impatient(release, at);
  if (hurried) return hurried;
  if (unready(release, at) !== undefined) return stay(release);
  if (isOpen(release, at))
    return onward(release, at, { what: "advance", cause: "The stage has baked, and its gates are open." });
  const effects: Effect[] = needsPerson(release)
    ? [{ type: "tell", about: "decision", cause: "The stage waits for approval." }]
    : [];
  const clock = { spent: activeTime(release, at), running: null };
  const sure = undecided(release, at).length === 0 ? "shown" : "waived";
  const how = { what: "gate", cause: "The stage has baked; now its gates." };
  return move(release, at, { phase: "gated", asks: [], clock, sure }, how, effects);
}

function wait(release: Release, at: number): Step {
  const missing = unready(release, at);
  if (missing !== undefined) {
    const { spent } = release.clock;
    // It waited for others until now: patience with what it sees begins anew.
    const changes = { phase: "baking", clock: { spent, running: at }, patience: spent, sure: "no", asks: [] } as const;
    return move(release, at, changes, { what: "bake", cause: sentence(missing) });
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
  const hurried = impatient(release, at);
  if (hurried) return hurried;
  if (unwatched(release, at) !== undefined || frozenUntil(release.plan.freeze, at) !== null) return stay(release);
  return onward(release, at, { what: "complete", cause: "It has been watched to the end." });
}

/** At least one millisecond, so that a stage entered at an instant isn't left at the same one. */
export function bakeTime(release: Release): number {
  return Math.max(1, milliseconds(stageOf(release).minBake));
}

export function watchTime(release: Release): number {
  return Math.max(1, milliseconds(stageOf(release).watch ?? "0s"));
}

/** After how much active time a person is told that it takes long: twice the bake, or the warm-up where that is longer. */
export function lateTime(release: Release): number {
  if (release.phase === "watching") return 2 * watchTime(release);
  const { minBake, warmup } = stageOf(release);
  const planned = milliseconds(minBake);
  return planned === 0 ? LATE_MS : 2 * Math.max(planned, milliseconds(warmup));
}

/** After how much active time since a person resumed it `onInconclusive` is done: never before twice `minBake`. */
export function patienceTime(release: Release): number {
  const most = milliseconds(release.plan.maxBake);
  return release.phase === "watching" ? watchTime(release) + most : Math.max(most, 2 * bakeTime(release));
}

/** What a stage still lacks before its gates matter; undefined when it lacks nothing. */
export function unready(release: Release, at: number): string | undefined {
  const { minBake, minExposures } = stageOf(release);
  if (activeTime(release, at) < bakeTime(release)) return `it bakes for ${minBake}`;
  const held = unhealthy(release, at);
  if (held !== undefined) return held;
  if (minExposures === 0) return undefined;
  const { judgement, epoch } = release;
  const seen = judgement?.epoch === epoch ? judgement.exposures : 0;
  return seen < minExposures ? `${seen} of ${minExposures} exposures have been seen` : undefined;
}

/** What is lacking before the watch is over; undefined when nothing is. */
export function unwatched(release: Release, at: number): string | undefined {
  if (activeTime(release, at) < watchTime(release)) return `it is watched for ${stageOf(release).watch}`;
  return unhealthy(release, at);
}

/** What isn't healthy and holds it; where the plan's patience is at an end and it says so, it goes on without being sure. */
function unhealthy(release: Release, at: number): string | undefined {
  const blocked = blocking(release, at);
  if (blocked) return inWords(blocked);
  const { plan, patience } = release;
  const open = undecided(release, at);
  const goes = plan.onInconclusive === "advance" && activeTime(release, at) - patience >= patienceTime(release);
  const dropped = goes || (release.phase === "gated" && release.sure === "waived") ? unsure(release, at) : [];
  const [first] = open.filter((one) => !dropped.some(({ guardrail }) => guardrail === one.guardrail));
  return first && inWords(first);
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

function clock(at: number): string {
  return `${new Date(at).toISOString().slice(11, 16)} UTC`;
}
