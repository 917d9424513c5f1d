import { afterAll, beforeAll, expect, test } from "vitest";
import type { ReleaseView } from "../../src/contract/release.ts";
import { ENVIRONMENT, FLAG, type Stage, startStage } from "../../scripts/demo/stage.ts";
import { note } from "../support/counts.ts";

/*
 * What a watcher could be fooled by, from end to end on the real runtime: a guard's name that is nearly right, a canary by a
 * flag that is on or off, visitors with ids of their own making, and reports of those who know nothing of cohorts. On a
 * clock that runs faster, in one runtime, with a flag of its own for each.
 */

const PATIENCE = { timeout: 240_000 };
const HALF = { name: "half", percentage: 50, minBake: "30m", warmup: "1m" };
const FLAGS = `/environments/${ENVIRONMENT}/flags`;
const pathOf = (flag: string): string => `${FLAGS}/${flag}/releases`;
const plan = (...guardrails: object[]) => ({ stages: [HALF, { name: "all", percentage: 100 }], guardrails });

let stage: Stage;
beforeAll(async () => {
  stage = await startStage({ factor: 30 });
  const rollout = (variant: string, otherwise: string) => ({
    default: { rollout: { percentage: 0, split: [{ variant, weight: 1 }], otherwise } },
  });
  await made("PUT", `${FLAGS}/new-club`, { type: "boolean", ...rollout("on", "off") });
  await made("PUT", `${FLAGS}/search`, {
    type: "string",
    variants: { old: "old", new: "new" },
    ...rollout("new", "old"),
  });
});
afterAll(async () => stage.stop());

async function made(method: string, path: string, body: object): Promise<unknown> {
  const answer = await stage.admin(method, path, body);
  expect(answer.status, answer.text).toBeLessThan(300);
  return answer.body;
}

async function started(flag: string, ...guardrails: object[]): Promise<ReleaseView> {
  return (await made("POST", pathOf(flag), { plan: plan(...guardrails) })) as ReleaseView;
}

const look = async (flag: string, id: string): Promise<ReleaseView> =>
  (await stage.admin("GET", `${pathOf(flag)}/${id}`)).body as ReleaseView;

/** Does something again and again, until the release looks as wanted. */
async function until(
  flag: string,
  id: string,
  done: (view: ReleaseView) => boolean,
  meanwhile: () => Promise<unknown>,
) {
  for (;;) {
    await Promise.all([meanwhile(), new Promise((wake) => setTimeout(wake, 100))]);
    const view = await look(flag, id);
    if (done(view)) return view;
  }
}

async function shareOf(flag: string): Promise<number> {
  const { body } = await stage.admin("GET", `${FLAGS}/${flag}`);
  return (body as { flag: { default: { rollout: { percentage: number } } } }).flag.default.rollout.percentage;
}

async function expectTakenBack(flag: string, { id, state, timeline }: ReleaseView): Promise<void> {
  expect(state).toBe("unreleased");
  expect(timeline.at(-1)).toMatchObject({
    what: "unrelease",
    cause: "The guard errors is in harm.",
    actor: { id: `release:${id}`, via: "release" },
    evidence: { errors: { verdict: "harm" } },
  });
  expect(await shareOf(flag)).toBe(0);
  const audit = (await stage.admin("GET", `/environments/${ENVIRONMENT}/audit?flag=${flag}&limit=1`)).body;
  expect(audit).toMatchObject({ entries: [{ actor: { id: `release:${id}` } }] });
}

test("a guard whose name is nearly right is named before the start, and nobody is let through", async () => {
  for (const [wrong, right] of [
    ["error", "errors"],
    ["eror", "errors"],
    ["Errors", "errors"],
    ["latencys", "latency"],
    ["mising", "missing"],
  ] as const) {
    const refused = await stage.admin("POST", pathOf(FLAG), { plan: plan({ metric: wrong }) });
    expect([wrong, refused.status]).toEqual([wrong, 422]);
    const at = { path: "/plan/guardrails/0/metric", message: expect.stringContaining(`did you mean ${right}?`) };
    expect(refused.body).toMatchObject({ errors: [at] });
    const preview = { flag: FLAG, plan: plan({ metric: wrong }), traffic: { perSecond: 10 } };
    const { warnings } = (await made("POST", `/environments/${ENVIRONMENT}/plans/preview`, preview)) as {
      warnings: object[];
    };
    expect(warnings).toContainEqual({ code: "unreported", ...at });
  }
  expect((await stage.admin("GET", pathOf(FLAG))).body).toMatchObject({ releases: [] });
  expect(await shareOf(FLAG)).toBe(0);
  expect((await stage.visit(40)).canary).toBe(0);
});

