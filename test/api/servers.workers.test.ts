import { exports } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import { formatRevision } from "../../src/contract/snapshot.ts";
import { send } from "./admin/client.ts";
import { newKey, ORIGIN, type World, world } from "./ofrep/caller.ts";

/* What a server that evaluates by itself is given, and who isn't. */

const PATH = "/v1/snapshot";
let here: World;
beforeAll(async () => {
  here = await world({ key: "f", description: "for people", owner: "me", tags: ["t"], clientSide: true });
  await send("PUT", `${here.path}/segments/staff`, {
    body: { key: "staff", include: ["ada@example.com"], description: "ours" },
  });
});

type Body = {
  version: number;
  incarnation: string;
  since?: string;
  removed?: { flags: string[]; segments: string[] };
  flags: { version: number; flag: { key: string } }[];
  segments: { key: string }[];
  members: string | null;
};

async function get(path: string, key: string | undefined, headers: Record<string, string> = {}, method = "GET") {
  const all = { "CF-Connecting-IP": "192.0.2.1", ...headers, ...(key && { Authorization: `Bearer ${key}` }) };
  const response = await exports.default.fetch(new Request(ORIGIN + path, { method, headers: all }));
  const bytes = new Uint8Array(await response.arrayBuffer());
  const text = new TextDecoder().decode(bytes);
  return { status: response.status, headers: response.headers, bytes, text, body: () => JSON.parse(text) as Body };
}

describe("GET /v1/snapshot", () => {
  it("has what evaluation needs and nothing else: no keys, no settings, nothing that only people read", async () => {
    const answer = await get(PATH, here.server);
    expect(answer.status).toBe(200);
    expect(Object.keys(answer.body()).toSorted()).toEqual(
      [
        "at",
        "environment",
        "eventStreams",
        "flags",
        "format",
        "incarnation",
        "members",
        "segments",
        "version",
      ].toSorted(),
    );
    expect(answer.text).not.toMatch(/for people|"owner"|"tags"|"kind"|"hash"|ours|ada@example/);
    expect(answer.headers.get("Cache-Control")).toBe("private, no-store");
    expect(answer.headers.get("Sluice-Age")).toMatch(/^\d+$/);
    expect(answer.headers.get("Sluice-Version")).toBe(String(answer.body().version));
    expect(answer.headers.get("Request-Id")).not.toBeNull();
  });

  it("is for server keys: 403 for a client key, 401 without one", async () => {
    expect((await get(PATH, here.client)).status).toBe(403);
    expect((await get(`${PATH}?key=${here.client}`, undefined)).status).toBe(401);
    expect((await get(`/v1/members/${"0".repeat(64)}`, here.client)).status).toBe(403);
  });

  it("is 304 for the revision that is held, by this key and not by another's entity tag", async () => {
    const etag = (await get(PATH, here.server)).headers.get("ETag")!;
    expect((await get(PATH, here.server, { "If-None-Match": etag })).status).toBe(304);
    const other = await newKey(here.path, "server");
    expect((await get(PATH, other, { "If-None-Match": etag })).status).toBe(200);
  });

  it("says with `since` only what changed and what is gone, and the whole where it doesn't know", async () => {
    const before = (await get(PATH, here.server)).body();
    const since = formatRevision(before.incarnation, before.version);
    const flag = { type: "boolean", variants: { on: true, off: false }, default: { variant: "on" } };
    await send("PUT", `${here.path}/flags/gone`, { body: flag });
    await send("PUT", `${here.path}/flags/new`, { body: flag });
    const middle = (await get(`${PATH}?since=${since}`, here.server)).body();
    expect(middle).toMatchObject({ since, removed: { flags: [], segments: [] }, segments: [] });
    expect(middle.flags.map(({ flag: { key } }) => key)).toEqual(["gone", "new"]);
    await send("DELETE", `${here.path}/flags/gone`);
    const delta = (
      await get(`${PATH}?since=${formatRevision(middle.incarnation, middle.version)}`, here.server)
    ).body();
    expect(delta).toMatchObject({ flags: [], removed: { flags: ["gone"], segments: [] } });
    for (const unknown of ["aaaaaaaaaaaa.1", `${before.incarnation}.99999`, "rubbish", ""]) {
      const whole = (await get(`${PATH}?since=${unknown}`, here.server)).body();
      expect(whole.since).toBeUndefined();
      expect(whole.flags.map(({ flag: { key } }) => key)).toEqual(["f", "new"]);
    }
  });

  it("takes no other method and no other path", async () => {
    expect((await get(PATH, here.server, {}, "POST")).status).toBe(405);
    expect((await get(`${PATH}s`, here.server)).status).toBe(404);
    expect((await get(`${PATH}/`, here.server)).status).toBe(404);
    expect((await get("/v1/members/", here.server)).status).toBe(404);
  });
});

