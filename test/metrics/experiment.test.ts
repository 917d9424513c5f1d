import { describe, expect, test } from "vitest";
import { readExperiment } from "../../src/core/statistics/experiment.ts";
import { MINUTE, type Source } from "../../src/metrics/batch.ts";
import { type Allocated, allocationOf, ExperimentCounts } from "../../src/metrics/experiment.ts";
import type { BinRow } from "../../src/metrics/store.ts";
import { Tally } from "../../src/metrics/tally.ts";

/* What counters have of an experiment, as its statistics want it. */

const TRUSTED: Source[] = ["gate", "server"];
const HALVES = { red: 0.5, blue: 0.5 };

function row(kind: BinRow["kind"], variant: string, values: readonly number[], more: Partial<BinRow> = {}): BinRow {
  const tally = new Tally();
  for (const [i, value] of values.entries()) tally.add({ slice: i % 32, value });
  const metric = kind === "first" ? "" : "buy";
  const series = { metric, flag: "f", cohort: "", source: "server" as const, version: 1, start: 0, late: 0 as const };
  return { ...series, kind, variant, tally: tally.encode(), ...more };
}
const ones = (n: number): number[] => Array.from({ length: n }, () => 1);
const spansOf = (rows: BinRow[], allocated: Allocated[] = [{ version: 1, allocation: HALVES }], sources = TRUSTED) => {
  const counts = new ExperimentCounts(allocated, sources);
  for (const one of rows) counts.add([one]);
  return counts.spans(() => 10 * MINUTE);
};

describe("allocation", () => {
  const serve = (rollout: object) =>
    ({ default: { rollout }, rules: [] }) as unknown as Parameters<typeof allocationOf>[0];
  test("of a split, with what is left for `otherwise`", () => {
    const split = [
      { variant: "red", weight: 1 },
      { variant: "blue", weight: 3 },
    ];
    expect(allocationOf(serve({ percentage: 40, split, otherwise: "off" }))).toEqual({ red: 0.1, blue: 0.3, off: 0.6 });
    expect(allocationOf(serve({ percentage: 40, split, otherwise: null }))).toEqual({ red: 0.1, blue: 0.3 });
    const [red] = split;
    expect(allocationOf(serve({ percentage: 50, split: [red], otherwise: "red" }))).toEqual({ red: 1 });
  });
  test("of ranges, and of a rule's rollout; none where nothing is drawn", () => {
    const ranges = [{ variant: "red", from: 0.25, to: 0.75 }];
    expect(allocationOf(serve({ ranges, otherwise: "off" }))).toEqual({ red: 0.5, off: 0.5 });
    const rules = [{ id: "eu", serve: { rollout: { ranges, otherwise: null } } }];
    const flag = { default: { variant: "off" }, rules } as unknown as Parameters<typeof allocationOf>[0];
    expect([allocationOf(flag), allocationOf(flag, "eu"), allocationOf(flag, "us")]).toEqual([
      { red: 0.5 },
      { red: 0.5 },
      null,
    ]);
    expect(allocationOf({ ...flag, rules: [] })).toBeNull();
  });
});

describe("counts", () => {
  test("units are shares, with a value of their own where they have one", () => {
    const rows = [row("first", "red", ones(100)), row("first", "blue", ones(200))];
    const units = [row("trusted-unit", "red", ones(20)), row("trusted-unit", "blue", [10, 30])];
    const [span] = spansOf([...rows, ...units]);
    expect(span!.exposed).toEqual({ red: 100, blue: 200 });
    expect(span!.outcomes["share buy"]).toMatchObject({ red: { n: 100, mean: 0.2 }, blue: { n: 200, mean: 0.01 } });
    const { blue } = span!.outcomes["value buy"]!;
    expect(blue).toMatchObject({ n: 200, mean: 0.2 });
    expect(blue!.variance).toBeCloseTo((10 ** 2 + 30 ** 2) / 200 - 0.2 ** 2);
  });

  test("events are counts for each key; that a few keys have most of them makes them less certain", () => {
    const rows = [row("first", "red", ones(320)), row("first", "blue", ones(320))];
    const tally = new Tally();
    for (let i = 0; i < 320; i++) tally.add({ slice: 7, value: 1 });
    const [span] = spansOf([
      ...rows,
      row("outcome", "red", ones(320)),
      row("outcome", "blue", [], { tally: tally.encode() }),
    ]);
    const { red, blue } = span!.outcomes["count buy"]!;
    expect(red).toEqual({ n: 320, mean: 1, variance: 1 });
    expect(blue!.variance).toBeGreaterThan(100);
  });

  test("an allocation is a span; what wasn't drawn, was late, isn't closed, or comes from clients is left out", () => {
    const allocated = [
      { version: 1, allocation: HALVES },
      { version: 2, allocation: { ...HALVES } },
      { version: 5, allocation: null },
      { version: 7, allocation: { red: 0.9, blue: 0.1 } },
    ];
    const spans = spansOf(
      [
        row("first", "red", ones(10)),
        row("first", "red", ones(10), { version: 2 }),
        row("first", "blue", ones(9), { version: 4 }),
        row("first", "red", ones(1_000), { version: 5 }),
        row("first", "red", ones(90), { version: 9 }),
        row("first", "blue", ones(1_000), { late: 1 }),
        row("first", "blue", ones(1_000), { start: 10 * MINUTE }),
        row("first", "blue", ones(1_000), { source: "client" }),
        row("first", "green", ones(1_000)),
      ],
      allocated,
    );
    expect(spans.map(({ exposed }) => exposed)).toEqual([
      { red: 20, blue: 9 },
      { red: 90, blue: 0 },
    ]);
  });

  test("clients count where they are trusted, with what anybody reported", () => {
    const rows = [
      row("first", "red", ones(5), { source: "client" }),
      row("unit", "red", ones(2), { source: "client" }),
    ];
    expect(spansOf(rows, undefined, ["gate", "server", "client"])[0]).toMatchObject({
      exposed: { red: 5 },
      outcomes: { "share buy": { red: { mean: 0.4 } } },
    });
  });

  test("are read: a lift, and a sample ratio that isn't as configured", () => {
    const rows = (red: number) => [
      row("first", "red", ones(red)),
      row("first", "blue", ones(5_000)),
      row("trusted-unit", "red", ones(red * 0.2)),
      row("trusted-unit", "blue", ones(500)),
    ];
    const read = (red: number) => readExperiment(spansOf(rows(red)), { baseline: "blue", alpha: 0.05 });
    const { outcomes, sampleRatio } = read(5_000);
    expect(outcomes).toMatchObject([{ outcome: "share buy", variant: "red", exposed: [5_000, 5_000] }]);
    expect(outcomes[0]!.lift.lower).toBeGreaterThan(0.6);
    expect(outcomes[0]!.lift.upper).toBeLessThan(1.6);
    expect(sampleRatio.valid).toBe(true);
    expect(read(5_600).sampleRatio.valid).toBe(false);
  });
});
