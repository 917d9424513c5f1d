import { Deviation } from "./dispersion.ts";
import type { History, Part } from "./history.ts";
import { gainOf, type Outlook, secondsToSafety } from "./outlook.ts";
import { peopleDetect, requestsAndPeople } from "./people.ts";
import { below } from "./safety.ts";
import type { Entry } from "./series.ts";
import type { GuardrailLimits, Sums } from "./sums.ts";

/* How safe the present stage is seen to be, and when it will be seen to be safe. */

export type Safety = {
  /** ln of the larger of S and B. */
  logE: number;
  /** ln S of requests and of people; null where those aren't counted. */
  requests: number;
  people: number | null;
  phi: number;
  /** Of latency, the threshold that says least; else 0. */
  way: number;
};

/** Evidence of safety over the parts of the present stage, warm-up left out: S or B, divided by φ as it is now. */
export function safetyOf({ limits }: History, parts: readonly Part[]): Safety {
  const each = (parts[0]?.requests ?? []).map((_, way) => {
    const sums = parts.map(({ requests }) => requests[way]!);
    const { phi } = deviationOf(sums).dispersion();
    return { logE: sums.reduce((total, { safety }) => total + safety, 0) / phi, phi, way };
  });
  // Of several thresholds the one that says least: their mean would call healthy what slows the p99 alone.
  const least = each.reduce((one, other) => (other.logE < one.logE ? other : one), each[0] ?? NOTHING);
  const { phi, way } = least;
  const counted = parts.some(({ people }) => people !== null) && peopleDetect(limits.detect) > limits.tolerate;
  const people = counted ? parts.reduce((total, part) => total + (part.people?.safety ?? 0), 0) : null;
  const S = limits.detect > limits.tolerate ? requestsAndPeople(least.logE, people).safetyLogE : -Infinity;
  const [exposed, events] = treated(parts);
  const B = asksForShare(limits, each.length)
    ? below(exposed, Math.min(exposed, events), limits.minAbsolute, phi)
    : -Infinity;
  const logE = Math.max(S, B);
  return { logE: logE === -Infinity ? 0 : logE, requests: least.logE, people, phi, way };
}

const NOTHING = { logE: 0, phi: 1, way: 0 };

/** Whether there is B: of an increase of a share. Latency has no shares of its own. */
function asksForShare({ harm, minAbsolute }: GuardrailLimits, ways: number): boolean {
  return harm === "increase" && minAbsolute > 0 && minAbsolute < 1 && ways === 1;
}

function deviationOf(sums: readonly Sums[]): Deviation {
  return sums.reduce((all, one) => all.merge(one.deviation()), new Deviation());
}

function treated(parts: readonly Part[]): [exposed: number, events: number] {
  const sums = parts.map(({ requests }) => requests[0]!);
  return [sums.reduce((n, one) => n + one.exposures[0], 0), sums.reduce((n, one) => n + one.events[0], 0)];
}

/** What is to be expected, if traffic and rates stay as they were in this stage. */
export type Expected = {
  /** Whole seconds from the last closed bin on until the guardrail will be healthy; null: never, or there is no telling. */
  readonly seconds: number | null;
  /** Exposures of both sides a second, since the stage was entered. */
  readonly perSecond: number;
  /** Events of both sides that are still needed, by requests alone and at today's φ; null where no number of them would do. */
  readonly events: number | null;
  /** Exposures of treatment that `minExposures` still wants. */
  readonly exposures: number;
  /** Known people of both sides that were exposed in this stage; 0 where keys aren't known. */
  readonly people: number;
  /** How long it would take at the share of the plan's next stage, from its entry, warm-up left out; null where none is. */
  readonly next: { readonly share: number; readonly seconds: number | null } | null;
};

export type Waiting = {
  history: History;
  beta: number;
  nextShare: number | undefined;
  entry: Entry;
  safety: Safety;
  /** Parts of this stage, warm-up left out. */
  present: readonly Part[];
  /** Exposures of treatment that `minExposures` still wants. */
  missing: number;
};

