import { env } from "cloudflare:workers";
import { createExecutionContext, waitOnExecutionContext } from "cloudflare:test";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import type { Bindings } from "../../src/api/bindings.ts";
import { createApp } from "../../src/api/mount.ts";
import { Environment } from "../../src/environment/environment.ts";
import { Relay } from "../../src/relay/relay.ts";
import { hashKey, mintKey } from "../../src/api/keys.ts";
import { keyOf } from "../../src/contract/snapshot.ts";
import { WRITE } from "../environment/object.ts";
import { FLAGS, type World, world } from "./ofrep/caller.ts";

/* How fresh an isolate's answers are, over relays, objects and KV as they are, when what is written is written elsewhere. */

const app = createApp();
/** The stubs' own types are too deep to be compared with those that the API goes by. */
const bindings = env as unknown as Bindings;

type Seen = { status: number; version: number; age: number; stale: boolean; ms: number };
async function ask(here: World, query = "", bound = bindings, cf?: Record<string, unknown>): Promise<Seen> {
  const ctx = createExecutionContext();
  const headers = { Authorization: `Bearer ${here.server}` };
  const began = performance.now();
  const request = new Request(`https://sluice.test${FLAGS}${query}`, { method: "POST", headers, ...(cf && { cf }) });
  const response = await app.fetch(request, bound, ctx);
  const ms = performance.now() - began;
  const { metadata } = await response.json<{ metadata?: { stale?: boolean } }>();
  await waitOnExecutionContext(ctx);
  const number = (name: string): number => Number(response.headers.get(name) ?? -1);
  const version = number("Sluice-Version");
  return { status: response.status, version, age: number("Sluice-Age"), stale: metadata?.stale === true, ms };
}

async function health(bound = bindings): Promise<{ status: string; environments: { problem?: string }[] }> {
  const ctx = createExecutionContext();
  const response = await app.fetch(
    new Request("https://sluice.test/healthz", { headers: { Authorization: "Bearer slc_admin_test-root" } }),
    bound,
    ctx,
  );
  await waitOnExecutionContext(ctx);
  return response.json();
}

/** The environment's own object: what is written there, no isolate hears of but through relays and KV. */
async function objectOf({ name }: World) {
  const { environments } = await bindings.WORKSPACE.getByName(keyOf.workspaceObject).map();
  return bindings.ENVIRONMENT.getByName(keyOf.environmentObject(name, environments[name]!));
}

async function write(here: World, description: string): Promise<{ version: number; revision: string }> {
  const object = await objectOf(here);
  const written = await object.apply([{ op: "patchFlag", key: "f", patch: { description } }], WRITE);
  if (!written.ok) throw new Error(JSON.stringify(written.problem));
  return written;
}

const later = (ms: number): void => void vi.setSystemTime(Date.now() + ms);
const down = () => Promise.reject(new Error("is down"));
const kv: KVNamespace = Object.getPrototypeOf(env.SNAPSHOTS);

let here: World;
beforeAll(async () => {
  here = await world({ key: "f" });
});
/** Time stands still, but where a test lets it pass; it goes on from one test to the next. */
beforeEach(() => {
  later(60_000);
  vi.spyOn(console, "warn").mockReturnValue();
});
afterEach(() => vi.restoreAllMocks());
afterAll(() => void vi.useRealTimers());

