import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  type Bin,
  ceilingEvidence,
  logMeanExp,
  mismatchEvidence,
  RATIOS,
  rateRatioEvidence,
  requestRatioEvidence,
  sampleRatioEvidence,
  type Span,
} from "../../../src/core/statistics/evidence.ts";
import { runs } from "../../support/counts.ts";
import { Random } from "../../support/random.ts";
import { exactEpochs, exactEvidence, Fraction, likelihood, mean } from "./exact.ts";

const count = fc.nat({ max: 40 });
const bin = fc.record({ exposures: fc.tuple(count, count), events: fc.tuple(fc.nat({ max: 6 }), fc.nat({ max: 6 })) });
const bins = fc.array(bin, { maxLength: 6 });
const harm = fc.constantFrom("increase" as const, "decrease" as const);
const tolerate = fc.constantFrom(1, 1.1, 2);

/** Mean of E over all that may happen in `n` trials of one chance: a sum over the binomial distribution. */
function expectation(n: number, chance: number, logE: (successes: number) => number): number {
  let sum = 0;
  for (let k = 0, choose = 1; k <= n; choose *= (n - k) / (k + 1), k++)
    sum += choose * chance ** k * (1 - chance) ** (n - k) * Math.exp(logE(k));
  return sum;
}

describe("the mean of E over all that may happen", () => {
  /** Two minutes; of 9 and 6 events each is treatment's with the chance that the true ratio gives it. */
  function expected(truth: number, options: object): number {
    const exposures = [
      [3, 7],
      [6, 4],
    ] as const;
    const [first, second] = exposures.map(([t, c]) => (truth * t) / (truth * t + c));
    const bin = (i: 0 | 1, of: number, k: number): Bin => ({ exposures: exposures[i], events: [k, of - k] });
    return expectation(9, first!, (k) =>
      Math.log(expectation(6, second!, (l) => rateRatioEvidence([bin(0, 9, k), bin(1, 6, l)], options).logE)),
    );
  }

  test.each([{}, { epochs: [] }, { epochs: [1] }, { tolerate: 1.5 }, { tolerate: 1.5, epochs: [0, 1] }])(
    "is 1 for what is only just tolerated, and less for less: %j",
    (options: { tolerate?: number; epochs?: number[] }) => {
      const { tolerate: most = 1 } = options;
      expect(expected(most, options)).toBeCloseTo(1, 10);
      expect(expected(most * 0.9, options)).toBeLessThan(1);
      expect(expected(most * 1.1, options)).toBeGreaterThan(1);
      expect(expected(1 / most, { ...options, harm: "decrease" })).toBeCloseTo(1, 10);
      expect(expected(1.1 / most, { ...options, harm: "decrease" })).toBeLessThan(1);
    },
  );

  test("is 1 for the configured allocation only, and for a fair coin", () => {
    const allocated = (chance: number): number =>
      expectation(20, chance, (k) => sampleRatioEvidence([{ share: 0.3, counts: [k, 20 - k] }]).logE);
    expect(allocated(0.3)).toBeCloseTo(1, 10);
    expect(allocated(0.4)).toBeGreaterThan(1);
    expect(allocated(0.2)).toBeGreaterThan(1);
    expect(expectation(20, 0.5, (k) => mismatchEvidence([[k, 20 - k]]).logE)).toBeCloseTo(1, 10);
  });
});

