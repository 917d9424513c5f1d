import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Bin } from "../../../src/core/statistics/evidence.ts";
import { peopleEvidence, requestsAndPeople } from "../../../src/core/statistics/people.ts";
import {
  eventsForSafety,
  latencySafety,
  safetyEvidence,
  shareBelowEvidence,
} from "../../../src/core/statistics/safety.ts";
import { silentAt } from "../../../src/core/statistics/silence.ts";
import { Fraction, likelihood } from "./exact.ts";
import { permuted } from "./permuted.ts";

const count = fc.nat({ max: 40 });
const bin = fc.record({ exposures: fc.tuple(count, count), events: fc.tuple(fc.nat({ max: 6 }), fc.nat({ max: 6 })) });
const bins = fc.array(bin, { maxLength: 6 });
const DOUBLE = { harm: "increase", tolerate: 1, detect: 2, dispersion: 1 } as const;

/** Mean of S over all ways in which `n` events may fall to the sides, with so many times control's rate. */
function mean(n: number, exposures: [number, number], ratio: number, options = {}): number {
  const chance = (ratio * exposures[0]) / (ratio * exposures[0] + exposures[1]);
  let sum = 0;
  for (let k = 0, choose = 1; k <= n; choose *= (n - k) / (k + 1), k++) {
    const { logE } = safetyEvidence([{ exposures, events: [k, n - k] }], { ...DOUBLE, ...options });
    sum += choose * chance ** k * (1 - chance) ** (n - k) * Math.exp(logE);
  }
  return sum;
}

describe("evidence of safety", () => {
  test("is the likelihood of what is tolerated over that of what is to be disproved, to the last digits", () => {
    fc.assert(
      fc.property(bins, fc.constantFrom("increase" as const, "decrease" as const), (some, harm) => {
        const [safe, harmful] = [Fraction.of(1.25), new Fraction(2)].map((r) =>
          harm === "increase" ? r : new Fraction(1).by(r),
        );
        const exact = likelihood(some, safe!, harmful!).ln();
        const options = { harm, tolerate: 1.25, detect: 2 };
        expect(safetyEvidence(some, { ...options, dispersion: 1 }).logE).toBeCloseTo(exact, 9);
        expect(safetyEvidence(some, { ...options, dispersion: 4 }).logE).toBeCloseTo(exact / 4, 9);
      }),
    );
  });

  test("has a mean of 1 for harm of exactly `detect`, and less for more: a sum over all that may happen", () => {
    expect(mean(20, [100, 900], 2)).toBeCloseTo(1, 10);
    expect(mean(20, [100, 900], 3)).toBeLessThan(1);
    expect(mean(20, [100, 900], 1.5)).toBeGreaterThan(1);
    expect(mean(20, [100, 900], 1 / 2, { harm: "decrease" })).toBeCloseTo(1, 10);
    expect(mean(20, [100, 900], 1.5, { detect: 1.5, tolerate: 1.2 })).toBeCloseTo(1, 10);
  });

  test("doesn't depend on the order of bins, and none is pooled with another", () => {
    fc.assert(
      fc.property(bins, fc.infiniteStream(fc.nat()), (some, chance) => {
        expect(safetyEvidence(permuted(some, chance), DOUBLE).logE).toBeCloseTo(safetyEvidence(some, DOUBLE).logE, 9);
      }),
    );
    // 1.5 times as many in both; the first stage was the noisier, and pooled they would look like 0.6 times (Simpson).
    const simpson: Bin[] = [
      { exposures: [600, 59_400], events: [9, 594] },
      { exposures: [30_000, 30_000], events: [45, 30] },
    ];
    expect(safetyEvidence(simpson, { ...DOUBLE, detect: 1.5 }).logE).toBeLessThan(0);
  });

  test("says nothing where a side is empty or nothing happened, and falls with each event of treatment", () => {
    for (const nothing of [
      { exposures: [0, 900], events: [0, 9] },
      { exposures: [900, 0], events: [9, 0] },
      { exposures: [900, 900], events: [0, 0] },
    ] as const)
      expect(safetyEvidence([nothing], DOUBLE).logE).toBe(0);
    const of = (treated: number, untreated: number) =>
      safetyEvidence([{ exposures: [100, 900], events: [treated, untreated] }], DOUBLE).logE;
    expect(of(1, 9)).toBeLessThan(of(0, 9));
    expect(of(1, 10)).toBeGreaterThan(of(1, 9));
  });

  test("needs as many events as it is said to: then its mean is ln(1/β)·φ", () => {
    for (const [harm, tolerate, detect, share, phi] of [
      ["increase", 1, 2, 0.01, 1],
      ["increase", 1.2, 1.5, 0.5, 2],
      ["decrease", 1.1, 2, 0.1, 3],
    ] as const) {
      const needs = { harm, tolerate, detect, share, dispersion: phi, beta: 0.1 };
      const events = eventsForSafety(needs)!;
      const ratio = harm === "increase" ? tolerate : 1 / tolerate;
      const treated = (events * ratio * share) / (ratio * share + 1 - share);
      const { logE } = safetyEvidence([{ exposures: [share, 1 - share], events: [treated, events - treated] }], {
        ...needs,
      });
      expect(logE).toBeCloseTo(Math.log(10), 9);
    }
    for (const share of [0, 1]) expect(eventsForSafety({ ...DOUBLE, share, beta: 0.1 })).toBeNull();
  });

  test("of latency is that of the threshold that says least", () => {
    expect(latencySafety([5, 2.9, 2.31], 0.1)).toEqual({ logE: 2.31, sure: true });
    expect(latencySafety([9, 9, 2.3], 0.1)).toEqual({ logE: 2.3, sure: false });
  });

  test("refuses wrong arguments by name", () => {
    expect(() => safetyEvidence([], { ...DOUBLE, detect: 1 })).toThrow("detect must be more than tolerate, not 1");
    expect(() => safetyEvidence([], { ...DOUBLE, dispersion: 0.5 })).toThrow("dispersion must be from 1");
    expect(() => safetyEvidence([{ exposures: [1, -1], events: [0, 0] }], DOUBLE)).toThrow("bins[0].exposures[1]");
    expect(() => latencySafety([], 0.1)).toThrow("logE must not be empty");
    expect(() => eventsForSafety({ ...DOUBLE, share: 2, beta: 0.1 })).toThrow("share must be from 0 to 1");
  });
});

