import type { Actor } from "../../contract/change.ts";
import { milliseconds } from "../../contract/duration.ts";
import type { Stage } from "../../contract/plan.ts";
import type { End } from "../../contract/release.ts";
import { entered, exposureOf } from "./exposure.ts";
import { evidenceOf } from "./guards.ts";
import { actorOf, type Effect, type Release, type Step } from "./state.ts";

/* The moves from one state to another, whoever makes them. Each leaves a record with its cause, actor and evidence. */

/** `what`: the word for it in the log. */
export type How = { what: string; cause: string; actor?: Actor; comment?: string };

export const stay = (release: Release): Step => ({ release, effects: [] });
export const refuse = (release: Release, refusal: string): Step => ({ release, effects: [], refusal });

export function stageOf({ plan, stage }: Release): Stage {
  return plan.stages[stage]!;
}

export function isLast({ plan, stage }: Release): boolean {
  return stage === plan.stages.length - 1;
}

/** Milliseconds of active time in the present stage, or of watching. */
export function activeTime({ clock }: Release, at: number): number {
  return clock.spent + (clock.running === null ? 0 : Math.max(0, at - clock.running));
}

/** What is remembered without being a transition. */
export function note(release: Release, at: number, changes: Partial<Release>, effects: readonly Effect[] = []): Step {
  return { release: { ...release, ...changes, at, version: release.version + 1 }, effects };
}

/** A transition. */
export function move(
  release: Release,
  at: number,
  changes: Partial<Release>,
  { what, cause, actor = actorOf(release), comment = "" }: How,
  effects: readonly Effect[] = [],
): Step {
  const { version, transitions } = release;
  const next: Release = { ...release, ...changes, at, version: version + 1, transitions: transitions + 1, cause };
  const moved = next.phase !== release.phase || next.stage !== release.stage;
  const transition = {
    at,
    what,
    cause,
    actor,
    from: release.phase,
    to: next.phase,
    stage: next.stage,
    epoch: next.epoch,
    comment,
    evidence: evidenceOf(release, at),
  };
  return {
    release: moved ? { ...next, since: at } : next,
    effects: [{ type: "record", transition }, ...effects],
  };
}

/** A move that changes who is exposed: from here on counts are of another epoch, and what belonged to the last is void. */
function expose(release: Release, at: number, changes: Partial<Release>, how: How, effects: Effect[] = []): Step {
  const epoch = release.epoch + 1;
  const next = { ...release, ...changes, epoch, judgement: null };
  const exposure = exposureOf({ ...next });
  return move(release, at, { ...changes, epoch, judgement: null }, how, [
    { type: "expose", epoch, exposure },
    ...effects,
  ]);
}

/** Into a stage, from its beginning. */
export function enter(release: Release, stage: number, at: number, how: How): Step {
  const changes = {
    phase: "baking",
    stage,
    clock: { spent: 0, running: at },
    patience: 0,
    resumes: "baking",
    left: null,
    acknowledged: [],
    approvals: [],
    asks: [],
  } as const;
  return expose(release, at, { ...changes, ...entered({ ...release, ...changes, epoch: release.epoch + 1 }) }, how);
}

/** Past the present stage: into the next one, or, after the last, to watching or the end. */
export function onward(release: Release, at: number, how: How): Step {
  if (!isLast(release)) return enter(release, release.stage + 1, at, how);
  const { watch } = stageOf(release);
  if (release.phase === "watching" || watch === undefined || milliseconds(watch) === 0)
    return complete(release, at, how);
  const changes = { phase: "watching", clock: { spent: 0, running: at }, patience: 0, resumes: "watching" } as const;
  return move(release, at, changes, { ...how, what: "watch" });
}

export function complete(release: Release, at: number, how: How): Step {
  const told = { type: "tell", about: "end", cause: how.cause } as const;
  return expose(release, at, { phase: "completed", ...ended(release, at) }, { ...how, what: "complete" }, [told]);
}

/** Ends it before its time: taken back, or left as it is. */
export function end(
  release: Release,
  phase: Exclude<End, "completed">,
  at: number,
  how: How,
  also: Effect[] = [],
): Step {
  const told: Effect = { type: "tell", about: "end", cause: how.cause };
  return expose(release, at, { phase, ...ended(release, at) }, how, [...also, told]);
}

export function pause(release: Release, at: number, how: How): Step {
  const { phase } = release;
  const resumes = phase === "watching" || phase === "scheduled" ? phase : "baking";
  const effects: Effect[] = how.actor === undefined ? [{ type: "tell", about: "decision", cause: how.cause }] : [];
  return move(release, at, { phase: "paused", resumes, clock: stopped(release, at), asks: [] }, how, effects);
}

/** A person has changed what the release had set: their word stands, and automation waits for them. */
export function suspend(release: Release, percentage: number | null, at: number, how: How): Step {
  const epoch = release.epoch + 1;
  const changes = {
    phase: "suspended",
    left: percentage,
    epoch,
    ruleEpoch: release.ruleEpoch === null ? null : epoch,
    clock: stopped(release, at),
    judgement: null,
    asks: [],
  } as const;
  return move(release, at, changes, how, [{ type: "tell", about: "decision", cause: how.cause }]);
}

/** Automation takes over again from a person, with the share that they left, and from the beginning of the stage. */
export function resumeFromSuspended(release: Release, percentage: number, at: number, how: How): Step {
  return enter({ ...release, hand: { stage: release.stage, percentage } }, release.stage, at, how);
}

export function stopped(release: Release, at: number): Release["clock"] {
  return { spent: activeTime(release, at), running: null };
}

function ended(release: Release, at: number) {
  return { clock: stopped(release, at), ruleEpoch: null, stageEpochs: [], asks: [] } as const;
}
