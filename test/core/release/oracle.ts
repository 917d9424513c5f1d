import { expect } from "vitest";
import { milliseconds } from "../../../src/contract/duration.ts";
import { hasEnded, type Phase, type Verdict } from "../../../src/contract/release.ts";
import { includes, type Role } from "../../../src/contract/role.ts";
import type { Judgement, Release, ReleaseEvent, Transition } from "../../../src/core/release/state.ts";
import { isLookedAt } from "../../../src/core/release/timers.ts";
import type { Delivered, Stored, World } from "./world.ts";

/* What must hold of every step, judged without the machine's own functions: the oracle keeps its own books on time,
   consents, answers and verdicts. The numbers are those of docs/release.md. */

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const ACTIVE: Phase[] = ["baking", "watching"];
const WATCHED: Phase[] = ["baking", "gated", "paused", "watching"];
const HELD: Phase[] = ["paused", "suspended", "completed", "unreleased", "cancelled"];

/** The one freeze window that the plans of the model have: all of Saturday and Sunday, UTC. START is a Monday. */
export const FREEZE = "sat 00:00/mon 00:00 UTC";
export function isFrozen(at: number): boolean {
  return new Date(at).getUTCDay() % 6 === 0;
}

type Consent = { id: string; role: Role };

/** Whether each need can be met by another person's consent. */
function canMeet<N>(needs: N[], consents: Consent[], fits: (need: N, one: Consent) => boolean): boolean {
  const [need, ...rest] = needs;
  if (need === undefined) return true;
  return consents.some((one) => {
    const others = consents.filter(({ id }) => id !== one.id);
    return fits(need, one) && canMeet(rest, others, fits);
  });
}

export class Oracle {
  readonly #world: World;
  /** Real time, and how far the clock was set forward, while the present stage was active. */
  #active = 0;
  #mark: number;
  #judgement: Omit<Judgement, "at"> | null = null;
  #judgedAt = 0;
  #consents: Consent[] = [];
  #opened = new Set<number>();
  #accepted = new Set<string>();
  #latest: number;

  constructor(world: World) {
    this.#world = world;
    this.#mark = this.#time();
    this.#latest = world.now;
  }

  /** Before time passes or the clock is set: books what has been active until now. */
  book(phase = this.#world.stored.release.phase): void {
    const time = this.#time();
    if (ACTIVE.includes(phase)) this.#active += time - this.#mark;
    this.#mark = time;
  }

