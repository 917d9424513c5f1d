import fc from "fast-check";
import { expect, test } from "vitest";
import { type Measured, sliceOf, Tally } from "../../src/metrics/tally.ts";
import { runs } from "../support/counts.ts";

/* What one series counted, and how it comes together. */

const measured = fc.record(
  {
    slice: fc.integer({ min: 0, max: 31 }),
    error: fc.boolean(),
    status: fc.integer({ min: 100, max: 599 }),
    size: fc.double({ min: 0, max: 1e6, noNaN: true }),
    value: fc.double({ min: -1e9, max: 1e9, noNaN: true }),
  },
  { requiredKeys: ["slice"] },
) as fc.Arbitrary<Measured>;
const some = fc.array(measured, { maxLength: 30 });

const tallyOf = (all: readonly Measured[]): Tally => {
  const tally = new Tally();
  for (const one of all) tally.add(one);
  return tally;
};

test("tallies merge in any order and grouping to the tally of everything, to the last digit", () => {
  fc.assert(
    fc.property(some, some, some, (a, b, c) => {
      const all = tallyOf([...b, ...c, ...a]).encode();
      expect(tallyOf(a).merge(tallyOf(b)).merge(tallyOf(c)).encode()).toBe(all);
      expect(
        tallyOf(c)
          .merge(tallyOf(a).merge(tallyOf(b)))
          .encode(),
      ).toBe(all);
    }),
    { numRuns: runs(5_000) },
  );
});

test("a tally as text is the same tally again", () => {
  fc.assert(
    fc.property(some, (all) => {
      const text = tallyOf(all).encode();
      expect(Tally.decode(text).encode()).toBe(text);
    }),
    { numRuns: runs(5_000) },
  );
  for (const wrong of ["", "1", "1|2", "-1|0|0|0|0|0 0 0 0 0||", "1|0|0|0|0|0 0 0 0 0|32:1|", "x|0|0|0|0|0 0 0 0 0||"])
    expect(() => Tally.decode(wrong)).toThrow();
});

test("mean and variance are those of the values", () => {
  const values = [1_000_000_000, 1_000_000_001, 1_000_000_002, 0.5, -3.25];
  const { sum, mean, variance } = tallyOf(values.map((value) => ({ slice: 0, value }))).moments();
  const expected = values.reduce((total, value) => total + value, 0) / values.length;
  const spread = values.reduce((total, value) => total + (value - expected) ** 2, 0) / (values.length - 1);
  expect(sum).toBeCloseTo(
    values.reduce((total, value) => total + value, 0),
    6,
  );
  expect(mean).toBeCloseTo(expected, 6);
  expect(variance / spread).toBeCloseTo(1, 9);
  const near = tallyOf([1e9, 1e9 + 1, 1e9 + 2].map((value) => ({ slice: 0, value })));
  expect(near.moments().variance).toBe(1);
});

test("the slice of a key is the top five bits of its hash with seed 0x51CE", () => {
  // murmur3 x86 32, seed 0x51CE, computed elsewhere.
  expect(["user-1", "user-2", "", "ü"].map(sliceOf)).toEqual([24, 29, 16, 22]);
  const counts = Array<number>(32).fill(0);
  for (let i = 0; i < 32_000; i++) counts[sliceOf(`user-${i}`)]! += 1;
  expect(Math.min(...counts)).toBeGreaterThan(850);
  expect(Math.max(...counts)).toBeLessThan(1_150);
});
