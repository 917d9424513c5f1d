import { Deviation, type SlicedArm, type SlicedPart } from "./dispersion.ts";
import { logMeanExp } from "./evidence.ts";
import type { Part } from "./history.ts";
import { quiet } from "./loudest.ts";
import { requestsAndPeople } from "./people.ts";
import { SLICES } from "./series.ts";
import { type GuardrailLimits, Sums } from "./sums.ts";

/* Evidence of harm over parts of a release, and the floors without which an alarm doesn't act. */

/** An alarm doesn't act on fewer events, nor on events of fewer slices. */
const LEAST_EVENTS = 5;
const LEAST_SLICES = 3;

/** Why an alarm doesn't act. */
export type Floor = "few events" | "few slices" | "small difference";

export type Comparison = {
  /** ln E, of requests and people together, or of the thresholds of latency. */
  logE: number;
  /** The same of each way of counting; people are the last. */
  each: number[];
  /** φ of the start epoch that carries most. */
  phi: number;
  alarm: boolean;
  /** Why the alarm doesn't act; null: it does, or there is none. */
  waits: Floor | null;
};

/** One way of counting: its sums for each part, and of each start epoch the φ from there on. */
type Way = { people: boolean; parts: readonly Sums[]; phi: readonly number[] };

export type CompareOptions = {
  readonly limits: Pick<GuardrailLimits, "harm" | "tolerate" | "minAbsolute">;
  readonly ratios: readonly number[];
  readonly latency: boolean;
  /** ln(1/(alpha·w)). */
  readonly alarmAt: number;
  /** All parts of the release, warm-up too. */
  readonly parts: readonly Part[];
  /** Treatment's people exposed in a stage entry. */
  readonly exposed: (entry: number) => number;
};

/** Compares the sides over parts, each of which begins a start epoch. */
export function compare(parts: readonly Part[], options: CompareOptions): Comparison {
  const { ratios, latency, alarmAt } = options;
  const ways = waysOf(parts, ratios.length);
  const found = ways.map(({ parts: sums, phi }) => mixture(sums.length, ratios.length, (k) => sums[k]!.logs, phi));
  const each = found.map(({ logE }) => logE);
  const logE = latency ? logMeanExp(each) : requestsAndPeople(each[0]!, each[1] ?? null).harmLogE;
  const loudest = each.indexOf(Math.max(...each));
  const alarm = logE >= alarmAt;
  let waits: Floor | null = null;
  if (alarm) {
    const floors = ways.map((way, i) => (each[i]! >= alarmAt ? floorOf(way, found[i]!.loudest, parts, options) : null));
    // One way that is at the alarm by itself and passes them all is enough.
    if (!floors.some((floor, i) => each[i]! >= alarmAt && floor === null)) waits = floors[loudest] ?? "few events";
  }
  return { logE, each, phi: ways[loudest]!.phi[found[loudest]!.loudest] ?? 1, alarm, waits };
}

function waysOf(parts: readonly Part[], ratios: number): Way[] {
  const count = parts[0]?.requests.length ?? 1;
  const ways = Array.from({ length: count }, (_, q): Way => {
    const sums = parts.map(({ requests }) => requests[q]!);
    return { people: false, parts: sums, phi: dispersionsSince(sums) };
  });
  if (!parts.some(({ people }) => people !== null)) return ways;
  const sums = parts.map(({ people }) => people ?? new Sums(ratios));
  return [...ways, { people: true, parts: sums, phi: sums.map(() => 1) }];
}

/** φ of the parts from each one on, at least that of all of them. */
export function dispersionsSince(sums: readonly Sums[]): number[] {
  const phi: number[] = [];
  const since = new Deviation();
  for (let k = sums.length - 1; k >= 0; k--) phi[k] = since.merge(sums[k]!.deviation()).dispersion().phi;
  return phi.map((one) => Math.max(one, phi[0]!));
}

/**
 * ln of E = mean_j (Σ_k exp(L_k(R_j)/φ_k)/(k(k+1)) + 1/(K+1)), L_k the sum of the logarithms of parts k to K; and the start
 * epoch that carries most of it, from 0 (-1 where there is none).
 *
 * @param logs for each part what it says, by ratio
 */
