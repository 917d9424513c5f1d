import { frozenUntil } from "./frozen.ts";
import { exposureOf, takenOut } from "./exposure.ts";
import { closedGates, gateFor, isSame } from "./gates.ts";
import { blocking, forbidding, harmsOf, inWords, standing, withoutData } from "./guards.ts";
import * as moves from "./moves.ts";
import { activeTime, enter, type How, isLast, move, note, onward, refuse, stageOf, stay } from "./moves.ts";
import { settle } from "./settle.ts";
import type { EventOf, EventType, Release, ReleaseEvent, Step } from "./state.ts";

/*
 * What each event does: the cells of the table of states × events (table.ts), by the names they have there. A cell is
 * reached only from the states that the table names it for. `at` never lies before what the release has seen.
 */

export type Cell<T extends EventType> = (release: Release, event: EventOf<T>, at: number) => Step;
type Person = Extract<ReleaseEvent, { actor: unknown }>;

/** Nothing to do, and nobody's mistake. */
export const ignore = (release: Release): Step => stay(release);

/** The present state doesn't allow it. */
export function refused(release: Release, { type }: ReleaseEvent): Step {
  return refuse(release, `A release that is ${release.phase} can't take "${type}".`);
}

/** What happens by itself. */
export const settled = (release: Release, _event: ReleaseEvent, at: number): Step => settle(release, at);

export function start(release: Release, event: EventOf<"start">, at: number): Step {
  const ready = { ...release, shadowBefore: event.shadow, before: event.served };
  const { startAt, plan, lower } = ready;
  const out = lower ? undefined : takenOut(ready);
  if (out) return refuse(release, takingOut(ready, out));
  if ((startAt ?? at) <= at && frozenUntil(plan.freeze, at) === null)
    return enter(ready, 0, at, how(event, "start", "It has been started."));
  return move(
    ready,
    at,
    { phase: "scheduled" },
    how(event, "schedule", "It has been started, and waits for its time."),
  );
}

function takingOut(
  { plan, before }: Release,
  { from, to, stage }: { from: number; to: number; stage: number },
): string {
  const at = plan.stages.filter(({ percentage }) => percentage !== undefined && percentage >= from);
  const stages = at.map(({ name, percentage }) => `${name} (${percentage} %)`).join(", ");
  const begin = stages === "" ? "No stage begins" : `At or above it begins: ${stages}`;
  return `At present ${before} % are served, and the stage ${plan.stages[stage]!.name} would leave ${to} %. ${begin}${stages === "" ? " at or above it" : ""}. Say "lower": true if that is meant.`;
}

/** A person's change before the start: it is what the start finds, and what was said of the share that was there is void. */
export function notice(release: Release, event: EventOf<"edited">, at: number): Step {
  const { before, lower, shadowBefore } = release;
  const { percentage, shadow = shadowBefore } = event;
  if (percentage === before && shadow === shadowBefore) return stay(release);
  const changes = { before: percentage, shadowBefore: shadow, lower: lower && percentage === before };
  return then(note(release, at, changes), at);
}

export function judge(release: Release, { judgement }: EventOf<"judged">, at: number): Step {
  const { epoch, judgement: last } = release;
  if (judgement.epoch !== epoch || (last !== null && judgement.upTo <= last.upTo)) return stay(release);
  const known = { ...release, judgement: { ...judgement, at } };
  const told = release.told.filter((topic) => topic !== "outage");
  const { uncounted = {}, unwatched = [] } = judgement;
  const beside = { uncounted, unwatched };
  const noted = note(release, at, { judgement: known.judgement, beside, harms: harmsOf(known, at), told });
  return then(noted, at);
}

export function hear(release: Release, event: EventOf<"answered">, at: number): Step {
  const { epoch, gate, attempt, open } = event;
  const asked = release.asks.find((one) => one.gate === gate && one.attempt === attempt && one.open === null);
  if (!asked || epoch !== release.epoch) return stay(release);
  const asks = release.asks.map((one) => (one === asked ? { ...one, open } : one));
  return settle(note(release, at, { asks }).release, at);
}

export function approve(release: Release, event: EventOf<"approve">, at: number): Step {
  const elsewhere = notThere(release, event.stage);
  if (elsewhere) return refuse(release, elsewhere);
  if (release.stage < 0) return refuse(release, "It hasn't started.");
  const gate = gateFor(release, event.actor, event.role);
  if (typeof gate === "string") return refuse(release, gate);
  const approvals = [...release.approvals, { gate, by: event.actor, at }];
  const cause = `The stage ${stageOf(release).name} of plan revision ${release.revision} has been approved.`;
  return then(move(release, at, { approvals }, how(event, "approve", cause)), at);
}

