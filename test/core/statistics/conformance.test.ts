import { existsSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import * as core from "../../../src/core-package.ts";

/* Numbers by an independent implementation of the formulas. They stay where they are: read when they are there. */

const FILE = new URL("../../../../shared/conformance/statistics.jsonl", import.meta.url);

type Bin = { exposures: [number, number]; events: [number, number] };
type Arm = { exposures: number[]; events: number[] };
/** Every field that some kind has. */
type Input = {
  parts: [Arm, Arm][];
  bins: (Bin & [number, number])[];
  minutes: ({ exposed: [number, number]; erred: [number, number] } & [number, number])[];
  spans: { share: number; counts: [number, number] }[];
  slices?: number[][];
  epochs: number[];
  harm: "increase" | "decrease";
  tolerate: number;
  detect: number;
  dispersion: number;
  share: number;
  beta: number;
  ceiling: number;
  minAbsolute: number;
  requests: number | null;
  people: number | null;
  logE: number[];
};
type Row = { id: string; kind: string; name: string; input: Input; expected: unknown };

/** What `sluice/core` says to a row's input, in the shape of its `expected`. */
function answer(kind: string, input: Input): unknown {
  const { bins, slices } = input;
  const each = (say: (some: typeof bins) => { logE: number }): { logEAfterEachBin: number[] } => ({
    logEAfterEachBin: bins.map((_, i) => say(bins.slice(0, i + 1)).logE),
  });
  switch (kind) {
    case "dispersion-parts":
      return core.dispersion(input.parts);
    case "loudest-two":
      return core.withoutLoudest(input.parts, input);
    case "safety": {
      const found = each((some) => core.safetyEvidence(some, input));
      const sure = found.logEAfterEachBin.findIndex((logE) => logE >= Math.log(10));
      return { ...found, healthyAfter: sure < 0 ? null : sure + 1 };
    }
    case "safety-needs":
      return { events: core.eventsForSafety(input) };
    case "below-min-absolute":
      return each((some) => core.shareBelowEvidence(some, input));
    case "ceiling":
      return each((some) => core.ceilingEvidence(some, input));
    case "people":
      return core.peopleEvidence(input.minutes, input);
    case "requests-and-people":
      return core.requestsAndPeople(input.requests, input.people);
    case "latency-safety":
      return core.latencySafety(input.logE, input.beta);
    case "sample-ratio":
      return core.sampleRatioEvidence(input.spans, slices ? { slices } : {});
    case "silence":
      return { nodataAtMinute: core.silentAt(input.minutes, input) };
    default:
      throw new Error(`no such kind: ${kind}`);
  }
}

function same(got: unknown, want: unknown, path: string): void {
  if (typeof want === "number" && typeof got === "number") {
    const off = Math.abs(got - want);
    expect(off, `${path}: ${got} is not ${want}`).toBeLessThanOrEqual(1e-6 * Math.max(1, Math.abs(want)));
  } else if (isRecord(want) && isRecord(got)) {
    expect(Object.keys(got).toSorted(), path).toEqual(Object.keys(want).toSorted());
    for (const [key, value] of Object.entries(want)) same(got[key], value, `${path}.${key}`);
  } else expect(got, path).toBe(want);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

const rows = existsSync(FILE)
  ? readFileSync(FILE, "utf8")
      .trim()
      .split("\n")
      .map((line): Row => JSON.parse(line))
  : [];
if (rows.length === 0)
  test.skip("../shared/conformance/statistics.jsonl isn't here: nothing is compared", () => undefined);
else
  test.each(rows.map((row) => [row.id, row.name, row] as const))("%s, %s", (id, _, { kind, input, expected }) => {
    same(answer(kind, input), expected, id);
  });
