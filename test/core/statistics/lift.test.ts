import { describe, expect, test } from "vitest";
import { liftInterval, type Sample } from "../../../src/core/statistics/lift.ts";
import { detectableHarm } from "../../../src/core/statistics/power.ts";
import { rateRatioEvidence } from "../../../src/core/statistics/evidence.ts";
import { note, runs } from "../../support/counts.ts";
import { Random } from "../../support/random.ts";

const share = (n: number, mean: number): Sample => ({ n, mean, variance: mean * (1 - mean) });

describe("the lift", () => {
  test("is the logarithm of the ratio of means, between bounds as far from it on either side", () => {
    const { estimate, lower, upper } = liftInterval(share(20_000, 0.11), share(20_000, 0.1), { alpha: 0.05 });
    expect(estimate).toBeCloseTo(Math.log(1.1), 12);
    expect(upper - estimate).toBeCloseTo(estimate - lower, 12);
    // By hand: V = 0.89/2200 + 0.9/2000, Nρ² = 4·(5.9915 + ln 6.9915).
    const variance = 0.89 / 2_200 + 0.9 / 2_000;
    const time = 4 * (5.991464547 + 1.944690563);
    expect(upper - estimate).toBeCloseTo(
      Math.sqrt(variance * 2 * (1 + 1 / time) * (0.5 * Math.log(time + 1) + Math.log(20))),
      7,
    );
  });

  test("exchanging the sides turns it round", () => {
    const one = liftInterval(share(900, 0.2), share(4_000, 0.25), { alpha: 0.01 });
    const other = liftInterval(share(4_000, 0.25), share(900, 0.2), { alpha: 0.01 });
    expect(other.estimate).toBeCloseTo(-one.estimate, 12);
    expect(other.lower).toBeCloseTo(-one.upper, 12);
    expect(other.upper).toBeCloseTo(-one.lower, 12);
  });

  test("is known better with more exposures, and less with more confidence", () => {
    const width = (n: number, alpha: number): number => {
      const { lower, upper } = liftInterval(share(n, 0.1), share(n, 0.1), { alpha });
      return upper - lower;
    };
    expect(width(1e4, 0.05)).toBeLessThan(width(1e3, 0.05));
    expect(width(1e6, 0.05)).toBeLessThan(width(1e4, 0.05) / 8);
    expect(width(1e4, 0.01)).toBeGreaterThan(width(1e4, 0.05));
    // Not much wider than an interval that may be looked at once.
    expect(width(1e4, 0.05) / (2 * 1.96 * Math.sqrt((2 * 0.9) / 0.1 / 1e4))).toBeLessThan(1.7);
  });

  test("is unbounded where nothing can be said", () => {
    const some = share(100, 0.5);
    for (const other of [
      share(0, 0),
      share(100, 0),
      { n: 1, mean: 1, variance: 0 },
      { n: 50, mean: -1, variance: 1 },
    ]) {
      const { lower, upper } = liftInterval(some, other, { alpha: 0.05 });
      expect([lower, upper]).toEqual([-Infinity, Infinity]);
    }
    const certain = { n: 9, mean: 1, variance: 0 };
    expect(liftInterval(certain, certain, { alpha: 0.05 })).toEqual({ estimate: 0, lower: -Infinity, upper: Infinity });
  });

  test("holds the truth at all times at once, in as many runs as it says", () => {
    const random = new Random(3);
    const all = runs(2_000);
    const alpha = 0.1;
    const truth = Math.log(0.3 / 0.25);
    let missed = 0;
    for (let run = 0; run < all; run++) {
      const converted = [0, 0];
      for (let n = 1; n <= 3_000; n++) {
        if (random.fraction() < 0.3) converted[0]! += 1;
        if (random.fraction() < 0.25) converted[1]! += 1;
        if (n % 50 > 0) continue;
        const { lower, upper } = liftInterval(share(n, converted[0]! / n), share(n, converted[1]! / n), { alpha });
        if (truth >= lower && truth <= upper) continue;
        missed += 1;
        break;
      }
    }
    note(`missed in ${missed} of ${all}, alpha ${alpha}`);
    expect(missed / all).toBeLessThanOrEqual(alpha + 3 * Math.sqrt((alpha * (1 - alpha)) / all));
  });

  test("refuses wrong arguments by name", () => {
    const call =
      (...given: unknown[]) =>
      () =>
        Reflect.apply(liftInterval, undefined, given);
    const good = share(9, 0.5);
    expect(call({ ...good, n: -1 }, good, { alpha: 0.1 })).toThrow("treatment.n must be from 0");
    expect(call(good, { ...good, mean: NaN }, { alpha: 0.1 })).toThrow("control.mean must be finite");
    expect(call(good, { ...good, variance: -1 }, { alpha: 0.1 })).toThrow("control.variance must not be negative");
    expect(call(good, good, { alpha: 0 })).toThrow("alpha must be between 0 and 1");
    expect(call(good, good, { alpha: "0.1" })).toThrow(new TypeError("alpha must be a number"));
  });
});