describe("evidence for a ratio of rates", () => {
  test("is the mean over the ratios of products of likelihood ratios, to the last digits", () => {
    fc.assert(
      fc.property(bins, harm, tolerate, (some, direction, factor) => {
        const { logE } = rateRatioEvidence(some, { harm: direction, tolerate: factor });
        expect(logE).toBeCloseTo(exactEvidence(some, { harm: direction, tolerate: factor }).ln(), 10);
      }),
      { numRuns: 60 },
    );
  });

  test("tells the evidence of each ratio", () => {
    const some: Bin[] = [
      { exposures: [10, 30], events: [3, 2] },
      { exposures: [20, 20], events: [4, 1] },
    ];
    const { perRatio, logE } = rateRatioEvidence(some, { tolerate: 1.1 });
    const none = Fraction.of(1.1);
    const exact = RATIOS.map((r) => likelihood(some, none.times(Fraction.of(r)), none).ln());
    expect(perRatio).toHaveLength(13);
    perRatio.forEach((log, j) => expect(log).toBeCloseTo(exact[j]!, 12));
    expect(logE).toBeCloseTo(logMeanExp(exact), 12);
  });

  test("with start epochs is what each of them says of the bins from there on, weighted, and the rest on 1", () => {
    const epochs = fc.uniqueArray(fc.nat({ max: 7 }), { maxLength: 3 });
    fc.assert(
      fc.property(fc.array(bin, { minLength: 1, maxLength: 5 }), epochs, harm, (some, starts, direction) => {
        const begun = [...new Set([0, ...starts])].filter((start) => start < some.length).toSorted((a, b) => a - b);
        const { logE, perRatio } = rateRatioEvidence(some, { epochs: starts, harm: direction });
        expect(logE).toBeCloseTo(exactEpochs(some, begun, { harm: direction }).ln(), 10);
        expect(logMeanExp(perRatio)).toBeCloseTo(logE, 10);
      }),
      { numRuns: 60 },
    );
  });

  test("is divided by the dispersion before it is averaged", () => {
    const some: Bin[] = [{ exposures: [50, 50], events: [9, 2] }];
    const { perRatio } = rateRatioEvidence(some);
    const calmer = rateRatioEvidence(some, { dispersion: 3 });
    calmer.perRatio.forEach((log, j) => expect(log).toBeCloseTo(perRatio[j]! / 3, 12));
    expect(calmer.logE).toBeCloseTo(logMeanExp(perRatio.map((log) => log / 3)), 12);
  });

  test("is 1 when nothing was compared: no bins, no exposures on one side, no events", () => {
    expect(rateRatioEvidence([]).logE).toBe(0);
    expect(rateRatioEvidence([], { epochs: [0, 5] }).logE).toBeCloseTo(0, 15);
    const silent: Bin[] = [
      { exposures: [0, 10], events: [0, 9] },
      { exposures: [10, 0], events: [9, 0] },
      { exposures: [10, 10], events: [0, 0] },
    ];
    expect(rateRatioEvidence(silent)).toEqual({ logE: 0, perRatio: RATIOS.map(() => 0) });
    expect(rateRatioEvidence(silent, { harm: "decrease", tolerate: 2 }).logE).toBe(0);
  });

  test("doesn't depend on the order of bins, nor on how their counts are spread over shards of the same exposures' ratio", () => {
    fc.assert(
      fc.property(bins, harm, (some, direction) => {
        const { logE } = rateRatioEvidence(some, { harm: direction });
        expect(rateRatioEvidence(some.toReversed(), { harm: direction }).logE).toBeCloseTo(logE, 9);
        const shards = some.flatMap(({ exposures: [t, c], events: [bad, usual] }): Bin[] => [
          { exposures: [t, c], events: [bad, 0] },
          { exposures: [t, c], events: [0, usual] },
        ]);
        expect(rateRatioEvidence(shards, { harm: direction }).logE).toBeCloseTo(logE, 9);
      }),
    );
  });

  test("for a decrease is that for an increase with the sides exchanged", () => {
    const exchanged = ([a, b]: readonly [number, number]): [number, number] => [b, a];
    fc.assert(
      fc.property(bins, tolerate, (some, factor) => {
        const mirrored = some.map(({ exposures, events }) => ({
          exposures: exchanged(exposures),
          events: exchanged(events),
        }));
        expect(rateRatioEvidence(mirrored, { harm: "decrease", tolerate: factor }).logE).toBeCloseTo(
          rateRatioEvidence(some, { tolerate: factor }).logE,
          9,
        );
      }),
    );
  });

  test("grows with each event of treatment, falls with each of control, and falls with what is tolerated", () => {
    const filled = fc.record({
      exposures: fc.tuple(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 40 })),
      events: fc.tuple(count, count),
    });
    fc.assert(
      fc.property(filled, ({ exposures, events: [bad, usual] }) => {
        const at = (t: number, c: number, more = {}): number =>
          rateRatioEvidence([{ exposures, events: [t, c] }], more).logE;
        expect(at(bad + 1, usual)).toBeGreaterThan(at(bad, usual));
        expect(at(bad, usual + 1)).toBeLessThan(at(bad, usual));
        expect(at(bad + 1, usual, { tolerate: 1.5 })).toBeLessThan(at(bad + 1, usual));
      }),
    );
  });

  test("stays a number with counts of 10^12 and with hopeless odds", () => {
    const vast: Bin[] = [{ exposures: [1e12, 1e12], events: [1.0001e12, 1e12] }];
    expect(rateRatioEvidence(vast).logE).toBeGreaterThan(-1e9);
    // At a rate ratio of 1.05 exactly, each event adds KL(th(1.05) ‖ ½) to the best ratio.
    const { perRatio } = rateRatioEvidence([{ exposures: [1e12, 1e12], events: [1.05e12, 1e12] }]);
    const divergence = (1.05 * Math.log((2 * 1.05) / 2.05) + Math.log(2 / 2.05)) / 2.05;
    expect(perRatio[0]! / (2.05e12 * divergence)).toBeCloseTo(1, 9);
    for (const exposures of [
      [1, 1e15],
      [1e15, 1],
    ] as const) {
      for (const events of [
        [1e12, 0],
        [0, 1e12],
      ] as const) {
        const { logE } = rateRatioEvidence([{ exposures, events }], { epochs: [0], tolerate: 1e6 });
        expect(Number.isFinite(logE)).toBe(true);
      }
    }
  });

  test("finds a doubling after 18 healthy hours in minutes with start epochs, and in hours without", () => {
    const rate = (minute: number): Bin => ({ exposures: [3000, 3000], events: [minute < 1085 ? 15 : 30, 15] });
    const minutes = Array.from({ length: 1440 }, (_, minute) => rate(minute));
    const epochs = Array.from({ length: 24 }, (_, hour) => hour * 60);
    const found = (options: object): number => {
      for (let seen = 1085; seen < 1440; seen++)
        if (rateRatioEvidence(minutes.slice(0, seen), options).logE >= Math.log(100)) return seen - 1085;
      return Infinity;
    };
    expect(found({ epochs })).toBeLessThan(10);
    expect(found({})).toBeGreaterThan(30);
  });

  test("refuses wrong arguments by name", () => {
    const good: Bin = { exposures: [1, 1], events: [1, 1] };
    const wrong = (some: unknown, options: object = {}): (() => unknown) => {
      return () => Reflect.apply(rateRatioEvidence, undefined, [some, options]);
    };
    expect(wrong(undefined)).toThrow(new TypeError("bins must be an array"));
    expect(wrong([good, { exposures: [1, 1] }])).toThrow(new TypeError("bins[1].events must be an array"));
    // oxlint-disable-next-line no-sparse-arrays -- what a careless caller may have
    expect(wrong([, good])).toThrow(new TypeError("bins[0].exposures must be an array"));
    expect(wrong([{ ...good, exposures: [1] }])).toThrow("bins[0].exposures must be [treatment, control]");
    expect(wrong([{ ...good, events: [1, -1] }])).toThrow(RangeError);
    expect(wrong([{ ...good, events: [1, Number.NaN] }])).toThrow("bins[0].events[1] must be from 0");
    expect(wrong([{ ...good, events: ["1", 1] }])).toThrow(new TypeError("bins[0].events[0] must be a number"));
    expect(wrong([good], { tolerate: 0.9 })).toThrow("tolerate must be from 1");
    expect(wrong([good], { dispersion: 0.5 })).toThrow("dispersion must be from 1");
    expect(wrong([good], { harm: "up" })).toThrow('harm must be "increase" or "decrease"');
    expect(wrong([good], { epochs: [0.5] })).toThrow("epochs[0] must be whole");
    expect(wrong([good], { epochs: 3 })).toThrow(new TypeError("epochs must be an array"));
    expect(wrong([good], { ratios: [] })).toThrow("ratios must not be empty");
  });

  test("raises a false alarm no more often than alpha when it is looked at after every bin, epochs or not", () => {
    const random = new Random(20_261_121);
    const alpha = 0.05;
    const all = runs(4_000);
    let [plain, started] = [0, 0];
    for (let run = 0; run < all; run++) {
      const some: Bin[] = [];
      const alarms = new Set<string>();
      for (let minute = 0; minute < 60; minute++) {
        const exposures = [1 + random.below(8), 1 + random.below(60)] as const;
        const events = exposures.map((n) => Array.from({ length: n }, () => random.oneIn(5)).filter(Boolean).length);
        some.push({ exposures, events: [events[0]!, events[1]!] });
        if (minute % 3 > 0) continue;
        if (rateRatioEvidence(some).logE >= Math.log(1 / alpha)) alarms.add("plain");
        if (rateRatioEvidence(some, { epochs: [20, 40] }).logE >= Math.log(1 / alpha)) alarms.add("started");
      }
      if (alarms.has("plain")) plain += 1;
      if (alarms.has("started")) started += 1;
    }
    const most = alpha + 3 * Math.sqrt((alpha * (1 - alpha)) / all);
    expect(plain / all).toBeLessThanOrEqual(most);
    expect(started / all).toBeLessThanOrEqual(most);
    expect(plain).toBeGreaterThan(0);
  });
});

