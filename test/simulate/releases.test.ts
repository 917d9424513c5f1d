import { describe, expect, test } from "vitest";
import { Chance, Weighted } from "../../scripts/simulate/chance.ts";
import {
  isOnTime,
  most,
  plain,
  promised,
  type RuleName,
  simulate,
  type Summary,
  timed,
  wronglyHealthy,
} from "../../scripts/simulate/many.ts";
import {
  ALPHA,
  BETA,
  HARMFUL,
  HEALTHY,
  peopleOf,
  PLAIN,
  POPULATIONS,
  STOPPED,
  TABLE,
} from "../../scripts/simulate/scenarios.ts";
import { presets } from "../../src/contract/plan-preview.ts";
import { sizePlan } from "../../src/judging/plan-preview.ts";
import { note, runs } from "../support/counts.ts";

/* A smaller form of `npm run simulate`: the release machine and its guardrail through whole releases. */

const SEED = 20_261_130;
/** Each of these takes as long as many others. */
const LONG = ["1 request a second", "1 000 requests a second"];

function simulated(name: string, count: number, rule: RuleName = "sluice"): Summary {
  const scenario = [...HEALTHY, ...HARMFUL, ...STOPPED].find((one) => `${one.kind}: ${one.name}` === name);
  if (!scenario) throw new Error(`no scenario ${name}`);
  return simulate(scenario, rule, count, SEED);
}

describe("a healthy release", () => {
  const populations = HEALTHY.filter(({ name }) => !LONG.includes(name)).map(({ kind, name }) => `${kind}: ${name}`);

  test.each(populations)("isn't taken back, nor called invalid, more often than it may be: %s", (name) => {
    const count = runs(name.startsWith("latency") ? 80 : 160);
    const { unreleased, invalid, completed } = simulated(name, count);
    note(`${Math.round(unreleased * count)} of ${count} taken back, ${Math.round(completed * count)} complete`);
    expect(unreleased).toBeLessThanOrEqual(most(ALPHA, count));
    expect(invalid).toBeLessThanOrEqual(most(0.001, count));
  });

  test("goes through all stages by itself, and takes about as long as the preview says", () => {
    const scenario = HEALTHY.find(({ name }) => name === "incidents on both sides")!;
    const { completed, took } = simulate(scenario, "sluice", runs(200), SEED);
    expect(completed).toBe(1);
    expect(isOnTime(took, promised(scenario)!)).toBe(true);
  });

  test("is taken back by those that look at fixed thresholds or at pooled counts", () => {
    for (const [name, rule] of [
      ["errors: incidents on both sides", "threshold"],
      ["errors: activity Pareto, failures lognormal", "z-test"],
      ["errors: rates that move between stages", "mSPRT"],
    ] as const) {
      const { unreleased } = simulated(name, runs(400), rule);
      expect(unreleased, `${rule}, ${name}`).toBeGreaterThan(most(ALPHA, runs(400)));
    }
  });
});

test.each([
  [1, 48],
  [10, 6],
])(
  "small-site at %d requests a second is through in less than %d hours, about when it was promised",
  (perSecond, hours) => {
    const { plan } = presets().find(({ name }) => name === "small-site")!;
    const people = { count: peopleOf(perSecond) };
    const traffic = { perSecond, errorShare: 0.005, people: people.count };
    const { seconds } = sizePlan(plan, traffic, { metrics: [], served: 0, unknown: [] });
    const stages = [
      { share: 0.1, minutes: 30 },
      { share: 0.5, minutes: 30 },
      { share: 1, minutes: 125 }, // nobody to compare with: it bakes and is watched
    ];
    const service = { perSecond, errors: 0.005, people };
    const count = runs(100);
    const scenario = { name: "small-site", kind: "errors", service, stages, minutes: hours * 60 } as const;
    const { completed, took } = simulate(scenario, "sluice", count, SEED);
    note(
      `${Math.round(completed * count)} of ${count} complete, after ${took} minutes; promised ${Math.round(seconds! / 60)}`,
    );
    expect(completed).toBe(1);
    expect(isOnTime(took, seconds! / 60)).toBe(true);
  },
);