describe("GET /v1/members/{hash}", () => {
  it("has the digests that the snapshot names, for good, and 404 for any other hash", async () => {
    const { members } = (await get(PATH, here.server)).body();
    const answer = await get(`/v1/members/${members}`, here.server);
    expect([answer.status, answer.bytes.length]).toEqual([200, 8]);
    expect(answer.headers.get("Cache-Control")).toMatch(/private.*immutable/);
    expect((await get(`/v1/members/${"0".repeat(64)}`, here.server)).status).toBe(404);
  });
});

describe("/flagd/v1", () => {
  const FEED = "/flagd/v1/flags.json";
  type Feed = { flags: { [key: string]: object }; $evaluators: object };
  const feed = async () => JSON.parse((await get(FEED, here.server)).text) as Feed;
  const omitted = async () =>
    (JSON.parse((await get("/flagd/v1/omitted", here.server)).text) as { omitted: object[] }).omitted;

  it("is the flags as flagd reads them, and names those that flagd can't say", async () => {
    const flag = { type: "boolean", variants: { on: true, off: false }, default: { variant: "off" } };
    const rules = [{ id: "r", when: { segment: "staff" }, serve: { variant: "on" } }];
    await send("PUT", `${here.path}/flags/listed`, { body: { ...flag, rules } });
    await send("PUT", `${here.path}/flags/needs`, {
      body: { ...flag, prerequisites: [{ flag: "listed", variants: ["on"] }] },
    });
    await send("PUT", `${here.path}/flags/asks`, {
      body: { ...flag, rules: [{ id: "r", when: { not: { flag: "f", variants: ["on"] } }, serve: { variant: "on" } }] },
    });
    const keys = (await get(PATH, here.server)).body().flags.map(({ flag: { key } }) => key);
    const place = (key: string, rest: string): string => `/flags/${keys.indexOf(key)}${rest}`;
    expect(await omitted()).toEqual([
      { key: "asks", code: "jsonlogic", path: place("asks", "/rules/0/when/not") },
      { key: "listed", code: "big-segment", path: place("listed", "/rules/0/when") },
      { key: "needs", code: "jsonlogic", path: place("needs", "/prerequisites") },
    ]);
    const answer = await get(FEED, here.server);
    expect(answer.headers.get("Sluice-Omitted")).toBe("3");
    expect(answer.headers.get("Content-Type")).toBe("application/json");
    expect(Object.keys((await feed()).flags)).toEqual(keys.filter((key) => !["asks", "listed", "needs"].includes(key)));
    expect(answer.text).not.toMatch(/for people|"owner"|"hash"/);
  });

  it("is 304 to whoever holds it, and another text after a change", async () => {
    const { headers } = await get(FEED, here.server);
    const held = { "If-None-Match": headers.get("ETag")! };
    expect((await get(FEED, here.server, held)).status).toBe(304);
    expect((await get("/flagd/v1/omitted", here.server, held)).status).toBe(200);
    await send("PUT", `${here.path}/flags/later`, {
      body: { type: "string", variants: { a: "A" }, default: { variant: "a" } },
    });
    expect((await feed()).flags["later"]).toEqual({ state: "ENABLED", variants: { a: "A" }, defaultVariant: "a" });
    expect((await get(FEED, here.server, held)).status).toBe(200);
  });

  it("is for server keys, by GET and HEAD", async () => {
    expect((await get(FEED, here.client)).status).toBe(403);
    expect((await get(FEED, undefined)).status).toBe(401);
    expect((await get(FEED, here.server, {}, "PUT")).status).toBe(405);
    expect((await get(FEED, here.server, {}, "HEAD")).bytes.length).toBe(0);
    expect((await get("/flagd/v1/flags", here.server)).status).toBe(404);
  });
});
