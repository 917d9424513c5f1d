import { OFREPWebProvider, type OFREPWebProviderOptions } from "@openfeature/ofrep-web-provider";
import {
  ClientProviderEvents,
  type EvaluationContext,
  OpenFeature,
  type Provider,
  ProviderStatus,
} from "@openfeature/web-sdk";
import { afterEach, describe, expect, it } from "vitest";
import { FLAGS, serving, SPECIAL_KEYS } from "./serving.ts";

/* @openfeature/ofrep-web-provider under the web SDK, both as they are published, against a running Sluice. */

const here = serving();
afterEach(async () => OpenFeature.clearProviders());

/** A provider as a page sets it up; what it asked and was answered is noted. */
async function connect(
  context: Record<string, unknown>,
  key = here().client,
  options: Partial<OFREPWebProviderOptions> = {},
) {
  const exchanges: { status: number; etag: string | null; ifNoneMatch: string | null }[] = [];
  const provider = new OFREPWebProvider({
    baseUrl: here().url,
    headers: [["Authorization", `Bearer ${key}`]],
    cacheMode: "disabled",
    changeDetection: "polling",
    fetchImplementation: async (input, init) => {
      const request = new Request(input, init);
      const response = await fetch(request);
      const { headers, status } = response;
      exchanges.push({ status, etag: headers.get("ETag"), ifNoneMatch: request.headers.get("If-None-Match") });
      return response;
    },
    ...options,
  });
  // Its declarations say `hooks?: Hook[] | undefined` where the SDK says `hooks?: Hook[]`.
  await OpenFeature.setProviderAndWait(provider as Provider, context as EvaluationContext).catch(
    (error: unknown) => void error,
  );
  return { client: OpenFeature.getClient(), provider, exchanges };
}

describe("init", () => {
  it("fetches every flag that a client may see, in one request", async () => {
    const { client, provider, exchanges } = await connect({ targetingKey: "user-1" });
    expect(client.providerStatus).toBe(ProviderStatus.READY);
    expect(exchanges.map(({ status }) => status)).toEqual([200]);
    const seen = FLAGS.filter((flag) => flag["clientSide"]).map(({ key }) => key);
    expect(Object.keys(provider.flagCache).toSorted()).toEqual(seen.toSorted());
  });

  it("resolves all types", async () => {
    const { client } = await connect({ targetingKey: "user-1" });
    expect(client.getBooleanDetails("boolean", false)).toMatchObject({ value: true, variant: "on", reason: "STATIC" });
    expect(client.getBooleanDetails("boolean", false).flagMetadata).toMatchObject({
      team: "core",
      size: 3,
      live: true,
    });
    expect(client.getStringValue("string", "")).toBe("Grüezi ☃");
    expect(client.getNumberValue("number", 0)).toBe(2);
    expect(client.getNumberValue("integer", 0)).toBe(-7);
    expect(client.getObjectValue("object", {})).toEqual({ list: [1, "2", null], deep: { yes: true } });
    expect(client.getObjectValue("array", [])).toEqual([1, 2, 3]);
    expect(client.getBooleanDetails("off", true)).toMatchObject({ value: false, reason: "DISABLED" });
    expect(client.getBooleanDetails("code-default", true)).toMatchObject({ value: true });
    expect(client.getBooleanDetails("code-default", true).errorCode).toBeUndefined();
    expect(client.getStringDetails("boolean", "mine")).toMatchObject({ value: "mine", errorCode: "TYPE_MISMATCH" });
  });

  it.each(SPECIAL_KEYS)("resolves the key %j", async (key) => {
    const { client } = await connect({ targetingKey: "user-1" });
    expect(client.getStringValue(key, "")).toBe(`value of ${key}`);
  });

  it("works anonymously, without a context", async () => {
    const { client } = await connect({});
    expect(client.providerStatus).toBe(ProviderStatus.READY);
    expect(client.getBooleanValue("by-plan", true)).toBe(false);
  });
});

describe("a context change", () => {
  it("of another attribute than the key is a new answer, although the provider keeps its validator", async () => {
    const { client, exchanges } = await connect({ targetingKey: "user-1", plan: "free" });
    expect(client.getBooleanDetails("by-plan", true)).toMatchObject({ value: false, reason: "DEFAULT" });
    await OpenFeature.setContext({ targetingKey: "user-1", plan: "beta" });
    expect(exchanges).toHaveLength(2);
    expect(exchanges[1]!.ifNoneMatch).toBe(exchanges[0]!.etag);
    expect(exchanges[1]!.status).toBe(200);
    expect(client.getBooleanDetails("by-plan", false)).toMatchObject({ value: true, reason: "TARGETING_MATCH" });
  });

  it("that changes no answer is 304, and the flags stay", async () => {
    const { client, exchanges } = await connect({ targetingKey: "user-1", plan: "beta", color: "red" });
    await OpenFeature.setContext({ targetingKey: "user-1", plan: "beta", color: "blue" });
    expect(exchanges.map(({ status }) => status)).toEqual([200, 304]);
    expect(client.getBooleanValue("by-plan", false)).toBe(true);
  });
});

it("polling is 304 until something changes, and then says what", async () => {
  const { client, exchanges } = await connect({ targetingKey: "user-1" }, here().client, { pollInterval: 50 });
  await expect.poll(() => exchanges.length).toBeGreaterThan(2);
  expect(exchanges.slice(1).every(({ status }) => status === 304)).toBe(true);
  const changed = new Promise<readonly string[] | undefined>((resolve) =>
    client.addHandler(ClientProviderEvents.ConfigurationChanged, (details) => resolve(details?.flagsChanged)),
  );
  await here().put({ ...FLAGS.find(({ key }) => key === "plain")!, default: { variant: "off" } });
  expect(await changed).toEqual(["plain"]);
  expect(client.getStringValue("plain", "mine")).toBe("");
  await here().put(FLAGS.find(({ key }) => key === "plain")!);
});

it("an unknown flag, and one for servers only, are the caller's default", async () => {
  const { client } = await connect({ targetingKey: "user-1" });
  for (const key of ["never-was", "server-only"])
    expect(client.getBooleanDetails(key, true)).toMatchObject({
      value: true,
      reason: "ERROR",
      errorCode: "FLAG_NOT_FOUND",
    });
});

it("a wrong key is fatal: 401", async () => {
  const { client, exchanges } = await connect({}, `slc_client_production_${"0".repeat(40)}`);
  expect(exchanges.map(({ status }) => status)).toEqual([401]);
  expect(client.providerStatus).toBe(ProviderStatus.FATAL);
  expect(client.getBooleanValue("boolean", false)).toBe(false);
});

it("an address with a trailing slash works", async () => {
  const { client } = await connect({ targetingKey: "user-1" }, here().client, { baseUrl: `${here().url}/` });
  expect(client.getBooleanValue("boolean", false)).toBe(true);
});
