import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { LogHistogram } from "../../src/core/histogram.ts";
import { runs } from "../support/counts.ts";

/** Milliseconds as they are met, and every other number that may be recorded. */
const value = fc.oneof(
  fc.double({ min: 0, max: 60_000, noNaN: true }),
  fc.double({ min: 0, max: Number.MAX_VALUE, noNaN: true }),
  fc.integer({ min: 0, max: 5_000 }),
  fc.constantFrom(0, 2 ** -1022, Number.MIN_VALUE, Number.MAX_VALUE, 1, 1.02 / 0.98),
);
const values = fc.array(value, { maxLength: 60 });

const histogramOf = (recorded: readonly number[]): LogHistogram => {
  const histogram = new LogHistogram();
  for (const one of recorded) histogram.record(one);
  return histogram;
};
const merged = (...parts: readonly (readonly number[])[]): string => {
  const sum = new LogHistogram();
  for (const part of parts) sum.merge(histogramOf(part));
  return sum.encode();
};

describe("merging is addition", () => {
  test("in any order and grouping, and equal to recording everything in one", () => {
    fc.assert(
      fc.property(values, values, values, (a, b, c) => {
        const all = histogramOf([...c, ...a, ...b]).encode();
        expect(merged(a, b, c)).toBe(all);
        expect(merged(c, b, a)).toBe(all);
        const right = histogramOf(b).merge(histogramOf(c));
        expect(histogramOf(a).merge(right).encode()).toBe(all);
      }),
      { numRuns: runs(10_000) },
    );
  });

  test("with itself doubles, and what is merged stays as it was", () => {
    const one = histogramOf([0, 3, 3, 700]);
    const before = one.encode();
    const two = new LogHistogram().merge(one);
    two.merge(two);
    expect(two.encode()).toBe(histogramOf([0, 0, 3, 3, 3, 3, 700, 700]).encode());
    expect(one.encode()).toBe(before);
  });

  test("a value recorded n times is n values", () => {
    const one = new LogHistogram();
    one.record(12.5, 1_000);
    one.record(0, 3);
    one.record(99, 0);
    expect(one.encode()).toBe(histogramOf([0, 0, 0, ...Array<number>(1_000).fill(12.5)]).encode());
  });
});

describe("quantiles", () => {
  test("are within 2 % of the recorded value at their rank", () => {
    fc.assert(
      fc.property(
        fc.array(value, { minLength: 1, maxLength: 60 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (all, q) => {
          const sorted = all.map((one) => (one < 2 ** -1022 ? 0 : one)).toSorted((a, b) => a - b);
          const exact = sorted[Math.floor(q * (sorted.length - 1))]!;
          const found = histogramOf(all).quantile(q)!;
          expect(Math.abs(found - exact)).toBeLessThanOrEqual(exact * (0.02 + 1e-9));
        },
      ),
      { numRuns: runs(20_000) },
    );
  });

  test("of nothing are undefined, and only shares from 0 to 1 can be asked for", () => {
    expect(new LogHistogram().quantile(0.5)).toBeUndefined();
    for (const q of [-0.01, 1.01, Number.NaN]) expect(() => histogramOf([1]).quantile(q)).toThrow(RangeError);
  });
});

describe("counting above a threshold", () => {
  test("counts nothing at or below it, and everything that is clearly above", () => {
    fc.assert(
      fc.property(values, value, (all, threshold) => {
        const above = histogramOf(all).countAbove(threshold);
        const edge = threshold < 2 ** -1022 ? 0 : threshold;
        expect(above).toBeLessThanOrEqual(all.filter((one) => one > threshold).length);
        expect(above).toBeGreaterThanOrEqual(
          all.filter((one) => one >= 2 ** -1022 && one > edge * (1.02 / 0.98) * (1 + 1e-9)).length,
        );
      }),
      { numRuns: runs(10_000) },
    );
  });

  test("below zero is everything, above infinity nothing, and a threshold is a number", () => {
    const one = histogramOf([0, 0, 1, 2]);
    expect(one.countAbove(-1)).toBe(4);
    expect(one.countAbove(0)).toBe(2);
    expect(one.countAbove(Infinity)).toBe(0);
    expect(() => one.countAbove(Number.NaN)).toThrow(RangeError);
  });
});

describe("what can't be measured is refused and changes nothing", () => {
  test.each([-1, -Number.MIN_VALUE, Number.NaN, Infinity, -Infinity])("the value %d", (wrong) => {
    const one = histogramOf([5]);
    expect(() => one.record(wrong)).toThrow(/finite numbers from 0/);
    expect(one.encode()).toBe(histogramOf([5]).encode());
  });
  test.each([-1, 0.5, Number.NaN, 2 ** 53])("the count %d", (wrong) => {
    expect(() => new LogHistogram().record(1, wrong)).toThrow(/whole number from 0/);
  });
});

describe("a histogram as text", () => {
  test("is the same histogram again, and JSON needs to escape nothing in it", () => {
    fc.assert(
      fc.property(values, (all) => {
        const text = histogramOf(all).encode();
        expect(LogHistogram.decode(text).encode()).toBe(text);
        expect(JSON.stringify(text)).toBe(`"${text}"`);
        expect(LogHistogram.decode(text).countAbove(-1)).toBe(all.length);
      }),
      { numRuns: runs(10_000) },
    );
  });

  test("takes less than two kilobytes for a day's worth of a minute's latencies", () => {
    const one = new LogHistogram();
    for (let ms = 1; ms < 60_000; ms += 7) one.record(ms, 10_000);
    expect(one.encode().length).toBeLessThan(2_000);
  });

  test("has a form that doesn't change from one release to the next", () => {
    expect(histogramOf([0, 1, 1, 2, 100]).encode()).toBe("1;0:2,i:1,2q:1");
    expect(histogramOf([0.5]).encode()).toBe("0;-h:1");
    expect(new LogHistogram().encode()).toBe("0");
  });

  test.each([
    "",
    "x;",
    "1;",
    "1;0",
    "1;0:0",
    "1;0:1,",
    "1;0:1,0:1",
    "01",
    "1;zzzzzz:1",
    "0;0:zzzzzzzzzzzz",
    "-1",
    "0;0:1;1:1",
    "0:1",
  ])("that encode doesn't make is refused: %j", (text) => {
    expect(() => LogHistogram.decode(text)).toThrow(RangeError);
  });
});
