import type { Actor } from "../../../src/contract/change.ts";
import { plan as planSchema, type Plan } from "../../../src/contract/plan.ts";
import { dueAt } from "../../../src/core/release/timers.ts";
import { step } from "../../../src/core/release/step.ts";
import {
  draft,
  type Ask,
  type Effect,
  type Release,
  type ReleaseEvent,
  type Transition,
} from "../../../src/core/release/state.ts";

/* An Environment object as the machine needs one, in memory: one transaction for release, flag, log and alarm, publications
   that land when they like, crashes anywhere, and a clock that somebody plays with. */

export const START = Date.UTC(2026, 5, 1, 10); // a Monday

export const ada: Actor = { id: "t1", name: "Ada", via: "token" };
export const bob: Actor = { id: "t2", name: "Bob", via: "token" };
export const eve: Actor = { id: "e@example.com", name: "Eve", via: "access" };

/** Without guardrails, unless it says so. */
export function planOf(more: object): Plan {
  return planSchema.parse({ guardrails: [], ...more });
}

export function drafted(plan: Plan, more: Partial<Release> = {}): Release {
  return {
    ...draft({
      id: "r1",
      flag: "f",
      rule: null,
      author: ada,
      createdAt: START,
      startAt: null,
      plan,
      planName: null,
      revision: 1,
    }),
    ...more,
  };
}

export type FlagNow = {
  readonly percentage: number;
  readonly stages: readonly number[];
  readonly shadow: number;
  readonly live: boolean;
};

/** What one transaction commits. */
export type Stored = {
  readonly release: Release;
  readonly flag: FlagNow;
  readonly version: number;
  readonly log: readonly Transition[];
  readonly alarm: number | null;
};

export type Crash = "before the commit" | "after the commit" | "before the answer";
export type Delivered = { crashed?: true; refusal?: string; effects: readonly Effect[]; before: Stored };

export class World {
  stored: Stored;
  /** The clock that the object sees, and the time that has really passed. */
  now = START;
  elapsed = 0;
  /** How far the clock has been set forward. */
  ahead = 0;
  crash: Crash | null = null;
  published: { version: number; flag: FlagNow };
  #inFlight: { version: number; flag: FlagNow }[] = [];
  asks: { epoch: number; ask: Pick<Ask, "gate" | "attempt"> }[] = [];

  constructor(release: Release, percentage = 0) {
    const flag = { percentage, stages: [], shadow: 0, live: true };
    this.stored = { release, flag, version: 1, log: [], alarm: null };
    this.published = { version: 1, flag };
  }

  /** Lets real time pass. */
  pass(ms: number): void {
    this.now += ms;
    this.elapsed += ms;
  }

  /** Sets the clock. */
  jump(ms: number): void {
    this.now += ms;
    if (ms > 0) this.ahead += ms;
  }

  /** One event, and the write to the flag that it came with, as one transaction. */
  deliver(event: ReleaseEvent, write: Partial<FlagNow> = {}): Delivered {
    const before = this.stored;
    const { crash } = this;
    this.crash = null;
    if (crash === "before the commit") return { crashed: true, effects: [], before };
    const { release, effects, refusal } = step(before.release, event, this.now);
    let flag: FlagNow = { ...before.flag, ...write };
    const log = [...before.log];
    for (const effect of effects) {
      if (effect.type === "record") log.push(effect.transition);
      else if (effect.type === "disable") flag = { ...flag, live: false };
      else if (effect.type === "expose" && effect.epoch === release.epoch) {
        const { percentage, stages, shadow } = effect.exposure;
        flag = { ...flag, percentage: percentage ?? flag.percentage, stages, shadow };
      }
    }
    const version = before.version + 1;
    this.stored = { release, flag, log, version, alarm: dueAt(release, this.now) };
    for (const effect of effects)
      if (effect.type === "ask")
        this.asks.push({ epoch: effect.epoch, ask: { gate: effect.gate, attempt: effect.attempt } });
    if (crash !== "after the commit") this.#inFlight.push({ version, flag });
    if (crash !== null) return { crashed: true, effects, before };
    return { effects, before, ...(refusal !== undefined && { refusal }) };
  }

  /** One of the publications under way lands, in any order. Nobody goes back to an older version. */
  land(which: number): void {
    const [one] = this.#inFlight.splice(which % Math.max(1, this.#inFlight.length), 1);
    if (one && one.version > this.published.version) this.published = one;
  }

  /** The object starts anew: what was under way may or may not land; its alarm publishes what is current. */
  heal(): void {
    this.#inFlight = [];
    this.published = { version: this.stored.version, flag: this.stored.flag };
  }
}