/** The next stage now, whatever the bake; never past a guard or a closed gate, never in a freeze. */
export function advance(release: Release, event: EventOf<"advance">, at: number): Step {
  const by = how(event, "advance", "A person has advanced it.");
  return goOn(release, event, at, release.stage + 1, by);
}

/** The last stage now. */
export function promote(release: Release, event: EventOf<"promote">, at: number): Step {
  if (isLast(release)) return refuse(release, "It is at its last stage.");
  const by = how(event, "promote", "A person has promoted it.");
  return goOn(release, event, at, release.plan.stages.length - 1, by);
}

function goOn(release: Release, event: EventOf<"advance" | "promote">, at: number, to: number, by: How): Step {
  const { stage, lower, phase } = release;
  const out = stage < 0 && !lower ? takenOut(release) : undefined;
  const forced = event.force ? passed(release, at, to) : [];
  const hindered =
    notThere(release, event.stage) ??
    frozen(release, at) ??
    (out && takingOut(release, out)) ??
    (stage < 0 || phase === "watching" ? undefined : gated(release, to, event.force)) ??
    (stage < 0 ? undefined : guarded(release, at, event.force));
  if (hindered) return refuse(release, hindered);
  return stage < 0 ? enter(release, 0, at, by) : onward(release, at, by, { to, forced });
}

/** What an admin's word goes past, in words. */
function passed(release: Release, at: number, to: number): string[] {
  if (release.stage < 0) return [];
  const gates = release.phase === "watching" ? [] : closedGates(release, to);
  const silent = withoutData(release, at);
  return [...gates, ...(silent ? [inWords(silent)] : [])];
}

export function pause(release: Release, event: EventOf<"pause">, at: number): Step {
  const elsewhere = notThere(release, event.stage);
  return elsewhere
    ? refuse(release, elsewhere)
    : moves.pause(release, at, how(event, "pause", "A person has paused it."));
}

export function resume(release: Release, event: EventOf<"resume">, at: number): Step {
  const hindered = notThere(release, event.stage) ?? lasting(release);
  if (hindered) return refuse(release, hindered);
  const { spent } = release.clock;
  const running = release.resumes === "scheduled" ? null : at;
  const changes = { phase: release.resumes, clock: { spent, running }, patience: activeTime(release, at) };
  return then(move(release, at, changes, how(event, "resume", "A person has resumed it.")), at);
}

/** After a person's own change: on from the share that they left. */
export function resumeFromSuspended(release: Release, event: EventOf<"resume">, at: number): Step {
  const hindered = notThere(release, event.stage) ?? lasting(release);
  if (hindered) return refuse(release, hindered);
  if (release.left === null) return refuse(release, "The released rule has no percentage any more.");
  return moves.resumeFromSuspended(
    release,
    release.left,
    at,
    how(event, "resume", "A person has handed it back as they left it."),
  );
}

/** The alarms of now don't pause this stage any more. */
export function acknowledge(release: Release, event: EventOf<"acknowledge">, at: number): Step {
  const elsewhere = notThere(release, event.stage);
  if (elsewhere) return refuse(release, elsewhere);
  const alarms = standing(release).filter(({ person }) => person);
  if (alarms.length === 0) return refuse(release, "There is no alarm that a person could put up with.");
  const acknowledged = [...release.acknowledged, ...alarms.map(({ metric }) => metric)];
  const cause = `A person puts up with this: ${alarms.map(({ words }) => words).join(", ")}.`;
  return then(move(release, at, { acknowledged }, how(event, "acknowledge", cause)), at);
}

/** Always, whatever the guards, gates, windows and data. */
export function unrelease(release: Release, event: EventOf<"unrelease">, at: number): Step {
  return moves.end(release, "unreleased", at, how(event, "unrelease", "A person has taken it back."));
}

/** No more automation; who has it keeps it, except by the rules of stages. */
export function cancel(release: Release, event: EventOf<"cancel">, at: number): Step {
  return moves.end(release, "cancelled", at, how(event, "cancel", "A person has cancelled it."));
}

export function end(release: Release, event: EventOf<"disabled" | "archived">, at: number): Step {
  return moves.end(release, "cancelled", at, how(event, "end", `The flag has been ${event.type}.`));
}

