import { exports } from "cloudflare:workers";
import { beforeAll, describe, expect, test } from "vitest";
import { Webhook } from "standardwebhooks";
import { undescribed } from "../../support/described.ts";
import { type Answer, BASE, booleanFlag, environment, expectProblem, expectWritten, send } from "./client.ts";
import { bytesOf, someAddress } from "./tokens.ts";

const PLAN = {
  stages: [
    { name: "10%", percentage: 10, minBake: "1d" },
    { name: "all", percentage: 100 },
  ],
};

type Release = { path: string; flag: string; id: string; secret: string; token: string };

/** A release that is live, with a secret for alerts. */
async function released(): Promise<Release> {
  const { path } = await environment();
  await send("PUT", `${path}/flags/f`, { body: booleanFlag() });
  const { id } = (await send("POST", `${path}/flags/f/releases`, { body: { plan: PLAN } })).body as { id: string };
  const given = await send("POST", `${path}/flags/f/releases/${id}/alert-secret`);
  expect(given.status).toBe(201);
  return { path, flag: `${path}/flags/f`, id, ...(given.body as { secret: string; token: string }) };
}

type Sent = { id?: string; at?: number; secret?: string; signed?: string; headers?: Record<string, string> };

/** Sends an alert as a monitor would: signed with the package, without a token. */
async function alert(path: string, secret: string, body: unknown, sent: Sent = {}): Promise<Answer> {
  const { id = `msg_${crypto.randomUUID()}`, at = Date.now(), headers = {} } = sent;
  const text = typeof body === "string" ? body : JSON.stringify(body);
  const signature = new Webhook(sent.secret ?? secret).sign(id, new Date(at), sent.signed ?? text);
  const request = new Request(BASE + path, {
    method: "POST",
    body: text,
    headers: {
      "Content-Type": "application/json",
      "CF-Connecting-IP": someAddress(),
      "webhook-id": id,
      "webhook-timestamp": String(Math.floor(at / 1000)),
      "webhook-signature": signature,
      ...headers,
    },
  });
  const response = await exports.default.fetch(request);
  const answer = { status: response.status, headers: response.headers, text: await response.text() };
  expect(undescribed("POST", new URL(request.url).pathname, answer)).toEqual([]);
  return { ...answer, body: JSON.parse(answer.text) };
}

const stateIn = async ({ flag, id }: Release) =>
  (await send("GET", `${flag}/releases/${id}`)).body as {
    state: string;
    timeline: { actor: { id: string }; comment: string }[];
  };

describe("an alert signed with the release's secret", () => {
  test.each([
    ["pause", "paused"],
    ["unrelease", "unreleased"],
  ])("%ss it, once for one id; the log says who and why", async (action, state) => {
    const release = await released();
    const { flag, id, secret, path } = release;
    const hook = (
      await send("POST", `${path}/webhooks`, { body: { url: "https://hooks.shop.example/", events: ["release.harm"] } })
    ).body as { id: string };
    const sent = { id: "msg_1" };
    const first = await alert(`${flag}/releases/${id}/alert`, secret, { action, comment: "5xx" }, sent);
    expect([first.status, first.body]).toEqual([200, { release: id, state, duplicate: false }]);
    const version = ((await send("GET", path)).body as { version: number }).version;
    const again = await alert(`${flag}/releases/${id}/alert`, secret, { action, comment: "5xx" }, sent);
    expect([again.status, again.body]).toEqual([200, { release: id, state, duplicate: true }]);
    expect((await send("GET", path)).body).toMatchObject({ version });
    const { timeline, ...shown } = await stateIn(release);
    expect(shown).toMatchObject({ state });
    expect(timeline.at(-1)).toMatchObject({ actor: { id: `alert:${id}` }, comment: "5xx" });
    const { body } = await send("GET", `${path}/webhooks/${hook.id}/deliveries`);
    expect((body as { deliveries: unknown[] }).deliveries).toHaveLength(1);
  });

  test("409 when the release is over, and the id isn't used up; 422 and 400 for what it can't want", async () => {
    const release = await released();
    const { flag, id, secret } = release;
    const path = `${flag}/releases/${id}/alert`;
    for (const action of ["resume", "advance", "promote", "cancel", "approve"])
      expectProblem(await alert(path, secret, { action }), "invalid", [{ path: "/action" }]);
    expectProblem(await alert(path, secret, {}), "invalid", [{ path: "/action" }]);
    expectProblem(await alert(path, secret, { action: "pause", stage: "all" }), "invalid", [{ path: "/stage" }]);
    expectProblem(await alert(path, secret, "pause!"), "not-json");
    expectProblem(
      await alert(path, secret, { action: "pause" }, { headers: { "Content-Type": "text/plain" } }),
      "unsupported-media-type",
    );
    expectProblem(await alert(path, secret, `{"comment":"${"x".repeat(70_000)}"}`), "too-large");
    expect(await stateIn(release)).toMatchObject({ state: "baking" });
    await send("POST", `${flag}/releases/${id}/cancel`);
    for (let i = 0; i < 2; i++)
      expectProblem(await alert(path, secret, { action: "pause" }, { id: "msg_2" }), "conflict");
  });
});

