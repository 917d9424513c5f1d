import { beforeAll, describe, expect, it } from "vitest";
import { send } from "../admin/client.ts";
import { expectFailure, FLAGS, forged, newKey, ofrep, type Options, someAddress, type World, world } from "./caller.ts";

/* POST and GET /ofrep/v1/evaluate/flags */

const base64url = (context: unknown): string =>
  btoa(String.fromCharCode(...new TextEncoder().encode(JSON.stringify(context))))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");

let here: World;
beforeAll(async () => {
  here = await world(
    { key: "b", clientSide: true, default: { variant: "on" } },
    { key: "a" },
    { key: "Z", clientSide: true },
    { key: "é", clientSide: true },
    { key: "gone", clientSide: true },
    {
      key: "planned",
      clientSide: true,
      rules: [{ id: "r", when: { attribute: "plan", operator: "in", values: ["beta"] }, serve: { variant: "on" } }],
    },
  );
  expect((await send("DELETE", `${here.path}/flags/gone`)).status).toBeLessThan(300);
});

const bulk = (context?: unknown, options: Options = {}) =>
  ofrep(FLAGS, { key: here.server, body: context === undefined ? undefined : { context }, ...options });
const keysOf = (answer: { body: { flags: { key: string }[] } }) => answer.body.flags.map(({ key }) => key);

describe("200", () => {
  it("all flags that are live, sorted by key", async () => {
    const answer = await bulk({ plan: "beta" });
    expect(answer.status).toBe(200);
    expect(Object.keys(answer.body)).toEqual(["flags", "metadata", "eventStreams"]);
    expect(keysOf(answer)).toEqual(["Z", "a", "b", "planned", "é"]);
    expect(answer.body.flags[3]).toEqual({
      key: "planned",
      value: true,
      variant: "on",
      reason: "TARGETING_MATCH",
      metadata: { version: expect.any(String), ruleId: "r" },
    });
    expect(answer.body.metadata).toEqual({ flagSetId: here.name, version: answer.headers.get("Sluice-Version") });
    expect(answer.headers.get("Sluice-Age")).toMatch(/^[01]$/);
  });

  it("a client key sees only what clients may", async () => {
    const answer = await bulk({ plan: "beta" }, { key: here.client });
    expect(keysOf(answer)).toEqual(["Z", "b", "planned", "é"]);
    expect(answer.body.flags[2]!.metadata).toEqual({ version: expect.any(String) });
  });

  it("each item is what the single route answers", async () => {
    const context = { plan: "beta", targetingKey: "u" };
    for (const item of (await bulk(context)).body.flags) {
      const single = await ofrep(`${FLAGS}/${encodeURIComponent(item.key)}`, { key: here.server, body: { context } });
      expect(single.body).toEqual(item);
    }
  });

  it("a trailing slash, a doubled leading one and an empty environment are all right", async () => {
    expect((await ofrep(`${FLAGS}/`, { key: here.server })).status).toBe(200);
    expect((await ofrep(`/${FLAGS}`, { key: here.server })).status).toBe(200);
    const empty = await world();
    expect((await ofrep(FLAGS, { key: empty.server })).body.flags).toEqual([]);
  });
});

describe("ETag and 304", () => {
  const etagOf = async (context?: unknown, options: Options = {}) =>
    (await bulk(context, options)).headers.get("ETag")!;

  it("is a weak validator that follows the answer", async () => {
    const etag = await etagOf({ plan: "beta" });
    expect(etag).toMatch(/^W\/"[\w-]{8,}"$/);
    expect(await etagOf({ plan: "beta" })).toBe(etag);
    expect(await etagOf({ plan: "beta", targetingKey: "somebody else" })).toBe(etag);
    expect(await etagOf({ plan: "free" })).not.toBe(etag);
    expect(await etagOf({ plan: "beta" }, { key: here.client })).not.toBe(etag);
  });

  it("a match is 304 with the same headers and no body", async () => {
    const full = await bulk({ plan: "beta" });
    const etag = full.headers.get("ETag")!;
    for (const field of [etag, etag.slice(2), `"x", ${etag}`, `*, ${etag}`]) {
      const answer = await bulk({ plan: "beta" }, { headers: { "If-None-Match": field } });
      expect(answer.status, field).toBe(304);
      for (const [name, value] of full.headers)
        if (name !== "request-id" && name !== "content-length" && name !== "sluice-age")
          expect(answer.headers.get(name), name).toBe(value);
    }
  });

  it.each(["*", '"x"', "", "garbage", 'W/"'])("%j is no match", async (field) => {
    expect((await bulk({}, { headers: { "If-None-Match": field } })).status).toBe(200);
  });

  it("another context is no match: the answer is another", async () => {
    const etag = await etagOf({ plan: "beta" });
    const answer = await bulk({ plan: "free" }, { headers: { "If-None-Match": etag } });
    expect(answer.status).toBe(200);
  });

  it("a change that doesn't touch this answer keeps it; one that does, doesn't", async () => {
    const own = await world({ key: "seen", clientSide: true }, { key: "unseen" });
    const at = async () => (await ofrep(FLAGS, { key: own.client })).headers;
    const before = await at();
    await own.put({ key: "unseen", default: { variant: "on" } });
    const between = await at();
    expect(between.get("ETag")).toBe(before.get("ETag"));
    expect(between.get("Sluice-Version")).not.toBe(before.get("Sluice-Version"));
    await own.put({ key: "seen", clientSide: true, default: { variant: "on" } });
    expect((await at()).get("ETag")).not.toBe(before.get("ETag"));
  });
});

