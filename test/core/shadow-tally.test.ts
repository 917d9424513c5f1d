import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  emptyTally,
  merged,
  type Observation,
  reportOf,
  type ShadowTally,
  tallyOf,
} from "../../src/core/shadow-tally.ts";

const ms = fc.integer({ min: 0, max: 5_000 });
const field = fc.constantFrom("/a", "/b", "/items/*/c");
const observation: fc.Arbitrary<Observation> = fc.oneof(
  fc.record({ outcome: fc.constant("skipped" as const), reason: fc.constantFrom("busy" as const, "large" as const) }),
  fc.record({ outcome: fc.constant("error" as const), controlMs: ms, candidateMs: ms }),
  fc.record({ outcome: fc.constant("timeout" as const), controlMs: ms }),
  fc.record(
    {
      outcome: fc.constant("compared" as const),
      differences: fc
        .uniqueArray(field)
        .map((all) => all.map((one) => ({ field: one, control: "number", candidate: "absent" }))),
      controlMs: ms,
      candidateMs: ms,
      noise: fc.uniqueArray(field),
      statuses: fc.tuple(fc.constantFrom(200, 404), fc.constantFrom(200, 500)),
    },
    { requiredKeys: ["outcome", "differences", "controlMs", "candidateMs"] },
  ),
);
const sum = (all: readonly Observation[]): ShadowTally => all.map(tallyOf).reduce(merged, emptyTally());

describe("tallies", () => {
  it("add up to the same, whatever was seen where and in whatever order it comes together", () => {
    fc.assert(
      fc.property(fc.array(observation, { maxLength: 30 }), fc.array(observation, { maxLength: 30 }), (one, other) => {
        const together = sum([...one, ...other]);
        expect(merged(sum(one), sum(other))).toEqual(together);
        expect(merged(sum(other), sum(one))).toEqual(together);
        expect(merged(together, emptyTally())).toEqual(together);
      }),
    );
  });

  it("lose no count", () => {
    fc.assert(
      fc.property(fc.array(observation, { maxLength: 60 }), (all) => {
        const { sampled, skipped, compared, errors, timeouts, differed, pairs, doubled } = sum(all);
        const skips = Object.values(skipped).reduce((a, b) => a + b, 0);
        expect(sampled + skips).toBe(all.length);
        expect(compared + errors + timeouts).toBe(sampled);
        expect(differed).toBeLessThanOrEqual(compared);
        expect(pairs.both + pairs.candidateOnly + pairs.noiseOnly).toBeLessThanOrEqual(doubled);
      }),
    );
  });

  it("stay small however many fields and kinds there are, and still lose no count", () => {
    const all = Array.from({ length: 500 }, (_, n): Observation => ({
      outcome: "compared",
      differences: [{ field: `/f${n}`, control: "number", candidate: "number" }],
      controlMs: 1,
      candidateMs: 1,
    }));
    const { fields, kinds } = sum(all);
    expect(Object.keys(fields)).toHaveLength(101);
    expect(Object.keys(kinds)).toHaveLength(51);
    expect(Object.values(kinds).reduce((total, { count }) => total + count, 0)).toBe(500);
  });
});

describe("a report", () => {
  const compared = (differs: string[], noise?: string[]): Observation => ({
    outcome: "compared",
    differences: differs.map((one) => ({ field: one, control: "number", candidate: "text of 3" })),
    controlMs: 10,
    candidateMs: 20,
    ...(noise && { noise }),
    statuses: [200, differs.length > 0 ? 500 : 200],
  });

  it("takes what differs by itself off the mismatches", () => {
    const all = [...Array(6).fill(compared(["/at"], ["/at"])), ...Array(4).fill(compared([], []))];
    expect(reportOf(sum(all)).mismatched).toEqual({ count: 6, share: 0, noise: 0.6 });
  });

  it("shows the most frequent kinds with an example, statuses, and how much longer the candidate takes", () => {
    const report = reportOf(sum([compared(["/b", "/a"]), compared(["/a", "/b"]), compared(["/c"]), compared([])]));
    expect(report.matched).toBe(1);
    expect(report.fingerprints[0]).toMatchObject({ fingerprint: "/a /b", count: 2 });
    expect(report.fingerprints[0]?.example).toHaveLength(2);
    expect(report.statuses).toEqual([
      { control: 200, candidate: 500, count: 3 },
      { control: 200, candidate: 200, count: 1 },
    ]);
    expect(report.latency.ratio.p50).toBeCloseTo(2, 1);
    expect(report.mismatched.share).toBe(0.75);
  });

  it("of nothing has nothing to divide by", () => {
    const report = reportOf(emptyTally());
    expect(report.mismatched).toEqual({ count: 0 });
    expect(report.latency.ratio).toEqual({});
  });
});
