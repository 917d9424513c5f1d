import { describe, expect, test } from "vitest";
import type { ReleaseView } from "../../src/contract/release.ts";
import { addPoint, errorShare, type Total } from "../../src/dashboard/common/totals.ts";
import { liveSentence } from "../../src/dashboard/releases/words.ts";

/* What pages say of a release, in words and in shares. */

const ago = (at: number, now: number): string => `in ${(at - now) / 60_000} min.`;

describe("the sentence of a live release", () => {
  const said = (next: ReleaseView["next"]): string =>
    liveSentence({ state: "baking", stage: "10%", percentage: 10, next } as ReleaseView, 0, ago);

  test("ends with one full stop, also where a time ends with its own", () => {
    const at = new Date(120_000).toISOString();
    expect(said([{ what: "the stage has baked", at }])).toBe(
      "baking at stage 10%. Next: the stage has baked in 2 min.",
    );
    expect(said([{ what: "a person approves" }])).toBe("baking at stage 10%. Next: a person approves.");
    expect(said([])).toBe("baking at stage 10%.");
  });

  test("says an estimated time once, in the estimate's own words", () => {
    const at = new Date(180_000).toISOString();
    expect(said([{ what: "errors is healthy in about 3 min", at, estimated: true }])).toBe(
      "baking at stage 10%. Next: errors is healthy in about 3 min.",
    );
  });
});

describe("the share of errors", () => {
  test("is a gate's where there is one, else of what was reported, as the guardrail has it", () => {
    const share = (requests: number, errors: number, exposures: number, reported: number) =>
      errorShare({ at: 0, requests, errors, exposures, outcomes: { errors: reported } });
    expect(share(200, 3, 50, 40)).toBe(1.5);
    expect(share(0, 0, 50, 4)).toBe(8);
    expect(share(0, 0, 0, 4)).toBeUndefined();
  });

  test("of several cohorts is the share of all of them, and not the sum of their shares", () => {
    const at = "2026-12-01T00:00:00.000Z";
    const point = (requests: number, errors: number, p95: number) =>
      ({ at, requests, errors, exposures: 0, outcomes: {}, latency: { p50: 1, p95, p99: p95 } }) as Parameters<
        typeof addPoint
      >[1];
    const totals = new Map<number, Total>();
    addPoint(totals, point(100, 5, 300));
    addPoint(totals, point(300, 15, 200));
    const [total] = totals.values();
    expect(errorShare(total!)).toBe(5);
    expect(total!.p95).toBe(300);
  });
});
