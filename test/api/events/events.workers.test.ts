import { env, exports } from "cloudflare:workers";
import { afterEach, beforeAll, beforeEach, describe, expect, it, test, vi } from "vitest";
import { keyOf } from "../../../src/contract/snapshot.ts";
import { SHARDS } from "../../../src/metrics/batch.ts";
import type { CounterObjects } from "../../../src/metrics/counter.ts";
import type { BinRow } from "../../../src/metrics/store.ts";
import { Tally } from "../../../src/metrics/tally.ts";
import { undescribed } from "../../support/described.ts";
import { send } from "../admin/client.ts";
import { forged, newKey, someAddress, type World, world } from "../ofrep/caller.ts";

/* POST /v1/events, as clients and servers report what they saw. */

const objects: object = env;
const counters: CounterObjects = Reflect.get(objects, "COUNTER");
const NOON = Date.UTC(2030, 10, 21, 12);
const MINUTE = 60_000;

type Answer = { status: number; headers: Headers; text: string; body: Record<string, unknown> };
type Options = {
  key?: string;
  query?: string;
  method?: string;
  headers?: Record<string, string>;
  address?: string;
};

let here: World;
let count = 0;
beforeAll(async () => {
  here = await world({ key: "shown", clientSide: true }, { key: "hidden" });
});
beforeEach(() => void vi.useFakeTimers({ toFake: ["Date"], now: NOON + ++count * 3_600_000 * 2 }));
afterEach(() => void vi.useRealTimers());

async function post(body: unknown, options: Options = {}): Promise<Answer> {
  const { key, query = "", method = "POST", headers = {}, address = someAddress() } = options;
  const init: RequestInit = {
    method,
    headers: {
      "CF-Connecting-IP": address,
      ...(key !== undefined && { Authorization: `Bearer ${key}` }),
      ...headers,
    },
    ...(body !== undefined && { body: typeof body === "string" ? body : JSON.stringify(body) }),
  };
  const response = await exports.default.fetch(new Request(`https://sluice.test/v1/events${query}`, init));
  const text = await response.text();
  const answer = {
    status: response.status,
    headers: response.headers,
    text,
    body: text === "" ? {} : JSON.parse(text),
  };
  expect(response.headers.get("Access-Control-Allow-Origin")).toBe("*");
  expect(response.headers.get("Request-Id")).toMatch(/^[0-9a-f]{16}-\d+$/);
  expect(response.headers.get("Cache-Control")).toBe("private, no-store");
  if (response.status >= 300) {
    expect(response.headers.get("Content-Type")).toBe("application/json");
    if (method !== "HEAD") expect(Object.keys(answer.body)).toEqual(["errorCode", "errorDetails"]);
  }
  if (method === "POST") expect(undescribed(method, "/v1/events", answer)).toEqual([]);
  return answer;
}

const id = (): string => crypto.randomUUID();
const exposure = (more: Record<string, unknown> = {}) => ({
  type: "exposure",
  flag: "shown",
  variant: "on",
  targetingKey: "user-1",
  ...more,
});
const outcome = (more: Record<string, unknown> = {}) => ({ type: "outcome", metric: "checkout", ...more });
const accepted = (n: number, uncounted = {}) => ({ accepted: n, duplicate: false, rejected: [], uncounted });

/** What all counters of an environment have. */
async function counted(of: World): Promise<BinRow[]> {
  const { body } = await send("GET", of.path);
  const { revision } = body as { revision: string };
  const names = Array.from({ length: SHARDS }, (_, i) => keyOf.counterObject(of.name, revision.split(".")[0]!, i));
  const all = await Promise.all(names.map((name) => counters.getByName(name).read({ since: 0, until: 2 * NOON })));
  return all.flatMap(({ rows }) => rows);
}
const sum = (rows: BinRow[]): number => rows.reduce((total, { tally }) => total + Tally.decode(tally).count, 0);

