import { OpenFeature, type Provider, ProviderStatus } from "@openfeature/server-sdk";
import { afterEach, describe, expect, test } from "vitest";
import type { Evaluated, FlagService, NotEvaluated, ReportedEvent } from "../../src/contract/service.ts";
import { SluiceProvider } from "../../src/gate/provider.ts";

/* The provider under OpenFeature's own SDK for servers, over a FlagService that answers as the real one does. */

const ANSWERS: Record<string, Omit<Evaluated, "key">> = {
  boolean: {
    value: true,
    variant: "on",
    reason: "TARGETING_MATCH",
    metadata: { version: "7", team: "core", size: 3, live: true },
  },
  text: { value: "Grüezi ☃", variant: "on", reason: "STATIC", metadata: { version: "1" } },
  empty: { value: "", variant: "off", reason: "STATIC", metadata: { version: "1" } },
  number: { value: 2.5, variant: "on", reason: "SPLIT", metadata: { version: "1", cohort: "r.1.t" } },
  zero: { value: 0, variant: "off", reason: "STATIC", metadata: { version: "1" } },
  object: {
    value: { list: [1, null], deep: { yes: true } },
    variant: "on",
    reason: "STATIC",
    metadata: { version: "1" },
  },
  array: { value: [1, 2], variant: "on", reason: "STATIC", metadata: { version: "1" } },
  code: { reason: "DEFAULT", metadata: { version: "1" } },
  off: { value: false, variant: "off", reason: "DISABLED", metadata: { version: "1" } },
};
const CODES = ["FLAG_NOT_FOUND", "PARSE_ERROR", "INVALID_CONTEXT", "GENERAL"] as const;

/** What was asked of the service, and what it does instead of answering. */
class Service implements FlagService {
  readonly contexts: unknown[] = [];
  readonly events: ReportedEvent[] = [];
  where: { environment: string; incarnation: string } | null = { environment: "production", incarnation: "abc" };
  failing: (() => Promise<never>) | undefined;

  async evaluate(key: string, context?: object): Promise<Evaluated | NotEvaluated> {
    if (this.failing) return this.failing();
    this.contexts.push(context);
    const code = CODES.find((one) => one === key);
    if (code) return { key, errorCode: code, errorDetails: "Because." };
    const answer = ANSWERS[key];
    return answer ? { key, ...answer } : { key, errorCode: "FLAG_NOT_FOUND", errorDetails: "There is no such flag." };
  }
  async whereabouts() {
    return this.failing ? this.failing() : this.where;
  }
  async record(events: readonly ReportedEvent[]) {
    if (this.failing) return this.failing();
    this.events.push(...events);
    return { accepted: events.length, duplicate: false, rejected: [], uncounted: {} };
  }
  evaluateAll = unasked;
  variants = unasked;
  shadow = unasked;
  snapshot = unasked;
  members = unasked;
}
const unasked = (): never => {
  throw new Error("this isn't to be asked");
};

async function connect(service = new Service(), options = {}) {
  const provider: Provider = new SluiceProvider(service, options);
  await OpenFeature.setProviderAndWait(provider);
  return { service, client: OpenFeature.getClient() };
}
afterEach(async () => {
  OpenFeature.setContext({});
  OpenFeature.clearHooks();
  await OpenFeature.clearProviders();
});

