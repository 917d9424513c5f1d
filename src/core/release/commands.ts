import { frozenUntil } from "./frozen.ts";
import { exposureOf } from "./exposure.ts";
import { gateFor, isSame } from "./gates.ts";
import { alarmed, blocking, harmed, inWords } from "./guards.ts";
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
  const by = how(event, "schedule", "It has been started, and waits for its time.");
  const scheduled = move(release, at, { phase: "scheduled", shadowBefore: event.shadow }, by);
  const { startAt, plan } = release;
  if ((startAt ?? at) > at || frozenUntil(plan.freeze, at) !== null) return scheduled;
  const ready = { ...release, shadowBefore: event.shadow };
  return enter(ready, 0, at, how(event, "start", "It has been started."));
}

export function judge(release: Release, { judgement }: EventOf<"judged">, at: number): Step {
  const { epoch, judgement: last } = release;
  if (judgement.epoch !== epoch || (last !== null && judgement.upTo <= last.upTo)) return stay(release);
  const told = note(release, at, { judgement: { ...judgement, at } });
  const step = settle(told.release, at);
  return { ...step, effects: [...told.effects, ...step.effects] };
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

/** The next stage now, whatever the bake and the gates; never past a guard, never in a freeze. */
export function advance(release: Release, event: EventOf<"advance">, at: number): Step {
  const hindered = notThere(release, event.stage) ?? hindrance(release, at);
  if (hindered) return refuse(release, hindered);
  const by = how(event, "advance", "A person has advanced it.");
  return release.phase === "scheduled" ? enter(release, 0, at, by) : onward(release, at, by);
}

/** The last stage now. */
export function promote(release: Release, event: EventOf<"promote">, at: number): Step {
  const last = isLast(release) ? "It is at its last stage." : undefined;
  const hindered = notThere(release, event.stage) ?? last ?? hindrance(release, at);
  if (hindered) return refuse(release, hindered);
  return enter(release, release.plan.stages.length - 1, at, how(event, "promote", "A person has promoted it."));
}

export function pause(release: Release, event: EventOf<"pause">, at: number): Step {
  const elsewhere = notThere(release, event.stage);
  return elsewhere
    ? refuse(release, elsewhere)
    : moves.pause(release, at, how(event, "pause", "A person has paused it."));
}

export function resume(release: Release, event: EventOf<"resume">, at: number): Step {
  const harm = harmed(release, at);
  const hindered = notThere(release, event.stage) ?? (harm && `It can't go on: ${inWords(harm)}.`);
  if (hindered) return refuse(release, hindered);
  const { spent } = release.clock;
  const running = release.resumes === "scheduled" ? null : at;
  const changes = { phase: release.resumes, clock: { spent, running }, patience: activeTime(release, at) };
  return then(move(release, at, changes, how(event, "resume", "A person has resumed it.")), at);
}

/** After a person's own change: on from the share that they left. */
export function resumeFromSuspended(release: Release, event: EventOf<"resume">, at: number): Step {
  const elsewhere = notThere(release, event.stage);
  if (elsewhere) return refuse(release, elsewhere);
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
  const alarms = alarmed(release, at);
  if (alarms.length === 0) return refuse(release, "There is no alarm that a person could put up with.");
  const acknowledged = [...release.acknowledged, ...alarms.map(({ guardrail }) => guardrail.metric)];
  const cause = `A person puts up with this: ${alarms.map(inWords).join(", ")}.`;
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

export function suspend(release: Release, event: EventOf<"edited">, at: number): Step {
  if (release.stage < 0) return stay(release);
  const by = how(event, "suspend", "A person has changed what the release had set.");
  return moves.suspend(release, event.percentage, at, by);
}

/** Another revision of the plan, that has to agree with what has happened by the one before. */
export function revise(release: Release, event: EventOf<"revise">, at: number): Step {
  const { plan, revision } = event;
  if (revision <= release.revision) return stay(release);
  const { stage } = release;
  const same = release.plan.stages.slice(0, stage + 1).every((one, i) => exposes(one) === exposes(plan.stages[i]));
  const after = { ...release, plan };
  const moved = JSON.stringify(exposureOf(release)) !== JSON.stringify(exposureOf(after));
  if (!same || moved || (release.phase === "watching" && !isLast(after)) || stage >= plan.stages.length)
    return refuse(release, "This would change a stage that the release has entered.");
  const kept = JSON.stringify(release.plan.stages[stage]) === JSON.stringify(plan.stages[stage]);
  const watches = JSON.stringify(release.plan.guardrails) === JSON.stringify(plan.guardrails);
  const changes = {
    plan,
    revision,
    revisers: [...release.revisers.filter((one) => !isSame(one, event.actor)), event.actor],
    approvals: kept ? release.approvals.filter(({ by }) => !isSame(by, event.actor)) : [],
    ...(!kept && { asks: [] }),
    ...(!watches && { judgement: null, acknowledged: [] }),
  };
  return then(move(release, at, changes, how(event, "revise", `Revision ${revision} of the plan is in force.`)), at);
}

/** What of a stage decides who is exposed. */
function exposes(stage: Release["plan"]["stages"][number] | undefined): string {
  return JSON.stringify([stage?.name, stage?.percentage, stage?.segment, stage?.when, stage?.shadow]);
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

function hindrance(release: Release, at: number): string | undefined {
  const until = frozenUntil(release.plan.freeze, at);
  if (until !== null) return `Releases are frozen until ${new Date(until).toISOString()}.`;
  const guard = release.stage < 0 ? undefined : blocking(release, at);
  return guard && `It can't advance: ${inWords(guard)}.`;
}