describe("202", () => {
  it("every kind of event, counted for good when it is answered", async () => {
    const own = await world({ key: "shown", clientSide: true });
    const events = [
      exposure(),
      exposure({ cohort: "r1.1.t", at: new Date(Date.now() - 1_000).toISOString() }),
      outcome({ targetingKey: "user-1", value: 2.5 }),
      outcome({ flag: "shown", variant: "off", at: Date.now() - 1 }),
      outcome({ metric: "latency", cohort: "r1.1.c", value: 120 }),
      { type: "comparison", flag: "shown", match: false, controlMs: 3, candidateMs: 4, difference: "/a" },
    ];
    const answer = await post({ id: id(), events }, { key: own.server });
    // There is no such release: two of them count without their cohort.
    expect([answer.status, answer.body]).toEqual([202, accepted(6, { ended: 2 })]);
    const rows = await counted(own);
    expect([...new Set(rows.map(({ kind }) => kind))].toSorted()).toEqual([
      "exposure",
      "outcome",
      "shadow",
      "uncounted",
    ]);
    expect(rows.every(({ cohort }) => cohort === "")).toBe(true);
    vi.setSystemTime(Date.now() + 2 * MINUTE);
    const settled = await counted(own);
    expect(sum(settled.filter(({ kind }) => kind === "first"))).toBe(1);
    expect(settled.filter(({ metric }) => metric === "checkout")).toHaveLength(2);
    expect(settled.every(({ source }) => source === "server")).toBe(true);
  });

  it("from sendBeacon: text/plain, with a client key in the address", async () => {
    const batch = JSON.stringify({ id: id(), events: [exposure()] });
    const headers = { "Content-Type": "text/plain;charset=UTF-8", Origin: "https://shop.example" };
    const answer = await post(batch, { query: `?key=${here.client}`, headers });
    expect([answer.status, answer.body]).toEqual([202, accepted(1)]);
  });

  it("500 events, and 256 KiB", async () => {
    const batch = { id: id(), events: Array.from({ length: 500 }, (_, i) => exposure({ targetingKey: `user-${i}` })) };
    expect((await post(batch, { key: here.server })).body).toEqual(accepted(500));
    const text = JSON.stringify({ id: id(), events: [exposure()], padding: "" });
    const whole = text.replace('"padding":""', `"padding":"${"x".repeat(256 * 1024 - text.length)}"`);
    expect((await post(whole, { key: here.server })).status).toBe(202);
    expect((await post(`${whole} `, { key: here.server })).status).toBe(413);
  });

  it("a batch of the same id counts once within an hour, whatever is in it", async () => {
    const own = await world({ key: "shown" });
    const batch = { id: id(), events: [exposure(), exposure({ targetingKey: 7 })] };
    expect((await post(batch, { key: own.server })).body).toEqual(accepted(2));
    const again = { accepted: 0, duplicate: true, rejected: [], uncounted: {} };
    expect((await post(batch, { key: own.server })).body).toEqual(again);
    expect((await post({ ...batch, events: [exposure({ targetingKey: "x" })] }, { key: own.server })).body).toEqual(
      again,
    );
    expect(sum((await counted(own)).filter(({ kind }) => kind === "exposure"))).toBe(2);
    vi.setSystemTime(Date.now() + 3_600_001);
    expect((await post(batch, { key: own.server })).body).toEqual(accepted(2));
  });

  it("what anybody sends with a client key can't take a server's id", async () => {
    const batch = { id: "order-1", events: [exposure()] };
    expect((await post(batch, { key: here.client })).body).toEqual(accepted(1));
    expect((await post(batch, { key: here.server })).body).toEqual(accepted(1));
  });
});