it("answers given at once don't mix: each has its own Request-Id and its own ETag", async () => {
  const plans = Array.from({ length: 60 }, (_, i) => (i % 2 === 0 ? "beta" : "free"));
  const answers = await Promise.all(plans.map((plan) => bulk({ plan })));
  expect(new Set(answers.map(({ headers }) => headers.get("Request-Id"))).size).toBe(60);
  for (const [i, plan] of plans.entries()) {
    const { headers, body } = answers[i]!;
    expect(body.flags.find(({ key }) => key === "planned")!.value).toBe(plan === "beta");
    expect(headers.get("ETag")).toBe(answers[i % 2]!.headers.get("ETag"));
  }
  expect(answers[0]!.headers.get("ETag")).not.toBe(answers[1]!.headers.get("ETag"));
});

describe("flagConfigEtag", () => {
  const ask = async (revision: string, etag: string, key: string) =>
    ofrep(`${FLAGS}?flagConfigEtag=${encodeURIComponent(revision)}&flagConfigLastModified=1`, {
      key,
      headers: { "If-None-Match": etag },
    });

  it("the revision held: validators as ever; an older one: no 304; a newer one: loaded first, no 304", async () => {
    const own = await world({ key: "f" });
    const first = (await own.put({ key: "f", description: "1" })).headers.get("Sluice-Revision")!;
    const { headers } = await ofrep(FLAGS, { key: own.server });
    const etag = headers.get("ETag")!;
    for (const form of [first, `"${first}"`, `W/"${first}"`])
      expect((await ask(form, etag, own.server)).status).toBe(304);

    const [incarnation, version] = first.split(".");
    const older = await ask(`${incarnation}.${Number(version) - 1}`, etag, own.server);
    expect(older.status).toBe(200);
    expect(older.headers.get("Sluice-Version")).toBe(version);

    const ahead = await ask(`${incarnation}.${Number(version) + 1000}`, etag, own.server);
    expect(ahead.status).toBe(200);
    expect(ahead.headers.get("Sluice-Version")).toBe(version);
  });

  it("an unreadable one is ignored: validators as ever", async () => {
    const etag = (await bulk()).headers.get("ETag")!;
    for (const revision of ["", "x", "1", "a.b", '"abc', "abcdefabcdef.1.2", "%", "☃"])
      expect((await ask(revision, etag, here.server)).status, revision).toBe(304);
  });
});

