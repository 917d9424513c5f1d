import { OFREPApi, OFREPApiUnauthorizedError } from "@openfeature/ofrep-core";
import { OFREPProvider } from "@openfeature/ofrep-provider";
import { OpenFeature } from "@openfeature/server-sdk";
import { OFREPApi as OFREPApi2, OFREPApiUnauthorizedError as Unauthorized2 } from "ofrep-core-2";
import { afterEach, describe, expect, it } from "vitest";
import { FLAGS, serving, SPECIAL_KEYS } from "./serving.ts";

/* The official clients for servers, as they are published, against a running Sluice. */

const here = serving();
const wrong = `slc_server_production_${"0".repeat(40)}`;

/**
 * @openfeature/ofrep-core 0.1 puts the key into the address as it is. These keys can't be put there: what follows ends
 * the path, is an escape by itself, or a broken one.
 */
const unsendable = (key: string): boolean => /[?#%\\]/.test(key);

const VALUES = {
  boolean: true,
  string: "Grüezi ☃",
  number: 2,
  integer: -7,
  object: { list: [1, "2", null], deep: { yes: true } },
  array: [1, 2, 3],
};

describe("@openfeature/ofrep-provider under the server SDK", () => {
  afterEach(async () => OpenFeature.clearProviders());
  const connect = async (key = here().server) => {
    await OpenFeature.setProviderAndWait(
      new OFREPProvider({ baseUrl: here().url, headers: [["Authorization", `Bearer ${key}`]] }),
    );
    return OpenFeature.getClient();
  };

  it("resolves all types", async () => {
    const client = await connect();
    expect(await client.getBooleanDetails("boolean", false)).toMatchObject({
      value: true,
      variant: "on",
      reason: "STATIC",
    });
    expect((await client.getBooleanDetails("boolean", false)).flagMetadata).toMatchObject({
      team: "core",
      size: 3,
      live: true,
    });
    expect(await client.getStringValue("string", "")).toBe(VALUES.string);
    expect(await client.getNumberValue("number", 0)).toBe(VALUES.number);
    expect(await client.getNumberValue("integer", 0)).toBe(VALUES.integer);
    expect(await client.getObjectValue("object", {})).toEqual(VALUES.object);
    expect(await client.getObjectValue("array", [])).toEqual(VALUES.array);
    expect(await client.getBooleanDetails("off", true)).toMatchObject({ value: false, reason: "DISABLED" });
    expect(await client.getBooleanValue("server-only", false)).toBe(true);
    expect(await client.getStringDetails("boolean", "mine")).toMatchObject({
      value: "mine",
      errorCode: "TYPE_MISMATCH",
    });
  });

  it("passes the context along", async () => {
    const client = await connect();
    expect(await client.getBooleanValue("by-plan", false, { targetingKey: "u", plan: "beta" })).toBe(true);
    expect(await client.getBooleanValue("by-plan", true, { targetingKey: "u", plan: "free" })).toBe(false);
    const shares = await Promise.all(
      Array.from({ length: 60 }, async (_, i) => client.getBooleanValue("half", false, { targetingKey: `user-${i}` })),
    );
    expect(new Set(shares).size).toBe(2);
  });

  it.each(SPECIAL_KEYS.filter((key) => !unsendable(key)))("resolves the key %j", async (key) => {
    expect(await (await connect()).getStringValue(key, "")).toBe(`value of ${key}`);
  });

  it("an unknown flag, and a wrong key, are the caller's default with the reason why", async () => {
    const unknown = await (await connect()).getBooleanDetails("never-was", true);
    expect(unknown).toMatchObject({ value: true, reason: "ERROR", errorCode: "FLAG_NOT_FOUND" });
    const refused = await (await connect(wrong)).getBooleanDetails("boolean", false);
    expect(refused).toMatchObject({ value: false, reason: "ERROR", errorCode: "GENERAL" });
  });
});

describe("@openfeature/ofrep-core 0.1", () => {
  const options = (key = here().server) => ({ headers: { Authorization: `Bearer ${key}` } });
  const api = () => new OFREPApi(here().url);

  it.each(Object.entries(VALUES))("a %s", async (key, value) => {
    const { httpStatus, value: answer } = await api().postEvaluateFlags(key, { context: {} }, options());
    expect(httpStatus).toBe(200);
    expect(answer).toMatchObject({ key, value, variant: "on", reason: "STATIC" });
  });

  it.each(SPECIAL_KEYS.filter((key) => !unsendable(key)))("the key %j", async (key) => {
    const { value: answer } = await api().postEvaluateFlags(key, {}, options());
    expect(answer).toMatchObject({ key, value: `value of ${key}` });
  });

  it("all flags at once, then 304", async () => {
    const all = await api().postBulkEvaluateFlags({ context: { targetingKey: "u" } }, options());
    expect(all.httpStatus).toBe(200);
    expect(all.value).toHaveProperty("flags.length", FLAGS.length);
    const headers = { ...options().headers, "If-None-Match": all.httpResponse!.headers.get("ETag")! };
    expect((await api().postBulkEvaluateFlags({ context: { targetingKey: "u" } }, { headers })).httpStatus).toBe(304);
  });

  it("errors are those that it knows", async () => {
    const unknown = await api().postEvaluateFlags("never-was", {}, options());
    expect(unknown.httpStatus).toBe(404);
    expect(unknown.value).toEqual({ key: "never-was", errorCode: "FLAG_NOT_FOUND", errorDetails: expect.any(String) });
    const context = await api().postEvaluateFlags("boolean", { context: [] as never }, options());
    expect(context.value).toMatchObject({ key: "boolean", errorCode: "INVALID_CONTEXT" });
    const bulk = await api().postBulkEvaluateFlags({ context: 1 as never }, options());
    expect(bulk.value).toMatchObject({ errorCode: "INVALID_CONTEXT" });
    await expect(api().postEvaluateFlags("boolean", {}, options(wrong))).rejects.toBeInstanceOf(
      OFREPApiUnauthorizedError,
    );
  });
});

describe("@openfeature/ofrep-core 2.3", () => {
  const api = (key = here().server) => new OFREPApi2({ baseUrl: here().url, headers: [["X-API-Key", key]] });

  it.each(Object.entries(VALUES))("a %s", async (key, value) => {
    const { httpStatus, value: answer } = await api().postEvaluateFlag(key, { context: {} });
    expect(httpStatus).toBe(200);
    expect(answer).toMatchObject({ key, value, variant: "on", reason: "STATIC" });
  });

  it.each(SPECIAL_KEYS)("the key %j", async (key) => {
    const { value: answer } = await api().postEvaluateFlag(key, {});
    expect(answer).toMatchObject({ key, value: `value of ${key}` });
  });

  it("the code default has no value", async () => {
    const { httpStatus, value: answer } = await api().postEvaluateFlag("code-default", {});
    expect(httpStatus).toBe(200);
    expect(answer).not.toHaveProperty("value");
    expect(answer).not.toHaveProperty("variant");
  });

  it("all flags at once, then 304, then whatever a notice says is newer", async () => {
    const context = { targetingKey: "u" };
    const all = await api().postBulkEvaluateFlags({ context });
    expect(all.httpStatus).toBe(200);
    const etag = all.httpResponse!.headers.get("ETag");
    expect((await api().postBulkEvaluateFlags({ context }, etag)).httpStatus).toBe(304);
    const notice = { flagConfigEtag: "zzzzzzzzzzzz.7", flagConfigLastModified: 1 };
    expect((await api().postBulkEvaluateFlags({ context }, etag, notice)).httpStatus).toBe(200);
  });

  it("errors are those that it knows", async () => {
    const unknown = await api().postEvaluateFlag("never/was", {});
    expect(unknown.httpStatus).toBe(404);
    expect(unknown.value).toEqual({ key: "never/was", errorCode: "FLAG_NOT_FOUND", errorDetails: expect.any(String) });
    await expect(api(wrong).postEvaluateFlag("boolean", {})).rejects.toBeInstanceOf(Unauthorized2);
    await expect(api(wrong).postBulkEvaluateFlags({})).rejects.toBeInstanceOf(Unauthorized2);
  });
});
