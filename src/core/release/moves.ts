import type { Actor } from "../../contract/change.ts";
import { milliseconds } from "../../contract/duration.ts";
import type { Stage } from "../../contract/plan.ts";
import { type End, hasEnded } from "../../contract/release.ts";
import { entered, exposureOf, presentShare } from "./exposure.ts";
import { evidenceOf, undecided, watched } from "./guards.ts";
import { actorOf, type Effect, type Leaving, type Release, type Step, type Topic } from "./state.ts";

/* The moves from one state to another, whoever makes them. Each leaves a record with its cause, actor and evidence. */

/** `what`: the word for it in the log. */
export type How = { what: string; cause: string; actor?: Actor; comment?: string };

type Told = Extract<Effect, { type: "tell" }>["about"];

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
    percentage: presentShare(next),
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
  const exposure = exposureOf({ ...release, ...changes, epoch });
  const began = release.began || !hasEnded(changes.phase ?? release.phase);
  return move(release, at, { ...changes, epoch, began, ...fresh(release, at) }, how, [
    { type: "expose", epoch, exposure },
    ...effects,
  ]);
}

/** What nothing is known of when an epoch begins. */
function fresh(release: Release, at: number) {
  return { entered: at, judgement: null, sure: "no", told: stillTold(release) } as const;
}

/** An outage that a person was told of goes on, whatever the stage. */
function stillTold({ told }: Release): Topic[] {
  return told.filter((topic) => topic === "outage");
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
    harms: [],
    acknowledged: [],
    approvals: [],
    asks: [],
  } as const;
  return expose(release, at, { ...changes, ...entered({ ...release, ...changes, epoch: release.epoch + 1 }) }, how);
}

/** How one goes past a stage. `to`: the place of the next one; after the last: to watching or the end. */
export type Past = { to?: number; forced?: readonly string[] };

/** Past the present stage: into the next one, or, after the last, to watching or the end. What wasn't shown of it is said. */
export function onward(
  release: Release,
  at: number,
  how: How,
  { to = release.stage + 1, forced = [] }: Past = {},
): Step {
  const leaving = leavingOf(release, at, forced);
  const said = { ...how, cause: [how.cause, ...inSentences(release, leaving)].join(" ") };
  const { phase, stage, plan } = release;
  const past = [...release.past.filter((one) => one.stage !== stage), leaving];
  const here = { ...release, past };
  if (to < plan.stages.length) return enter(here, to, at, said);
  const { watch } = stageOf(release);
  if (phase === "watching" || watch === undefined || milliseconds(watch) === 0) return complete(here, at, said);
  const changes = {
    phase: "watching",
    clock: { spent: 0, running: at },
    patience: 0,
    resumes: "watching",
    sure: leaving.unverified.length === 0 ? "shown" : "no",
    told: stillTold(release),
    past,
  } as const;
  return move(release, at, changes, { ...said, what: "watch" });
}

function leavingOf(release: Release, at: number, forced: readonly string[]): Leaving {
  const all = watched(release, at);
  const open = new Set(undecided(release, at).map(({ guardrail }) => guardrail.metric));
  const unverified = all.filter(
    ({ guardrail: { metric, role }, verdict }) => open.has(metric) || (role !== "watch" && verdict === "nodata"),
  );
  const unmeasured = all.filter(({ verdict }) => verdict === "unmeasured");
  const named = (some: typeof all): string[] => some.map(({ guardrail }) => guardrail.metric);
  return { stage: release.stage, unverified: named(unverified), unmeasured: named(unmeasured), forced };
}

function inSentences({ plan }: Release, { unverified, unmeasured, forced }: Leaving): string[] {
  return [
    ...(forced.length > 0 ? [`An admin forced it past this: ${forced.join(", ")}.`] : []),
    ...(unverified.length > 0 ? [`Not shown to be healthy: ${unverified.join(", ")}.`] : []),
    ...(unmeasured.length > 0 ? [`Not measured, for want of a control: ${unmeasured.join(", ")}.`] : []),
    ...(plan.guardrails.some(({ role }) => role === "guard") ? [] : ["No guard watched it."]),
  ];
}

function complete(release: Release, at: number, how: How): Step {
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

export function pause(release: Release, at: number, how: How, topic?: Topic): Step {
  const { phase } = release;
  const resumes = phase === "watching" || phase === "scheduled" ? phase : "baking";
  const effects: Effect[] = how.actor === undefined ? [{ type: "tell", about: "decision", cause: how.cause }] : [];
  const told = topic === undefined || release.told.includes(topic) ? release.told : [...release.told, topic];
  return move(release, at, { phase: "paused", resumes, clock: stopped(release, at), asks: [], told }, how, effects);
}

/** A person is told something that waits for nobody, once. */
export function tell(release: Release, at: number, topic: Topic, cause: string, about: Told = "decision"): Step {
  const changes = { told: [...release.told, topic] };
  return move(release, at, changes, { what: "tell", cause }, [{ type: "tell", about, cause }]);
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
    asks: [],
    ...fresh(release, at),
  } as const;
  return move(release, at, changes, how, [{ type: "tell", about: "decision", cause: how.cause }]);
}

/** At its time to start the first stage would take people out: their share stands, and automation waits for a person. */
export function suspendStart(release: Release, share: number, at: number, cause: string): Step {
  const changes = { phase: "suspended", stage: 0, left: share, clock: { spent: 0, running: null } } as const;
  const told = { type: "tell", about: "decision", cause } as const;
  return move(
    release,
    at,
    { ...changes, epoch: release.epoch + 1, ...fresh(release, at) },
    { what: "suspend", cause },
    [told],
  );
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