describe("evidence that a share is small", () => {
  test("lets a service without errors be healthy after 2 900 exposures", () => {
    const after = (n: number, events = 0) =>
      shareBelowEvidence([[n, events]], { minAbsolute: 0.001, dispersion: 1 }).logE;
    expect(after(2_880)).toBeLessThan(Math.log(10));
    expect(after(2_950)).toBeGreaterThan(Math.log(10));
    expect(after(2_950, 1)).toBeLessThan(Math.log(10));
  });

  test("has a mean of at most 1 for a share of minAbsolute or more: a sum over all that may happen", () => {
    const expected = (share: number): number => {
      let sum = 0;
      for (let k = 0, choose = 1; k <= 30; choose *= (30 - k) / (k + 1), k++) {
        const { logE } = shareBelowEvidence([[30, k]], { minAbsolute: 0.1, dispersion: 1 });
        sum += choose * share ** k * (1 - share) ** (30 - k) * Math.exp(logE);
      }
      return sum;
    };
    expect(expected(0.1)).toBeCloseTo(1, 10);
    expect(expected(0.12)).toBeLessThan(1);
    expect(expected(0.09)).toBeGreaterThan(1);
  });

  test("refuses a minAbsolute of nothing", () => {
    expect(() => shareBelowEvidence([], { minAbsolute: 0, dispersion: 1 })).toThrow(
      "minAbsolute must be between 0 and 1",
    );
  });
});