/** Bodies as monitors send them, shortened. */
const MONITORS: [name: string, body: object, says: RegExp][] = [
  [
    "Alertmanager",
    {
      version: "4",
      groupKey: '{}:{alertname="HighErrorRate"}',
      status: "firing",
      receiver: "sluice",
      groupLabels: { alertname: "HighErrorRate" },
      commonAnnotations: { summary: "5xx above 2 % at checkout" },
      externalURL: "https://alertmanager.shop.example",
      alerts: [
        { status: "firing", labels: { severity: "page" }, startsAt: "2026-11-30T22:00:00Z", fingerprint: "9f2c" },
      ],
    },
    /HighErrorRate/,
  ],
  [
    "Grafana",
    {
      receiver: "sluice",
      status: "firing",
      orgId: 1,
      state: "alerting",
      title: "[FIRING:1] checkout latency",
      message: "p95 is 3.1 s",
      alerts: [{ status: "firing", labels: { alertname: "checkout latency" }, values: { B: 3.1 } }],
    },
    /p95 is 3.1 s/,
  ],
  [
    "Datadog",
    {
      id: "7312",
      title: "[Triggered] errors on shop-web",
      body: "5xx > 2 %",
      alert_type: "error",
      date: 1_764_540_000_000,
    },
    /Triggered/,
  ],
];

describe("a monitor that can't sign", () => {
  const post = async (path: string, token: string, body: unknown, headers = {}): Promise<Answer> => {
    const request = new Request(BASE + path, {
      method: "POST",
      body: typeof body === "string" ? body : JSON.stringify(body),
      headers: { Authorization: `Bearer ${token}`, "CF-Connecting-IP": someAddress(), ...headers },
    });
    const response = await exports.default.fetch(request);
    const answer = { status: response.status, headers: response.headers, text: await response.text() };
    expect(undescribed("POST", new URL(request.url).pathname, answer)).toEqual([]);
    return { ...answer, body: JSON.parse(answer.text) };
  };

  test.each(MONITORS)(
    "%s pauses, and what it says is the cause; that it is over does nothing",
    async (_, body, says) => {
      const release = await released();
      const { flag, id, token } = release;
      const path = `${flag}/releases/${id}/alert?action=pause`;
      const over = await post(path, token, { ...body, status: "resolved" });
      expect([over.status, over.body]).toEqual([200, { release: id, state: "baking", duplicate: false }]);
      const fired = await post(path, token, body, { "Content-Type": "application/json; charset=utf-8" });
      expect([fired.status, fired.body]).toEqual([200, { release: id, state: "paused", duplicate: false }]);
      const { timeline } = await stateIn(release);
      expect(timeline.at(-1)).toMatchObject({ actor: { id: `alert:${id}` }, comment: expect.stringMatching(says) });
      expect((await post(path, token, body)).body).toMatchObject({ state: "paused" }); // they repeat themselves
      const back = await post(`${flag}/releases/${id}/alert?action=unrelease`, token, body);
      expect(back.body).toMatchObject({ state: "unreleased" });
    },
  );

  test("what it can't want, or isn't JSON, or is too long; its token can do nothing else", async () => {
    const { flag, id, token, path } = await released();
    const at = `${flag}/releases/${id}/alert`;
    for (const query of ["", "?action=resume", "?action=promote"])
      expectProblem(await post(`${at}${query}`, token, {}), "invalid", [{ path: "/action" }]);
    for (const query of ["?action=pause&action=pause", "?action=pause&action=unrelease"])
      expectProblem(await post(`${at}${query}`, token, {}), "invalid", [{ path: "/action" }]);
    expectProblem(await post(`${at}?action=pause&stage=1`, token, {}), "invalid", [{ path: "/stage" }]);
    expectProblem(await post(`${at}?action=pause`, token, "firing"), "not-json");
    expectProblem(await post(`${at}?action=pause`, token, `"${"x".repeat(70_000)}"`), "too-large");
    const own = { headers: { Authorization: `Bearer ${token}` } };
    for (const where of [path, `${flag}/releases/${id}`]) expect((await send("GET", where, own)).status).toBe(401);
    expect((await send("POST", `${flag}/releases/${id}/promote`, own)).status).toBe(401);
  });

  test("another release's token, one that was followed by another, and a made-up one are 401 alike", async () => {
    const { flag, id, token } = await released();
    const other = await released();
    const at = `${flag}/releases/${id}/alert?action=unrelease`;
    await send("POST", `${flag}/releases/${id}/alert-secret`);
    const answers = await Promise.all([
      post(at, other.token, {}),
      post(at, token, {}),
      post(at, "slc_alert_guess", {}),
      post(at, "slc_admin_test-root", {}),
    ]);
    for (const answer of answers) expectProblem(answer, "unauthenticated");
    expect(new Set(answers.map(bytesOf)).size).toBe(1);
  });
});