describe("evidence against the sample ratio", () => {
  const multiples = [1.005, 1.01, 1.02, 1.05, 1.1, 1.2, 1.5, 2, 5].map((m) => Fraction.of(m));
  const one = new Fraction(1);

  /** Odds as such, and probabilities from them. */
  function exact(spans: readonly Span[]): number {
    const against = (m: Fraction): Fraction =>
      spans.reduce((product, { share, counts }) => {
        const none = Fraction.of(share);
        const odds = none.by(one.minus(none)).times(m);
        const chance = odds.by(one.plus(odds));
        return product.times(chance.by(none).to(counts[0])).times(one.minus(chance).by(one.minus(none)).to(counts[1]));
      }, one);
    return mean([...multiples, ...multiples.map((m) => one.by(m))].map(against)).ln();
  }

  test("is the mean over multiples of the configured odds, to the last digits", () => {
    const span = fc.record({ share: fc.constantFrom(0.01, 0.1, 0.5, 0.75), counts: fc.tuple(count, count) });
    fc.assert(
      fc.property(fc.array(span, { maxLength: 3 }), (spans) => {
        expect(sampleRatioEvidence(spans).logE).toBeCloseTo(exact(spans), 9);
      }),
      { numRuns: 20 },
    );
  });

  test("stays low for the configured share and is overwhelming for another, to either side", () => {
    expect(sampleRatioEvidence([{ share: 0.1, counts: [1e6, 9e6] }]).logE).toBeLessThan(0);
    expect(sampleRatioEvidence([{ share: 0.1, counts: [1.02e6, 9e6] }]).logE).toBeGreaterThan(Math.log(1000));
    expect(sampleRatioEvidence([{ share: 0.1, counts: [0.98e6, 9e6] }]).logE).toBeGreaterThan(Math.log(1000));
    // Requests of which a few make many: φ_n is large, and as much proves nothing.
    const some = Array.from({ length: 32 }, (_, b) => (b < 8 ? 1e5 : 100));
    const calmer = sampleRatioEvidence([{ share: 0.1, counts: [1.02e6, 9e6] }], { slices: [some, some] });
    expect(calmer.phi).toBeGreaterThan(100);
    expect(calmer.logE).toBeLessThan(Math.log(1000));
  });

  test("of requests is told by the dispersion of a small arm too, in which one person makes most", () => {
    const [even, few] = [
      Array.from({ length: 32 }, () => 380),
      Array.from({ length: 32 }, (_, b) => (b === 9 ? 154 : 4)),
    ];
    const spans = [{ share: 0.01, counts: [278, 12_160] }] as const;
    expect(sampleRatioEvidence(spans, { slices: [few, even] }).logE).toBeGreaterThan(Math.log(1_000));
    expect(requestRatioEvidence(spans, [few, even])).toBeLessThan(1);
    // As much by everybody is as wrong as it is.
    const all = Array.from({ length: 32 }, () => 9);
    expect(requestRatioEvidence([{ share: 0.01, counts: [288, 12_160] }], [all, even])).toBeGreaterThan(
      Math.log(1_000),
    );
  });

  test("says nothing of spans in which all or nobody was to be treated", () => {
    expect(sampleRatioEvidence([]).logE).toBe(0);
    expect(
      sampleRatioEvidence([
        { share: 0, counts: [10, 1e6] },
        { share: 1, counts: [1e6, 10] },
      ]).logE,
    ).toBe(0);
  });

  test("refuses wrong arguments by name", () => {
    expect(() => sampleRatioEvidence([{ share: 1.2, counts: [1, 1] }])).toThrow("spans[0].share must be from 0 to 1");
    expect(() => sampleRatioEvidence([{ share: 0.2, counts: [1, -1] }])).toThrow("spans[0].counts[1]");
  });
});

