import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { adminApp } from "../../../src/api/admin/mount.ts";
import type { Bindings } from "../../../src/api/bindings.ts";
import { ADMIN_ROUTES, type Operation } from "../../../src/contract/routes.ts";
import { ASKED } from "./asked.ts";
import { ROOT } from "./client.ts";

/* What a caller sees when the objects that decide can't be reached, or hang. */

const entry = { name: "e", incarnation: "abcdefghijkl", description: "", createdAt: "2026-11-21T00:00:00.000Z" };

/** Bindings whose environment object does as told; Workspace works. */
function bindings(environment: () => Promise<never>, workspace?: () => Promise<never>): Bindings {
  const object = new Proxy({}, { get: (_, name) => (name === "then" ? undefined : environment) });
  const known = { environment: async () => entry, environments: async () => [entry] };
  return {
    ADMIN_TOKEN: ROOT,
    OVERRIDE_SECRET: "secret",
    FRESHNESS_SECONDS: 2,
    ENVIRONMENT: { getByName: () => object },
    COUNTER: { getByName: () => object },
    WORKSPACE: {
      getByName: () =>
        new Proxy(known, {
          get: (target, name) => (workspace ? workspace : (Reflect.get(target, name) ?? environment)),
        }),
    },
  } as unknown as Bindings;
}

async function ask(operation: Operation, env: Bindings): Promise<{ status: number; body: unknown; headers: Headers }> {
  const [method, path] = ADMIN_ROUTES[operation];
  const address = path.replace("{env}", "e").replace("{key}", operation.endsWith("Version") ? "1" : "f");
  const headers = {
    Authorization: `Bearer ${ROOT}`,
    "Content-Type": "application/json",
    Cookie: `sluice-session-80=${"0".repeat(40)}`, // what signing out asks Workspace about
    ...ASKED[operation].headers,
  };
  const body = method === "GET" ? {} : { body: JSON.stringify(ASKED[operation].body?.("e2") ?? {}) };
  // Mounted alone the app sees the whole address, as below /admin/v1.
  const query = ASKED[operation].query?.("e") ?? "";
  const response = await adminApp.request(`/admin/v1${address}${query}`, { method, headers, ...body }, env);
  return { status: response.status, body: await response.json(), headers: response.headers };
}

const operations = (Object.keys(ADMIN_ROUTES) as Operation[]).filter(
  (operation) => !["whoAmI", "listPresets"].includes(operation),
);

const logged = vi.fn();
beforeEach(() => void vi.stubGlobal("console", { ...console, error: logged }));
afterEach(() => {
  vi.unstubAllGlobals();
  logged.mockReset();
});

const manifests = new Set<Operation>(["getManifest", "createManifestFlag", "putManifestFlag"]);

function expectUnavailable(operation: Operation, answer: Awaited<ReturnType<typeof ask>>, detail: RegExp): void {
  expect(answer.status).toBe(503);
  expect(Number(answer.headers.get("Retry-After"))).toBeGreaterThanOrEqual(1);
  expect(answer.headers.get("Cache-Control")).toBe("no-store");
  const problem = {
    type: "/problems/unavailable",
    title: "Not available at the moment",
    status: 503,
    detail: expect.stringMatching(detail),
  };
  // The manifest's routes refuse as the OpenFeature CLI reads it.
  const manifest = { error: { message: expect.stringMatching(detail), status: 503 } };
  expect(answer.body).toEqual(manifests.has(operation) ? manifest : problem);
}

describe("503 with Retry-After", () => {
  // Those over all environments say it of each, and a stream that is open waits for it to come back.
  const single = operations.filter(
    (operation) => !["listFlagsEverywhere", "getFlagEverywhere", "createFlag", "watchEnvironment"].includes(operation),
  );
  test.each(single)("%s, when the environment's object can't be reached", async (operation) => {
    const secret = "internal detail";
    const answer = await ask(
      operation,
      bindings(async () => {
        throw new Error(secret);
      }),
    );
    expectUnavailable(operation, answer, /can't be reached.*may or may not/);
    expect(JSON.stringify(answer.body)).not.toContain(secret);
    expect(logged).toHaveBeenCalled();
  });

  test.each(operations)("%s, when Workspace can't be reached", async (operation) => {
    const down = async (): Promise<never> => {
      throw new Error("down");
    };
    expectUnavailable(operation, await ask(operation, bindings(down, down)), /can't be reached.*may or may not/);
  });

  test("when an object hangs, it is not waited for longer than ten seconds", async () => {
    vi.useFakeTimers();
    try {
      const asked = Promise.withResolvers<void>();
      const answer = ask(
        "disableFlag",
        bindings(async () => {
          asked.resolve();
          return new Promise<never>(() => {});
        }),
      );
      await asked.promise;
      await vi.advanceTimersByTimeAsync(10_000);
      expectUnavailable("disableFlag", await answer, /in time.*may or may not/);
    } finally {
      vi.useRealTimers();
    }
  });
});
