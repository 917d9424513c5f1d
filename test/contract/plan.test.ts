import { describe, expect, test } from "vitest";
import { parseDuration } from "../../src/contract/duration.ts";
import { parseFreeze } from "../../src/contract/freeze.ts";
import { plan } from "../../src/contract/plan.ts";
import { planPreviewBody } from "../../src/contract/plan-preview.ts";
import { newRelease } from "../../src/contract/release.ts";
import { parse } from "../../src/contract/validation.ts";

/** The plan of the design document. */
const WHOLE = {
  stages: [
    { name: "dark", shadow: 10, minBake: "30m" },
    { name: "staff", segment: "staff", minBake: "30m" },
    { name: "1%", percentage: 1, minBake: "30m", minExposures: 1000 },
    { name: "10%", percentage: 10, minBake: "1h" },
    { name: "50%", percentage: 50, minBake: "4h", gates: [{ approval: { role: "operator", notAuthor: true } }] },
    { name: "all", percentage: 100, watch: "24h" },
  ],
  guardrails: [
    {
      metric: "errors",
      role: "guard",
      harm: "increase",
      tolerate: 1,
      detect: 2,
      minAbsolute: 0.001,
      ceiling: 0.05,
      weight: 2,
    },
    { metric: "latency", role: "guard", harm: "increase", ceiling: "2s" },
    { metric: "missing", role: "guard" },
    { metric: "checkout", role: "signal", harm: "decrease" },
  ],
  alpha: 0.01,
  maxBake: "24h",
  holdback: 1,
  onHarm: "unrelease",
  onInconclusive: "hold",
  onNoData: "hold",
  freeze: ["fri 15:00/mon 08:00 Europe/Berlin"],
};
const all = { name: "all", percentage: 100 };

test("the plan of the design is a plan, and what it leaves out is filled in", () => {
  const parsed = parse(plan, WHOLE);
  expect(parsed).toMatchObject({
    ok: true,
    value: {
      trustClients: false,
      stages: [{ minExposures: 0, gates: [], warmup: "3m" }, {}, {}, {}, {}, { minBake: "0s" }],
      guardrails: [{}, {}, { harm: "increase", tolerate: 1, detect: 2, weight: 1, hold: true }, {}],
    },
  });
  expect(parse(plan, { stages: [all] })).toMatchObject({
    ok: true,
    value: {
      guardrails: [
        { metric: "errors", role: "guard" },
        { metric: "latency", role: "signal", hold: true },
      ],
      alpha: 0.01,
      beta: 0.1,
      maxBake: "24h",
      unreleaseTo: "zero",
      onCeiling: "pause",
      holdback: 0,
      onHarm: "unrelease",
      onInconclusive: "hold",
      onNoData: "hold",
      freeze: [],
    },
  });
});

test("a plan may say that nothing guards it", () => {
  expect(parse(plan, { stages: [all], guardrails: [] })).toMatchObject({ ok: true, value: { guardrails: [] } });
});