  #time(): number {
    return this.#world.elapsed + this.#world.ahead;
  }

  /** Judges a delivery. `event`: what was delivered. */
  check(event: ReleaseEvent, delivered: Delivered): void {
    const { before } = delivered;
    this.book(before.release.phase);
    const after = this.#world.stored;
    if (after === before) return; // lost in a crash
    const [was, is] = [before.release, after.release];
    this.#latest = Math.max(this.#latest, this.#world.now);
    this.#take(event, delivered, was);

    // 9: version and epoch only grow
    expect(is.version).toBeGreaterThanOrEqual(was.version);
    expect(is.epoch).toBeGreaterThanOrEqual(was.epoch);
    if (is !== was && event.type !== "tick") expect(is.at).toBeGreaterThanOrEqual(was.at);

    this.#records(was, is, before, after);
    this.#rises(event, before, after);
    this.#wins(event, delivered, was, is);
    this.#watches(event, was, is);

    // 6: automation never overwrites a person
    if (was.phase === "suspended" && !("actor" in event)) expect(after.flag).toEqual(before.flag);
    if (event.type === "edited" && !hasEnded(was.phase) && was.stage >= 0) {
      expect(is.phase).toBe("suspended");
      expect(after.flag.percentage).toBe(event.percentage ?? before.flag.percentage);
    }
    // 3: ends are ends
    if (hasEnded(was.phase)) {
      expect(is.phase).toBe(was.phase);
      if (event.type !== "edited") expect({ ...after.flag, live: true }).toEqual({ ...before.flag, live: true });
    }
    // 16
    if (event.type === "disabled" || event.type === "archived") expect(hasEnded(is.phase)).toBe(true);
    if (hasEnded(is.phase)) expect(after.flag.stages).toEqual([]);

    const entered = is.epoch !== was.epoch && !hasEnded(is.phase);
    if (entered) this.#forget();
    else if (is.phase === "watching" && was.phase !== "watching" && was.phase !== "paused") this.#active = 0;
    if (was.phase === "gated" && is.phase !== "gated") this.#opened.clear();
  }

  #forget(): void {
    this.#active = 0;
    this.#judgement = null;
    this.#consents = [];
    this.#opened.clear();
    this.#accepted.clear();
  }

  /** Time as the machine sees it. */
  #machine({ at }: Release): number {
    return Math.max(this.#world.now, at);
  }

  /** What the event adds to what is known. */
  #take(event: ReleaseEvent, { refusal, effects }: Delivered, was: Release): void {
    if (event.type === "judged" && WATCHED.includes(was.phase)) {
      const { epoch, upTo } = event.judgement;
      if (epoch === was.epoch && upTo > (this.#judgement?.upTo ?? -Infinity)) {
        this.#judgement = event.judgement;
        this.#judgedAt = this.#machine(was);
      }
    }
    if (event.type === "approve" && refusal === undefined && effects.length > 0)
      this.#consents.push({ id: `${event.actor.via}:${event.actor.id}`, role: event.role });
    if (event.type === "answered" && event.epoch === was.epoch && was.phase === "gated" && event.open) {
      const asked = was.asks.find((one) => one.gate === event.gate);
      if (asked?.attempt === event.attempt && asked.open === null) this.#opened.add(event.gate);
    }
    if (event.type === "acknowledge" && refusal === undefined)
      for (const { metric, verdict } of this.#judgement?.guardrails ?? [])
        if (verdict === "harm") this.#accepted.add(metric);
    if (event.type === "revise" && refusal === undefined && event.revision > was.revision) {
      const changed = JSON.stringify(was.plan.stages[was.stage]) !== JSON.stringify(event.plan.stages[was.stage]);
      if (changed) {
        this.#consents = [];
        this.#opened.clear();
      }
      if (JSON.stringify(was.plan.guardrails) !== JSON.stringify(event.plan.guardrails)) this.#judgement = null;
    }
  }

  /** 14: every transition has its record; 3 and 7: what they may say. */
  #records(was: Release, is: Release, before: Stored, after: Stored): void {
    const records = after.log.slice(before.log.length);
    let [phase, stage]: [Phase, number] = [was.phase, was.stage];
    let climbed = 0;
    for (const record of records) {
      expect(record.from).toBe(phase);
      expect(record.cause).not.toBe("");
      expect(record.what).not.toBe("");
      expect(record.actor.id).not.toBe("");
      expect(record.evidence).toBeTypeOf("object");
      if (HELD.includes(record.from)) expect(record.stage).toBe(stage);
      if (record.stage > stage) {
        climbed += 1;
        if (record.what !== "promote") expect(record.stage).toBe(stage + 1);
      }
      [phase, stage] = [record.to, record.stage];
    }
    expect(climbed).toBeLessThanOrEqual(1);
    expect([phase, stage]).toEqual([is.phase, is.stage]);
    if (is.epoch !== was.epoch) expect(records.length).toBeGreaterThan(0);
  }

  /** 1, 2, 8, 13: why somebody more sees it than before. */
  #rises(event: ReleaseEvent, before: Stored, after: Stored): void {
    const more = after.flag.percentage > before.flag.percentage || after.flag.stages.length > before.flag.stages.length;
    const [was, is] = [before.release, after.release];
    if (event.type === "edited") return;
    const advanced = after.log.slice(before.log.length).find((one) => one.stage > was.stage || one.to === "completed");
    if (!more && !advanced) return;
    expect(advanced, "it rose without a transition").toBeDefined();
    const { what, actor } = advanced!;
    if (what === "start") {
      expect(was.stage).toBe(-1);
      expect(is.startAt ?? 0).toBeLessThanOrEqual(this.#latest);
    } else if (actor.via === "release") this.#mayAdvance(was, is, advanced!, after);
    else {
      expect(["advance", "promote", "complete"]).toContain(what);
      expect(["advance", "promote"]).toContain(event.type);
      if (was.stage >= 0) for (const verdict of this.#guards(was, is.at)) expect(GOOD_FOR_PEOPLE).toContain(verdict);
    }
    if (was.plan.freeze.length > 0) expect(isFrozen(is.at)).toBe(false);
  }

  #mayAdvance(was: Release, is: Release, transition: Transition, after: Stored): void {
    // What a person did in the same step, such as resuming, came before.
    const { plan } = is;
    const stage = plan.stages[was.stage]!;
    const watching = transition.from === "watching";
    expect(this.#active).toBeGreaterThanOrEqual(milliseconds((watching ? stage.watch : stage.minBake) ?? "0s"));
    for (const verdict of this.#guards(is, is.at))
      expect(watching ? GOOD_FOR_PEOPLE : GOOD_FOR_MACHINES).toContain(verdict);
    if (watching) return;
    expect(this.#judgement?.exposures ?? 0).toBeGreaterThanOrEqual(stage.minExposures);
    const authors = [is.author, ...is.revisers].map(({ via, id }) => `${via}:${id}`);
    const needs = stage.gates.flatMap((gate) => ("approval" in gate ? [gate.approval] : []));
    const fits = ({ role, notAuthor }: (typeof needs)[number], one: Consent): boolean =>
      includes(one.role, role) && !(notAuthor && authors.includes(one.id));
    expect(canMeet(needs, this.#consents, fits), "each gate has the consent of another person").toBe(true);
    for (const [i, gate] of stage.gates.entries())
      if ("webhook" in gate) expect(this.#opened.has(i), "a webhook said yes").toBe(true);
    expect(after.release.epoch > was.epoch || after.release.phase === "watching").toBe(true);
  }

  /** The verdicts of guards, as far as they are known and not a harm that was put up with. */
  #guards({ plan }: Release, at: number): (Verdict | "unknown")[] {
    const fresh = this.#judgement !== null && at - this.#judgedAt <= 5 * MINUTE;
    return plan.guardrails.flatMap(({ metric, role }) => {
      if (role !== "guard") return [];
      const judged = fresh ? this.#judgement!.guardrails.find((one) => one.metric === metric) : undefined;
      const verdict = judged?.verdict ?? "unknown";
      return verdict === "harm" && judged?.clientOnly && !plan.trustClients && this.#accepted.has(metric)
        ? []
        : [verdict];
    });
  }

  /** 4 and 5: un-release always works, and stands. */
  #wins(event: ReleaseEvent, { refusal }: Delivered, was: Release, is: Release): void {
    if (event.type === "unrelease" && !hasEnded(was.phase)) {
      expect(refusal).toBeUndefined();
      expect(is.phase).toBe("unreleased");
    }
    if (is.phase === "unreleased" && was.phase !== "unreleased" && was.stage >= 0)
      expect(this.#world.stored.flag).toMatchObject({ percentage: 0, stages: [] });
  }

  /** 15 and 17: harm of a guard is acted upon at once, wherever the release waits. */
  #watches(event: ReleaseEvent, was: Release, is: Release): void {
    if (WATCHED.includes(was.phase) && was.stage >= 0 && was.plan.guardrails.length > 0)
      expect(isLookedAt(was)).toBe(true);
    if (event.type !== "judged" || event.judgement !== this.#judgement || !WATCHED.includes(was.phase)) return;
    const trusted = event.judgement.guardrails.some(
      ({ metric, verdict, clientOnly }) =>
        verdict === "harm" &&
        (was.plan.trustClients || !clientOnly) &&
        was.plan.guardrails.some((one) => one.metric === metric && one.role === "guard"),
    );
    if (!trusted) return;
    expect(is.phase).toBe(was.plan.onHarm === "pause" ? "paused" : "unreleased");
  }
}

const GOOD_FOR_MACHINES = ["healthy", "unmeasured"];
const GOOD_FOR_PEOPLE = [...GOOD_FOR_MACHINES, "inconclusive"];

/** Enough for the longest plan to come to its end when nothing stands in its way. */
export const LONG_ENOUGH = 60 * DAY;