describe("resolution", () => {
  test("of every type, with variant, reason and flag metadata", async () => {
    const { client } = await connect();
    expect(client.providerStatus).toBe(ProviderStatus.READY);
    expect(client.metadata.providerMetadata.name).toBe("sluice");
    expect(await client.getBooleanDetails("boolean", false)).toEqual({
      flagKey: "boolean",
      value: true,
      variant: "on",
      reason: "TARGETING_MATCH",
      flagMetadata: { version: "7", team: "core", size: 3, live: true },
    });
    expect(await client.getStringValue("text", "")).toBe("Grüezi ☃");
    expect(await client.getStringValue("empty", "mine")).toBe("");
    expect(await client.getNumberDetails("number", 0)).toMatchObject({ value: 2.5, flagMetadata: { cohort: "r.1.t" } });
    expect(await client.getNumberValue("zero", 9)).toBe(0);
    expect(await client.getObjectValue("object", {})).toEqual({ list: [1, null], deep: { yes: true } });
    expect(await client.getObjectValue("array", [])).toEqual([1, 2]);
    expect(await client.getBooleanDetails("off", true)).toMatchObject({ value: false, reason: "DISABLED" });
  });

  test("a code default is the caller's own value, and no error", async () => {
    const { client } = await connect();
    const details = await client.getBooleanDetails("code", true);
    expect(details).toMatchObject({ value: true, reason: "DEFAULT", flagMetadata: { version: "1" } });
    expect([details.variant, details.errorCode]).toEqual([undefined, undefined]);
  });

  test.each(CODES)("%s reaches the caller, with the default", async (code) => {
    const { client } = await connect();
    expect(await client.getStringDetails(code, "mine")).toMatchObject({
      value: "mine",
      reason: "ERROR",
      errorCode: code,
      errorMessage: "Because.",
    });
  });

  test("of another type than is asked for is TYPE_MISMATCH, with the default", async () => {
    const { client } = await connect();
    const mismatch = { reason: "ERROR", errorCode: "TYPE_MISMATCH" };
    expect(await client.getBooleanDetails("text", true)).toMatchObject({ value: true, ...mismatch });
    expect(await client.getStringDetails("number", "mine")).toMatchObject({ value: "mine", ...mismatch });
    expect(await client.getNumberDetails("boolean", 9)).toMatchObject({ value: 9, ...mismatch });
    expect(await client.getObjectDetails("text", { mine: 1 })).toMatchObject({ value: { mine: 1 }, ...mismatch });
  });
});

describe("context", () => {
  test("is merged as the SDK says, and arrives as JSON", async () => {
    const { client, service } = await connect();
    OpenFeature.setContext({ region: "eu", plan: "free", targetingKey: "global" });
    const since = new Date("2026-11-21T00:00:00Z");
    await client.getBooleanValue("boolean", false, {
      plan: "beta",
      targetingKey: "user-1",
      since,
      deep: { at: [since] },
    });
    expect(service.contexts).toEqual([
      {
        region: "eu",
        plan: "beta",
        targetingKey: "user-1",
        since: since.toISOString(),
        deep: { at: [since.toISOString()] },
      },
    ]);
  });

  test("is what a hook before makes of it", async () => {
    const { client, service } = await connect();
    client.addHooks({ before: () => ({ added: true }) });
    await client.getBooleanValue("boolean", false, { a: 1 });
    expect(service.contexts).toEqual([{ a: 1, added: true }]);
  });
});

describe("a FlagService that can't be asked", () => {
  const never = () => new Promise<never>(() => undefined);

  test.each([
    ["fails", () => Promise.reject(new Error("down"))],
    ["hangs", never],
  ])("and %s is the caller's default", async (_, failing) => {
    const { client, service } = await connect(new Service(), { deadlineMs: 20 });
    service.failing = failing;
    expect(await client.getBooleanDetails("boolean", false)).toMatchObject({
      value: false,
      reason: "ERROR",
      errorCode: "GENERAL",
    });
  });

  test("or has no such environment is an error of the provider, and evaluation goes on with defaults", async () => {
    const service = new Service();
    service.where = null;
    await expect(connect(service)).rejects.toThrow("no such environment");
    const client = OpenFeature.getClient();
    expect(client.providerStatus).toBe(ProviderStatus.ERROR);
    expect(await client.getBooleanValue("never-was", true)).toBe(true);
  });
});

describe("track", () => {
  test("is an outcome of the metric by that name", async () => {
    const { client, service } = await connect();
    client.track("checkout", { targetingKey: "user-1" }, { value: 99.5, currency: "EUR" });
    client.track("seen");
    await expect
      .poll(() => service.events)
      .toEqual([
        { type: "outcome", metric: "checkout", targetingKey: "user-1", value: 99.5 },
        { type: "outcome", metric: "seen" },
      ]);
  });

  test("goes on behind the answer, and never fails the caller", async () => {
    const work: Promise<unknown>[] = [];
    const { client, service } = await connect(new Service(), { waitUntil: (one: Promise<unknown>) => work.push(one) });
    service.failing = () => Promise.reject(new Error("down"));
    client.track("checkout");
    expect(work).toHaveLength(1);
    await expect(work[0]).resolves.toBeUndefined();
  });
});
