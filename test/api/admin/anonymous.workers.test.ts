import { afterEach, describe, expect, test, vi } from "vitest";
import { createApp } from "../../../src/api/mount.ts";
import type { Bindings } from "../../../src/api/bindings.ts";
import { createExecutionContext, env, waitOnExecutionContext } from "cloudflare:test";
import { booleanFlag, environment, send } from "./client.ts";
import { as, newToken, someAddress } from "./tokens.ts";

/* Whoever has no credential takes no time of the objects that decide: one question a second of an isolate at most. */

const bindings = env as unknown as Bindings;
const MANY = 60;
afterEach(() => void vi.restoreAllMocks());

/** Sends requests, and says how often the one writer and Workspace were asked anything meanwhile. */
async function asked(
  requests: Request[],
  together = false,
): Promise<{ calls: number; seconds: number; statuses: Set<number> }> {
  let calls = 0;
  const counted = <T extends { getByName(name: string): object }>(objects: T): T =>
    new Proxy(objects, {
      get: (all, what) =>
        what === "getByName"
          ? (name: string) =>
              new Proxy(all.getByName(name), {
                get: (stub, method) => {
                  calls += 1;
                  const value: unknown = Reflect.get(stub, method);
                  return typeof value === "function"
                    ? (...args: unknown[]): unknown => Reflect.apply(value, stub, args)
                    : value;
                },
              })
          : Reflect.get(all, what),
    });
  const watched = { ...bindings, WORKSPACE: counted(bindings.WORKSPACE), ENVIRONMENT: counted(bindings.ENVIRONMENT) };
  const began = Date.now();
  const statuses = new Set<number>();
  const send = async (request: Request): Promise<void> => {
    const ctx = createExecutionContext();
    statuses.add((await createApp().fetch(request, watched, ctx)).status);
    await waitOnExecutionContext(ctx);
  };
  if (together) await Promise.all(requests.map(send));
  else for (const request of requests) await send(request);
  return { calls, seconds: Math.ceil((Date.now() - began) / 1_000), statuses };
}

const hex = (): string => crypto.randomUUID().replaceAll("-", "") + "01234567";
const at = (path: string, headers: Record<string, string>, init: RequestInit = {}): Request =>
  new Request(`https://sluice.test${path}`, { ...init, headers: { "CF-Connecting-IP": someAddress(), ...headers } });
const many = (make: () => Request): Request[] => Array.from({ length: MANY }, make);

describe("made-up credentials don't reach Workspace or the one writer", () => {
  test.each([
    ["admin tokens, at administration", () => at("/admin/v1/me", { Authorization: `Bearer slc_admin_${hex()}` })],
    [
      "admin tokens, at evaluation",
      () => at("/ofrep/v1/evaluate/flags", { Authorization: `Bearer slc_admin_${hex()}` }),
    ],
    ["sessions", () => at("/admin/v1/me", { Cookie: `__Host-sluice-session=${hex()}` })],
    [
      "keys of no environment",
      () => at("/ofrep/v1/evaluate/flags", { Authorization: `Bearer slc_server_nowhere_${hex()}` }),
    ],
  ])("%s", async (_, make) => {
    const { calls, statuses } = await asked(many(make));
    expect(calls).toBe(0);
    for (const status of statuses) expect([401, 429]).toContain(status);
  });
});

test("a token that was made just now is taken at once, and a revoked one not", async () => {
  const { name, path } = await environment();
  await asked([at("/admin/v1/me", { Authorization: `Bearer slc_admin_${hex()}` })]);
  const { id, secret } = await newToken("viewer", [name]);
  const viewer = as(secret);
  expect((await viewer("GET", path)).status).toBe(200);
  await send("DELETE", `/tokens/${id}`);
  expect((await viewer("GET", path)).status).toBe(401);
});

describe("forged alerts are refused where they arrive, after one question a second", () => {
  const forge = (path: string, headers: Record<string, string>): Request =>
    at(path, { "Content-Type": "application/json", ...headers }, { method: "POST", body: '{"action":"unrelease"}' });
  const signed = (): Record<string, string> => ({
    "webhook-id": hex(),
    "webhook-timestamp": String(Math.floor(Date.now() / 1000)),
    "webhook-signature": `v1,${btoa(hex())}`,
  });
  const token = (): Record<string, string> => ({ Authorization: `Bearer slc_alert_${hex()}` });

  test.each([
    ["signed, of no environment", signed, () => "/admin/v1/environments/nowhere/flags/f/releases/r/alert"],
    ["with a token, of no environment", token, () => "/admin/v1/environments/nowhere/flags/f/releases/r/alert"],
  ])("%s", async (_, headers, path) => {
    const { calls, statuses } = await asked(many(() => forge(path(), headers())));
    expect(calls).toBe(0);
    for (const status of statuses) expect([401, 429]).toContain(status);
  });

  test("of releases that there are, and of others; what is its release's gets through meanwhile", async () => {
    const { path } = await environment();
    await send("PUT", `${path}/flags/f`, { body: booleanFlag() });
    const plan = { stages: [{ name: "10%", percentage: 10, minBake: "1d" }] };
    const { id } = (await send("POST", `${path}/flags/f/releases`, { body: { plan } })).body as { id: string };
    const given = await send("POST", `${path}/flags/f/releases/${id}/alert-secret`);
    const release = `/admin/v1${path}/flags/f/releases`;
    const forged = [
      ...many(() => forge(`${release}/${id}/alert`, signed())).slice(0, 30),
      ...many(() => forge(`${release}/${id}/alert`, token())).slice(0, 30),
      ...many(() => forge(`${release}/${hex()}/alert`, token())).slice(0, 30),
    ];
    const { calls, seconds, statuses } = await asked(forged, true);
    expect(calls).toBeLessThanOrEqual(seconds + 1);
    for (const status of statuses) expect([401, 429]).toContain(status);
    const own = { Authorization: `Bearer ${(given.body as { token: string }).token}` };
    const valid = (): Request =>
      at(
        `${release}/${id}/alert?action=unrelease`,
        { "Content-Type": "application/json", ...own },
        { method: "POST", body: "{}" },
      );
    expect([...(await asked([valid()])).statuses]).toEqual([200]);
    // The secret that replaces it counts at once here, and the old one no more.
    await send("POST", `${path}/flags/f/releases/${id}/alert-secret`);
    expect([...(await asked([valid()])).statuses]).toEqual([401]);
  });
});