/**
 * When a guardrail that isn't sure yet will be. Where people differ for good φ grows with every request of theirs, and
 * as soon as evidence grows no faster than φ, no waiting will do: then a larger share would, as it brings more people.
 */
export function expectedOf({ history, beta, nextShare, entry, safety, present, missing }: Waiting): Expected {
  const { closedBefore, limits } = history;
  const { requests: all, people } = history.exposed(entry.entry);
  const lasted = Math.max(60, (closedBefore - entry.from) / 1_000);
  const measured = Math.max(60, (closedBefore - entry.from - entry.warmupMs) / 1_000);
  const perSecond = (all[0] + all[1]) / lasted;
  const share = perSecond > 0 ? all[0] / (all[0] + all[1]) : 0;
  const sums = present.map(({ requests }) => requests[safety.way]!);
  const total = (of: (one: Sums) => number): number => sums.reduce((n, one) => n + of(one), 0);
  const counted = total(({ exposures }) => exposures[0] + exposures[1]);
  const known = people[0] + people[1];
  const firsts = present.reduce((n, part) => n + (part.people ? part.people.events[0] + part.people.events[1] : 0), 0);
  const growth = growthOf(sums, safety.phi) / measured;
  const outlook: Outlook = {
    limits:
      sums.length > 0 && asksForShare(limits, present[0]!.requests.length) ? limits : { ...limits, minAbsolute: 0 },
    beta,
    dispersion: (seconds) => safety.phi + growth * seconds,
    share,
    perSecond,
    eventShare: counted > 0 ? total(({ events }) => events[0] + events[1]) / counted : 0,
    // Whoever has erred is gone: as many more come as there are people left for whom it would be the first.
    firsts:
      safety.people === null || known === 0
        ? null
        : (seconds) => -known * Math.expm1((-firsts * seconds) / measured / known),
  };
  const [exposed, events] = treated(present);
  const bySafety = secondsToSafety({
    ...outlook,
    known: { requests: safety.requests, people: safety.people, exposed, events },
  });
  const byExposures = perSecond * share > 0 ? missing / (perSecond * share) : missing > 0 ? null : 0;
  const gain = gainOf(limits, share, limits.detect);
  const needed = gain > 0 ? ((-Math.log(beta) - safety.requests) * safety.phi) / gain : null;
  return {
    seconds: bySafety === null || byExposures === null ? null : Math.ceil(Math.max(bySafety, byExposures)),
    perSecond,
    events: needed === null ? null : Math.max(0, Math.ceil(needed)),
    exposures: missing,
    people: known,
    next:
      nextShare === undefined || perSecond === 0 ? null : { share: nextShare, seconds: elsewhere(outlook, nextShare) },
  };
}

/** A stage of another share begins with φ = 1, which grows there as it did here. */
function elsewhere(outlook: Outlook, share: number): number | null {
  const { dispersion } = outlook;
  const growth = dispersion(1) - dispersion(0);
  const seconds = secondsToSafety({
    ...outlook,
    share,
    dispersion: (after) => (growth > 0 ? 1 + growth * after : dispersion(0)),
  });
  return seconds === null ? null : Math.ceil(seconds);
}

/** Below this φ is what chance makes of it. */
const BY_CHANCE = 1.5;

/**
 * How much φ has grown by for good, of φ − 1. People who differ add to it part by part; clusters that come and go make
 * each part as uneven as all of them. In a single part there is no telling, and it is taken to grow.
 */
function growthOf(sums: readonly Sums[], phi: number): number {
  if (phi <= BY_CHANCE) return 0;
  const parts = sums.filter(({ events }) => events[0] + events[1] > 0);
  if (parts.length < 2) return phi - 1;
  let [excess, weight] = [0, 0];
  for (const one of parts) {
    const events = one.events[0] + one.events[1];
    excess += events * (one.deviation().dispersion().phi - 1);
    weight += events;
  }
  if (excess <= 0) return phi - 1;
  const lasting = ((phi - 1) / (excess / weight) - 1) / (parts.length - 1);
  return (phi - 1) * Math.min(1, Math.max(0, lasting));
}
