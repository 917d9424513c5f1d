import { describe, expect, test } from "vitest";
import { LogHistogram } from "../../../src/core/histogram.ts";
import { LATENCY_RATIOS } from "../../../src/core/statistics/evidence.ts";
import { latencyEvidence, type LatencyBin, slowerThanControl } from "../../../src/core/statistics/latency.ts";
import { Random } from "../../support/random.ts";
import { exactEvidence, Fraction, mean } from "./exact.ts";

function histogram(durations: readonly number[]): LogHistogram {
  const all = new LogHistogram();
  for (const duration of durations) all.record(duration);
  return all;
}

const random = new Random(11);
const durations = (count: number, slower = 1): number[] =>
  Array.from({ length: count }, () => Math.round(100 * slower * Math.exp(random.fraction() * 2 - 1)));
const minute = (slower = 1, at = 1): { treatment: number[]; control: number[] } => ({
  treatment: durations(20, slower * at),
  control: durations(61, at),
});
const binOf = ({ treatment, control }: ReturnType<typeof minute>, timeouts: [number, number] = [0, 0]): LatencyBin => ({
  durations: [histogram(treatment), histogram(control)],
  timeouts,
});

/** Every duration by itself, weighted by its age, sorted; the bucket's number by the formula. */
function exactSlow(minutes: readonly ReturnType<typeof minute>[], quantile: number) {
  const bucket = (duration: number): number => Math.ceil(Math.log(duration) / Math.log(1.02 / 0.98));
  return minutes.map(({ treatment, control }, i) => {
    const exposures = [treatment.length, control.length] as const;
    const before = minutes
      .slice(0, i)
      .flatMap((one, j) => one.control.map((duration) => ({ of: bucket(duration), weight: 0.9 ** (i - j) })))
      .toSorted((a, b) => a.of - b.of);
    const whole = before.reduce((sum, { weight }) => sum + weight, 0);
    let sum = 0;
    const limit = before.find(({ weight }) => (sum += weight) >= quantile * whole)?.of ?? Infinity;
    const slower = (all: number[]): number => all.filter((duration) => bucket(duration) > limit).length;
    return { exposures, events: [slower(treatment), slower(control)] as const };
  });
}

describe("who is slower than control was", () => {
  test("is told by quantiles of the bins before, with what is long ago nearly forgotten", () => {
    const minutes = Array.from({ length: 12 }, (_, i) => minute(1.2, 1 + i / 10));
    const slow = slowerThanControl(minutes.map((one) => binOf(one)));
    expect(slow).toEqual([0.5, 0.95, 0.99].map((quantile) => exactSlow(minutes, quantile)));
  });

  test("is nobody in the first bin, nor after bins in which control had nothing or nothing but timeouts", () => {
    const some = minute();
    const none = { durations: [new LogHistogram(), new LogHistogram()], timeouts: [0, 9] } as const;
    for (const bins of [[binOf(some)], [none, binOf(some)]])
      for (const slow of slowerThanControl(bins)) expect(slow.at(-1)?.events).toEqual([0, 0]);
  });

  test("counts timeouts as slow, on both sides", () => {
    const [first, second] = [minute(), minute()];
    const without = slowerThanControl([binOf(first), binOf(second)])[1]![1]!;
    const failing = slowerThanControl([binOf(first), binOf(second, [7, 2])])[1]![1]!;
    expect(failing.exposures).toEqual([without.exposures[0] + 7, without.exposures[1] + 2]);
    expect(failing.events).toEqual([without.events[0] + 7, without.events[1] + 2]);
  });

  test("forgets without running out of numbers, however long it goes on", () => {
    const bins = Array.from({ length: 4_000 }, () => binOf({ treatment: [100], control: [100, 200] }));
    const [half] = slowerThanControl(bins);
    expect(half!.at(-1)).toEqual({ exposures: [1, 2], events: [0, 1] });
  });
});

describe("evidence of latency", () => {
  test("is the mean of that for the three quantiles, with the finer ratios", () => {
    const minutes = Array.from({ length: 4 }, () => minute(1.5));
    const ratios = LATENCY_RATIOS.map((r) => Fraction.of(r));
    const exact = mean([0.5, 0.95, 0.99].map((q) => exactEvidence(exactSlow(minutes, q), { ratios })));
    const { logE, perRatio } = latencyEvidence(minutes.map((one) => binOf(one)));
    expect(logE).toBeCloseTo(exact.ln(), 9);
    expect(perRatio).toHaveLength(12);
  });

  test("is large for a treatment that is slower, and small when both become slow together", () => {
    const alike = Array.from({ length: 30 }, (_, i) => binOf(minute(1, 1 + i / 5)));
    const slower = Array.from({ length: 30 }, (_, i) => binOf(minute(1.3, 1 + i / 5)));
    expect(latencyEvidence(alike).logE).toBeLessThan(1);
    expect(latencyEvidence(slower).logE).toBeGreaterThan(Math.log(1000));
    expect(latencyEvidence([]).logE).toBeCloseTo(0, 12);
  });
});