/** A person's change of what the release has set suspends it; one of what it is to put back is remembered. */
export function suspend(release: Release, event: EventOf<"edited">, at: number): Step {
  if (release.stage < 0) return notice(release, event, at);
  const { percentage, shadow = release.shadowBefore, held } = event;
  const changed = { ...release, shadowBefore: shadow };
  if (!held)
    return shadow === release.shadowBefore ? stay(release) : then(note(release, at, { shadowBefore: shadow }), at);
  const by = how(event, "suspend", "A person has changed what the release had set.");
  return moves.suspend(changed, percentage, at, by);
}

/** Another revision of the plan, that has to agree with what has happened by the one before. */
export function revise(release: Release, event: EventOf<"revise">, at: number): Step {
  const { plan, revision } = event;
  if (revision <= release.revision) return stay(release);
  const { stage } = release;
  const same = release.plan.stages.slice(0, stage + 1).every((one, i) => exposes(one) === exposes(plan.stages[i]));
  const after = { ...release, plan };
  const moved = JSON.stringify(exposureOf(release)) !== JSON.stringify(exposureOf(after));
  if (!same || moved || stage >= plan.stages.length)
    return refuse(release, "This would change a stage that the release has entered.");
  const watching = release.phase === "watching" || (release.phase === "paused" && release.resumes === "watching");
  if (watching && (!isLast(after) || passes(stageOf(release)) !== passes(stageOf(after))))
    return refuse(
      release,
      "It is watched: the bake and the gates of its last stage are behind it, and can't be changed.",
    );
  const kept = JSON.stringify(release.plan.stages[stage]) === JSON.stringify(plan.stages[stage]);
  const watches = JSON.stringify(release.plan.guardrails) === JSON.stringify(plan.guardrails);
  const changes = {
    plan,
    revision,
    revisers: [...release.revisers.filter((one) => !isSame(one, event.actor)), event.actor],
    approvals: kept ? release.approvals.filter(({ by }) => !isSame(by, event.actor)) : [],
    ...(!kept && { asks: [] }),
    ...(!kept && release.sure !== "no" && !watching && { sure: "no" as const }),
    ...(!watches && { judgement: null, acknowledged: [], sure: "no" as const }),
  };
  return then(move(release, at, changes, how(event, "revise", `Revision ${revision} of the plan is in force.`)), at);
}

/** What of a stage decides who is exposed. */
function exposes(stage: Release["plan"]["stages"][number] | undefined): string {
  return JSON.stringify([stage?.name, stage?.percentage, stage?.segment, stage?.when, stage?.shadow]);
}

/** What of a stage is done before the next one begins, or the watch. */
function passes({ minBake, minExposures, gates }: Release["plan"]["stages"][number]): string {
  return JSON.stringify([minBake, minExposures, gates]);
}

function how({ actor, comment = "" }: Person, what: string, cause: string): How {
  return { what, cause, actor, comment };
}

/** What follows from a step by itself, at the same instant. */
function then(step: Step, at: number): Step {
  const next = settle(step.release, at);
  return { release: next.release, effects: [...step.effects, ...next.effects] };
}

function notThere(release: Release, meant: string | undefined): string | undefined {
  const name = release.plan.stages[release.stage]?.name;
  return meant === undefined || meant === name
    ? undefined
    : `The release is ${name ? `at the stage ${name}` : "not at any stage"}.`;
}

function frozen({ plan }: Release, at: number): string | undefined {
  const until = frozenUntil(plan.freeze, at);
  return until === null ? undefined : `Releases are frozen until ${new Date(until).toISOString()}.`;
}

/** Closed gates keep everybody, whatever they may do; an admin's word apart. */
function gated(release: Release, to: number, force = false): string | undefined {
  const closed = force ? [] : closedGates(release, to);
  return closed.length === 0 ? undefined : `It can't advance: ${closed.join(", ")}.`;
}

function guarded(release: Release, at: number, force = false): string | undefined {
  const guard = force ? forbidding(release, at) : blocking(release, at);
  return guard && `It can't advance: ${inWords(guard)}.`;
}

/** What paused it, as long as that lasts. A judgement ends it, or a person's word where that counts. */
function lasting(release: Release): string | undefined {
  const [harm] = standing(release);
  if (!harm) return undefined;
  const way = harm.person ? "Acknowledge it first" : "Only evidence can end that; or take the release back";
  return `It can't go on: ${harm.words}. ${way}.`;
}
