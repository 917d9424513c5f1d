import { env } from "cloudflare:workers";
import { createExecutionContext } from "cloudflare:test";
import { afterEach, describe, expect, it, vi } from "vitest";
import type { Bindings } from "../../src/api/bindings.ts";
import type { createApp } from "../../src/api/mount.ts";
import { ROOT } from "./admin/client.ts";
import { FLAGS, forged, type World, world } from "./ofrep/caller.ts";

/* When what is behind the API fails. The app is another one than the Worker's own: its isolate holds nothing yet. */

const app = await appOfItsOwn();

/**
 * An app whose modules nobody else has. The Worker's own would hold what something that a file before left running asks
 * it for, and be what this file imports.
 */
async function appOfItsOwn(): Promise<ReturnType<typeof createApp>> {
  vi.resetModules();
  const modules = await import("../../src/api/mount.ts");
  vi.resetModules();
  return modules.createApp();
}

const SINGLE = `${FLAGS}/f`;

function ask(bindings: Bindings, path: string, init: RequestInit = {}): Promise<Response> {
  return app.fetch(new Request(`https://sluice.test${path}`, init), bindings, createExecutionContext());
}

/** The stubs' own types are too deep to be compared with those that the API goes by. */
const objects: object = env;

/** A copy: what `env` itself is given, every test of the file would find in it. */
const real: Bindings = {
  SNAPSHOTS: env.SNAPSHOTS,
  ENVIRONMENT: Reflect.get(objects, "ENVIRONMENT"),
  WORKSPACE: Reflect.get(objects, "WORKSPACE"),
  RELAY: Reflect.get(objects, "RELAY"),
  COUNTER: Reflect.get(objects, "COUNTER"),
  AUTH_FAILURES: env.AUTH_FAILURES,
  CLIENT_EVENTS: env.CLIENT_EVENTS,
  ASSETS: env.ASSETS,
  ADMIN_TOKEN: ROOT,
  FRESHNESS_SECONDS: env.FRESHNESS_SECONDS,
  USAGE_SECONDS: env.USAGE_SECONDS,
};
const bound = (changes: { [name in keyof Bindings]?: unknown }): Bindings => Object.assign({ ...real }, changes);
const unreachable = (): never => {
  throw new Error("secret-internal-name is down at /some/path.ts:12");
};
const rejecting: object = new Proxy({}, { get: () => async () => unreachable() });
const lost = { getByName: () => rejecting };
const allDown = bound({ WORKSPACE: lost, ENVIRONMENT: lost, RELAY: lost, SNAPSHOTS: rejecting });

const key = forged("client", "production");
const authorized = (credential: string): RequestInit => ({
  method: "POST",
  headers: { Authorization: `Bearer ${credential}` },
});

const logged = vi.spyOn(console, "error");
afterEach(() => logged.mockClear());

describe("a mistake of ours is 500 in the shape of its place, without a word about the inside", () => {
  const broken = Object.defineProperty(bound({}), "FRESHNESS_SECONDS", { get: unreachable });

  it.each([
    [SINGLE, { key: "f", errorCode: "GENERAL", errorDetails: "Something went wrong here." }],
    [FLAGS, { errorCode: "GENERAL", errorDetails: "Something went wrong here." }],
  ])("%s", async (path, body) => {
    const response = await ask(broken, `${path}?secret=in-the-query`, authorized(key));
    expect(response.status).toBe(500);
    expect(response.headers.get("Access-Control-Allow-Origin")).toBe("*");
    expect(await response.json()).toEqual(body);
    expectLogged(response);
  });

  it("/healthz", async () => {
    const response = await ask(broken, "/healthz?secret=in-the-query");
    expect(response.status).toBe(500);
    expect(response.headers.get("Content-Type")).toBe("application/problem+json");
    expect(await response.text()).not.toMatch(/secret|path\.ts/);
    expectLogged(response);
  });

  function expectLogged(response: Response): void {
    expect(logged).toHaveBeenCalledTimes(1);
    const line = JSON.stringify(logged.mock.calls[0]!.slice(0, -1));
    expect(line).toContain(response.headers.get("Request-Id"));
    expect(line).not.toContain("in-the-query");
  }
});

