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
const JUDGED: Phase[] = [...WATCHED, "suspended"];
const UNWATCHED = 5 * MINUTE;
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
  /** What was judged to be in harm last, and whether a person may put up with it. */
  #harms = new Map<string, boolean>();
  /** Whether all that holds an advance was healthy, and nothing has spoken against it since. */
  #healthy = false;
  /** Active time at which a person last resumed it, or its gates sent it back. */
  #patience = 0;
  /** When the present epoch began, and whether anybody was told since nobody judges. */
  #entered = 0;
  #outage = 0;
  #before: number;
  #began = false;

  constructor(world: World) {
    this.#world = world;
    this.#mark = this.#time();
    this.#latest = world.now;
    this.#before = world.stored.flag.percentage;
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
    const records = after.log.slice(before.log.length);
    this.#falls(event, before, after, records);
    this.#tells(event, was, is, records, delivered);
    if (event.type === "resume" && was.phase === "paused" && this.#stands(was)) expect(delivered.refusal).toBeDefined();

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
    if (event.type === "edited" && was.stage < 0) {
      this.#before = event.percentage ?? before.flag.percentage;
      // Where the start is overdue it comes at once, and may raise the share, but not lower it.
      if (is.stage < 0) expect(after.flag.percentage).toBe(this.#before);
      else if (!was.lower) expect(after.flag.percentage).toBeGreaterThanOrEqual(this.#before);
    }
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
    if (entered) this.#forget(is);
    else if (is.phase === "watching" && was.phase !== "watching" && was.phase !== "paused")
      this.#active = this.#patience = 0;
    if (event.type === "resume" && was.phase === "paused" && is !== was) this.#patience = this.#active;
    if (was.phase === "gated" && records.some(({ what }) => what === "bake")) this.#patience = this.#active;
    if (was.phase === "gated" && is.phase !== "gated") this.#opened.clear();
    if (is.phase === "baking") this.#began = true;
  }

  #forget(is: Release): void {
    this.#entered = is.at;
    this.#patience = 0;
    this.#healthy = false;
    if (is.phase !== "suspended") this.#harms.clear();
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
    if (this.#isOut(was)) this.#healthy = false;
    if (event.type === "judged" && JUDGED.includes(was.phase)) {
      const { epoch, upTo } = event.judgement;
      if (epoch === was.epoch && upTo > (this.#judgement?.upTo ?? -Infinity)) {
        this.#judgement = event.judgement;
        this.#judgedAt = this.#machine(was);
        this.#outage = 0;
        this.#hear(event.judgement, was);
      }
    }
    if (event.type === "approve" && refusal === undefined && effects.length > 0)
      this.#consents.push({ id: `${event.actor.via}:${event.actor.id}`, role: event.role });
    if (event.type === "answered" && event.epoch === was.epoch && was.phase === "gated" && event.open) {
      const asked = was.asks.find((one) => one.gate === event.gate);
      if (asked?.attempt === event.attempt && asked.open === null) this.#opened.add(event.gate);
    }
    if (event.type === "acknowledge" && refusal === undefined)
      for (const [metric, person] of this.#harms) if (person) this.#accepted.add(metric);
    if (event.type === "revise" && refusal === undefined && event.revision > was.revision) {
      const changed = JSON.stringify(was.plan.stages[was.stage]) !== JSON.stringify(event.plan.stages[was.stage]);
      if (changed) {
        this.#consents = [];
        this.#opened.clear();
      }
      if (JSON.stringify(was.plan.guardrails) !== JSON.stringify(event.plan.guardrails)) {
        this.#judgement = null;
        this.#judgedAt = 0;
        this.#healthy = false;
        this.#accepted.clear();
      }
      if (changed) this.#healthy = false;
    }
  }

  /** What a new judgement says of harm and of health. */
  #hear({ guardrails }: Omit<Judgement, "at">, { plan }: Release): void {
    const roles = new Map(plan.guardrails.map(({ metric, role, hold }) => [metric, { role, hold }]));
    let good = true;
    let bad = false;
    for (const { metric, verdict, clientOnly, overCeiling, doubtful } of guardrails) {
      const { role = "watch", hold = true } = roles.get(metric) ?? {};
      if (role === "watch") continue;
      const trusted = plan.trustClients || !clientOnly;
      if (verdict === "harm") this.#harms.set(metric, role === "signal" || !trusted);
      else if (overCeiling) this.#harms.set(metric, true);
      else this.#harms.delete(metric);
      if (!hold || (this.#accepted.has(metric) && verdict === "harm" && this.#harms.get(metric))) continue;
      good &&= GOOD_FOR_MACHINES.includes(verdict);
      bad ||= ["harm", "invalid", "nodata"].includes(verdict) || doubtful === true;
    }
    this.#healthy = (this.#healthy || good) && !bad;
  }

  /** Whether harm keeps it paused. */
  #stands(_was: Release): boolean {
    return [...this.#harms].some(([metric, person]) => !person || !this.#accepted.has(metric));
  }

  /** 2: since when nobody judges it; a plan that only watches needs nobody. */
  #isOut(was: Release): boolean {
    if (was.plan.guardrails.every(({ role }) => role === "watch")) return false;
    return this.#machine(was) - Math.max(this.#judgedAt, this.#entered) >= UNWATCHED;
  }

  /** 2: a judge that never answers is told, once for each outage. 17: harm while a person has taken over is told. */
  #tells(event: ReleaseEvent, was: Release, is: Release, records: readonly Transition[], { effects }: Delivered): void {
    this.#outage += records.filter(({ cause }) => cause.startsWith("Nobody has judged")).length;
    expect(this.#outage).toBeLessThanOrEqual(1);
    expect(new Set(is.told).size).toBe(is.told.length);
    expect(records.length).toBeLessThan(12);
    const lives = JUDGED.includes(is.phase) && is.stage >= 0 && this.#began && is.epoch === was.epoch;
    if (event.type === "tick" && lives && this.#isOut(is))
      expect(is.told.includes("outage") || is.plan.onNoData === "unrelease", "an outage is told").toBe(true);
    if (event.type === "judged" && was.phase === "suspended" && event.judgement === this.#judgement) {
      const harm = event.judgement.guardrails.some(
        ({ metric, verdict, clientOnly }) =>
          verdict === "harm" &&
          (was.plan.trustClients || !clientOnly) &&
          was.plan.guardrails.some((one) => one.metric === metric && one.role === "guard"),
      );
      if (harm && !was.told.includes("harm"))
        expect(effects.some((one) => one.type === "tell" && one.about === "harm")).toBe(true);
    }
  }

  /** 1: nobody loses it but by un-release, a person, or a start that says so; and what a completion gives was watched. */
  #falls(event: ReleaseEvent, before: Stored, after: Stored, records: readonly Transition[]): void {
    const [was, is] = [before.release, after.release];
    const [from, to] = [before.flag.percentage, after.flag.percentage];
    if (to < from && event.type !== "edited") {
      const lower =
        was.lower && records.some((one) => one.from === "scheduled" || one.from === "draft" || one.stage > was.stage);
      expect(is.phase === "unreleased" || lower, `from ${from} to ${to}`).toBe(true);
    }
    if (is.phase === "completed" && was.phase !== "completed" && to > from) {
      const last = is.plan.stages.at(-1)!.percentage!;
      const share = before.release.stage === is.stage ? from : -1;
      expect(share === -1 ? Infinity : Math.min(last, 100 - is.plan.holdback)).toBeLessThanOrEqual(from);
      expect(to).toBeLessThanOrEqual(last);
      expect(is.plan.holdback).toBeGreaterThan(0);
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
    const advanced = after.log
      .slice(before.log.length)
      .find((one) => (one.stage > was.stage && one.to !== "suspended") || one.to === "completed");
    if (!more && !advanced) return;
    expect(advanced, "it rose without a transition").toBeDefined();
    const { what, actor } = advanced!;
    if (what === "start") {
      expect(was.stage).toBe(-1);
      expect(is.startAt ?? 0).toBeLessThanOrEqual(this.#latest);
    } else if (actor.via === "release") this.#mayAdvance(was, is, advanced!, after);
    else {
      expect(["advance", "promote", "complete", "watch"]).toContain(what);
      expect(["advance", "promote"]).toContain(event.type);
      const force = (event.type === "advance" || event.type === "promote") && event.force === true;
      const good = force ? [...GOOD_FOR_PEOPLE, "nodata"] : GOOD_FOR_PEOPLE;
      if (was.stage >= 0) for (const verdict of this.#guards(was, is.at)) expect(good).toContain(verdict);
      if (was.stage >= 0 && was.phase !== "watching" && !force) this.#areOpen(was, is);
    }
    if (was.plan.freeze.length > 0) expect(isFrozen(is.at)).toBe(false);
  }

  #mayAdvance(was: Release, is: Release, transition: Transition, after: Stored): void {
    // What a person did in the same step, such as resuming, came before.
    const { plan } = is;
    const stage = plan.stages[was.stage]!;
    const watching = transition.from === "watching";
    expect(this.#active).toBeGreaterThanOrEqual(milliseconds((watching ? stage.watch : stage.minBake) ?? "0s"));
    const minBake = Math.max(1, milliseconds(stage.minBake));
    const most = milliseconds(plan.maxBake);
    const patience = watching ? Math.max(1, milliseconds(stage.watch!)) + most : Math.max(most, 2 * minBake);
    const waived = plan.onInconclusive === "advance" && this.#active - this.#patience >= patience;
    const gated = transition.from === "gated" && plan.onInconclusive === "advance"; // it was waived before, perhaps
    const open = waived || gated || this.#healthy ? ["inconclusive"] : [];
    for (const verdict of this.#guards(is, is.at)) expect([...GOOD_FOR_MACHINES, ...open]).toContain(verdict);
    const weak = waived || gated ? ["nodata", "harm"] : [];
    for (const verdict of this.#signals(is, is.at)) expect([...GOOD_FOR_MACHINES, ...open, ...weak]).toContain(verdict);
    if (watching) return;
    expect(this.#judgement?.exposures ?? 0).toBeGreaterThanOrEqual(stage.minExposures);
    this.#areOpen(was, is);
    expect(after.release.epoch > was.epoch || after.release.phase === "watching").toBe(true);
  }

  /** 8: each gate between here and there has the consent of another person, or a webhook's yes. Nobody goes past one that is closed. */
  #areOpen(was: Release, is: Release): void {
    const { plan } = is;
    const stage = plan.stages[was.stage]!;
    const authors = [is.author, ...is.revisers].map(({ via, id }) => `${via}:${id}`);
    const needs = stage.gates.flatMap((gate) => ("approval" in gate ? [gate.approval] : []));
    const fits = ({ role, notAuthor }: (typeof needs)[number], one: Consent): boolean =>
      includes(one.role, role) && !(notAuthor && authors.includes(one.id));
    expect(canMeet(needs, this.#consents, fits), "each gate has the consent of another person").toBe(true);
    for (const [i, gate] of stage.gates.entries())
      if ("webhook" in gate) expect(this.#opened.has(i), "a webhook said yes").toBe(true);
    for (const { gates } of plan.stages.slice(was.stage + 1, is.stage)) expect(gates).toEqual([]);
  }

  /** The verdicts of guards, as far as they are known and not a harm that was put up with. */
  #guards(release: Release, at: number): Verdict[] {
    return this.#verdicts(release, at, (role) => role === "guard");
  }

  /** The same of signals that hold an advance. */
  #signals(release: Release, at: number): Verdict[] {
    return this.#verdicts(release, at, (role, hold) => role === "signal" && hold);
  }

  #verdicts({ plan }: Release, at: number, wanted: (role: string, hold: boolean) => boolean): Verdict[] {
    const fresh = this.#judgement !== null && at - this.#judgedAt < UNWATCHED;
    return plan.guardrails.flatMap(({ metric, role, hold }) => {
      if (!wanted(role, hold)) return [];
      const judged = fresh ? this.#judgement!.guardrails.find((one) => one.metric === metric) : undefined;
      const verdict = judged?.verdict ?? "nodata";
      const accepted = this.#accepted.has(metric) && (role === "signal" || (judged?.clientOnly && !plan.trustClients));
      return verdict === "harm" && accepted ? [] : [verdict];
    });
  }

  /** 4 and 5: un-release always works, and stands. */
  #wins(event: ReleaseEvent, { refusal }: Delivered, was: Release, is: Release): void {
    if (event.type === "unrelease" && !hasEnded(was.phase)) {
      expect(refusal).toBeUndefined();
      expect(is.phase).toBe("unreleased");
    }
    if (is.phase !== "unreleased" || was.phase === "unreleased") return;
    const { percentage, stages } = this.#world.stored.flag;
    expect(stages).toEqual([]);
    const zero = is.plan.unreleaseTo === "zero";
    if (was.stage >= 0 && this.#began) expect(percentage).toBeLessThanOrEqual(zero ? 0 : this.#before);
  }

  /** 15 and 17: harm of a guard is acted upon at once, wherever the release waits. */
  #watches(event: ReleaseEvent, was: Release, is: Release): void {
    if (JUDGED.includes(was.phase) && was.stage >= 0 && this.#began) expect(isLookedAt(was)).toBe(true);
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
