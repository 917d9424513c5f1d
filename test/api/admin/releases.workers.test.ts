import { exports } from "cloudflare:workers";
import { expect, test } from "vitest";
import { booleanFlag, environment, expectProblem, expectWritten, send } from "./client.ts";
import { as, newToken } from "./tokens.ts";

/* Releases and plans as a script would drive them. What they do by themselves is tested in test/environment. */

const PLAN = {
  stages: [
    { name: "staff", segment: "staff", minBake: "1h" },
    { name: "10%", percentage: 10, minBake: "1h", gates: [{ approval: { role: "operator", notAuthor: true } }] },
    { name: "all", percentage: 100 },
  ],
  guardrails: [{ metric: "errors" }],
};

async function prepared() {
  const { name, path } = await environment();
  await send("PUT", `${path}/flags/f`, { body: booleanFlag({ clientSide: true }) });
  await send("PUT", `${path}/segments/staff`, { body: { include: ["ann"] } });
  return { name, path };
}

async function released(plan: unknown = PLAN) {
  const world = await prepared();
  const answer = await send("POST", `${world.path}/flags/f/releases`, { body: { plan, comment: "at last" } });
  const { id } = answer.body as { id: string };
  return { ...world, answer, at: `${world.path}/flags/f/releases/${id}`, id };
}

test("POST answers 201 with the release and where it is; GET the same, 304 to who holds it once it has ended", async () => {
  const { answer, at, id, path } = await released();
  const { etag, version } = expectWritten(answer, 201);
  expect(answer.headers.get("Location")).toBe(`/admin/v1${at}`);
  expect(answer.body).toMatchObject({
    id,
    flag: "f",
    state: "baking",
    stage: "staff",
    stageIndex: 0,
    epoch: 1,
    planRevision: 1,
    verdicts: [{ metric: "errors", role: "guard", verdict: "nodata" }],
    unguarded: false,
    before: 0,
    unrelease: { percentage: 0 },
    timeline: [{ what: "start", comment: "at last", actor: { via: "root" } }],
  });
  const found = await send("GET", at);
  expect(found.body).toMatchObject({ id, state: "baking" });
  expect(found.headers.get("ETag")).toBe(etag);
  expect((await send("GET", at, { headers: { "If-None-Match": etag } })).status).toBe(200);
  expect((await send("GET", `${path}/flags/f`)).body).toMatchObject({
    version,
    release: { id, state: "baking", stage: "staff" },
  });
  expect((await send("GET", `${path}/flags/f/releases`)).body).toMatchObject({ releases: [{ id }] });
  const ended = await send("POST", `${at}/cancel`, { body: {} });
  const last = ended.headers.get("ETag")!;
  expect(last).not.toBe(etag);
  expect((await send("GET", at, { headers: { "If-None-Match": last } })).status).toBe(304);
});

test("a plan is held against its environment: where it may ask, and how its outcomes are counted", async () => {
  const { path } = await prepared();
  const put = (more: object) => send("PUT", `${path}/plans/usual`, { body: { stages: PLAN.stages, ...more } });
  const rail = (more: object) => put({ guardrails: [{ metric: "checkout", ...more }] });
  const refusedAt = async (answer: ReturnType<typeof put>, at: string) =>
    expectProblem(await answer, "invalid", [{ path: `/guardrails/0/${at}` }]);
  await refusedAt(rail({ tolerate: 2 }), "detect");
  await refusedAt(rail({ tolerate: 3, detect: 3 }), "detect");
  expect((await rail({ tolerate: 2, detect: 2.5, per: "event" })).status).toBe(201);
  await refusedAt(rail({ per: "unit", window: "1h" }), "per"); // nobody has defined it
  await send("PUT", `${path}/metrics/checkout`, { body: { per: "unit", window: "1h" } });
  expect((await rail({ per: "unit", window: "60m" })).status).toBe(200);
  await refusedAt(rail({ per: "event" }), "per");
  await refusedAt(rail({ window: "30m" }), "window");
  await refusedAt(put({ guardrails: [{ metric: "missing", expect: "ping" }] }), "expect");
  await refusedAt(put({ guardrails: [{ metric: "missing", window: "5m" }] }), "window");
  expect((await put({ guardrails: [{ metric: "missing" }, { metric: "checkout" }] })).status).toBe(200);
  const inside = [{ ...PLAN.stages.at(-1)!, gates: [{ webhook: { url: "https://10.0.0.1/" } }] }];
  const at = "/stages/0/gates/0/webhook/url";
  expectProblem(await put({ stages: inside }), "invalid", [{ path: at }]);
  const release = { plan: { stages: inside, guardrails: [{ metric: "checkout", per: "event" }] } };
  expectProblem(await send("POST", `${path}/flags/f/releases`, { body: release }), "invalid", [
    { path: `/plan${at}` },
    { path: "/plan/guardrails/0/per" },
  ]);
});