describe("harm of exactly `detect`", () => {
  test.each(["all alike", "activity Pareto, failures lognormal", "bots make half, keys not known", "300 accounts"])(
    "is seldom called healthy: %s",
    (name) => {
      for (const share of [0.1, 0.5]) {
        const count = runs(400);
        const part = wronglyHealthy(POPULATIONS[name]!, share, 240, count, SEED);
        note(`${Math.round(part * count)} of ${count} at ${share}`);
        expect(part).toBeLessThanOrEqual(most(BETA, count));
      }
    },
  );
});

describe("harm", () => {
  test.each(PLAIN)("is found in the time of the design's table: $factor× at $share", ({ share, factor, expected }) => {
    const minutes = plain(share, factor, expected, runs(2_000), SEED);
    note(`${minutes} minutes`);
    expect(isOnTime(minutes, expected)).toBe(true);
  });

  const cells = TABLE.filter(({ perSecond, share }) => perSecond === 100 && (share === 0.1 || share === 0.5));
  test.each(cells)("and health are seen when the design says, people known: $what at $share", (cell) => {
    const minutes = timed(cell, runs(600), SEED);
    note(`${minutes} minutes`);
    expect(isOnTime(minutes, cell.expected)).toBe(true);
  });

  test.each(HARMFUL.slice(0, 2))("isn't hidden by a noisier first stage: $name", ({ kind, name }) => {
    const { unreleased, completed } = simulated(`${kind}: ${name}`, runs(100));
    note(`${Math.round(unreleased * 100)} % taken back`);
    expect([unreleased, completed]).toEqual([1, 0]);
  });

  test.each(HARMFUL.slice(2))("is taken back, or still waits, and never completes: $name", ({ kind, name }) => {
    const { early, completed, unreleased } = simulated(`${kind}: ${name}`, runs(60));
    note(`${Math.round(unreleased * 100)} % taken back`);
    expect([early, completed]).toEqual([0, 0]);
  });
});

describe("a release of which too little is known", () => {
  test("is held: for want of data, or because sides aren't what was configured", () => {
    const [silent, lost] = STOPPED.map(({ kind, name }) => simulated(`${kind}: ${name}`, runs(60)));
    expect(silent).toMatchObject({ held: 1, heldBy: ["nodata"] });
    expect(lost).toMatchObject({ held: 1, heldBy: ["invalid"] });
  });
});

describe("drawing by chance", () => {
  const moments = (draw: () => number): { mean: number; variance: number } => {
    const all = Array.from({ length: 20_000 }, draw);
    const mean = all.reduce((sum, one) => sum + one, 0) / all.length;
    return { mean, variance: all.reduce((sum, one) => sum + (one - mean) ** 2, 0) / all.length };
  };

  test.each([
    ["poisson", 0.4, 1],
    ["poisson", 94, 1],
    ["poisson", 6_000, 1],
    ["binomial", 6_000, 0.005],
    ["binomial", 60, 0.3],
    ["binomial", 6_000, 0.9],
  ] as const)("has the mean and variance of its distribution: %s of %d, %d", (kind, n, p) => {
    const chance = new Chance(SEED);
    const { mean, variance } = moments(() => (kind === "poisson" ? chance.poisson(n) : chance.binomial(n, p)));
    const expected = { mean: n * p, variance: kind === "poisson" ? n : n * p * (1 - p) };
    expect(Math.abs(mean - expected.mean)).toBeLessThan(4 * Math.sqrt(expected.variance / 20_000));
    expect(variance / expected.variance).toBeGreaterThan(0.95);
    expect(variance / expected.variance).toBeLessThan(1.05);
  });

  test("from weights has their shares", () => {
    const chance = new Chance(SEED);
    const weighted = new Weighted(Float64Array.of(1, 0, 5, 2));
    const counts = [0, 0, 0, 0];
    for (let i = 0; i < 80_000; i++) counts[weighted.draw(chance)]! += 1;
    expect(counts[1]).toBe(0);
    for (const [i, expected] of [
      [0, 10_000],
      [2, 50_000],
      [3, 20_000],
    ] as const)
      expect(Math.abs(counts[i]! - expected)).toBeLessThan(4 * Math.sqrt(expected));
  });
});
