import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { plan as planSchema } from "../../../src/contract/plan.ts";
import type { Happened, ReleaseView } from "../../../src/contract/release.ts";
import { reportPage } from "../../../src/api/admin/report-page.ts";
import { reportOf } from "../../../src/api/admin/release-report.ts";

const ADA = { id: "token:1", name: "Ada <admin>", via: "token" } as const;
const ITSELF = { id: "release:r", name: "release of f", via: "release" } as const;
const PLAN = planSchema.parse({
  stages: [
    { name: "10%", percentage: 10 },
    { name: "50%", percentage: 50 },
    { name: "all", percentage: 100 },
  ],
  guardrails: [{ metric: "errors" }, { metric: "buy", role: "signal", harm: "decrease" }],
});
const ERRORS = { verdict: "healthy", logE: -0.5, alarmAt: 5.3, detectable: 1.8, dispersion: 1 };
const evidence = (events: [number, number], verdict = "healthy") => ({
  exposures: 1_000,
  errors: { ...ERRORS, verdict, exposures: [1_000, 9_000], events },
  buy: { ...ERRORS, exposures: [1_000, 9_000], events: [1_300, 9_000], detectable: null },
});
const happened = (minute: number, what: string, stage: string, more: Partial<Happened>): Happened => ({
  at: new Date(Date.UTC(2030, 0, 1, 12, minute)).toISOString(),
  what,
  cause: `because of ${what}`,
  actor: ITSELF,
  from: "baking",
  to: "baking",
  stage,
  epoch: 1,
  comment: "",
  evidence: {},
  ...more,
});
const VIEW: ReleaseView = {
  id: "r",
  state: "unreleased",
  stage: "50%",
  percentage: 0,
  since: "2030-01-01T12:09:00.000Z",
  flag: "f",
  plan: PLAN,
  planRevision: 1,
  epoch: 3,
  activeSeconds: 60,
  verdicts: [],
  unguarded: false,
  uncounted: {},
  unwatched: [],
  stages: [{ stage: "10%", unverified: ["buy"], unmeasured: [], forced: [] }],
  approvals: [],
  next: [],
  createdAt: "2030-01-01T12:00:00.000Z",
  createdBy: ADA,
  timeline: [
    happened(0, "start", "10%", { from: "draft", actor: ADA, comment: "<script>alert(1)</script>" }),
    happened(5, "advance", "50%", { evidence: evidence([5, 45]) }),
    happened(9, "unrelease", "50%", { to: "unreleased", evidence: evidence([50, 45], "harm") }),
  ],
};

test("each stage has what it saw, the effect with an interval, the smallest harm it could have seen, and who decided", () => {
  const { stages, alpha } = reportOf(VIEW);
  expect(alpha).toBe(0.01);
  expect(stages.map(({ stage, outcome }) => [stage, outcome])).toEqual([
    ["10%", "advance"],
    ["50%", "unrelease"],
  ]);
  const [first, second] = stages;
  expect([first?.unverified, second?.unverified]).toEqual([["buy"], []]);
  expect(first).toMatchObject({ exposures: 1_000, decisions: [{ what: "start", actor: ADA }, { what: "advance" }] });
  expect(first!.guardrails[0]).toMatchObject({
    metric: "errors",
    verdict: "healthy",
    treatment: { exposures: 1_000, events: 5 },
    control: { exposures: 9_000, events: 45 },
    alarm: { logE: -0.5, at: 5.3 },
    detectable: 1.8,
  });
  const healthy = first!.guardrails[0]!.effect!;
  expect(healthy.estimate).toBeCloseTo(0);
  expect(healthy.lower).toBeLessThan(0);
  expect(healthy.upper).toBeGreaterThan(0);
  const harm = second!.guardrails[0]!.effect!;
  expect(harm.estimate).toBeCloseTo(9);
  expect(harm.lower).toBeGreaterThan(1);
  expect(first!.guardrails[1]).toMatchObject({ metric: "buy", detectable: null, treatment: { events: 1_300 } });
});

test("the stage that it is at shows what is known now", () => {
  const { timeline } = VIEW;
  const now = { ...ERRORS, exposures: [7, 60], events: [0, 1] };
  const view: ReleaseView = {
    ...VIEW,
    state: "baking",
    timeline: timeline.slice(0, 2),
    exposures: 7,
    verdicts: [{ metric: "errors", role: "guard", verdict: "inconclusive", evidence: now }],
  };
  expect(reportOf(view).stages.at(-1)).toMatchObject({
    outcome: "live",
    exposures: 7,
    guardrails: [{ metric: "errors", verdict: "inconclusive", treatment: { exposures: 7, events: 0 } }],
  });
});

test("one that hasn't been judged or has nobody to compare with says so by leaving it out", () => {
  const alone = happened(5, "advance", "50%", { evidence: { errors: { verdict: "unmeasured" }, buy: "broken" } });
  const { stages } = reportOf({ ...VIEW, timeline: [VIEW.timeline[0]!, alone] });
  expect(stages[0]!.guardrails).toEqual([
    { metric: "errors", role: "guard", verdict: "unmeasured", detectable: null, evidence: {} },
  ]);
});

test("the page runs nothing, allows its own style sheet only, and says all of it", async () => {
  const { html, policy } = await reportPage(reportOf(VIEW));
  const style = /<style>([^]*)<\/style>/.exec(html)![1]!;
  const hash = createHash("sha256").update(style).digest("base64");
  expect(policy).toContain(`default-src 'none'; style-src 'sha256-${hash}'`);
  expect(html.replace(`<link rel="icon" href="/sluice.svg" type="image/svg+xml">`, "")).not.toMatch(
    /<script|<link|<img|style="|\son\w+=|url\(/,
  );
  expect(html).toContain("&#60;script&#62;alert(1)&#60;/script&#62;");
  expect(html).toContain("Ada &#60;admin&#62;");
  for (const text of ["50 of 1,000", "45 of 9,000", "+900 %", "because of unrelease", "the release itself", "1.8×"])
    expect(html).toContain(text);
});