test("evaluations carry the cohort of who is in it, and of nobody else", async () => {
  const { name, path, id } = await released();
  const { secret } = (await send("POST", `${path}/keys`, { body: { kind: "client", name: "k" } })).body as {
    secret: string;
  };
  const { exports } = await import("cloudflare:workers");
  const evaluated = async (targetingKey: string) => {
    const response = await exports.default.fetch(
      new Request("https://sluice.test/ofrep/v1/evaluate/flags/f", {
        method: "POST",
        headers: { Authorization: `Bearer ${secret}`, "Content-Type": "application/json" },
        body: JSON.stringify({ context: { targetingKey } }),
      }),
    );
    return (await response.json()) as { value: boolean; metadata: Record<string, string> };
  };
  expect(await evaluated("ann")).toMatchObject({ value: true, metadata: { cohort: `${id}.1.t` } });
  const { value, metadata } = await evaluated("bob");
  expect(value).toBe(false);
  expect(metadata).not.toHaveProperty("cohort");
  expect(name).not.toBe("");
});

test("controls answer the release; what it can't take is 409 and changes nothing", async () => {
  const { at, path } = await released({ ...PLAN, guardrails: [] });
  const post = (control: string, body: object = {}) => send("POST", `${at}/${control}`, { body });
  expectProblem(await post("resume"), "conflict");
  expectProblem(await post("advance", { stage: "10%" }), "conflict");
  expect((await post("pause", { comment: "wait" })).body).toMatchObject({ state: "paused" });
  expectProblem(await post("advance"), "conflict");
  expect((await post("resume")).body).toMatchObject({ state: "baking" });
  expect((await post("advance", { stage: "staff" })).body).toMatchObject({ stage: "10%", percentage: 10 });
  expectProblem(await post("approve"), "conflict"); // the author
  const bob = as((await newToken("operator", ["*"])).secret);
  expect((await bob("POST", `${at}/approve`, { body: {} })).body).toMatchObject({ approvals: [{ stage: "10%" }] });
  expect((await post("unrelease")).body).toMatchObject({ state: "unreleased", percentage: 0 });
  expect((await post("unrelease")).body).toMatchObject({ state: "unreleased" });
  expectProblem(await post("advance"), "conflict");
  const flag = (await send("GET", `${path}/flags/f`)).body;
  expect(flag).toMatchObject({
    flag: { rules: [], default: { rollout: { percentage: 0 } } },
    release: { state: "unreleased" },
  });
});

test("a guard that hasn't been judged holds a person too, and never an un-release", async () => {
  const { at } = await released();
  for (const control of ["advance", "promote"])
    expectProblem(await send("POST", `${at}/${control}`, { body: {} }), "conflict");
  expect((await send("POST", `${at}/unrelease`, { body: {} })).body).toMatchObject({ state: "unreleased" });
});

test("the report says what became of each stage", async () => {
  const { at } = await released({ ...PLAN, guardrails: [] });
  await send("POST", `${at}/advance`, { body: {} });
  expect((await send("GET", `${at}/report`)).body).toMatchObject({
    stages: [
      {
        stage: "staff",
        outcome: "advance",
        leftAt: expect.any(String),
        decisions: [{ what: "start" }, { what: "advance" }],
      },
      { stage: "10%", outcome: "live" },
    ],
  });
  expect((await send("GET", `${at}/report?stage=10%25`)).body).toMatchObject({ stages: [{ stage: "10%" }] });
  expectProblem(await send("GET", `${at}/report?stage=all`), "not-found");
});

