import type { Phase } from "../../contract/release.ts";
import * as to from "./commands.ts";
import type { Cell } from "./commands.ts";
import type { EventOf, EventType, Release, ReleaseEvent, Step } from "./state.ts";

/*
 * The machine: what every event does in every state. A state or an event without its cells doesn't compile, and
 * docs/release.md has the same table for people (held against this one by a test).
 */

type Row = { readonly [T in EventType]: Cell<T> };

const ENDED: Row = {
  start: to.refused,
  tick: to.ignore,
  judged: to.ignore,
  answered: to.ignore,
  approve: to.refused,
  advance: to.refused,
  promote: to.refused,
  pause: to.refused,
  resume: to.refused,
  acknowledge: to.refused,
  unrelease: to.refused,
  cancel: to.refused,
  revise: to.ignore,
  edited: to.ignore,
  disabled: to.ignore,
  archived: to.ignore,
};

export const TABLE: { readonly [P in Phase]: Row } = {
  draft: {
    start: to.start,
    tick: to.ignore,
    judged: to.ignore,
    answered: to.ignore,
    approve: to.refused,
    advance: to.refused,
    promote: to.refused,
    pause: to.refused,
    resume: to.refused,
    acknowledge: to.refused,
    unrelease: to.unrelease,
    cancel: to.cancel,
    revise: to.revise,
    edited: to.ignore,
    disabled: to.end,
    archived: to.end,
  },
  scheduled: {
    start: to.refused,
    tick: to.settled,
    judged: to.ignore,
    answered: to.ignore,
    approve: to.refused,
    advance: to.advance,
    promote: to.refused,
    pause: to.pause,
    resume: to.refused,
    acknowledge: to.refused,
    unrelease: to.unrelease,
    cancel: to.cancel,
    revise: to.revise,
    edited: to.notice,
    disabled: to.end,
    archived: to.end,
  },
  baking: {
    start: to.refused,
    tick: to.settled,
    judged: to.judge,
    answered: to.ignore,
    approve: to.approve,
    advance: to.advance,
    promote: to.promote,
    pause: to.pause,
    resume: to.refused,
    acknowledge: to.acknowledge,
    unrelease: to.unrelease,
    cancel: to.cancel,
    revise: to.revise,
    edited: to.suspend,
    disabled: to.end,
    archived: to.end,
  },
  gated: {
    start: to.refused,
    tick: to.settled,
    judged: to.judge,
    answered: to.hear,
    approve: to.approve,
    advance: to.advance,
    promote: to.promote,
    pause: to.pause,
    resume: to.refused,
    acknowledge: to.acknowledge,
    unrelease: to.unrelease,
    cancel: to.cancel,
    revise: to.revise,
    edited: to.suspend,
    disabled: to.end,
    archived: to.end,
  },
  paused: {
    start: to.refused,
    tick: to.settled,
    judged: to.judge,
    answered: to.ignore,
    approve: to.approve,
    advance: to.refused,
    promote: to.refused,
    pause: to.ignore,
    resume: to.resume,
    acknowledge: to.acknowledge,
    unrelease: to.unrelease,
    cancel: to.cancel,
    revise: to.revise,
    edited: to.suspend,
    disabled: to.end,
    archived: to.end,
  },
  suspended: {
    start: to.refused,
    tick: to.settled,
    judged: to.judge,
    answered: to.ignore,
    approve: to.refused,
    advance: to.refused,
    promote: to.refused,
    pause: to.refused,
    resume: to.resumeFromSuspended,
    acknowledge: to.refused,
    unrelease: to.unrelease,
    cancel: to.cancel,
    revise: to.revise,
    edited: to.suspend,
    disabled: to.end,
    archived: to.end,
  },
  watching: {
    start: to.refused,
    tick: to.settled,
    judged: to.judge,
    answered: to.ignore,
    approve: to.refused,
    advance: to.advance,
    promote: to.refused,
    pause: to.pause,
    resume: to.refused,
    acknowledge: to.acknowledge,
    unrelease: to.unrelease,
    cancel: to.cancel,
    revise: to.revise,
    edited: to.suspend,
    disabled: to.end,
    archived: to.end,
  },
  completed: ENDED,
  unreleased: { ...ENDED, unrelease: to.ignore },
  cancelled: { ...ENDED, cancel: to.ignore },
};

/** How many ids of people's events are remembered. */
const SEEN = 50;

/**
 * One event, at one time. Pure. The caller stores what comes out, and does its effects, in one transaction.
 *
 * @param now epoch milliseconds; where it lies before what the release has seen, time stands still instead
 */
export function step(release: Release, event: ReleaseEvent, now: number): Step {
  const id = "id" in event ? event.id : undefined;
  if (id !== undefined && release.seen.includes(id)) return { release, effects: [] };
  const taken = dispatch(TABLE[release.phase], release, event, Math.max(now, release.at));
  if (id === undefined || taken.refusal !== undefined) return taken;
  return { ...taken, release: { ...taken.release, seen: [...taken.release.seen, id].slice(-SEEN) } };
}

function dispatch<T extends EventType>(row: Row, release: Release, event: EventOf<T>, at: number): Step {
  const type: T = event.type;
  return row[type](release, event, at);
}
