import { checkedFactor, checkedList, checkedLog, checkedOptions, checkedPair, type Pair } from "./checked.ts";
import { type Bin, logSumExp, rateRatioEvidence } from "./evidence.ts";
import { safetyEvidence } from "./safety.ts";

/*
 * Errors counted a second way: of each bucketed key and stage entry the first one. Each key counts once, so under random
 * assignment every first error falls to a side by chance, whoever sends how much (φ = 1): a few heavy users then neither
 * decide nor paralyse.
 */

/** One minute of a stage entry, of [treatment, control]. */
export type PeopleMinute = {
  /** Keys seen for the first time in this stage entry. */
  readonly exposed: Pair;
  /** Keys whose first error in this stage entry it is. */
  readonly erred: Pair;
};

export type PeopleEvidence = {
  /** Of each minute: keys exposed so far, less those that erred in minutes before. */
  atRisk: [treatment: number, control: number][];
  /** ln E of harm over all minutes, without start epochs. */
  logE: number;
  /** ln S; null where harm of (1 + detect)/2 isn't more than what is tolerated: then requests alone speak. */
  safetyLogE: number | null;
};

/**
 * Evidence by people: `rateRatioEvidence` of bins with exposures n = `atRisk` and events s = `erred`, φ = 1. Safety is
 * against Rd = (1 + detect)/2: who has erred is gone, so that twice the errors look like less among people, and the less
 * the longer it lasts.
 *
 * Source: design/releases.md, "Requests and people"; the at-risk set is that of D. Cox, "Regression Models and
 * Life-Tables", JRSS B 34 (1972).
 *
 * @param minutes of one stage entry, oldest first
 * @param options.harm of an outcome that is good, "decrease"
 * @throws {TypeError | RangeError} naming the argument
 */
export function peopleEvidence(
  minutes: readonly PeopleMinute[],
  options: { tolerate: number; detect: number; harm?: "increase" | "decrease" },
): PeopleEvidence {
  const { harm = "increase", tolerate, detect } = checkedOptions(options);
  const bins = atRisk(minutes);
  const least = peopleDetect(checkedFactor("detect", detect));
  return {
    atRisk: bins.map(({ exposures }) => [exposures[0], exposures[1]]),
    logE: rateRatioEvidence(bins, { harm, tolerate }).logE,
    safetyLogE: least > tolerate ? safetyEvidence(bins, { harm, tolerate, detect: least, dispersion: 1 }).logE : null,
  };
}

/** The factor of harm that is disproved by people instead of `detect`. */
export function peopleDetect(detect: number): number {
  return (1 + detect) / 2;
}

/** More may have erred than were seen, where an exposure was lost: nobody is at risk less than not at all. */
function atRisk(minutes: readonly PeopleMinute[]): Bin[] {
  const left: [number, number] = [0, 0];
  return Array.from(checkedList("minutes", minutes), (_, i): Bin => {
    const exposed = checkedPair(minutes[i]?.exposed, "minutes", i, ".exposed");
    const erred = checkedPair(minutes[i]?.erred, "minutes", i, ".erred");
    const exposures: Pair = [Math.max(0, left[0] + exposed[0]), Math.max(0, left[1] + exposed[1])];
    for (const side of [0, 1] as const) left[side] += exposed[side] - erred[side];
    return { exposures, events: erred };
  });
}

/**
 * Requests and people together, in natural logarithms: harm by E = (E_requests + E_people)/2, an average of e-values being
 * one, and safety by S = (3·S_requests + S_people)/4. Either is what the one way says where the other is null.
 *
 * @throws {TypeError | RangeError} naming the argument
 */
export function requestsAndPeople(
  requests: number | null,
  people: number | null,
): { harmLogE: number; safetyLogE: number } {
  const [one, other] = [ln("requests", requests), ln("people", people)];
  if (one === null || other === null) {
    const only = one ?? other ?? 0;
    return { harmLogE: only, safetyLogE: only };
  }
  return {
    harmLogE: logSumExp([one, other]) - Math.LN2,
    safetyLogE: logSumExp([one + Math.log(3), other]) - Math.log(4),
  };
}

function ln(name: string, value: number | null): number | null {
  return value === null ? null : checkedLog(name, value);
}