test("who asks for HTML gets the report as a page", async () => {
  const { at } = await released({ ...PLAN, guardrails: [] });
  const accept = "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8";
  const headersOfBrowser = { Accept: accept, Authorization: "Bearer slc_admin_test-root" };
  const response = await exports.default.fetch(`https://sluice.test/admin/v1${at}/report`, {
    headers: headersOfBrowser,
  });
  const { status, headers } = response;
  expect([status, headers.get("Content-Type"), headers.get("Vary")]).toEqual([
    200,
    "text/html; charset=utf-8",
    "Accept",
  ]);
  expect(headers.get("Content-Security-Policy")).toContain("default-src 'none'; style-src 'sha256-");
  expect(await response.text()).toContain("<h1>Release of f</h1>");
});

test("what isn't valid is refused with its place", async () => {
  const { path } = await prepared();
  const post = (body: object) => send("POST", `${path}/flags/f/releases`, { body });
  const stages = PLAN.stages;
  expectProblem(await post({}), "invalid", [{ path: "/plan" }]);
  expectProblem(await post({ plan: { stages: [] } }), "invalid", [{ path: "/plan/stages" }]);
  expectProblem(await post({ plan: { stages, unknown: 1 } }), "invalid", [{ path: "/plan/unknown" }]);
  expectProblem(await post({ plan: "none" }), "invalid", [{ path: "/plan" }]);
  expectProblem(await post({ plan: PLAN, rule: "none" }), "invalid", [{ path: "/rule" }]);
  const lost = [{ name: "x", segment: "nobody" }, ...stages.slice(1)];
  expectProblem(await post({ plan: { stages: lost } }), "invalid", [{ path: "/plan/stages/0" }]);
  expectProblem(await send("POST", `${path}/flags/none/releases`, { body: { plan: PLAN } }), "not-found");
  expectProblem(await send("GET", `${path}/flags/f/releases/none`), "not-found");
});

const SECRET = `whsec_${btoa("a secret of twenty-six bytes")}`;
test("plans are kept by name, in revisions; the secret of a webhook is nobody's to read", async () => {
  const { path } = await prepared();
  const gates = [{ webhook: { url: "https://gate.example/", secret: SECRET } }];
  const plan = {
    stages: [
      { name: "10%", percentage: 10, gates },
      { name: "all", percentage: 100 },
    ],
  };
  const first = await send("PUT", `${path}/plans/usual`, { body: plan });
  expectWritten(first, 201);
  expect(first.body).toMatchObject({ name: "usual", revision: 1 });
  const { etag } = expectWritten(await send("PUT", `${path}/plans/usual`, { body: { ...plan, alpha: 0.05 } }), 200);
  expectProblem(
    await send("PUT", `${path}/plans/usual`, { body: plan, headers: { "If-Match": '"old.1"' } }),
    "version-conflict",
  );
  expect((await send("GET", `${path}/plans/usual`)).headers.get("ETag")).toBe(etag);
  expect((await send("GET", `${path}/plans`)).body).toMatchObject({ plans: [{ name: "usual", revision: 2 }] });
  const made = await send("POST", `${path}/flags/f/releases`, { body: { plan: "usual" } });
  expect(made.body).toMatchObject({ planName: "usual", planRevision: 2 });
  expectProblem(await send("DELETE", `${path}/plans/usual`), "in-use");
  for (const at of ["/plans", "/plans/usual", "/flags/f/releases", "/audit"])
    expect((await send("GET", path + at)).text).not.toContain(SECRET);
  await send("POST", `${path}/flags/f/releases/${(made.body as { id: string }).id}/cancel`, { body: {} });
  expect((await send("DELETE", `${path}/plans/usual`)).status).toBe(204);
  expectProblem(await send("GET", `${path}/plans/usual`), "not-found");
});

test("a metric that nobody has defined or reported is refused with the nearest name; defined first, it is taken", async () => {
  const { path } = await prepared();
  const start = (metric: string) =>
    send("POST", `${path}/flags/f/releases`, { body: { plan: { stages: PLAN.stages, guardrails: [{ metric }] } } });
  const refused = await start("error");
  expectProblem(refused, "invalid", [{ path: "/plan/guardrails/0/metric" }]);
  expect(JSON.stringify(refused.body)).toContain("did you mean errors?");
  expectProblem(await start("checkout"), "invalid", [{ path: "/plan/guardrails/0/metric" }]);
  await send("PUT", `${path}/metrics/checkout`, { body: { per: "unit" } });
  expectWritten(await start("checkout"), 201);
});

