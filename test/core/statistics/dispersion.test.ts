import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { countDispersion, dispersion, type Slice } from "../../../src/core/statistics/dispersion.ts";
import { Random } from "../../support/random.ts";

const even = (events: number, exposures = 100): Slice[] => Array.from({ length: 32 }, () => ({ events, exposures }));

describe("the dispersion of events", () => {
  test("is Pearson's statistic over its degrees of freedom, arms weighted by their events", () => {
    // r = 12/60; expected 4, 4, 4: (4 + 4 + 0)/4 / 2 = 1. And r = 30/40, expected 15, 15: (225 + 225)/15 / 1 = 30.
    const treatment = [
      { events: 2, exposures: 20 },
      { events: 6, exposures: 20 },
      { events: 4, exposures: 20 },
    ];
    const control = [
      { events: 0, exposures: 20 },
      { events: 30, exposures: 20 },
    ];
    expect(dispersion([treatment])).toBeCloseTo(1, 12);
    expect(dispersion([control])).toBeCloseTo(30, 12);
    expect(dispersion([treatment, control])).toBeCloseTo((12 * 1 + 30 * 30) / 42, 12);
  });

  test("is that of a table of whole numbers whichever way it is added up", () => {
    const slice = fc.record({ events: fc.nat({ max: 9 }), exposures: fc.integer({ min: 1, max: 50 }) });
    fc.assert(
      fc.property(fc.array(slice, { minLength: 2, maxLength: 8 }), (arm) => {
        const e = arm.reduce((sum, one) => sum + one.events, 0);
        const n = arm.reduce((sum, one) => sum + one.exposures, 0);
        // Σ (e_b − r·n_b)²/(r·n_b) = (n/e)·Σ e_b²/n_b − e
        const squares = arm.reduce((sum, one) => sum + one.events ** 2 / one.exposures, 0);
        const phi = e === 0 ? 1 : Math.max(1, ((n / e) * squares - e) / (arm.length - 1));
        expect(dispersion([arm])).toBeCloseTo(phi, 9);
      }),
    );
  });

  test("is at least 1, and 1 where there is nothing to tell it from", () => {
    for (const slices of [[], [[], []], [even(0), even(0)], [even(3), even(1)], [[{ events: 9, exposures: 9 }]]])
      expect(dispersion(slices)).toBe(1);
  });

  test("leaves out slices without exposures", () => {
    const arm = [
      { events: 1, exposures: 10 },
      { events: 9, exposures: 10 },
    ];
    expect(dispersion([[...arm, { events: 0, exposures: 0 }]])).toBe(dispersion([arm]));
  });

  test("finds that a client fails again and again", () => {
    const arm = even(2, 1000);
    arm[7] = { events: 300, exposures: 1300 };
    expect(dispersion([arm, even(2, 1000)])).toBeGreaterThan(100);
  });

  test("is about 1 for events that happen each for itself", () => {
    const random = new Random(7);
    let sum = 0;
    for (let run = 0; run < 200; run++) {
      const arm = even(0).map(({ exposures }) => ({
        exposures,
        events: Array.from({ length: exposures }, () => random.oneIn(10)).filter(Boolean).length,
      }));
      sum += dispersion([arm, arm.toReversed()]);
    }
    // The mean of max(1, χ²/31), times 1 − 1/10 for trials that succeed at most once.
    expect(sum / 200).toBeGreaterThan(1);
    expect(sum / 200).toBeLessThan(1.12);
  });

  test("refuses wrong arguments by name", () => {
    expect(() => dispersion([[{ events: -1, exposures: 1 }]])).toThrow("slices[0][0].events must be from 0");
    expect(() => Reflect.apply(dispersion, undefined, [[7]])).toThrow("slices[0] must be an array");
  });
});

describe("the dispersion of requests", () => {
  test("is the variance of the slices' counts over their mean, at least 1", () => {
    expect(countDispersion([4, 4, 6, 6])).toBe(1);
    expect(countDispersion([2, 4, 6, 8])).toBeCloseTo(20 / 5 / 3, 12);
    expect(countDispersion([10, 20, 30, 40])).toBeCloseTo(500 / 25 / 3, 12);
    expect(countDispersion([...Array.from({ length: 31 }, () => 0), 320])).toBeCloseTo(
      (31 * 100 + 310 ** 2) / 10 / 31,
      9,
    );
    expect(countDispersion([])).toBe(1);
    expect(countDispersion([0, 0])).toBe(1);
    expect(countDispersion([5])).toBe(1);
  });
});
