import { env } from "cloudflare:workers";
import { createExecutionContext, runInDurableObject, waitOnExecutionContext } from "cloudflare:test";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { Bindings } from "../../../src/api/bindings.ts";
import { createApp } from "../../../src/api/mount.ts";
import { keyOf } from "../../../src/contract/snapshot.ts";
import { undescribed } from "../../support/described.ts";
import { OWN_PAGE } from "./asked.ts";
import { type Answer, booleanFlag, environment, expectOwnHeaders, expectProblem, ROOT, send } from "./client.ts";
import { newToken, someAddress } from "./tokens.ts";

/* The dashboard's session: from signing in to its end, whichever end that is. */

const app = createApp();
const ORIGIN = "https://sluice.test";
const HOURS = 3_600_000;

type Options = {
  cookie?: string | undefined;
  body?: unknown;
  headers?: Record<string, string | undefined>;
  origin?: string;
  settings?: Partial<Bindings>;
};

/** A request as a page of this site makes it; `headers` in place of what such a page sends. */
async function ask(method: string, path: string, options: Options = {}): Promise<Answer> {
  const { cookie, body, headers = {}, origin = ORIGIN, settings } = options;
  const all: Record<string, string | undefined> = {
    "CF-Connecting-IP": someAddress(),
    ...OWN_PAGE,
    ...(cookie !== undefined && { Cookie: cookie }),
    ...(method !== "GET" && { "Content-Type": "application/json" }),
    ...headers,
  };
  const given = Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== undefined);
  const ctx = createExecutionContext();
  const request = new Request(origin + path, {
    method,
    headers: given,
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const response = await app.fetch(request, { ...(env as unknown as Bindings), ...settings }, ctx);
  const text = await response.text();
  await waitOnExecutionContext(ctx);
  const answer = { status: response.status, headers: response.headers, text };
  expect(undescribed(method, new URL(request.url).pathname, answer)).toEqual([]);
  return { ...answer, body: text === "" ? undefined : JSON.parse(text) };
}

const me = async (cookie: string, more: Options = {}): Promise<Answer> =>
  ask("GET", "/admin/v1/me", { cookie, ...more });
const signIn = async (token: string, more: Options = {}): Promise<Answer> =>
  ask("POST", "/admin/v1/session", { body: { token }, ...more });
const cookieOf = ({ headers }: Answer): string => headers.get("Set-Cookie")!.split(";", 1)[0]!;
async function signedIn(token: string): Promise<string> {
  const answer = await signIn(token);
  expect(answer.status, answer.text).toBe(200);
  return cookieOf(answer);
}

/** Everything that Workspace has in its tables, as text. */
async function stored(): Promise<string> {
  const workspace = env.WORKSPACE.getByName(keyOf.workspaceObject);
  return runInDurableObject(workspace, (_, { storage }) => {
    const tables = storage.sql.exec<{ name: string }>("SELECT name FROM sqlite_master WHERE type = 'table'").toArray();
    const own = tables.filter(({ name }) => !name.startsWith("_cf") && !name.startsWith("sqlite_"));
    return JSON.stringify(own.map(({ name }) => storage.sql.exec(`SELECT * FROM "${name}"`).toArray()));
  });
}

beforeEach(async () => void (await send("GET", "/me")));
afterEach(() => void vi.useRealTimers());

describe("signing in", () => {
  test("200: the answer of /me, and a cookie that no script reads and no other site sends", async () => {
    const { secret } = await newToken("editor", ["*"], { expiresAt: "2999-01-01T00:00:00.000Z" });
    const answer = await signIn(secret);
    expect(answer.status).toBe(200);
    expectOwnHeaders(answer);
    expect(answer.headers.get("Set-Cookie")).toMatch(
      /^__Host-sluice-session=[0-9a-f]{40}; Path=\/; Max-Age=43200; HttpOnly; SameSite=Strict; Secure$/,
    );
    expect(answer.body).toEqual(
      (await ask("GET", "/admin/v1/me", { headers: { Authorization: `Bearer ${secret}` } })).body,
    );
    expect((await me(cookieOf(answer))).body).toEqual(answer.body);
  });

  test("on this machine itself the cookie has the port in its name, and other http is refused", async () => {
    const local = await signIn(ROOT, { origin: "http://127.0.0.1:8787" });
    expect(local.headers.get("Set-Cookie")).toMatch(
      /^sluice-session-8787=[0-9a-f]{40}; Path=\/; Max-Age=43200; HttpOnly; SameSite=Strict$/,
    );
    expect((await me(cookieOf(local), { origin: "http://127.0.0.1:8787" })).status).toBe(200);
    expectProblem(await me(cookieOf(local), { origin: "http://127.0.0.1:8788" }), "unauthenticated");
    expect((await signIn(ROOT, { origin: "http://localhost" })).headers.get("Set-Cookie")).toMatch(
      /^sluice-session-80=/,
    );
    expect((await signIn(ROOT, { origin: "http://[::1]:80" })).status).toBe(200);
    for (const origin of ["http://sluice.test", "http://localhost.example.com", "http://127.0.0.1.example.com"])
      expectProblem(await signIn(ROOT, { origin }), "forbidden");
  });

  test("what is kept of it opens nothing", async () => {
    const { secret } = await newToken("viewer", ["*"]);
    const cookies = [await signedIn(secret), await signedIn(ROOT)];
    const tables = await stored();
    expect(tables).toContain("ends_at");
    for (const cookie of cookies) expect(tables).not.toContain(cookie.split("=")[1]!);
    for (const text of [secret, secret.slice(-40), ROOT]) expect(tables).not.toContain(text);
  });

  test("401 for what is no token, as for any failed attempt; 429 after 20 of them", async () => {
    const address = { "CF-Connecting-IP": someAddress() };
    const wrong = [`slc_admin_${"0".repeat(40)}`, "nonsense", "slc_client_production_0123456789abcdef", ROOT.slice(1)];
    for (const token of wrong) expectProblem(await signIn(token, { headers: address }), "unauthenticated");
    for (let i = wrong.length; i < 20; i++) await signIn("nonsense", { headers: address });
    expectProblem(await signIn("nonsense", { headers: address }), "too-many-requests");
    expect((await signIn(ROOT, { headers: address })).status).toBe(200);
  });

  test.each([[{}], [{ token: "" }], [{ token: 1 }], [{ token: ROOT, role: "admin" }]])("422: %j", async (body) => {
    const answer = await ask("POST", "/admin/v1/session", { body });
    expect(answer.status).toBe(422);
    expect(answer.headers.has("Set-Cookie")).toBe(false);
  });

  test("is for this site's own pages, whatever comes with it", async () => {
    const elsewhere = [
      { "Sec-Fetch-Site": "cross-site" },
      { "Sec-Fetch-Site": "same-site", Origin: ORIGIN },
      { "Sec-Fetch-Site": undefined },
      { "Sec-Fetch-Site": undefined, Origin: "https://evil.example" },
      { "Sec-Fetch-Site": "cross-site", Authorization: `Bearer ${ROOT}` },
    ];
    for (const headers of elsewhere) expectProblem(await signIn(ROOT, { headers }), "cross-site");
    const plain = { "Content-Type": "text/plain" };
    expectProblem(await signIn(ROOT, { headers: plain }), "unsupported-media-type");
    expect((await signIn(ROOT, { headers: { "Sec-Fetch-Site": undefined, Origin: ORIGIN } })).status).toBe(200);
  });

  test("is in the log, at most 20 times per actor and hour", async () => {
    const { id, secret } = await newToken("viewer", ["*"]);
    for (let i = 0; i < 22; i++) await signedIn(secret);
    const { body } = await send("GET", `/audit?actor=${id}&action=createSession`);
    const { entries } = body as { entries: unknown[] };
    expect(entries).toHaveLength(20);
    expect(entries[0]).toMatchObject({ actor: { id, via: "token" }, target: { kind: "token", key: id } });
    expect((await send("GET", "/audit/verify")).body).toMatchObject({ ok: true });
  });
});

describe("what is done with it", () => {
  test("is done as its token, and the log says so", async () => {
    const { path, name } = await environment();
    const { id, secret } = await newToken("editor", [name]);
    const cookie = await signedIn(secret);
    const put = await ask("PUT", `/admin/v1${path}/flags/f`, { cookie, body: booleanFlag() });
    expect(put.status).toBe(201);
    expect((await send("GET", `${path}/flags/f/history`)).body).toMatchObject({
      entries: [{ actor: { id, name: "a editor", via: "token" } }],
    });
    expectProblem(
      await ask("POST", `/admin/v1${path}/keys`, { cookie, body: { kind: "server", name: "k" } }),
      "forbidden",
    );
    expectProblem(await ask("GET", "/admin/v1/environments/never-was", { cookie }), "forbidden");
  });

  test("writes only from this site's own pages", async () => {
    const { path } = await environment();
    const cookie = await signedIn(ROOT);
    for (const site of ["cross-site", "same-site", "none"]) {
      const headers = { "Sec-Fetch-Site": site };
      const answer = await ask("PUT", `/admin/v1${path}/flags/f`, { cookie, headers, body: booleanFlag() });
      expectProblem(answer, "cross-site");
    }
    expectProblem(await send("GET", `${path}/flags/f`), "not-found");
  });

  test("makes tokens without an end where its token has none", async () => {
    const { secret } = await newToken("admin", ["*"]);
    const body = { name: "t", role: "viewer", environments: ["*"] };
    const made = await ask("POST", "/admin/v1/tokens", { cookie: await signedIn(secret), body });
    expect(made.status, made.text).toBe(201);
  });

  test("is looked at below /admin/v1 only, and not beside another credential", async () => {
    const cookie = await signedIn(ROOT);
    expect((await ask("POST", "/ofrep/v1/evaluate/flags", { cookie, body: {} })).status).toBe(401);
    for (const Authorization of ["Bearer wrong", "Basic cm9vdDpyb290", "Bearer "])
      expectProblem(await me(cookie, { headers: { Authorization } }), "unauthenticated");
    expectProblem(await me(cookie, { headers: { "X-API-Key": "wrong" } }), "unauthenticated");
  });

  test("comes before an assertion of Access, and one that has ended leaves it to that", async () => {
    const settings = { ACCESS_TEAM_DOMAIN: "team.example", ACCESS_AUD: "aud", ACCESS_ROLES: "{}" };
    const headers = { "Cf-Access-Jwt-Assertion": "nonsense" };
    const cookie = await signedIn(ROOT);
    expect((await me(cookie, { settings, headers })).body).toMatchObject({ via: "root" });
    const ended = `__Host-sluice-session=${"0".repeat(40)}`;
    expectProblem(await me(ended, { settings, headers }), "unauthenticated");
  });

  test("is found among other cookies, whatever they are", async () => {
    const cookie = await signedIn(ROOT);
    for (const cookies of [`a=b; ${cookie}`, `__Host-sluice-session=nonsense;${cookie}; c`, `x${cookie}; ${cookie}`])
      expect((await me(cookies)).status, cookies).toBe(200);
    for (const cookies of [`x${cookie}`, cookie.replace("__Host-", ""), cookie.toUpperCase(), `${cookie}0`, ""])
      expectProblem(await me(cookies), "unauthenticated");
  });
});

describe("ends", () => {
  test("when somebody signs out, on the server too", async () => {
    const [cookie, other] = [await signedIn(ROOT), await signedIn(ROOT)];
    const answer = await ask("DELETE", "/admin/v1/session", { cookie });
    expect(answer.status).toBe(204);
    expect(answer.headers.get("Set-Cookie")).toMatch(/^__Host-sluice-session=; Path=\/; Max-Age=0;/);
    expectProblem(await me(cookie), "unauthenticated");
    expect((await me(other)).status).toBe(200);
    const headers = { "Sec-Fetch-Site": "cross-site" };
    expectProblem(await ask("DELETE", "/admin/v1/session", { cookie: other, headers }), "cross-site");
    expect((await me(other)).status).toBe(200);
  });

  test("with its token, at once", async () => {
    const { id, secret } = await newToken("viewer", ["*"]);
    const cookie = await signedIn(secret);
    expect((await send("DELETE", `/tokens/${id}`)).status).toBe(204);
    expectProblem(await me(cookie), "unauthenticated");
  });

  test("at the moment its token expires, and that is the end of the cookie too", async () => {
    const { secret } = await newToken("viewer", ["*"], { expiresAt: new Date(Date.now() + HOURS).toISOString() });
    const answer = await signIn(secret);
    const [, age] = /Max-Age=(\d+)/.exec(answer.headers.get("Set-Cookie")!)!;
    expect(Number(age)).toBeLessThanOrEqual(3600);
    expect(Number(age)).toBeGreaterThan(3500);
    vi.useFakeTimers({ now: Date.now() + HOURS, toFake: ["Date"] });
    expectProblem(await me(cookieOf(answer)), "unauthenticated");
  });

  test("after 12 hours", async () => {
    const cookie = await signedIn(ROOT);
    const now = Date.now();
    vi.useFakeTimers({ now: now + 12 * HOURS - 60_000, toFake: ["Date"] });
    expect((await me(cookie)).status).toBe(200);
    vi.setSystemTime(now + 12 * HOURS + 1);
    expectProblem(await me(cookie), "unauthenticated");
  });

  test("for the root when ADMIN_TOKEN changes, or is taken away", async () => {
    const cookie = await signedIn(ROOT);
    for (const ADMIN_TOKEN of ["slc_admin_another-root-token", ""])
      expectProblem(await me(cookie, { settings: { ADMIN_TOKEN } }), "unauthenticated");
    expect((await me(cookie)).status).toBe(200);
  });

  test("when twenty newer ones of its token are open, and no other's", async () => {
    const [mine, other] = [await newToken("viewer", ["*"]), await newToken("viewer", ["*"])];
    const kept = await signedIn(other.secret);
    const cookies: string[] = [];
    for (let i = 0; i < 21; i++) cookies.push(await signedIn(mine.secret));
    expectProblem(await me(cookies[0]!), "unauthenticated");
    for (const cookie of [...cookies.slice(1), kept]) expect((await me(cookie)).status).toBe(200);
  });

  test("and cookies that were never given count as failed attempts", async () => {
    const headers = { "CF-Connecting-IP": someAddress() };
    const made = (): string => `__Host-sluice-session=${crypto.randomUUID().replaceAll("-", "").padEnd(40, "0")}`;
    for (let i = 0; i < 20; i++) expectProblem(await me(made(), { headers }), "unauthenticated");
    expectProblem(await me(made(), { headers }), "too-many-requests");
    expect((await me(await signedIn(ROOT), { headers })).status).toBe(200);
  });
});