test("a release by a preset; one that is kept under its name wins", async () => {
  const { path } = await prepared();
  const { body } = (await send("GET", "/plans/presets")) as { body: { presets: { name: string; plan: unknown }[] } };
  expect(body.presets.map(({ name }) => name)).toEqual(["careful", "standard", "quick", "small-site"]);
  const made = await send("POST", `${path}/flags/f/releases`, { body: { plan: "small-site" } });
  expectWritten(made, 201);
  expect(made.body).toMatchObject({ plan: body.presets[3]!.plan, stage: "10%", unguarded: false });
  await send("PUT", `${path}/flags/g`, { body: booleanFlag() });
  await send("PUT", `${path}/plans/quick`, { body: { stages: [{ name: "mine", percentage: 100 }], guardrails: [] } });
  const kept = await send("POST", `${path}/flags/g/releases`, { body: { plan: "quick" } });
  expect(kept.body).toMatchObject({ stage: "mine", planName: "quick", unguarded: true });
});

test("the preview says how long it would take; by no traffic nothing, and that there is none", async () => {
  const { path } = await prepared();
  await send("PUT", `${path}/flags/f/rollout`, { body: { percentage: 25 } });
  const preview = (more: object) =>
    send("POST", `${path}/plans/preview`, { body: { flag: "f", plan: "small-site", ...more } });
  const traffic = { perSecond: 10, errorShare: 0.005, people: 10_000 };
  const given = await preview({ traffic });
  expect(given.status).toBe(200);
  expect(given.body).toMatchObject({
    traffic: { ...traffic, from: "given" },
    stages: [{ stage: "10%", percentage: 10, guardrails: [{ metric: "errors" }, { metric: "latency" }] }, {}, {}],
    warnings: [{ code: "takes-out", path: "/plan/stages/0/percentage" }],
  });
  expect((given.body as { seconds: number }).seconds).toBeLessThan(6 * 3_600);
  const measured = await preview({ plan: { stages: PLAN.stages.slice(1), guardrails: [{ metric: "eror" }] } });
  expect(measured.body).toMatchObject({
    traffic: { perSecond: 0, from: "measured" },
    seconds: null,
    warnings: [
      { code: "unreported", path: "/plan/guardrails/0/metric" },
      { code: "no-traffic" },
      { code: "takes-out" },
    ],
  });
  expectProblem(await preview({ plan: "unheard-of" }), "invalid", [{ path: "/plan" }]);
  expectProblem(await preview({ flag: "unheard-of" }), "not-found");
  const half = await preview({ traffic: { perSecond: 10 } });
  expect(half.body).toMatchObject({ traffic: { perSecond: 10, errorShare: 0, from: "given" } });
  expectProblem(await preview({ traffic: { perSecond: 0, errorShare: 0 } }), "invalid", [
    { path: "/traffic/perSecond" },
  ]);
});

test("a start that would take people out is 409 with the numbers, unless it says that it is meant", async () => {
  const { path } = await prepared();
  await send("PUT", `${path}/flags/f/rollout`, { body: { percentage: 25 } });
  const plan = { ...PLAN, stages: PLAN.stages.slice(1) };
  const refused = await send("POST", `${path}/flags/f/releases`, { body: { plan } });
  expectProblem(refused, "conflict");
  expect(refused.body).toMatchObject({
    detail: expect.stringMatching(/present 25 % are served.*leave 10 %.*all \(100 %\)/),
  });
  const meant = await send("POST", `${path}/flags/f/releases`, { body: { plan, lower: true } });
  expectWritten(meant, 201);
  expect(meant.body).toMatchObject({ percentage: 10, before: 25, unrelease: { percentage: 0 } });
});

test("force is an admin's, with a comment, and only for what goes on", async () => {
  const { at } = await released();
  const force = (more: object) => send("POST", `${at}/advance`, { body: { force: true, ...more } });
  expectProblem(await force({}), "invalid", [{ path: "/comment" }]);
  expectProblem(await send("POST", `${at}/pause`, { body: { force: true } }), "invalid", [{ path: "/force" }]);
  expectProblem(await send("POST", `${at}/advance`), "conflict");
  const forced = await force({ comment: "no telemetry in this region" });
  expectWritten(forced, 200);
  expect(forced.body).toMatchObject({
    stage: "10%",
    stages: [{ stage: "staff", unverified: ["errors"], forced: [{}] }, {}],
  });
  expect((await send("GET", `${at}/report?stage=staff`)).body).toMatchObject({
    stages: [{ stage: "staff", unverified: ["errors"], forced: [expect.stringMatching(/hasn't been judged/)] }],
  });
});