describe("the smallest harm that can be seen", () => {
  const bake = { share: 0.1, eventRate: 0.005, exposuresPerSecond: 100, bakeSeconds: 3_600, alpha: 0.01 };

  /** Its definition, with the divergence spelt out and the ratio looked for step by step. */
  function stepped(
    { share: part, eventRate, exposuresPerSecond, bakeSeconds, alpha }: typeof bake,
    k = 1,
    phi = 1,
  ): number {
    const th = (ratio: number): number => (ratio * part) / (ratio * part + 1 - part);
    for (let ratio = 1; ; ratio += 1e-4) {
      const divergence =
        th(ratio) * Math.log(th(ratio) / th(1)) + (1 - th(ratio)) * Math.log((1 - th(ratio)) / (1 - th(1)));
      const events = exposuresPerSecond * bakeSeconds * eventRate * (1 - part + part * ratio);
      if (events >= ((Math.log(1 / alpha) + Math.log(13) + Math.log(k * (k + 1))) * phi) / divergence) return ratio;
    }
  }

  test("is where the events of the bake reach those that are needed", () => {
    expect(detectableHarm(bake)).toBeCloseTo(stepped(bake), 3);
    expect(detectableHarm({ ...bake, share: 0.5 })).toBeCloseTo(stepped({ ...bake, share: 0.5 }), 3);
    expect(detectableHarm({ ...bake, share: 0.01, epochs: 3, dispersion: 2 })).toBeCloseTo(
      stepped({ ...bake, share: 0.01 }, 3, 2),
      3,
    );
    expect(detectableHarm({ ...bake, weight: 0.5 })).toBeCloseTo(stepped({ ...bake, alpha: 0.005 }), 3);
  });

  test("falls with traffic, time and events, and grows with caution and dispersion", () => {
    const usual = detectableHarm(bake);
    for (const more of [{ exposuresPerSecond: 200 }, { bakeSeconds: 7_200 }, { eventRate: 0.01 }, { alpha: 0.05 }])
      expect(detectableHarm({ ...bake, ...more })).toBeLessThan(usual);
    for (const less of [{ weight: 0.2 }, { dispersion: 3 }, { epochs: 5 }, { share: 0.01 }])
      expect(detectableHarm({ ...bake, ...less })).toBeGreaterThan(usual);
  });

  test("of a decrease is a factor too; what can't be seen at all is infinite", () => {
    const fewer = detectableHarm({ ...bake, harm: "decrease" });
    expect(fewer).toBeGreaterThan(1);
    expect(detectableHarm({ ...bake, harm: "decrease", bakeSeconds: 60 })).toBe(Infinity);
    for (const nothing of [{ share: 0 }, { share: 1 }, { eventRate: 0 }, { bakeSeconds: 0 }])
      expect(detectableHarm({ ...bake, ...nothing })).toBe(Infinity);
    expect(detectableHarm({ ...bake, tolerate: 3 })).toBeGreaterThan(3);
  });

  test("is seen by the evidence: bins with that harm reach the threshold, bins with clearly less don't", () => {
    const logE = (ratio: number): number => {
      const minutes = Array.from({ length: 60 }, () => ({
        exposures: [600, 5_400] as const,
        events: [3 * ratio, 27] as const,
      }));
      return rateRatioEvidence(minutes, { epochs: [0] }).logE;
    };
    const ratio = detectableHarm(bake);
    expect(logE(ratio)).toBeGreaterThan(Math.log(100) - 0.5);
    expect(logE(1 + (ratio - 1) * 0.8)).toBeLessThan(Math.log(100));
  });

  test("refuses wrong arguments by name", () => {
    expect(() => detectableHarm({ ...bake, share: 2 })).toThrow("share must be from 0 to 1");
    expect(() => detectableHarm({ ...bake, weight: 0 })).toThrow("weight must be from");
    expect(() => detectableHarm({ ...bake, epochs: 0 })).toThrow("epochs must be from 1");
    expect(() => detectableHarm({ ...bake, dispersion: 0 })).toThrow("dispersion must be from 1");
    expect(() => Reflect.apply(detectableHarm, undefined, [{}])).toThrow(new TypeError("share must be a number"));
  });
});