describe("one bad event doesn't sink the rest", () => {
  it("it is named by its place, with a reason", async () => {
    const events = [
      exposure(),
      { type: "exposure", flag: "shown", variant: "on" },
      exposure({ colour: "red" }),
      { type: "nonsense" },
      null,
      7,
      outcome({ value: "12" }),
      outcome({ value: 1e10 }),
      exposure({ cohort: "no cohort" }),
      exposure({ at: "yesterday" }),
      exposure({ at: Date.now() - 86_400_001 }),
      { type: "comparison", flag: "shown", match: true, controlMs: -1, candidateMs: 4 },
      exposure({ targetingKey: "user-2" }),
    ];
    const { status, body } = await post({ id: id(), events }, { key: here.server });
    expect(status).toBe(202);
    expect(body).toMatchObject({ accepted: 2, duplicate: false });
    const rejected = body["rejected"] as { index: number; message: string }[];
    expect(rejected.map(({ index }) => index)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
    for (const { message } of rejected) expect(message).toMatch(/^[A-Z].*\.$/);
  });

  it("the message is the same for flags that there aren't, that clients may not see, variants and metrics", async () => {
    const own = await world({ key: "shown", clientSide: true }, { key: "hidden" });
    const events = [
      exposure({ flag: "none" }),
      exposure({ flag: "hidden" }),
      exposure({ variant: "none" }),
      exposure({ variant: "toString" }),
      outcome({ flag: "hidden" }),
      outcome({ variant: "on" }),
      outcome({ metric: "missing" }),
    ];
    const { body } = await post({ id: id(), events }, { key: own.client });
    expect(body["accepted"]).toBe(0);
    const rejected = body["rejected"] as { index: number; message: string }[];
    expect(rejected.length).toBe(7);
    expect(new Set(rejected.map(({ message }) => message)).size).toBe(1);
    const server = await post({ id: id(), events: [exposure({ flag: "hidden" })] }, { key: own.server });
    expect(server.body).toEqual(accepted(1));
  });

  it("an environment has room for 200 names of outcomes, and for those the next ones come to", async () => {
    const own = await world({ key: "shown" });
    const batch = (from: number, to: number) => ({
      id: id(),
      events: Array.from({ length: to - from }, (_, i) => outcome({ metric: `m${from + i}` })),
    });
    expect((await post(batch(0, 150), { key: own.server })).body).toEqual(accepted(150, { "no-exposure": 150 }));
    const { body } = await post(batch(140, 203), { key: own.server });
    const rejected = body["rejected"] as { index: number }[];
    expect([body["accepted"], rejected.map(({ index }) => index)]).toEqual([60, [60, 61, 62]]);
    const usual = [outcome({ metric: "error" }), outcome({ metric: "latency" }), outcome({ metric: "heartbeat" })];
    expect((await post({ id: id(), events: usual }, { key: own.server })).body).toEqual(
      accepted(3, { "no-exposure": 3 }),
    );
  });

  it("a comparison from a client key", async () => {
    const comparison = { type: "comparison", flag: "shown", match: true, controlMs: 1, candidateMs: 1 };
    const { body } = await post({ id: id(), events: [comparison, exposure()] }, { key: here.client });
    expect(body).toMatchObject({ accepted: 1, rejected: [{ index: 0 }] });
  });
});

describe("refusals", () => {
  const good = () => ({ id: id(), events: [exposure()] });

  it.each([
    ["no JSON", "{", "PARSE_ERROR"],
    ["nothing", "", "PARSE_ERROR"],
    ["no object", "[]", "GENERAL"],
    ["no id", { events: [exposure()] }, "GENERAL"],
    ["an empty id", { id: "", events: [exposure()] }, "GENERAL"],
    ["an id that is no text", { id: 1, events: [exposure()] }, "GENERAL"],
    ["no events", { id: "x" }, "GENERAL"],
    ["an empty list", { id: "x", events: [] }, "GENERAL"],
    ["too deep", `{"id":"x","events":[${"[".repeat(40_000)}${"]".repeat(40_000)}]}`, "GENERAL"],
  ])("400: %s", async (_, body, errorCode) => {
    const answer = await post(body, { key: here.server });
    expect([answer.status, answer.body["errorCode"]]).toEqual([400, errorCode]);
  });

  it("413: 501 events", async () => {
    const batch = { id: id(), events: Array.from({ length: 501 }, () => exposure()) };
    expect((await post(batch, { key: here.server })).status).toBe(413);
  });

  it("415: an encoding that isn't taken", async () => {
    expect((await post(good(), { key: here.server, headers: { "Content-Encoding": "br" } })).status).toBe(415);
  });

  it("401: no key, an unknown one", async () => {
    expect((await post(good())).status).toBe(401);
    const unknown = await post(good(), { key: forged("client", here.name) });
    expect(unknown.status).toBe(401);
    expect(unknown.headers.get("WWW-Authenticate")).not.toBeNull();
  });

  it("403: a server key in the address, an admin token, a key that is tied to other origins", async () => {
    expect((await post(good(), { query: `?key=${here.server}` })).status).toBe(403);
    expect((await post(good(), { key: "slc_admin_test-root" })).status).toBe(403);
    const tied = await newKey(here.path, "client", ["https://shop.example"]);
    expect((await post(good(), { key: tied })).status).toBe(403);
    expect((await post(good(), { key: tied, headers: { Origin: "https://shop.example" } })).status).toBe(202);
  });

  it("405: any other method, and what is allowed", async () => {
    for (const method of ["GET", "HEAD", "PUT", "PATCH", "DELETE"]) {
      const answer = await post(undefined, { method, key: here.server });
      expect([answer.status, answer.headers.get("Allow")]).toEqual([405, "POST, OPTIONS"]);
    }
  });

  it("404: elsewhere below /v1, in the same shape", async () => {
    for (const path of ["/v1", "/v1/", "/v1/events/", "/v1/event"]) {
      const response = await exports.default.fetch(new Request(`https://sluice.test${path}`, { method: "POST" }));
      expect([response.status, Object.keys(await response.json<object>())]).toEqual([
        404,
        ["errorCode", "errorDetails"],
      ]);
    }
  });

  it("429: more than 60 requests a minute from one address with a client key; servers as many as they like", async () => {
    const address = someAddress();
    const statuses: number[] = [];
    for (let i = 0; i < 61; i++) statuses.push((await post("{", { key: here.client, address })).status);
    expect(statuses.slice(0, 60).every((status) => status === 400)).toBe(true);
    const refused = await post(good(), { key: here.client, address });
    expect([refused.status, refused.headers.get("Retry-After")]).toEqual([429, "60"]);
    expect((await post(good(), { key: here.server, address })).status).toBe(202);
    expect((await post(good(), { key: here.client })).status).toBe(202);
  });
});

test("a preflight is answered from the request alone", async () => {
  const answer = await post(undefined, {
    method: "OPTIONS",
    headers: { "Access-Control-Request-Headers": "authorization,content-type", Origin: "https://shop.example" },
  });
  expect(answer.status).toBe(204);
  expect(answer.headers.get("Access-Control-Allow-Methods")).toBe("POST, OPTIONS");
  expect(answer.headers.get("Access-Control-Allow-Headers")).toBe("authorization,content-type");
  expect(answer.headers.get("Access-Control-Max-Age")).toBe("7200");
});
