import { describe, expect, test } from "vitest";
import { sizing, type SizedGuardrail, type SizedStage } from "../../../src/core/statistics/sizing.ts";

const ERRORS: SizedGuardrail = {
  metric: "errors",
  limits: { harm: "increase", tolerate: 1, detect: 2, minAbsolute: 0.001 },
  weight: 1,
  holds: true,
  byPeople: true,
  eventShare: 0.005,
};
const stage = (share: number | null, more: Partial<SizedStage> = {}): SizedStage => ({
  stage: `${share}`,
  share,
  bakeSeconds: 0,
  warmupSeconds: 180,
  minExposures: 0,
  ...more,
});
const BOTH = { alpha: 0.01, beta: 0.1 };
const SHARES = [0.01, 0.1, 0.5, 0.99];
const [MINUTE, HOUR, DAY] = [60, 3_600, 86_400];

/** Medians of design/releases.md: people known, alike, 1 000 for each request a second, 4 000 to 100 000. */
const TABLE: [perSecond: number, errors: number[], none: number[]][] = [
  [1, [1.7 * DAY, 5 * HOUR, 2.3 * HOUR, 2.5 * DAY], [3.4 * DAY, 8 * HOUR, 100 * MINUTE, 55 * MINUTE]],
  [5, [9 * HOUR, HOUR, 27 * MINUTE, 12 * HOUR], [16 * HOUR, 100 * MINUTE, 23 * MINUTE, 14 * MINUTE]],
  [10, [4 * HOUR, 33 * MINUTE, 16 * MINUTE, 6 * HOUR], [8.2 * HOUR, 52 * MINUTE, 13 * MINUTE, 8 * MINUTE]],
  [100, [31, 7, 5, 51].map((m) => m * MINUTE), [52, 8, 4, 4].map((m) => m * MINUTE)],
  [1_000, [6, 4, 4, 8].map((m) => m * MINUTE), [8, 4, 4, 4].map((m) => m * MINUTE)],
];

describe("sizing a plan", () => {
  test.each(TABLE)("says what the design's table has, at %d requests a second", (perSecond, errors, none) => {
    const people = Math.min(100_000, Math.max(4_000, 1_000 * perSecond));
    for (const [eventShare, expected] of [
      [0.005, errors],
      [0, none],
    ] as const) {
      const { stages } = sizing(
        SHARES.map((share) => stage(share)),
        [{ ...ERRORS, eventShare }],
        { perSecond, people },
        BOTH,
      );
      const found = stages.map(({ guardrails }) => guardrails[0]!.secondsToSafety!);
      const off = found.map((seconds, i) => Math.abs(seconds - expected[i]!) <= Math.max(0.25 * expected[i]!, MINUTE));
      expect(off, `${eventShare}: ${found.map((one) => Math.round(one / 6) / 10).join(", ")} minutes`).toEqual([
        true,
        true,
        true,
        true,
      ]);
    }
  });

  test("adds up bakes, warm-up and what guardrails that hold wait for", () => {
    const plan = [stage(0.1, { bakeSeconds: HOUR }), stage(0.5), stage(null, { bakeSeconds: 600 })];
    const { stages, seconds } = sizing(plan, [ERRORS], { perSecond: 100, people: 100_000 }, BOTH);
    expect(stages[0]!.seconds).toBe(HOUR);
    expect(stages[0]!.guardrails[0]!.secondsToSafety).toBeLessThan(HOUR);
    expect(stages[1]!.seconds).toBe(stages[1]!.guardrails[0]!.secondsToSafety);
    expect(stages[2]).toMatchObject({ seconds: 600, guardrails: [{ secondsToSafety: null, detectable: null }] });
    expect(seconds).toBe(stages.reduce((sum, one) => sum + one.seconds!, 0));
    // A signal that doesn't hold isn't waited for.
    const loose = { ...ERRORS, metric: "buy", holds: false, eventShare: null };
    expect(sizing(plan, [ERRORS, loose], { perSecond: 100, people: 100_000 }, BOTH).seconds).toBe(seconds);
    expect(sizing(plan, [ERRORS, { ...loose, holds: true }], { perSecond: 100 }, BOTH).seconds).toBeNull();
  });

  test("is null where nothing is known or nothing will ever be sure, and knows minExposures", () => {
    const nothing = sizing([stage(0.1)], [ERRORS], null, BOTH);
    expect(nothing).toEqual({
      stages: [
        { stage: "0.1", seconds: null, guardrails: [{ metric: "errors", secondsToSafety: null, detectable: null }] },
      ],
      seconds: null,
    });
    const sale = { ...ERRORS, eventShare: 0, limits: { ...ERRORS.limits, harm: "decrease", minAbsolute: 0 } } as const;
    expect(sizing([stage(0.5)], [sale], { perSecond: 100 }, BOTH).seconds).toBeNull();
    const many = sizing([stage(0.1, { minExposures: 36_000 })], [ERRORS], { perSecond: 10 }, BOTH);
    expect(many.stages[0]!.seconds).toBe(36_000);
  });

  test("says the smallest harm that a stage can see, and less of it in later stages for their start epochs", () => {
    const seen = (share: number, perSecond: number, bakeSeconds = HOUR) =>
      sizing([stage(share, { bakeSeconds })], [ERRORS], { perSecond }, BOTH).stages[0]!.guardrails[0]!.detectable!;
    expect(seen(0.5, 100)).toBeLessThan(1.35);
    expect(seen(0.5, 100)).toBeGreaterThan(1.1);
    // A difference of less than minAbsolute is never acted upon.
    expect(seen(0.5, 100_000)).toBe(1.2);
    expect(seen(0.01, 100)).toBeGreaterThan(seen(0.1, 100));
    const later = sizing([stage(0.1, { bakeSeconds: DAY }), stage(0.1)], [ERRORS], { perSecond: 10 }, BOTH).stages;
    const first = sizing([stage(0.1)], [ERRORS], { perSecond: 10 }, BOTH).stages[0]!;
    expect(later[1]!.guardrails[0]!.detectable!).toBeGreaterThan(first.guardrails[0]!.detectable!);
  });

  test("takes latency as its thresholds are: a hundredth of requests is slow by the p99", () => {
    const latency: SizedGuardrail = {
      ...ERRORS,
      metric: "latency",
      limits: { ...ERRORS.limits, minAbsolute: 0 },
      byPeople: false,
      eventShare: null,
    };
    const [one] = sizing([stage(0.1)], [latency], { perSecond: 100 }, BOTH).stages;
    const [same] = sizing(
      [stage(0.1)],
      [{ ...latency, metric: "other", eventShare: 0.01 }],
      { perSecond: 100 },
      BOTH,
    ).stages;
    expect(one!.guardrails[0]!.secondsToSafety).toBe(same!.guardrails[0]!.secondsToSafety);
  });
});
