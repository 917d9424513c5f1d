import { OpenFeature, ProviderEvents, ProviderStatus } from "@openfeature/server-sdk";
import { mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { SluiceServerProvider } from "../../src/clients/server/provider.ts";
import { createSluice, type Sluice, type SluiceEvent } from "../../src/clients/server/sluice.ts";
import { FLAGS, serving } from "../api/clients/serving.ts";
import { admin, newKey } from "../support/admin.ts";
import { type Runtime, startRuntime } from "../support/runtime.ts";

/* `sluice/server` against a started Sluice: the same answers as over HTTP, and what becomes of them when it goes away. */

const here = serving();
const open: Sluice[] = [];
const opened = (sluice: Sluice): Sluice => {
  open.push(sluice);
  return sluice;
};
afterAll(async () => {
  await Promise.all(open.map((one) => one.close()));
});

const CONTEXTS = [
  {},
  { targetingKey: "user-1" },
  { targetingKey: "user-2", plan: "beta" },
  ...Array.from({ length: 50 }, (_, i) => ({ targetingKey: `k${i}` })),
];

async function overHttp(key: string, context: object): Promise<unknown> {
  const response = await fetch(`${here().url}/ofrep/v1/evaluate/flags/${encodeURIComponent(key)}`, {
    method: "POST",
    headers: { Authorization: `Bearer ${here().server}` },
    body: JSON.stringify({ context }),
  });
  return response.json();
}

test("every flag answers every context as it does over HTTP with the same key", async () => {
  const sluice = opened(createSluice({ url: here().url, key: here().server }));
  await sluice.ready();
  for (const context of CONTEXTS.slice(0, 3))
    for (const { key } of FLAGS) expect(sluice.evaluate(key, context), key).toEqual(await overHttp(key, context));
  for (const context of CONTEXTS) expect(sluice.evaluate("half", context)).toEqual(await overHttp("half", context));
  const all = sluice.evaluateAll({ targetingKey: "user-1" });
  const response = await fetch(`${here().url}/ofrep/v1/evaluate/flags`, {
    method: "POST",
    headers: { Authorization: `Bearer ${here().server}` },
    body: JSON.stringify({ context: { targetingKey: "user-1" } }),
  });
  const { flags } = (await response.json()) as { flags: unknown };
  expect(all).toMatchObject({ flags });
  expect(sluice.evaluate("no-such-flag")).toMatchObject({ errorCode: "FLAG_NOT_FOUND" });
});

test("a change is heard of through the change stream, with the keys that changed", async () => {
  const sluice = opened(createSluice({ url: here().url, key: here().server }));
  const events: SluiceEvent[] = [];
  sluice.subscribe((event) => events.push(event));
  await sluice.ready();
  const boolean = { type: "boolean", variants: { on: true, off: false } };
  await here().put({ key: "heard", ...boolean, default: { variant: "off" } });
  await vi.waitFor(() => expect(sluice.evaluate("heard")).toMatchObject({ value: false }), 20_000);
  await here().put({ key: "heard", ...boolean, default: { variant: "on" } });
  await vi.waitFor(() => expect(sluice.evaluate("heard")).toMatchObject({ value: true }), 20_000);
  expect(events).toContainEqual({ type: "changed", flags: ["heard"] });
});

test("what can't be the address or the key is refused where it is written; a refused key is told", async () => {
  expect(() => createSluice({ url: "flags.example.com", key: here().server })).toThrow(/url must be/);
  expect(() => createSluice({ url: here().url, key: here().client })).toThrow(/server key/);
  const wrong = here().server.slice(0, -1) + (here().server.endsWith("a") ? "b" : "a");
  const sluice = opened(createSluice({ url: here().url, key: wrong }));
  const events: SluiceEvent[] = [];
  sluice.subscribe((event) => events.push(event));
  await expect(sluice.ready()).rejects.toThrow("The key is not valid.");
  expect(events).toContainEqual({ type: "error", message: "The key is not valid.", fatal: true });
  expect(sluice.evaluate("boolean")).toMatchObject({ key: "boolean", errorCode: "GENERAL" });
});

test("a context that can't be read is an error in the answer, not a throw", async () => {
  const sluice = opened(createSluice({ url: here().url, key: here().server }));
  await sluice.ready();
  const hostile = new Proxy(
    {},
    {
      get: () => {
        throw new Error("no");
      },
      ownKeys: () => {
        throw new Error("no");
      },
      getPrototypeOf: () => {
        throw new Error("no");
      },
    },
  );
  expect(() => sluice.evaluate("by-plan", hostile)).not.toThrow();
  expect(() => sluice.evaluateAll(hostile)).not.toThrow();
});

describe("under OpenFeature's own SDK", () => {
  test("values, variants, reasons, defaults, and the events of the specification", async () => {
    const sluice = opened(createSluice({ url: here().url, key: here().server }));
    await OpenFeature.setProviderAndWait("in-process", new SluiceServerProvider(sluice));
    const client = OpenFeature.getClient("in-process");
    expect(client.providerStatus).toBe(ProviderStatus.READY);
    expect(await client.getBooleanDetails("boolean", false)).toMatchObject({
      value: true,
      variant: "on",
      reason: "STATIC",
    });
    expect(await client.getStringValue("string", "")).toBe("Grüezi ☃");
    expect(await client.getNumberValue("number", 0)).toBe(2);
    expect(await client.getObjectValue("array", [])).toEqual([1, 2, 3]);
    expect(await client.getBooleanValue("code-default", true)).toBe(true);
    expect(await client.getNumberDetails("boolean", 7)).toMatchObject({ value: 7, errorCode: "TYPE_MISMATCH" });
    expect(await client.getNumberDetails("nowhere", 7)).toMatchObject({ value: 7, errorCode: "FLAG_NOT_FOUND" });
    expect(await client.getBooleanValue("by-plan", false, { plan: "beta", at: new Date(0) })).toBe(true);
    const changed: unknown[] = [];
    client.addHandler(ProviderEvents.ConfigurationChanged, (details) => void changed.push(details?.flagsChanged));
    await here().put({
      key: "boolean",
      type: "boolean",
      variants: { on: true, off: false },
      default: { variant: "off" },
    });
    await vi.waitFor(async () => expect(await client.getBooleanValue("boolean", true)).toBe(false), 20_000);
    expect(changed).toEqual([["boolean"]]);
    await OpenFeature.clearProviders();
  });
});

describe("when Sluice goes away", () => {
  let runtime: Runtime;
  let key: string;
  let folder: string;
  beforeAll(async () => {
    runtime = await startRuntime();
    folder = await mkdtemp(join(tmpdir(), "sluice-cache-"));
    await admin(runtime, "POST", "/environments", { name: "production" });
    const flag = { type: "boolean", variants: { on: true, off: false }, default: { variant: "on" } };
    await admin(runtime, "PUT", "/environments/production/flags/kept", flag);
    const rule = { id: "staff", when: { segment: "staff" }, serve: { variant: "off" } };
    await admin(runtime, "PUT", "/environments/production/segments/staff", { include: ["ada"] });
    await admin(runtime, "PATCH", "/environments/production/flags/kept", { rules: [rule] });
    key = await newKey(runtime, "production", "server");
  });
  afterAll(async () => {
    await runtime?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  test("what is held stays, and a process that starts meanwhile begins from its file and says so", async () => {
    const cacheFile = join(folder, "flags.json");
    const first = createSluice({ url: runtime.url, key, cacheFile });
    await first.ready();
    await first.close();
    expect((await stat(cacheFile)).mode & 0o777).toBe(0o600);
    const text = await readFile(cacheFile, "utf8");
    expect(text).not.toContain(key);
    expect(text).not.toContain(key.split("_").at(-1));
    expect(text).not.toContain("token=");

    const running = opened(createSluice({ url: runtime.url, key }));
    await running.ready();
    await runtime.kill();
    expect(running.evaluate("kept", {})).toMatchObject({ value: true });

    const events: SluiceEvent[] = [];
    const second = opened(createSluice({ url: runtime.url, key, cacheFile }));
    second.subscribe((event) => events.push(event));
    await second.ready();
    expect(second.evaluate("kept", {})).toMatchObject({ value: true, metadata: { stale: true } });
    expect(second.evaluate("kept", { targetingKey: "ada" })).toMatchObject({ value: false });
    expect(events.map(({ type }) => type)).toContain("stale");

    const without = opened(createSluice({ url: runtime.url, key, readyMs: 500 }));
    await expect(without.ready()).rejects.toThrow();
    // A file of another environment, or of another Sluice, isn't taken.
    const other = opened(createSluice({ url: `${runtime.url}/elsewhere`, key, cacheFile, readyMs: 1_500 }));
    await expect(other.ready()).rejects.toThrow();
  });
});