describe("401, the same byte for byte", () => {
  let release: Release;
  beforeAll(async () => {
    release = await released();
  });

  test("what isn't signed with it, by the present clock, or is about nothing that there is", async () => {
    const { flag, id, secret, path } = release;
    const body = { action: "unrelease" };
    const there = `${flag}/releases/${id}/alert`;
    const other = await released();
    const minutes = 60_000;
    const answers = await Promise.all([
      alert(there, other.secret, body),
      alert(there, secret, body, { signed: '{"action":"pause"}' }),
      alert(there, secret, body, { at: Date.now() - 6 * minutes }),
      alert(there, secret, body, { at: Date.now() + 6 * minutes }),
      alert(there, secret, body, { headers: { "webhook-signature": "" } }),
      alert(there, secret, body, { headers: { "webhook-id": "another" } }),
      alert(there, secret, body, { headers: { "webhook-signature": "", Authorization: "Bearer slc_admin_test-root" } }),
      alert(`${flag}/releases/nothing/alert`, secret, body),
      alert(`${path}/flags/nothing/releases/${id}/alert`, secret, body),
      alert(`/environments/nowhere/flags/f/releases/${id}/alert`, secret, body),
      alert(`${other.flag}/releases/${id}/alert`, secret, body),
    ]);
    for (const answer of answers) expectProblem(answer, "unauthenticated");
    expect(new Set(answers.map(bytesOf)).size).toBe(1);
    expect(await stateIn(release)).toMatchObject({ state: "baking" });
  });

  test("a secret that was followed by another", async () => {
    const { flag, id, secret } = await released();
    const given = await send("POST", `${flag}/releases/${id}/alert-secret`);
    const { secret: next } = given.body as { secret: string };
    expectProblem(await alert(`${flag}/releases/${id}/alert`, secret, { action: "pause" }), "unauthenticated");
    expect((await alert(`${flag}/releases/${id}/alert`, next, { action: "pause" })).status).toBe(200);
  });

  test("a release that was never given one", async () => {
    const { path } = await environment();
    await send("PUT", `${path}/flags/f`, { body: booleanFlag() });
    const made = await send("POST", `${path}/flags/f/releases`, { body: { plan: PLAN } });
    const { id } = made.body as { id: string };
    expectProblem(
      await alert(`${path}/flags/f/releases/${id}/alert`, release.secret, { action: "pause" }),
      "unauthenticated",
    );
  });
});

test("the secret makes no version, is in no other answer, and the log says who asked for it", async () => {
  const { path, flag, id, secret, token } = await released();
  const before = expectWritten(await send("PATCH", `${flag}`, { body: { owner: "o" } }), 200);
  const answer = await send("POST", `${flag}/releases/${id}/alert-secret`, { headers: { "Idempotency-Key": "k" } });
  expect(answer.headers.get("Sluice-Version")).toBe(String(before.version));
  const again = await send("POST", `${flag}/releases/${id}/alert-secret`, { headers: { "Idempotency-Key": "k" } });
  expect(again.body).toEqual({ release: id });
  const reads = await Promise.all(
    [`${path}/audit`, `${flag}/releases/${id}`, `${flag}/history`, `${path}/versions`].map((where) =>
      send("GET", where),
    ),
  );
  for (const read of reads) for (const hidden of [secret, token]) expect(read.text).not.toContain(hidden);
  const [newest] = (reads[2]!.body as { entries: unknown[] }).entries;
  expect(newest).toMatchObject({ action: "createAlertSecret", actor: { id: "root" } });
  expect((await send("GET", `${path}/audit/verify`)).body).toMatchObject({ ok: true });
  expectProblem(await send("POST", `${flag}/releases/nothing/alert-secret`), "not-found");
});

test("405 with Allow for another method", async () => {
  const { flag, id } = await released();
  const answer = await send("GET", `${flag}/releases/${id}/alert`);
  expectProblem(answer, "method-not-allowed");
  expect(answer.headers.get("Allow")).toBe("POST");
});
