import { dispersionsSince, mixture } from "./comparison.ts";
import { RATIOS } from "./evidence.ts";
import type { History } from "./history.ts";

/** A duration is a ceiling for this share of the slowest. */
const SLOWEST = 0.05;
/** A ceiling doesn't act on fewer events. */
const LEAST_EVENTS = 5;

/** Each side against the ceiling, whoever else is there. [treatment, control] */
export type Capped = { logE: [number, number]; over: [boolean, boolean] };

/**
 * Evidence that a side is over its guardrail's ceiling, with start epochs every 10 minutes: hourly ones would find shared
 * harm that begins late a quarter of an hour later. Warm-up counts. Null where there is no ceiling, or one that nothing passes.
 *
 * @param alarmAt ln(1/(alpha·w)) of the ceiling's half
 */
export function cap(history: History, alarmAt: number): Capped | null {
  const { limits, kind } = history;
  const share = kind === "latency" ? SLOWEST : limits.ceiling;
  if (limits.ceiling === undefined || share === undefined || share >= 1) return null;
  const sums = history.capped();
  const phi = dispersionsSince(sums);
  const sides = ([0, 1] as const).map((side) => {
    const logs = sums.map(({ exposures, events }) => {
      const [n, s] = [exposures[side], Math.min(exposures[side], events[side])];
      return RATIOS.map((ratio) => s * Math.log(ratio) - n * Math.log1p((ratio - 1) * share));
    });
    const events = sums.reduce((total, one) => total + one.events[side], 0);
    const { logE } = mixture(sums.length, RATIOS.length, (k) => logs[k]!, phi);
    return { logE, over: logE >= alarmAt && events >= LEAST_EVENTS };
  });
  return { logE: [sides[0]!.logE, sides[1]!.logE], over: [sides[0]!.over, sides[1]!.over] };
}