export function mixture(
  epochs: number,
  ratios: number,
  logs: (k: number) => ArrayLike<number>,
  phi: readonly number[],
): { logE: number; loudest: number } {
  if (epochs === 0) return { logE: 0, loudest: -1 };
  const since = new Float64Array(ratios);
  // ln of what has been added up so far, for each ratio: most + ln(sum).
  const most = new Float64Array(ratios).fill(-Math.log(epochs + 1));
  const sums = new Float64Array(ratios).fill(1);
  const here: number[] = [];
  let [loudest, loud] = [-1, -Infinity];
  for (let k = epochs - 1; k >= 0; k--) {
    const part = logs(k);
    const weight = Math.log((k + 1) * (k + 2));
    let greatest = -Infinity;
    for (let j = 0; j < ratios; j++) {
      since[j]! += part[j]!;
      const log = since[j]! / phi[k]! - weight;
      here[j] = log;
      if (log > greatest) greatest = log;
      const over = log - most[j]!;
      if (over > 0) {
        sums[j] = sums[j]! * Math.exp(-over) + 1;
        most[j] = log;
      } else if (over > -40) sums[j]! += Math.exp(over);
    }
    // The mean over ratios lies at most ln(ratios) below the greatest.
    if (greatest >= loud) {
      const carried = logMeanExp(here);
      if (carried >= loud) [loudest, loud] = [k, carried];
    }
  }
  return { logE: logMeanExp(Array.from(most, (log, j) => log + Math.log(sums[j]!))), loudest };
}

/** The first floor that the counts from a start epoch on don't pass; null: they pass all. */
function floorOf(way: Way, epoch: number, all: readonly Part[], options: CompareOptions): Floor | null {
  const { limits, ratios, alarmAt } = options;
  const parts = way.parts.slice(epoch);
  const increase = limits.harm === "increase";
  const sum = (of: (sums: Sums) => number): number => parts.reduce((total, sums) => total + of(sums), 0);
  const own = increase ? sum(({ events }) => events[0]) : sum(({ usual }) => usual);
  if (own < LEAST_EVENTS) return "few events";
  if (parts.some(({ sliced }) => sliced[0].exposures.length > 1 || sliced[1].exposures.length > 1)) {
    const events: number[] = [];
    for (const { sliced } of parts)
      sliced[increase ? 0 : 1].events.forEach((n, b) => void (events[b] = (events[b] ?? 0) + n));
    if (events.filter((n) => n > 0).length < LEAST_SLICES) return "few slices";
    const sliced = way.people ? atRisk(all.slice(epoch), options.parts) : parts.map((one) => one.sliced);
    const left = quiet(sliced, { ...limits, ratios, ...(way.people && { phi: 1 }) });
    if (left.logE < alarmAt / 2) return "few slices";
  }
  return difference(parts, limits, way.people ? exposedIn(all.slice(epoch), options) : undefined) < limits.minAbsolute
    ? "small difference"
    : null;
}

function exposedIn(parts: readonly Part[], { exposed }: CompareOptions): number {
  return [...new Set(parts.map(({ entry }) => entry.entry))].reduce((sum, entry) => sum + exposed(entry), 0);
}

/**
 * Σ(sT − R0·nT·sC/nC)/Σ nT over minutes with control; of a decrease with the sign turned. 0 where there are none.
 *
 * @param exposed what stands for Σ nT: of people those who were exposed
 */
export function difference(
  parts: readonly Sums[],
  { harm, tolerate }: Pick<GuardrailLimits, "harm" | "tolerate">,
  exposed?: number,
): number {
  let [met, usual, matched] = [0, 0, 0];
  for (const one of parts) {
    met += one.met;
    usual += one.usual;
    matched += one.matched;
  }
  if (matched === 0) return 0;
  const more = harm === "increase" ? met - tolerate * usual : usual / tolerate - met;
  return more / (exposed ?? matched);
}

/**
 * People of each part by slice: exposed in the stage entry up to the part's end, warm-up too, less those who erred before
 * the part began.
 */
export function atRisk(parts: readonly Part[], all: readonly Part[]): SlicedPart[] {
  return parts.map((part): SlicedPart => {
    const own = all.filter(({ entry }) => entry.entry === part.entry.entry);
    const place = own.indexOf(part);
    const arm = (side: 0 | 1): SlicedArm => {
      const exposures = new Float64Array(SLICES);
      own.slice(0, place + 1).forEach(({ people }, i) => {
        if (!people) return;
        const { exposures: seen, events: erred } = people.sliced[side];
        for (let b = 0; b < seen.length; b++) exposures[b]! += seen[b]! - (i < place ? erred[b]! : 0);
      });
      const events = new Float64Array(SLICES);
      part.people?.sliced[side].events.forEach((n, b) => void (events[b] = n));
      return { exposures: exposures.map((n) => Math.max(0, n)), events };
    };
    return [arm(0), arm(1)];
  });
}