describe("GET", () => {
  const get = (query: string, options: Options = {}) => ofrep(`${FLAGS}${query}`, { method: "GET", ...options });

  it("is the same answer as POST", async () => {
    const context = { plan: "beta", targetingKey: "ü/+?" };
    const posted = await bulk(context, { key: here.client });
    const got = await get(`?context=${base64url(context)}&key=${here.client}`);
    expect(got.status).toBe(200);
    expect(got.text).toBe(posted.text);
    expect(got.headers.get("ETag")).toBe(posted.headers.get("ETag"));
    const again = await get(`?context=${base64url(context)}&key=${here.client}`, {
      headers: { "If-None-Match": got.headers.get("ETag")! },
    });
    expect(again.status).toBe(304);
  });

  it("without a context is anonymous, and takes credentials in headers too", async () => {
    expect((await get("", { key: here.server })).text).toBe((await bulk()).text);
    expect((await get(`?key=${here.client}`)).text).toBe((await bulk(undefined, { key: here.client })).text);
    expect((await get("", { headers: { "X-API-Key": here.client } })).status).toBe(200);
  });

  it("400: a context that can't be read", async () => {
    const key = here.client;
    expectFailure(await get("?context=***", { key }), 400, "PARSE_ERROR");
    expectFailure(await get(`?context=${base64url({})}&context=${base64url({})}`, { key }), 400, "INVALID_CONTEXT");
    expectFailure(await get(`?context=${btoa("{")}`, { key }), 400, "PARSE_ERROR");
    expectFailure(await get(`?context=${base64url([])}`, { key }), 400, "INVALID_CONTEXT");
    expectFailure(await get(`?context=${base64url("text")}`, { key }), 400, "INVALID_CONTEXT");
  });

  it("414: a context longer than 8 KiB", async () => {
    const sized = (bytes: number) => base64url({ a: "x".repeat(bytes - 8) });
    expect((await get(`?context=${sized(8192)}`, { key: here.client })).status).toBe(200);
    expectFailure(await get(`?context=${sized(8193)}`, { key: here.client }), 414, "GENERAL");
  });

  it("403: a server key in the address, valid or not", async () => {
    const valid = await get(`?key=${here.server}`);
    expectFailure(valid, 403, "GENERAL");
    expect((await get(`?key=${forged("server", here.name)}`)).text).toBe(valid.text);
    expect((await bulk()).status).toBe(200); // the isolate knows it as valid by now
    expectFailure(await get(`?key=${here.server}`), 403, "GENERAL");
  });

  it("a credential in a header counts before the one in the address", async () => {
    const headers = { "CF-Connecting-IP": someAddress() };
    expectFailure(await get(`?key=${here.client}`, { key: forged("client", here.name), headers }), 401, "GENERAL");
    expect((await get(`?key=nonsense`, { key: here.client })).status).toBe(200);
  });

  it("401: the address is no place for a key on any other route", async () => {
    const headers = { "CF-Connecting-IP": someAddress() };
    expectFailure(await ofrep(`${FLAGS}?key=${here.client}`, { headers }), 401, "GENERAL");
    expectFailure(await ofrep(`${FLAGS}/b?key=${here.client}`, { headers }), 401, "GENERAL", "b");
    expectFailure(await get("?key=", { headers }), 401, "GENERAL");
    expectFailure(await get(`?key=${forged("client", here.name)}`, { headers }), 401, "GENERAL");
  });
});

describe("401 and 403", () => {
  it("no such key", async () => {
    const headers = { "CF-Connecting-IP": someAddress() };
    expectFailure(await ofrep(FLAGS, { headers }), 401, "GENERAL");
    expectFailure(await ofrep(FLAGS, { headers, key: forged("client", here.name) }), 401, "GENERAL");
  });

  it("a client key tied to origins refuses all others", async () => {
    const tied = await newKey(here.path, "client", ["https://shop.example", "http://localhost:3000"]);
    const from = (origin?: string) =>
      ofrep(FLAGS, { key: tied, headers: origin === undefined ? {} : { Origin: origin } });
    expect((await from("https://shop.example")).status).toBe(200);
    expect((await from("http://localhost:3000")).status).toBe(200);
    for (const origin of [
      undefined,
      "null",
      "https://shop.example.evil",
      "http://shop.example",
      "https://shop.example:8443",
    ])
      expectFailure(await from(origin), 403, "GENERAL");
  });
});

describe("404 and 405", () => {
  it.each([
    "/ofrep",
    "/ofrep/",
    "/ofrep/v1",
    "/ofrep/v1/evaluate",
    "/ofrep/v2/evaluate/flags",
    "/ofrep/v1/evaluate/flagsy",
  ])("404: nothing is at %s", async (path) => {
    expectFailure(await ofrep(path, { key: here.server }), 404, "GENERAL");
  });

  it.each(["PUT", "PATCH", "DELETE", "HEAD"])("405: %s", async (method) => {
    const answer = await ofrep(FLAGS, { method, key: here.server });
    expect(answer.status).toBe(405);
    expect(answer.headers.get("Allow")).toBe("GET, POST, OPTIONS");
    if (method !== "HEAD") expectFailure(answer, 405, "GENERAL");
  });
});