const stagesOf = (...stages: object[]) => ({ stages: [...stages, all] });
const railOf = (more: object) => ({ stages: [all], guardrails: [{ metric: "m", ...more }] });
test.each<[string, object, string]>([
  ["no stage", { stages: [] }, "/stages"],
  ["an unknown property", { stages: [all], onHram: "pause" }, "/onHram"],
  ["an unknown property of a stage", stagesOf({ name: "a", percentage: 1, bake: "1h" }), "/stages/0/bake"],
  [
    "an unknown property of a gate",
    stagesOf({ name: "a", percentage: 1, gates: [{ approval: { rôle: "admin" } }] }),
    "/stages/0/gates/0/approval/rôle",
  ],
  ["a stage that shows nothing", stagesOf({ name: "a" }), "/stages/0"],
  ["a stage that shows two things", stagesOf({ name: "a", percentage: 1, shadow: 1 }), "/stages/0"],
  ["two stages of one name", stagesOf({ name: "all", percentage: 1 }), "/stages/1/name"],
  [
    "a stage name longer than a rule id has room for",
    stagesOf({ name: "a".repeat(101), percentage: 1 }),
    "/stages/0/name",
  ],
  [
    "percentages that go down",
    stagesOf({ name: "a", percentage: 50 }, { name: "b", percentage: 10 }),
    "/stages/1/percentage",
  ],
  ["percentages that stand still", stagesOf({ name: "a", percentage: 100 }), "/stages/1/percentage"],
  ["a percentage of 0", stagesOf({ name: "a", percentage: 0 }), "/stages/0/percentage"],
  ["finer than 0.001 %", stagesOf({ name: "a", percentage: 0.0001 }), "/stages/0/percentage"],
  ["a last stage without a percentage", { stages: [{ name: "a", segment: "s" }] }, "/stages/0"],
  ["a watch before the last stage", stagesOf({ name: "a", percentage: 1, watch: "1h" }), "/stages/0/watch"],
  [
    "a holdback that swallows the last stage",
    { stages: [{ name: "a", percentage: 99 }, all], holdback: 1 },
    "/holdback",
  ],
  ["a holdback above a half", { stages: [all], holdback: 51 }, "/holdback"],
  ["a duration without a unit", stagesOf({ name: "a", percentage: 1, minBake: "30" }), "/stages/0/minBake"],
  ["a duration as a number", stagesOf({ name: "a", percentage: 1, minBake: 30 }), "/stages/0/minBake"],
  ["half an exposure", stagesOf({ name: "a", percentage: 1, minExposures: 0.5 }), "/stages/0/minExposures"],
  [
    "a viewer's approval",
    stagesOf({ name: "a", percentage: 1, gates: [{ approval: { role: "viewer" } }] }),
    "/stages/0/gates/0/approval/role",
  ],
  [
    "a webhook that is no address",
    stagesOf({ name: "a", percentage: 1, gates: [{ webhook: { url: "here" } }] }),
    "/stages/0/gates/0/webhook/url",
  ],
  ["a condition that is too deep", stagesOf({ name: "a", when: deep(11) }), "/stages/0/when"],
  ["alpha of 0", { stages: [all], alpha: 0 }, "/alpha"],
  ["alpha of 1", { stages: [all], alpha: 1 }, "/alpha"],
  ["tolerating improvement only", railOf({ tolerate: 0.9 }), "/guardrails/0/tolerate"],
  ["detecting no change", railOf({ detect: 1 }), "/guardrails/0/detect"],
  ["a weight of 0", railOf({ weight: 0 }), "/guardrails/0/weight"],
  ["a ceiling above everything", railOf({ ceiling: 1.1 }), "/guardrails/0/ceiling"],
  ["a ceiling in seconds for errors", railOf({ metric: "errors", ceiling: "2s" }), "/guardrails/0/ceiling"],
  ["a ceiling as a share for latency", railOf({ metric: "latency", ceiling: 0.5 }), "/guardrails/0/ceiling"],
  ["a guard that holds nothing", railOf({ hold: false }), "/guardrails/0/hold"],
  ["a warm-up that isn't a duration", stagesOf({ name: "a", percentage: 1, warmup: "soon" }), "/stages/0/warmup"],
  ["beta of 1", { stages: [all], beta: 1 }, "/beta"],
  ["un-releasing to a number", { stages: [all], unreleaseTo: 10 }, "/unreleaseTo"],
  ["ignoring a ceiling", { stages: [all], onCeiling: "hold" }, "/onCeiling"],
  ["harm by fewer errors", railOf({ metric: "errors", harm: "decrease" }), "/guardrails/0/harm"],
  ["an expected outcome of errors", railOf({ metric: "errors", expect: "heartbeat" }), "/guardrails/0/expect"],
  [
    "one metric guarded twice",
    { stages: [all], guardrails: [{ metric: "m" }, { metric: "m" }] },
    "/guardrails/1/metric",
  ],
  [
    "more than fits",
    stagesOf({ name: "a", when: { attribute: "x", operator: "in", values: ["y".repeat(300_000)] } }),
    "",
  ],
  ["a freeze without a zone", { stages: [all], freeze: ["fri 15:00/mon 08:00"] }, "/freeze/0"],
  ["a freeze in no zone", { stages: [all], freeze: ["fri 15:00/mon 08:00 Europe/Atlantis"] }, "/freeze/0"],
  ["an empty freeze", { stages: [all], freeze: ["fri 15:00/fri 15:00 UTC"] }, "/freeze/0"],
  ["onNoData: advance", { stages: [all], onNoData: "advance" }, "/onNoData"],
])("%s is refused, and the place is named", (_, body, path) => {
  expect(parse(plan, body)).toMatchObject({ ok: false, issues: [{ path }] });
});