describe("an isolate", () => {
  test("asks in its own region, once it has a request that tells where it is", async () => {
    const asked = new Set<string>();
    const getByName: Bindings["RELAY"]["getByName"] = (name, options) => {
      asked.add(`${name.split("/").at(-2)}, placed in ${options?.locationHint}`);
      return bindings.RELAY.getByName(name, options);
    };
    const regions = async (cf?: Record<string, unknown>): Promise<string[]> => {
      asked.clear();
      later(2_100);
      expect((await ask(here, "", { ...bindings, RELAY: { getByName } }, cf)).status).toBe(200);
      return [...asked];
    };
    expect(await regions()).toEqual(["enam, placed in enam"]);
    expect(await regions({ continent: "EU", longitude: "13.4" })).toEqual(["weur, placed in weur"]);
    expect(await regions({ continent: "OC", longitude: "151.2" })).toEqual(["weur, placed in weur"]); // an isolate doesn't move
  });

  test("asks its relay, and neither the environment's object nor KV", async () => {
    const gets = vi.spyOn(kv, "get");
    const inform = vi.spyOn(Environment.prototype, "inform");
    const seen = await ask(here);
    expect(seen).toMatchObject({ status: 200, age: 0, stale: false });
    expect(inform).toHaveBeenCalledTimes(1); // by the relay, which had not heard of it yet
    for (let i = 0; i < 20; i++) await ask(here);
    expect(inform).toHaveBeenCalledTimes(1);
    expect(gets).not.toHaveBeenCalled();
  });

  test("puts one question in 2 s, whatever the traffic, and none on a request within them", async () => {
    await ask(here);
    const asks = vi.spyOn(Relay.prototype, "ask");
    later(2_100);
    for (let second = 0; second < 10; second++) {
      for (let i = 0; i < 30; i++) await ask(here);
      later(1_000);
    }
    expect(asks.mock.calls.length).toBeGreaterThanOrEqual(4);
    expect(asks.mock.calls.length).toBeLessThanOrEqual(6);
  });

  test("answers from a write made elsewhere once its relay has been told, at its next check", async () => {
    await ask(here);
    const inform = vi.spyOn(Environment.prototype, "inform");
    const { version } = await write(here, "once");
    await expect.poll(async () => (await (await objectOf(here)).summary())?.propagated).toEqual({ relays: 2, of: 2 });
    expect((await ask(here)).version).toBe(version - 1); // what is held is fresh enough
    later(2_100);
    expect((await ask(here)).version).toBe(version); // asked before it was answered
    expect(inform).not.toHaveBeenCalled();
  });

  test("answers from a revision that it is told of, or a newer one, every time, though its relay wasn't told", async () => {
    vi.spyOn(Relay.prototype, "push").mockImplementation(down);
    for (let i = 0; i < 20; i++) {
      const { version, revision } = await write(here, `named ${i}`);
      expect((await ask(here, `?flagConfigEtag=${revision}`)).version).toBe(version);
    }
  });

  test("names the age of what its relay knows, which can't ask", async () => {
    await ask(here);
    vi.spyOn(Environment.prototype, "inform").mockImplementation(down);
    later(7_000);
    expect(await ask(here)).toMatchObject({ status: 200, stale: false });
    const { status, environments } = await health();
    expect(status).toBe("degraded");
    expect(environments[0]?.problem).toBe("relay not confirmed");
    later(60_000);
    const old = await ask(here);
    expect(old).toMatchObject({ status: 200, stale: true });
    expect(old.age).toBeGreaterThanOrEqual(59);
    vi.restoreAllMocks();
    later(2_100);
    expect(await ask(here)).toMatchObject({ status: 200, age: 0, stale: false });
    expect((await health()).status).toBe("ok");
  });

  test("whose relay fails hears from KV", async () => {
    const { version } = await write(here, "by KV");
    await expect
      .poll(async () => (await env.SNAPSHOTS.list({ prefix: `${here.name}/` })).keys.map(({ name }) => name), {
        timeout: 5_000,
      })
      .toContainEqual(expect.stringMatching(new RegExp(`/${version}$`)));
    await ask(here);
    vi.spyOn(Relay.prototype, "ask").mockImplementation(down);
    later(70_000); // what KV's own cache remembers is over
    expect(await ask(here)).toMatchObject({ status: 200, version, stale: true });
    expect(await health()).toMatchObject({ status: "degraded", environments: [{ problem: "relay not answered" }] });
  });

  test("whose relay hangs makes one request wait its deadline, and none of the others", async () => {
    later(61_000); // the map of environments is looked at now, and not again within the next minute
    await ask(here);
    const asks = vi.spyOn(Relay.prototype, "ask").mockImplementation(() => new Promise(() => {}));
    later(2_500);
    for (let i = 0; i < 20; i++) expect((await ask(here)).status).toBe(200);
    expect(asks).toHaveBeenCalledTimes(1);
  });
});

test("KV that fails is no harm", async () => {
  vi.spyOn(kv, "get").mockImplementation(down);
  vi.spyOn(kv, "put").mockImplementation(down);
  const own = await world({ key: "f" });
  expect((await ask(own)).status).toBe(200);
  const { revision, version } = await write(own, "without KV");
  expect((await ask(own, `?flagConfigEtag=${revision}`)).version).toBe(version);
  expect((await health()).environments).toContainEqual({ environment: own.name, version, ageSeconds: 0 });
});

test("an environment that is deleted elsewhere ends, and one by its name made anew is found, though KV hangs", async () => {
  const own = await world({ key: "f" });
  expect((await ask(own)).status).toBe(200);
  const workspace = bindings.WORKSPACE.getByName(keyOf.workspaceObject);
  vi.spyOn(kv, "put").mockReturnValue(new Promise(() => {}));
  expect(await workspace.deleteEnvironment(own.name, WRITE)).toMatchObject({ ok: true });
  const within = (status: number, key = own.server) =>
    expect
      .poll(async () => (later(500), (await ask({ ...own, server: key })).status), { timeout: 1_000, interval: 100 })
      .toBe(status);
  await within(401);
  expect(await workspace.createEnvironment({ name: own.name, description: "" }, WRITE)).toMatchObject({ ok: true });
  const key = mintKey("server", own.name);
  const spec = { id: "new", kind: "server" as const, name: "k", origins: [], hash: await hashKey(key) };
  expect(await (await objectOf(own)).createKey(spec, WRITE)).toMatchObject({ ok: true });
  await within(200, key);
  await within(401);
});
