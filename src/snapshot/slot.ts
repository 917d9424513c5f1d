import { type After, sleep, within } from "./deadline.ts";

/*
 * One thing that an isolate keeps in memory and has to check now and then. Requests share results, never promises (the
 * runtime forbids to wait for another request's I/O): the slot says since when somebody has been checking, and whoever
 * may not go on without the result looks again a little later.
 */

/** All sources together have this long; a check that began longer ago is taken for dead, its request for cancelled. */
export const CHECK_MS = 3_000;
/** What is kept was confirmed this long after checks are due at the latest: little is lost by one that comes late. */
const GRACE_MS = 1_000;
const PATIENCE_RECENT_MS = 100;
export const PATIENCE_MS = 1_000;
/** Who wasn't asked for so long slept. */
const SLEPT_MS = 10_000;
/** How old a relay that does its work may say that its knowledge is, and some more. */
const RELAYED_MS = 10_000;
/** By how much what is kept is taken to be older when the clock has been set back, and nobody knows how old it is. */
const DOUBT_MS = 60_000;
const LOOK_AGAIN_MS = 10;

/** The request that asks: its clock, and what keeps its I/O going after it has been answered. */
export type Caller = { now: () => number; waitUntil: (work: Promise<unknown>) => void };

/** Asks the sources and brings the slot up to date, giving up at an epoch ms. Why it rejects is of no interest here. */
export type Check = (until: number) => Promise<void>;

type Kept<T> = { readonly value: T; readonly confirmedAt: number };
/** A check under way. Until `awaitedUntil` everybody waits for it, even those who could go on with what is kept. */
type Checking = { readonly since: number; readonly awaitedUntil: number };

export class Slot<T> {
  readonly #freshnessMs: number;
  readonly #after: After;
  #kept: Kept<T> | undefined;
  /** When the last check began. -Infinity: one is due, and worth waiting for. */
  #begunAt = -Infinity;
  #checking: Checking | undefined;

  constructor(freshnessMs: number, after: After) {
    this.#freshnessMs = freshnessMs;
    this.#after = after;
  }

  /** The value, and the epoch ms at which it was last known to be current. */
  get kept(): Kept<T> | undefined {
    return this.#kept;
  }

  keep(value: T, confirmedAt: number): void {
    this.#kept = { value, confirmedAt };
  }

  confirm(confirmedAt: number): void {
    if (this.#kept && confirmedAt > this.#kept.confirmedAt) this.#kept = { value: this.#kept.value, confirmedAt };
  }

  /** What is kept is known to be behind. A check under way may have asked too early, so it counts no more. */
  note(): void {
    this.#begunAt = -Infinity;
    this.#checking = undefined;
  }

  /** Whether to go on without asking: something is kept, and a check began a short while ago that nobody waits for. */
  fresh(now: number): boolean {
    if (this.#kept === undefined || !lately(this.#begunAt, now, this.#freshnessMs)) return false;
    return this.#checking === undefined || now >= this.#checking.awaitedUntil;
  }

  /** Whether a check began less than `ms` ago. */
  checkedWithin(ms: number, now: number): boolean {
    return lately(this.#begunAt, now, ms);
  }

  /** Whether a check is under way. */
  checking(now: number): boolean {
    return this.#underWay(now) !== undefined;
  }

  /**
   * Checks when it is time to. Undefined when the caller may go on at once; else it may when the promise resolves:
   * when the check is over or patience is. That is 100 ms when what is kept was confirmed by a check that was in time, 1 s
   * when it is older, and up to `until` (epoch ms) when nothing is kept.
   *
   * A check that follows the one before in time is waited for only by who began it. One after a pause, or after `note`,
   * is waited for by all: what is kept may be an hour old, and nobody is to be answered from it while somebody is finding
   * out. In an outage, when what is kept gets older whatever is tried, that goes for long pauses only.
   */
  refresh(caller: Caller, check: Check, until: number): Promise<void> | undefined {
    const now = caller.now();
    if (this.fresh(now)) return undefined;
    const checking = this.#underWay(now);
    if (!checking) {
      const due = this.#freshnessMs + GRACE_MS;
      const confirmedAt = this.#kept?.confirmedAt ?? -Infinity;
      const old = this.#begunAt === -Infinity || !lately(confirmedAt, now, due);
      const pause = this.#begunAt <= now ? now - this.#begunAt : Infinity; // the clock has been set back
      const awaited = pause > SLEPT_MS || (pause > due && confirmedAt > this.#begunAt - RELAYED_MS);
      return this.#begin(caller, check, until, old ? PATIENCE_MS : PATIENCE_RECENT_MS, awaited);
    }
    if (this.#kept && now >= checking.awaitedUntil) return undefined;
    return this.join(caller, this.#kept ? checking.awaitedUntil : until).then(() =>
      this.#kept || caller.now() >= until ? undefined : this.refresh(caller, check, until),
    );
  }

  /** Checks now, whenever the last time was. Nobody but the caller waits for it, and not past `until`. */
  force(caller: Caller, check: Check, until: number): Promise<void> {
    return this.#begin(caller, check, until, Math.min(PATIENCE_MS, until - caller.now()), false);
  }

  /** Waits for the check that is under way, if one is. */
  async join(caller: Caller, until: number): Promise<void> {
    const mine = this.#underWay(caller.now());
    while (mine && this.#underWay(caller.now()) === mine && caller.now() < until)
      await sleep(LOOK_AGAIN_MS, this.#after);
  }

  #begin(caller: Caller, check: Check, until: number, patience: number, awaited: boolean): Promise<void> {
    const now = caller.now();
    this.#doubt(now);
    const mine = { since: now, awaitedUntil: awaited ? now + patience : now };
    this.#begunAt = now;
    this.#checking = mine;
    const over = (): void => {
      if (this.#checking === mine) this.#checking = undefined;
    };
    const work = check(now + CHECK_MS).then(over, over);
    caller.waitUntil(work);
    return within(work, this.#kept ? patience : Math.max(0, until - now), this.#after).catch(() => undefined);
  }

  /** What was confirmed later than now has an age of which only that at the last check is known. */
  #doubt(now: number): void {
    if (!this.#kept || this.#kept.confirmedAt <= now) return;
    const { value, confirmedAt } = this.#kept;
    this.#kept = { value, confirmedAt: now - Math.max(0, this.#begunAt - confirmedAt) - DOUBT_MS };
  }

  #underWay(now: number): Checking | undefined {
    return this.#checking && lately(this.#checking.since, now, CHECK_MS) ? this.#checking : undefined;
  }
}

/** Whether less than `ms` have passed. What is yet to come was long ago: the clock has been set back. */
function lately(then: number, now: number, ms: number): boolean {
  return then <= now && now - then < ms;
}
