import type { Actor } from "../../contract/change.ts";
import type { Flag } from "../../contract/flag.ts";
import type { Issue } from "../../contract/json.ts";
import type { Problem, ProblemType, Refusal } from "../../contract/problem.ts";
import { hasEnded } from "../../contract/release.ts";
import { actorOf, type Effect, type Release, type ReleaseEvent, type Transition } from "../../core/release/state.ts";
import { step } from "../../core/release/step.ts";
import { enter } from "../../core/release/moves.ts";
import { exposureOf } from "../../core/release/exposure.ts";
import { equal } from "../write/equal.ts";
import { exposed, heldBy, servedShare, shareOf } from "../write/expose.ts";
import type { Step as Change } from "../write/change-target.ts";
import { plan } from "../write/plan-write.ts";
import type { StoredPlan } from "../store/release-store.ts";
import { type Entry, type EnvironmentState, inForce, type ResourceWrite, type Stamp } from "../store/state.ts";

/* What an event does to a release and, through the ordinary plan of a write, to its flag. Nothing is touched here. */

/**
 * `entries` is empty where nothing was decided: then there is nothing to publish either, but the release may know more
 * than before. `outside`: effects that aren't the transaction's.
 */
export type Conducted = { ok: true; present: EnvironmentState; release: Release; entries: Entry[]; outside: Outside[] };
export type Outside = Extract<Effect, { type: "ask" | "tell" }>;

/** What a person's command led to. Without entries nothing was decided. */
export type Commanded = {
  ok: true;
  present: EnvironmentState;
  entries: Entry[];
  release?: Release;
  plan?: StoredPlan;
  created?: boolean;
  outside: Outside[];
};

export function conduct(
  present: EnvironmentState,
  release: Release,
  event: ReleaseEvent,
  now: number,
  stamp: Omit<Stamp, "by">,
): Conducted | Refusal {
  const taken = step(release, event, now);
  if (taken.refusal !== undefined) return { ok: false, problem: { type: "conflict", detail: taken.refusal } };
  const made = write(present, taken.release, taken.effects, stamp);
  if (made.ok) return made;
  // What it wants can't be written. A person is told now; automation stops and asks one.
  if ("actor" in event) return made;
  const stop: ReleaseEvent = { type: "pause", actor: actorOf(release), comment: made.problem.detail };
  const stopped = step(release, stop, now);
  return write(present, stopped.release, stopped.effects, stamp);
}

function write(
  present: EnvironmentState,
  release: Release,
  effects: readonly Effect[],
  stamp: Omit<Stamp, "by">,
): Conducted | Refusal {
  const key = release.flag;
  const changes = effects.flatMap((effect): Change[] => {
    if (effect.type === "disable") return [{ op: "disableFlag", key }];
    if (effect.type !== "expose" || inForce(present.state.flags.get(key)) === null) return [];
    return [{ op: "exposeFlag", key, release, exposure: effect.exposure }];
  });
  const writer = actorOf(release);
  const planned = plan(present.state, changes, { ...stamp, by: writer.name }, false);
  if (!planned.ok) return planned;
  const records = effects.flatMap((effect) => (effect.type === "record" ? [effect.transition] : []));
  const last = records.at(-1);
  const entries: Entry[] = [
    ...records.map((one) => recordOf(release, one)),
    ...planned.writes.map((one) => flagEntry(one, writer, last)),
  ];
  const releases = new Map(present.releases).set(key, release);
  const outside = effects.filter((effect): effect is Outside => effect.type === "ask" || effect.type === "tell");
  return { ok: true, present: { ...present, state: planned.state, releases }, release, entries, outside };
}

/** The line of the log that is also one of the release's timeline. */
function recordOf({ id, flag, plan: { stages } }: Release, one: Transition): Entry {
  const { what, cause, from, to, stage, percentage, epoch, evidence, actor, comment } = one;
  const after = { flag, what, cause, from, to, stage: stages[stage]?.name ?? null, percentage, epoch, evidence };
  return { action: `${what}Release`, kind: "release", key: id, before: null, after, by: { actor, comment } };
}

function flagEntry(made: ResourceWrite, actor: Actor, last: Transition | undefined): Entry {
  const because = last
    ? { action: `${last.what}Release`, by: { actor, comment: last.cause } }
    : { by: { actor, comment: "" } };
  return { ...made, ...because };
}

/** What a write by somebody else means to the live release of a flag; undefined: nothing. */
export function meaningOf(
  release: Release,
  before: Flag | null,
  after: Flag | null,
  actor: Actor,
): ReleaseEvent | undefined {
  if (hasEnded(release.phase)) return undefined;
  if (after === null) return before === null ? undefined : { type: "archived", actor };
  if (before?.enabled && !after.enabled) return { type: "disabled", actor };
  const shadow = before?.shadow === after.shadow ? {} : { shadow: after.shadow };
  if (release.stage < 0)
    return { type: "edited", actor, held: false, percentage: servedShare(release, after), ...shadow };
  const held = before === null || !equal(heldBy(release, before), heldBy(release, after));
  if (!held && !("shadow" in shadow)) return undefined;
  return { type: "edited", actor, held, percentage: shareOf(release, after), ...shadow };
}

/** Why a plan can't be carried out on a flag as it is; undefined when each stage of it could be written. */
export function unfitFor(present: EnvironmentState, release: Release, stamp: Stamp): Problem | undefined {
  const flag = inForce(present.state.flags.get(release.flag));
  let here = { ...release, phase: "scheduled" as const };
  for (const i of release.plan.stages.keys()) {
    const entered = enter(here, i, release.createdAt, { what: "try", cause: "It is tried." }).release;
    const exposure = exposureOf(entered);
    const target = flag && exposed(flag, entered, exposure);
    if (target?.ok === false) return unreleasable(target.issues, "/rule");
    const change: Change = { op: "exposeFlag", key: release.flag, release: entered, exposure };
    const planned = plan(present.state, [change], stamp, false);
    if (!planned.ok) return unreleasable(planned.problem.errors ?? [], `/plan/stages/${i}`);
    here = { ...entered, phase: "scheduled" };
  }
  return undefined;
}

function unreleasable(issues: readonly Issue[], path: string): Problem {
  return {
    type: "invalid",
    detail: "This can't be carried out.",
    errors: issues.map(({ message }) => ({ path, message })),
  };
}

/** What the next version is marked with. Time doesn't go back from one to the next. */
export function nextStamp({ head }: EnvironmentState, now: number): Omit<Stamp, "by"> {
  return { version: head.version + 1, at: Math.max(now, head.at) };
}

/** An actor as it can be stored. */
export function wellFormed({ id, name, via, family }: Actor): Actor {
  return { id: id.toWellFormed(), name: name.toWellFormed(), via, ...(family !== undefined && { family }) };
}

export function refuse(type: ProblemType, detail: string, errors?: Problem["errors"]): Refusal {
  return { ok: false, problem: { type, detail, ...(errors && { errors }) } };
}