test("visitors with ids of their own making count as requests and decide nothing", PATIENCE, async () => {
  const { id } = await started(FLAG, { metric: "errors", minAbsolute: 0.05 }, { metric: "missing", minAbsolute: 0.2 });
  await until(
    FLAG,
    id,
    ({ percentage }) => percentage === 50,
    async () => stage.visit(1),
  );
  let [real, pretended] = [0, 0];
  const view = await until(
    FLAG,
    id,
    ({ exposures = 0, verdicts }) => exposures > 2_000 && verdicts.every(({ verdict }) => verdict === "healthy"),
    async () => {
      const [seen, others] = await Promise.all([stage.visit(40), stage.visit(60, { madeUp: true })]);
      real += seen.visits;
      pretended += others.visits;
    },
  );
  expect(view).toMatchObject({ state: "baking", percentage: 50, unguarded: false, unwatched: ["latency"] });
  expect(view.uncounted["unsigned"]).toBeGreaterThan(1_000);
  const { evidence } = view.verdicts[0]!;
  const [treated, untreated] = evidence["people"] as [number, number];
  expect(treated + untreated).toBeLessThanOrEqual(real + 50);
  const [requests, others] = evidence["exposures"] as [number, number];
  expect(requests).toBeGreaterThan(2 * others); // they all came to the canary
  expect(evidence["sampleRatio"]).toBeLessThan(Math.log(1_000));
  await made("POST", `${pathOf(FLAG)}/${id}/cancel`, {});
  note(`${real} visitors, ${pretended} visits with made-up ids, ${view.uncounted["unsigned"]} told as unsigned`);
});

test("a canary by a boolean flag is asked, measured and taken back", PATIENCE, async () => {
  const { id } = await started("new-club", { metric: "errors", minAbsolute: 0.05 });
  await stage.fault({ errors: 0.5 });
  let [visits, canary] = [0, 0];
  const view = await until(
    "new-club",
    id,
    ({ endedAt }) => endedAt !== undefined,
    async () => {
      const seen = await stage.visit(40, { host: "club.test" });
      visits += seen.visits;
      canary += seen.canary;
    },
  );
  await stage.fault({ errors: 0 });
  expect(canary).toBeGreaterThan(0);
  expect(canary).toBeLessThan(visits);
  await expectTakenBack("new-club", view);
  note(`${canary} of ${visits} visits to the canary`);
});

test("what is reported without cohorts is evidence, and what comes too late is told as that", PATIENCE, async () => {
  const { secret } = (await made("POST", `/environments/${ENVIRONMENT}/keys`, { kind: "server", name: "python" })) as {
    secret: string;
  };
  const post = async (path: string, body: object): Promise<unknown> => {
    const headers = { Authorization: `Bearer ${secret}`, "Content-Type": "application/json" };
    return (await fetch(`${stage.url}${path}`, { method: "POST", headers, body: JSON.stringify(body) })).json();
  };
  const { id } = await started("search", { metric: "errors", minAbsolute: 0.05 });
  let person = 0;
  const report = async (): Promise<void> => {
    const people = Array.from({ length: 60 }, () => `person-${++person}`);
    const ask = async (targetingKey: string) =>
      (await post("/ofrep/v1/evaluate/flags/search", { context: { targetingKey } })) as { variant: string };
    const events = (await Promise.all(people.map(ask))).flatMap(({ variant }, i) => [
      { type: "exposure", flag: "search", variant, targetingKey: people[i]! },
      ...(variant === "new" && i % 2 === 0 ? [{ type: "outcome", metric: "error", targetingKey: people[i]! }] : []),
    ]);
    expect(await post("/v1/events", { id: crypto.randomUUID(), events })).toMatchObject({
      accepted: events.length,
      rejected: [],
    });
    const at = new Date(stage.now() - 5 * 60_000).toISOString();
    const late = { type: "exposure", flag: "search", variant: "new", targetingKey: "late", cohort: `${id}.1.t`, at };
    await post("/v1/events", { id: crypto.randomUUID(), events: [late] });
  };
  const view = await until("search", id, ({ endedAt }) => endedAt !== undefined, report);
  await expectTakenBack("search", view);
  const { evidence } = view.timeline.at(-1)!;
  expect(evidence["exposures"]).toBeGreaterThan(0);
  expect(view.uncounted["late"]).toBeGreaterThan(0);
  expect(view.uncounted["ambiguous"] ?? 0).toBe(0);
  note(`${person} people, ${view.uncounted["late"]} late`);
});
