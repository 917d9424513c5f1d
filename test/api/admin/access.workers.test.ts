import { env } from "cloudflare:workers";
import { createExecutionContext, waitOnExecutionContext } from "cloudflare:test";
import { exportJWK, generateKeyPair, type JWK, SignJWT, UnsecuredJWT } from "jose";
import { afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import type { Bindings } from "../../../src/api/bindings.ts";
import { createApp } from "../../../src/api/mount.ts";
import { ADMIN_ROUTES } from "../../../src/contract/routes.ts";
import { type Answer, booleanFlag, environment, expectProblem, ROOT, send, stateOf } from "./client.ts";
import { bytesOf, someAddress } from "./tokens.ts";

/* People who come through Cloudflare Access, from the header to the log: the whole Worker, with a team's keys at hand. */

const AUDIENCE = "32eafc7626e737136ec2a1f7c7e2";
let team = "";
const app = createApp();
let keys: JWK[] = [];
let fetched = 0;
let reachable = true;

type Pair = { kid: string; privateKey: CryptoKey; jwk: JWK };
async function pair(kid: string): Promise<Pair> {
  const { privateKey, publicKey } = await generateKeyPair("RS256", { extractable: true });
  return { kid, privateKey, jwk: { ...(await exportJWK(publicKey)), kid, alg: "RS256", use: "sig" } };
}
let [one, two]: Pair[] = [];
beforeAll(async () => void ([one, two] = [await pair("one"), await pair("two")]));

let teams = 0;
beforeEach(() => {
  team = `team-${++teams}.cloudflareaccess.test`; // another one for each test: the isolate keeps the keys of the last
  keys = [one!.jwk];
  fetched = 0;
  reachable = true;
  vi.spyOn(globalThis, "fetch").mockImplementation(async (input) => {
    expect(input instanceof Request ? input.url : String(input)).toBe(`https://${team}/cdn-cgi/access/certs`);
    fetched++;
    if (!reachable) throw new TypeError("connection refused");
    return Response.json({ keys });
  });
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

const ROLES = { "ada@example.com": "admin", "bob@example.com": "viewer", sre: "operator" };
const now = (): number => Math.floor(Date.now() / 1000);

/** An assertion as Access makes it, or with something about it changed. */
function assertion(change: { [claim: string]: unknown } = {}, by = one!, alg = "RS256"): Promise<string> {
  const claims = {
    email: "ada@example.com",
    iss: `https://${team}`,
    aud: [AUDIENCE],
    iat: now() - 5,
    exp: now() + 300,
  };
  return new SignJWT({ ...claims, ...change }).setProtectedHeader({ alg, kid: by.kid }).sign(by.privateKey);
}

type Options = { jwt?: string; body?: unknown; headers?: Record<string, string>; settings?: Partial<Bindings> };
async function ask(method: string, path: string, { jwt, body, headers = {}, settings }: Options = {}): Promise<Answer> {
  const all: Record<string, string> = { "CF-Connecting-IP": someAddress(), ...headers };
  if (jwt !== undefined) all["Cf-Access-Jwt-Assertion"] = jwt;
  if (method !== "GET") all["Content-Type"] = "application/json";
  const bindings = { ACCESS_TEAM_DOMAIN: team, ACCESS_AUD: AUDIENCE, ACCESS_ROLES: JSON.stringify(ROLES), ...settings };
  const ctx = createExecutionContext();
  const request = new Request(`https://sluice.test${path}`, {
    method,
    headers: all,
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const response = await app.fetch(request, { ...(env as unknown as Bindings), ...bindings }, ctx);
  const text = await response.text();
  await waitOnExecutionContext(ctx);
  return { status: response.status, headers: response.headers, text, body: text === "" ? undefined : JSON.parse(text) };
}
const me = async (jwt: string, more: Options = {}): Promise<Answer> => ask("GET", "/admin/v1/me", { jwt, ...more });

describe("a person signed in by Access", () => {
  test("is known by name, with the role of their address or group, everywhere", async () => {
    const answer = await me(await assertion());
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({
      id: "ada@example.com",
      name: "ada@example.com",
      via: "access",
      role: "admin",
      environments: ["*"],
      operations: Object.keys(ADMIN_ROUTES),
    });
    const other = await assertion({ email: "eve@example.com", groups: ["staff", "sre"] });
    expect((await me(other)).body).toMatchObject({ id: "eve@example.com", role: "operator" });
  });

  test("is named in the log", async () => {
    const { path } = await environment();
    const headers = { "Sec-Fetch-Site": "same-origin" };
    const put = await ask("PUT", `/admin/v1${path}/flags/f`, { jwt: await assertion(), body: booleanFlag(), headers });
    expect(put.status).toBe(201);
    expect((await send("GET", `${path}/flags/f/history`)).body).toMatchObject({
      entries: [{ actor: { id: "ada@example.com", name: "ada@example.com", via: "access" } }],
    });
  });

  test("the keys are fetched once and kept", async () => {
    const jwt = await assertion();
    for (let i = 0; i < 5; i++) expect((await me(jwt)).status).toBe(200);
    expect(fetched).toBe(1);
  });

  test("403: has no role where ACCESS_ROLES gives none, or can't be read", async () => {
    expectProblem(await me(await assertion({ email: "eve@example.com" })), "forbidden");
    for (const ACCESS_ROLES of ["", "{", '{"ada@example.com":"owner"}', "[]"])
      expectProblem(await me(await assertion(), { settings: { ACCESS_ROLES } }), "forbidden");
  });

  test("may do what the role allows and no more", async () => {
    const { path } = await environment();
    const headers = { "Sec-Fetch-Site": "same-origin" };
    const jwt = await assertion({ email: "bob@example.com" });
    expect((await ask("GET", `/admin/v1${path}/flags`, { jwt })).status).toBe(200);
    expectProblem(await ask("PUT", `/admin/v1${path}/flags/f`, { jwt, body: booleanFlag(), headers }), "forbidden");
  });
});

describe("an assertion is refused, like any other credential that isn't valid", () => {
  test.each<[string, () => Promise<string> | string]>([
    ["for another audience", () => assertion({ aud: ["another"] })],
    ["for none", () => assertion({ aud: undefined })],
    ["from another team", () => assertion({ iss: "https://other.cloudflareaccess.test" })],
    ["from none", () => assertion({ iss: undefined })],
    ["when it has expired", () => assertion({ exp: now() - 1 })],
    ["without an expiry", () => assertion({ exp: undefined })],
    ["before its time", () => assertion({ nbf: now() + 60 })],
    ["by a key that isn't the team's", () => assertion({}, two)],
    ["by another key under the name of the team's", () => assertion({}, { ...two!, kid: "one" })],
    ["of nobody", () => assertion({ email: "" })],
    [
      "that isn't signed",
      () =>
        new UnsecuredJWT({ email: "ada@example.com" })
          .setIssuer(`https://${team}`)
          .setAudience(AUDIENCE)
          .setIssuedAt()
          .setExpirationTime("5m")
          .encode(),
    ],
    ["that is no token", () => "nonsense"],
    ["that is empty", () => ""],
  ])("%s", async (_, make) => {
    const { status, headers, text } = await me(await make());
    const none = await ask("GET", "/admin/v1/me");
    expect(bytesOf({ status, headers, text, body: undefined })).toBe(bytesOf(none));
    expectProblem(none, "unauthenticated");
  });

  test("after any one byte of it was changed", async () => {
    const good = await assertion();
    expect((await me(good)).status).toBe(200);
    const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    for (let i = 0; i < good.length; i++) {
      // The top bit of each character: the last of a part has low bits that decode to nothing.
      const at = alphabet.indexOf(good[i]!);
      const changed = at < 0 ? "A" : alphabet[at ^ 0b100000]!;
      expect((await me(good.slice(0, i) + changed + good.slice(i + 1))).status, `character ${i}`).toBe(401);
    }
  });

  test("when Access is not set up, and wherever it doesn't reach", async () => {
    const jwt = await assertion();
    for (const settings of [{ ACCESS_TEAM_DOMAIN: "" }, { ACCESS_AUD: "" }])
      expectProblem(await me(jwt, { settings }), "unauthenticated");
    expect((await ask("POST", "/ofrep/v1/evaluate/flags", { jwt, body: {} })).status).toBe(401);
    expect(fetched).toBe(0);
  });

  test("counts as a failed attempt: 429 after 20 a minute, while a valid one is let in", async () => {
    const headers = { "CF-Connecting-IP": someAddress() };
    for (let i = 0; i < 20; i++) expectProblem(await me("nonsense", { headers }), "unauthenticated");
    const limited = await me("nonsense", { headers });
    expectProblem(limited, "too-many-requests");
    expect(Number(limited.headers.get("Retry-After"))).toBeGreaterThanOrEqual(1);
    expect((await me(await assertion(), { headers })).status).toBe(200);
  });
});

test("a rotated key is fetched when it is first used, and a withdrawn one isn't taken any more", async () => {
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() });
  expect((await me(await assertion())).status).toBe(200);
  keys = [one!.jwk, two!.jwk];
  vi.setSystemTime(Date.now() + 31_000); // jose doesn't fetch again within 30 s
  expect((await me(await assertion({}, two))).status).toBe(200);
  expect((await me(await assertion())).status).toBe(200);
  keys = [two!.jwk];
  vi.setSystemTime(Date.now() + 600_001); // nor does it keep what it fetched longer than 10 minutes
  expect((await me(await assertion())).status).toBe(401);
  expect((await me(await assertion({}, two))).status).toBe(200);
});

test("503 while the keys can't be had: that is nobody's fault", async () => {
  reachable = false;
  const answer = await me(await assertion());
  expectProblem(answer, "unavailable");
  expect(Number(answer.headers.get("Retry-After"))).toBeGreaterThanOrEqual(1);
});

test("a token, if there is one, counts first: nobody is somebody else by accident", async () => {
  const jwt = await assertion();
  const headers = { Authorization: `Bearer ${ROOT}` };
  expect((await me(jwt, { headers })).body).toMatchObject({ id: "root", via: "root" });
  expectProblem(await me(jwt, { headers: { Authorization: "Bearer slc_admin_wrong" } }), "unauthenticated");
  expectProblem(await me(jwt, { headers: { "X-API-Key": "wrong" } }), "unauthenticated");
  expect(fetched).toBe(0);
});

describe("a write by somebody signed in with Access", () => {
  test("must come from this site: what a browser sends along by itself proves nothing", async () => {
    const { path } = await environment();
    const jwt = await assertion();
    const before = await stateOf(path);
    const put = (headers: Record<string, string>) =>
      ask("PUT", `/admin/v1${path}/flags/f`, { jwt, body: booleanFlag(), headers });
    const foreign: Record<string, string>[] = [
      {},
      { "Sec-Fetch-Site": "cross-site" },
      { "Sec-Fetch-Site": "same-site" },
      { "Sec-Fetch-Site": "none" },
      { "Sec-Fetch-Site": "cross-site", Origin: "https://sluice.test" },
      { Origin: "https://evil.test" },
      { Origin: "http://sluice.test" },
      { Origin: "https://sluice.test:8443" },
      { Origin: "null" },
    ];
    for (const headers of foreign) expectProblem(await put(headers), "cross-site");
    expect(await stateOf(path)).toBe(before);
    expect((await put({ Origin: "https://sluice.test" })).status).toBe(201);
    expect((await put({ "Sec-Fetch-Site": "same-origin", Origin: "https://sluice.test" })).status).toBe(200);
  });

  test("and a token's need not, which no browser sends along", async () => {
    const { path } = await environment();
    const headers = { Authorization: `Bearer ${ROOT}`, "Sec-Fetch-Site": "cross-site" };
    expect((await ask("PUT", `/admin/v1${path}/flags/f`, { body: booleanFlag(), headers })).status).toBe(201);
  });

  test("nor need a read", async () => {
    const headers = { "Sec-Fetch-Site": "cross-site" };
    expect((await me(await assertion(), { headers })).status).toBe(200);
  });
});