describe("people", () => {
  test("are at risk from their first exposure to the minute of their first error", () => {
    const found = peopleEvidence(
      [
        { exposed: [20, 180], erred: [20, 1] },
        { exposed: [0, 10], erred: [0, 1] },
        { exposed: [5, 20], erred: [5, 0] },
      ],
      { tolerate: 1, detect: 2 },
    );
    expect(found.atRisk).toEqual([
      [20, 180],
      [0, 189],
      [5, 208],
    ]);
    expect(found.logE).toBeGreaterThan(Math.log(1e9));
  });

  test("disprove less than requests, and nothing where that is tolerated", () => {
    const minutes = [{ exposed: [100, 900], erred: [5, 45] }] as const;
    const at = (tolerate: number, detect: number) => peopleEvidence(minutes, { tolerate, detect }).safetyLogE;
    const single: Bin = { exposures: [100, 900], events: [5, 45] };
    expect(at(1, 2)).toBeCloseTo(safetyEvidence([single], { ...DOUBLE, detect: 1.5 }).logE, 12);
    expect(at(1.5, 2)).toBeNull();
    expect(at(1.6, 2)).toBeNull();
  });

  test("and requests are averaged, as evidence and not as logarithms", () => {
    expect(requestsAndPeople(3, 3)).toEqual({ harmLogE: expect.closeTo(3, 12), safetyLogE: expect.closeTo(3, 12) });
    expect(requestsAndPeople(-1_000, 2).harmLogE).toBeCloseTo(2 - Math.LN2, 12);
    expect(requestsAndPeople(800, -1_000).safetyLogE).toBeCloseTo(800 + Math.log(0.75), 12);
    expect(requestsAndPeople(1, null)).toEqual({ harmLogE: 1, safetyLogE: 1 });
    expect(() => requestsAndPeople(NaN, 1)).toThrow("requests must be");
  });
});

describe("silence of treatment", () => {
  const minutes = (n: number, of: [number, number]) => Array.from({ length: n }, () => of);

  test("is when ten exposures of it were to be expected, by the smaller odds; clustered, as many times φ", () => {
    // Seen 180 : 17 820, which is 1 : 99 as configured; each minute after it 60 were to come.
    const stops = [...minutes(3, [60, 5_940]), ...minutes(12, [0, 5_940])];
    expect(silentAt(stops, { share: 0.01, dispersion: 1 })).toBe(3);
    expect(silentAt(stops, { share: 0.01, dispersion: 8 })).toBe(4);
    expect(silentAt(stops, { share: 0.5, dispersion: 8 })).toBe(4);
    expect(silentAt(stops, { share: 0.01, dispersion: 1_000 })).toBeNull();
  });

  test("is told in the minute in which there are exactly ten, though no double is a 249th or 6 of 94", () => {
    expect(silentAt([[1, 249], ...minutes(12, [0, 249])], { share: 0.5, dispersion: 1 })).toBe(10);
    expect(silentAt([[1, 249], [0, 2_489], ...minutes(2, [0, 1])], { share: 0.5, dispersion: 1 })).toBe(2);
    expect(silentAt(minutes(2, [0, 470]), { share: 0.06, dispersion: 3 })).toBe(0);
  });

  test("isn't that of a small site, and is over when somebody comes", () => {
    expect(silentAt([[1, 60], ...minutes(14, [0, 60])], { share: 0.01, dispersion: 1 })).toBeNull();
    expect(silentAt(minutes(99, [0, 0]), { share: 0.5, dispersion: 1 })).toBeNull();
    const nowAndThen = Array.from({ length: 300 }, (_, i): [number, number] => [i % 9 === 0 ? 1 : 0, 1]);
    expect(silentAt(nowAndThen, { share: 0.5, dispersion: 1 })).toBeNull();
  });

  test("of somebody who never came is told by the configured odds; where all are treated there is nothing to tell by", () => {
    expect(silentAt(minutes(20, [0, 9]), { share: 0.1, dispersion: 1 })).toBe(9);
    expect(silentAt(minutes(20, [9, 0]), { share: 1, dispersion: 1 })).toBeNull();
    expect(() => silentAt([], { share: 2, dispersion: 1 })).toThrow("share must be from 0 to 1");
  });
});