describe("nothing can be reached and nothing is held: 503 with Retry-After", () => {
  it.each([SINGLE, FLAGS])("%s", async (path) => {
    const response = await ask(allDown, path, authorized(key));
    expect(response.status).toBe(503);
    expect(Number(response.headers.get("Retry-After"))).toBeGreaterThanOrEqual(1);
    expect(response.headers.get("Access-Control-Allow-Origin")).toBe("*");
    expect(await response.json()).toMatchObject({ errorCode: "GENERAL" });
  });

  it("/healthz says so", async () => {
    const response = await ask(allDown, "/healthz");
    expect(response.status).toBe(503);
    expect(Number(response.headers.get("Retry-After"))).toBeGreaterThanOrEqual(1);
    expect(await response.json()).toEqual({ status: "unavailable", problems: ["nothing-to-serve"] });
  });

  it("administration", async () => {
    const response = await ask(allDown, "/admin/v1/environments", { headers: { Authorization: `Bearer ${ROOT}` } });
    expect(response.status).toBe(503);
    expect(response.headers.get("Content-Type")).toBe("application/problem+json");
    expect(response.headers.has("Retry-After")).toBe(true);
    expect(await response.text()).not.toMatch(/secret|path\.ts/);
  });
});

describe("once it can be reached", () => {
  let here: World;

  it("it serves, and health says what is held", async () => {
    here = await world({ key: "f", default: { variant: "on" } });
    await expect.poll(async () => (await ask(real, SINGLE, authorized(here.server))).status).toBe(200);
    expect(await (await ask(real, "/healthz", { headers: { Authorization: `Bearer ${ROOT}` } })).json()).toEqual({
      status: "ok",
      problems: [],
      map: { version: expect.any(Number), ageSeconds: expect.any(Number) },
      environments: [{ environment: here.name, version: 4, ageSeconds: expect.any(Number) }],
    });
  });

  it("and goes on from memory when everything is down again, saying so once it may be stale", async () => {
    expect((await ask(allDown, SINGLE, authorized(here.server))).status).toBe(200);

    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 11_000 });
    try {
      const single = await ask(allDown, SINGLE, authorized(here.server));
      expect(single.status).toBe(200);
      expect(Number(single.headers.get("Sluice-Age"))).toBeGreaterThan(10);
      const { value, metadata } = await single.json<{ value: boolean; metadata: object }>();
      expect(value).toBe(true);
      expect(metadata).toEqual({ version: "2", stale: true });

      const bulk = await ask(allDown, FLAGS, authorized(here.server));
      const { flags, metadata: top } = await bulk.json<{ flags: { metadata: object }[]; metadata: object }>();
      expect(top).toEqual({ flagSetId: here.name, version: "4", stale: true });
      expect(flags[0]!.metadata).toEqual({ version: "2" });

      const health = await ask(allDown, "/healthz", { headers: { Authorization: `Bearer ${ROOT}` } });
      expect(health.status).toBe(200);
      const { status, environments } = await health.json<{ status: string; environments: object[] }>();
      expect(status).toBe("degraded");
      expect(environments).toEqual([
        {
          environment: here.name,
          version: 4,
          ageSeconds: expect.any(Number),
          problem: "relay not answered; stored pointer not answered",
        },
      ]);
      expect(JSON.stringify(environments)).not.toMatch(/secret|path\.ts/);
    } finally {
      vi.useRealTimers();
    }
  });

  it("a limiter that is down decides nothing", async () => {
    const response = await ask(bound({ AUTH_FAILURES: { limit: unreachable } }), FLAGS, authorized(key));
    expect(response.status).toBe(401);
  });
});