function deep(levels: number): object {
  return levels === 1 ? { segment: "s" } : { not: deep(levels - 1) };
}

test("a plan may be for shadows alone", () => {
  expect(parse(plan, { stages: [{ name: "dark", shadow: 5, minBake: "1h" }] })).toMatchObject({ ok: true });
});

test("a release has a plan or names one", () => {
  expect(parse(newRelease, { plan: "usual" })).toMatchObject({ ok: true });
  expect(parse(newRelease, { rule: "ramp", startAt: "2026-12-01T09:00:00Z", plan: { stages: [all] } })).toMatchObject({
    ok: true,
  });
  expect(parse(newRelease, {})).toMatchObject({ ok: false, issues: [{ path: "/plan" }] });
  expect(parse(newRelease, { plan: { stages: [] } })).toMatchObject({ ok: false, issues: [{ path: "/plan/stages" }] });
  expect(parse(newRelease, { plan: "usual", startAt: "tomorrow" })).toMatchObject({
    ok: false,
    issues: [{ path: "/startAt" }],
  });
});

describe("durations", () => {
  test.each([
    ["0s", 0],
    ["30m", 1_800_000],
    ["1h30m", 5_400_000],
    ["24h", 86_400_000],
    ["500ms", 500],
    ["1d2h3m4s5ms", 93_784_005],
    ["366d", 366 * 86_400_000],
  ])("%s", (text, ms) => expect(parseDuration(text)).toBe(ms));

  test.each(["", "30", "m", "-1h", "1.5h", "1m1h", "1h1h", "1 h", "1H", "367d", "1h ", "999999999999s"])(
    "not %j",
    (text) => expect(parseDuration(text)).toBeUndefined(),
  );
});

test("a freeze is read as minutes of the week", () => {
  expect(parseFreeze("fri 15:00/mon 08:00 Europe/Berlin")).toEqual({ from: 6_660, until: 480, zone: "Europe/Berlin" });
  for (const text of [
    "Fri 15:00/mon 08:00 UTC",
    "fri 24:00/mon 08:00 UTC",
    "fri 15:60/mon 08:00 UTC",
    "fri 15:00-mon 08:00 UTC",
  ])
    expect(parseFreeze(text)).toBeUndefined();
});

describe("what is wrong in a plan is told by its place, where the name of one could stand instead", () => {
  const stages = [{ name: "all", percentage: 100 }];
  test.each<[object, string[]]>([
    [{ stages, holdback: "1" }, ["/plan/holdback"]],
    [{ stages: {} }, ["/plan/stages"]],
    [{ guardrails: [] }, ["/plan/stages"]],
    [{ stages, onHarm: "stop" }, ["/plan/onHarm"]],
    [{ stages, alpha: "0.01", onNoData: "go" }, ["/plan/alpha", "/plan/onNoData"]],
  ])("%j", (wrong, paths) => {
    const parsed = parse(planPreviewBody, { flag: "f", plan: wrong });
    expect(parsed.ok ? [] : parsed.issues.map(({ path }) => path)).toEqual(paths);
  });
});