describe("evidence with nobody to compare with", () => {
  test("against a ceiling is the binomial likelihood ratio at multiples of its odds", () => {
    const one = new Fraction(1);
    const none = Fraction.of(0.05);
    const [failed, fine] = [9, 71];
    const exact = mean(
      RATIOS.map((m) => Fraction.of(m)).map((r) => {
        const odds = none.by(one.minus(none)).times(r);
        const chance = odds.by(one.plus(odds));
        return chance
          .by(none)
          .to(failed)
          .times(one.minus(chance).by(one.minus(none)).to(fine));
      }),
    );
    const halves = [
      [30, 4],
      [50, 5],
    ] as const;
    expect(ceilingEvidence(halves, { ceiling: 0.05 }).logE).toBeCloseTo(exact.ln(), 11);
  });

  test("against a ceiling has a mean of at most 1 for every rate up to it: a sum over all that may happen", () => {
    const expected = (rate: number): number =>
      expectation(12, rate, (events) => ceilingEvidence([[12, events]], { ceiling: 0.2 }).logE);
    expect(expected(0.2)).toBeCloseTo(1, 10);
    for (const rate of [0.001, 0.1, 0.19]) expect(expected(rate)).toBeLessThan(1);
    expect(expected(0.21)).toBeGreaterThan(1);
  });

  test("of a dark launch is a coin: as many mismatches as noise are none, twice as many are many", () => {
    const exact = exactEvidence([{ exposures: [1, 1], events: [12, 5] }]);
    expect(
      mismatchEvidence([
        [7, 3],
        [5, 2],
      ]).logE,
    ).toBeCloseTo(exact.ln(), 11);
    expect(mismatchEvidence([[500, 500]]).logE).toBeLessThan(0);
    expect(mismatchEvidence([[1000, 500]]).logE).toBeGreaterThan(Math.log(1e6));
  });

  test("refuses a ceiling that nothing or everything passes", () => {
    expect(() => ceilingEvidence([], { ceiling: 0 })).toThrow("ceiling must be between 0 and 1");
    expect(() => ceilingEvidence([], { ceiling: 1 })).toThrow("ceiling must be between 0 and 1");
  });
});
