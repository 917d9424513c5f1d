import { describe, expect, test } from "vitest";
import { Chance } from "../../scripts/simulate/chance.ts";
import { mostFalse, type RuleName, simulate, type Summary } from "../../scripts/simulate/many.ts";
import { isOnTime } from "../../scripts/simulate/report.ts";
import { HARMFUL, HEALTHY, STOPPED, TABLE } from "../../scripts/simulate/scenarios.ts";
import { note, runs } from "../support/counts.ts";

/* A smaller form of `npm run simulate`: the release machine and its guardrail through whole releases. */

const SEED = 20_261_121;

function simulated(name: string, count: number, rule: RuleName = "sluice"): Summary {
  const scenario = [...HEALTHY, ...HARMFUL, ...STOPPED, ...TABLE].find((one) => one.name === name);
  if (!scenario) throw new Error(`no scenario ${name}`);
  return simulate(scenario, rule, count, SEED);
}

describe("a healthy release", () => {
  test.each(HEALTHY.map(({ name }) => name))("isn't taken back more often than alpha allows: %s", (name) => {
    const count = runs(200);
    const { unreleased } = simulated(name, count);
    note(`${Math.round(unreleased * count)} of ${count} taken back`);
    expect(unreleased).toBeLessThanOrEqual(mostFalse(count));
  });

  test("goes through all stages by itself", () => {
    expect(simulated("even traffic, ramp", runs(60)).completed).toBe(1);
  });

  test("is taken back by a fixed threshold and a z-test that is looked at every minute", () => {
    for (const name of ["a few failing clients, ramp", "daily cycle, ramp", "drifting latency, ramp"]) {
      for (const rule of ["threshold", "z-test"] as const) {
        const { unreleased } = simulated(name, runs(600), rule);
        expect(unreleased, `${rule}, ${name}`).toBeGreaterThan(mostFalse(runs(600)));
      }
    }
  });
});

describe("harm", () => {
  test.each(TABLE)("is found in the time of the design's table: $name", (scenario) => {
    const { minutes } = simulate(scenario, "sluice", runs(2_000), SEED);
    note(`${minutes} minutes`);
    expect(isOnTime(minutes, scenario.expected)).toBe(true);
  });

  test.each(HARMFUL.slice(0, 3).map(({ name }) => name))("is taken back in every release: %s", (name) => {
    expect(simulated(name, runs(200)).unreleased).toBe(1);
  });

  test("after 18 healthy hours is found in minutes", () => {
    const { unreleased, early, minutes } = simulated("2× errors after 18 hours at 50 %", runs(40));
    expect([unreleased, early]).toEqual([1, 0]);
    expect(minutes).toBeLessThan(12);
  });
});

describe("a release of which too little is known", () => {
  test("is held: for want of data, or because sides aren't what was configured", () => {
    const [silent, lost] = STOPPED.map(({ name }) => simulated(name, runs(100)));
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
});
