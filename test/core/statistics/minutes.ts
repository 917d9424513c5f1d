import { LogHistogram } from "../../../src/core/histogram.ts";
import { MINUTE } from "../../../src/core/statistics/history.ts";
import {
  type CountArm,
  type CountMinute,
  type Entry,
  LATENCY_STEPS,
  type LatencyArm,
  type LatencyMinute,
  type Series,
  SLICES,
} from "../../../src/core/statistics/series.ts";

/* Minutes of a release as counters deliver them, for tests. */

export const ENTRY: Entry = { entry: 1, from: 0, warmupMs: 0, share: 0.1, compared: true };

/** A number spread evenly over slices, what is left over going to the first ones from `from` on. */
export function spread(count: number, from = 0): number[] {
  return Array.from({ length: SLICES }, (_, b) => {
    const place = (((b - from) % SLICES) + SLICES) % SLICES;
    return Math.floor(count / SLICES) + (place < count % SLICES ? 1 : 0);
  });
}

/** Evenly spread exposures and events; the slices of events move with `from`. */
export function arm(exposures: number, events: number, from = 0): CountArm {
  return { exposures: spread(exposures, from), events: spread(events, from) };
}

/** So many minutes, each alike: [treatment, control]. */
export function minutes(
  count: number,
  exposures: readonly [number, number],
  events: readonly [number, number],
  more: { from?: number; entry?: number } = {},
): CountMinute[] {
  const { from = 0, entry = 1 } = more;
  return Array.from({ length: count }, (_, i) => ({
    minute: (from + i) * MINUTE,
    entry,
    treatment: arm(exposures[0], events[0], 5 * i),
    control: arm(exposures[1], events[1], 7 * i),
  }));
}

export function seriesOf(bins: readonly CountMinute[], until?: number): Series {
  const last = Math.max(-1, ...bins.map(({ minute }) => minute / MINUTE));
  return { minutes: { counts: bins }, closedBefore: (until ?? last + 1) * MINUTE, reported: true };
}

/** Requests of one side of a minute; `scale` times as long as usual. */
export function latencyArm(requests: number, scale = 1, timeouts = 0): LatencyArm {
  const durations = new LogHistogram();
  const slower = LATENCY_STEPS.map(() => 0);
  for (let n = 0; n < 100; n++) {
    const took = 20 * scale * 1.03 ** n;
    durations.record(took, requests / 100);
    LATENCY_STEPS.forEach((step, i) => void (slower[i]! += took > step ? requests / 100 : 0));
  }
  return {
    exposures: spread(requests + timeouts),
    durations,
    timeouts: spread(timeouts),
    slower: slower.map((n) => spread(n)),
  };
}

export function latencyMinutes(count: number, of: (i: number) => [LatencyArm, LatencyArm]): LatencyMinute[] {
  return Array.from({ length: count }, (_, i) => {
    const [treatment, control] = of(i);
    return { minute: i * MINUTE, entry: 1, treatment, control };
  });
}
