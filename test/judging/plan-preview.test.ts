import { describe, expect, test } from "vitest";
import { plan } from "../../src/contract/plan.ts";
import { presets } from "../../src/contract/plan-preview.ts";
import { sizePlan, trafficOf } from "../../src/judging/plan-preview.ts";

const HOUR = 3_600;
const about = { metrics: [], served: 0, unknown: [] };
const preset = (name: string) => presets().find((one) => one.name === name)!.plan;
const peopled = (perSecond: number, errorShare = 0.005) => ({
  perSecond,
  errorShare,
  people: Math.min(100_000, Math.max(4_000, perSecond * 1_000)),
});

test("there is a preset for each kind of traffic, and each is a plan that says what it is for", () => {
  expect(presets().map(({ name }) => name)).toEqual(["careful", "standard", "quick", "small-site"]);
  for (const { plan: one, description } of presets()) {
    expect(plan.parse(one)).toEqual(one);
    expect(description).not.toBe("");
    expect(one.guardrails[0]).toMatchObject({ metric: "errors", role: "guard" });
  }
});

describe("a small site knows beforehand", () => {
  test.each([
    [1, 48],
    [10, 6],
  ])("%d requests a second: small-site takes less than %d hours", (perSecond, hours) => {
    const { seconds, warnings } = sizePlan(preset("small-site"), peopled(perSecond), about);
    expect(seconds).not.toBeNull();
    expect(seconds!).toBeLessThan(hours * HOUR);
    expect(warnings).toEqual([]);
  });

  test("the plan of the design takes it days, of which it is told", () => {
    const design = plan.parse({
      stages: [
        { name: "1%", percentage: 1, minBake: "30m" },
        { name: "10%", percentage: 10, minBake: "1h" },
        { name: "all", percentage: 100, watch: "24h" },
      ],
    });
    const { stages, seconds } = sizePlan(design, peopled(1), about);
    expect(stages[0]).toMatchObject({ stage: "1%", percentage: 1, guardrails: [{ metric: "errors" }, {}] });
    expect(stages[0]!.seconds!).toBeGreaterThan(24 * HOUR);
    expect(seconds).toBe(stages.reduce((sum, one) => sum + one.seconds!, 0));
    expect(stages[2]!.seconds!).toBeGreaterThanOrEqual(24 * HOUR);
  });
});

describe("warnings", () => {
  const codes = (more: object, of = {}, traffic: Parameters<typeof sizePlan>[1] = peopled(100)) =>
    sizePlan(
      plan.parse({
        stages: [
          { name: "10%", percentage: 10 },
          { name: "all", percentage: 100 },
        ],
        ...more,
      }),
      traffic,
      {
        ...about,
        ...of,
      },
    ).warnings.map(({ code, path }) => [code, path]);

  test("of a plan that is fine there are none", () => expect(codes({})).toEqual([]));
  test("no traffic", () => expect(codes({}, {}, null)).toEqual([["no-traffic", ""]]));
  test("nothing that guards", () => expect(codes({ guardrails: [] })).toEqual([["unguarded", "/plan/guardrails"]]));
  test("it would take people out", () =>
    expect(codes({}, { served: 25 })).toEqual([["takes-out", "/plan/stages/0/percentage"]]));
  test("never sure: what isn't known, and a stage that too few come to", () => {
    const guardrails = [{ metric: "checkout", harm: "decrease" }];
    expect(codes({ guardrails })).toEqual([["never-sure", "/plan/stages/0"]]);
    expect(codes({}, {}, peopled(0.0001))).toEqual([["never-sure", "/plan/stages/0"]]);
  });
});

test("what was measured: requests and reported exposures, failures of both, and outcomes for each exposure", () => {
  const point = {
    requests: 3_000,
    errors: 10,
    errorShare: null,
    statuses: { "1xx": 0, "2xx": 0, "3xx": 0, "4xx": 0, "5xx": 10 },
    latency: null,
    exposures: 600,
    keys: 0,
    outcomes: { errors: { count: 8, sum: 8, units: 0 }, checkout: { count: 36, sum: 36, units: 0 } },
    late: 0,
  };
  expect(trafficOf([point, point], 7_200)).toEqual({
    perSecond: 1,
    errorShare: 0.005,
    outcomes: { errors: 16 / 7_200, checkout: 0.01 },
  });
  expect(trafficOf([], 60)).toBeNull();
});
