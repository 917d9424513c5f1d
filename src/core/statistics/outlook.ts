import { logSumExp } from "./evidence.ts";
import { peopleDetect } from "./people.ts";
import { BELOW, hypotheses, likelihood } from "./safety.ts";
import type { GuardrailLimits } from "./sums.ts";

/*
 * When a healthy release will be called that, if things go on as they are: the mean paths of the evidence, which its
 * median follows closely. For estimates while a stage waits, and for sizing before it starts.
 */

/** What comes in each second, and what is known already. */
export type Outlook = {
  readonly limits: GuardrailLimits;
  readonly beta: number;
  /** φ after so many more seconds: where people differ for good it grows. */
  readonly dispersion: (seconds: number) => number;
  /** Of all exposures those that are treatment's, 0 to 1. */
  readonly share: number;
  /** Exposures of both sides a second. */
  readonly perSecond: number;
  /** Events for each exposure, of either side. */
  readonly eventShare: number;
  /** People whose first event comes, after so many more seconds; null where keys aren't known. */
  readonly firsts: ((seconds: number) => number) | null;
  /** ln S of requests and of people as they stand, and treatment's exposures and events in this stage. */
  readonly known?: { requests: number; people: number | null; exposed: number; events: number };
};

/** Beyond so many seconds it is never: a release waits at most a hundred days. */
const NEVER = 100 * 86_400;

/** Seconds until S or B is to be expected at 1/β; null: never. 0 where it is there already. */
export function secondsToSafety(outlook: Outlook): number | null {
  const target = -Math.log(outlook.beta);
  const reached = (seconds: number): boolean => expectedSafety(outlook, seconds) >= target;
  if (outlook.perSecond <= 0) return null;
  if (reached(0)) return 0;
  let most = 1;
  while (!reached(most)) if ((most *= 2) > NEVER) return null;
  let least = most / 2;
  for (let i = 0; i < 40; i++) {
    const middle = (least + most) / 2;
    if (reached(middle)) most = middle;
    else least = middle;
  }
  return most;
}

/** ln of the larger of S and B after so many more seconds, in the mean. */
function expectedSafety(outlook: Outlook, seconds: number): number {
  const { limits, share, perSecond, eventShare, firsts } = outlook;
  const phi = outlook.dispersion(seconds);
  const { requests, people, exposed, events } = outlook.known ?? { requests: 0, people: 0, exposed: 0, events: 0 };
  const more = perSecond * seconds;
  // What is known was divided by today's φ, and will be by that of then.
  const byRequests =
    (requests * outlook.dispersion(0) + more * eventShare * gainOf(limits, share, limits.detect)) / phi;
  const least = peopleDetect(limits.detect);
  const byPeople =
    firsts === null || people === null || least <= limits.tolerate
      ? null
      : people + firsts(seconds) * gainOf(limits, share, least);
  const S = byPeople === null ? byRequests : logSumExp([byRequests + Math.log(3), byPeople]) - Math.log(4);
  const m = limits.minAbsolute;
  if (limits.harm !== "increase" || m <= 0 || m >= 1) return S;
  const n = exposed + more * share;
  const s = events + more * share * eventShare;
  const B =
    logSumExp(BELOW.map((ratio) => (s * Math.log(ratio) - n * Math.log1p((ratio - 1) * m)) / phi)) -
    Math.log(BELOW.length);
  return Math.max(S, B);
}

/**
 * What an event adds to ln S in the mean, if harm is what is tolerated: KL(th(R1)‖th(Rd)). 0 where nobody is treated or
 * nobody is control, or where `detect` isn't more than what is tolerated.
 */
export function gainOf({ harm, tolerate }: GuardrailLimits, share: number, detect: number): number {
  if (share <= 0 || share >= 1 || detect <= tolerate) return 0;
  const [safe, harmful] = hypotheses({ harm, tolerate, detect });
  const chance = (share * safe) / (share * safe + 1 - share);
  return likelihood([share, 1 - share], [chance, 1 - chance], safe, harmful);
}
