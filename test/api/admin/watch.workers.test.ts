import { env, exports } from "cloudflare:workers";
import { abortAllDurableObjects } from "cloudflare:test";
import { afterEach, describe, expect, test, vi } from "vitest";
import { keyOf } from "../../../src/contract/snapshot.ts";
import { booleanFlag, environment, expectProblem, ROOT, send } from "./client.ts";
import { as, newToken } from "./tokens.ts";

/* The administration stream, with a relay behind it. */

type Event = { id: string; event: string; data: Record<string, unknown> };

/** Reads events one after another; comments and `retry` are left out. */
class Reader {
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;
  readonly #decoder = new TextDecoder();
  #text = "";
  readonly seen: string[] = [];

  constructor(body: ReadableStream<Uint8Array>) {
    this.#reader = body.getReader();
  }

  async next(): Promise<Event | null> {
    for (;;) {
      const end = this.#text.indexOf("\n\n");
      if (end === -1) {
        const { done, value } = await this.#reader.read();
        if (done) return null;
        this.#text += this.#decoder.decode(value, { stream: true });
        continue;
      }
      const block = this.#text.slice(0, end);
      this.#text = this.#text.slice(end + 2);
      this.seen.push(block);
      const field = (name: string): string => new RegExp(`^${name}: (.*)$`, "m").exec(block)?.[1] ?? "";
      if (field("data") !== "") return { id: field("id"), event: field("event"), data: JSON.parse(field("data")) };
    }
  }

  /** The next events of a kind, until one fits. */
  async until(event: string, fits: (data: Event["data"]) => boolean): Promise<Event> {
    for (;;) {
      const found = await this.next();
      if (!found) throw new Error("the stream has ended");
      if (found.event === event && fits(found.data)) return found;
    }
  }

  async close(): Promise<void> {
    await this.#reader.cancel();
  }
}

const open: Reader[] = [];
async function watch(path: string, headers: Record<string, string> = {}, query = ""): Promise<Reader> {
  const response = await exports.default.fetch(
    new Request(`https://sluice.test/admin/v1${path}/stream${query}`, {
      headers: { Authorization: `Bearer ${ROOT}`, ...headers },
    }),
  );
  expect(response.status).toBe(200);
  expect(response.headers.get("Content-Type")).toBe("text/event-stream");
  expect(response.headers.get("Cache-Control")).toBe("no-store");
  const reader = new Reader(response.body!);
  open.push(reader);
  return reader;
}
afterEach(async () => {
  vi.useRealTimers();
  await Promise.all(open.splice(0).map(async (reader) => reader.close()));
});

describe("the administration stream", () => {
  test("begins with the version and says that nobody knows what changed", async () => {
    const { path } = await environment();
    const stream = await watch(path);
    expect(await stream.next()).toEqual({ id: "1", event: "version", data: { version: 1 } });
    expect(stream.seen[0]).toMatch(/^retry: [2-5]\d{3}\n:/);
  });

  test("names the flags and segments of each change, and never what is in them", async () => {
    const { path } = await environment();
    const stream = await watch(path);
    await stream.next();
    await send("PUT", `${path}/flags/secret-name`, { body: booleanFlag({ description: "secret description" }) });
    const first = await stream.until("version", ({ version }) => version === 2);
    expect(first).toEqual({ id: "2", event: "version", data: { version: 2, flags: ["secret-name"], segments: [] } });
    await send("PUT", `${path}/segments/s`, { body: { include: ["somebody"] } });
    expect((await stream.until("version", ({ version }) => version === 3)).data).toMatchObject({ segments: ["s"] });
    expect(stream.seen.join()).not.toMatch(/somebody|description/);
  });

  test("tells of a release by its state, and of change requests, which make no version", async () => {
    const { path } = await environment();
    await send("PUT", `${path}/flags/f`, { body: booleanFlag() });
    const stream = await watch(path);
    await stream.next();
    const plan = {
      stages: [
        { name: "one", percentage: 1, minBake: "1d" },
        { name: "all", percentage: 100 },
      ],
    };
    const { id } = (await send("POST", `${path}/flags/f/releases`, { body: { plan } })).body as { id: string };
    expect((await stream.until("release", () => true)).data).toEqual({ flag: "f", id, state: "baking" });
    await send("POST", `${path}/flags/f/releases/${id}/unrelease`);
    expect((await stream.until("release", () => true)).data).toEqual({ flag: "f", id, state: "unreleased" });

    await send("PATCH", path, { body: { requiresApproval: 1 } });
    const asked = await send("PUT", `${path}/flags/f/rollout`, { body: { percentage: 9 } });
    expect(asked.status).toBe(202);
    const request = (asked.body as { id: string }).id;
    expect((await stream.until("request", () => true)).data).toEqual({ id: request, state: "open" });
    await send("POST", `${path}/change-requests/${request}/reject`);
    expect((await stream.until("request", ({ state }) => state !== "open")).data).toEqual({
      id: request,
      state: "rejected",
    });
  });

  test("goes on from Last-Event-ID, or since, and says nothing when that is current", async () => {
    const { path } = await environment();
    for (const key of ["a", "b", "c"]) await send("PUT", `${path}/flags/${key}`, { body: booleanFlag() });
    for (const stream of [await watch(path, { "Last-Event-ID": "2" }), await watch(path, {}, "?since=2")])
      expect(await stream.next()).toEqual({
        id: "4",
        event: "version",
        data: { version: 4, flags: ["b", "c"], segments: [] },
      });
    const current = await watch(path, { "Last-Event-ID": "4" });
    await send("PUT", `${path}/flags/d`, { body: booleanFlag() });
    expect(await current.next()).toMatchObject({ id: "5", data: { flags: ["d"] } });
    expectProblem(await send("GET", `${path}/stream?since=x`), "invalid", [{ path: "/since" }]);
  });

  test("names none where more than a hundred flags changed", async () => {
    const { path } = await environment();
    const changes = Array.from({ length: 101 }, (_, i) => ({
      op: "putFlag",
      flag: { key: `f${i}`, ...booleanFlag() },
    }));
    expect((await send("POST", `${path}/changes`, { body: { changes } })).status).toBe(200);
    const stream = await watch(path, { "Last-Event-ID": "1" });
    expect((await stream.next())!.data).toEqual({ version: 2, segments: [] });
  });

  test("goes on when objects and relays have died", async () => {
    const { path } = await environment();
    const stream = await watch(path);
    await stream.next();
    await abortAllDurableObjects();
    await send("PUT", `${path}/flags/f`, { body: booleanFlag() });
    expect((await stream.until("version", ({ version }) => version === 2)).data).toMatchObject({ flags: ["f"] });
  });

  test("ends with the environment", async () => {
    const { path, name } = await environment();
    const stream = await watch(path);
    await stream.next();
    await send("DELETE", `${path}?confirm=${name}`);
    expect(await stream.next()).toBe(null);
  });

  test("is for who may enter, and comes with the dashboard's cookie too", async () => {
    const { path, name } = await environment();
    const viewer = as((await newToken("viewer", [name])).secret);
    expect((await viewer("GET", `${path}/stream`)).status).toBe(200);
    expectProblem(await as((await newToken("admin", ["other"])).secret)("GET", `${path}/stream`), "forbidden");
    expectProblem(await send("GET", "/environments/never-was/stream"), "not-found");
    const signedIn = await exports.default.fetch(
      new Request("https://sluice.test/admin/v1/session", {
        method: "POST",
        headers: { "Content-Type": "application/json", "Sec-Fetch-Site": "same-origin" },
        body: JSON.stringify({ token: ROOT }),
      }),
    );
    const cookie = signedIn.headers.get("Set-Cookie")!.split(";")[0]!;
    const response = await exports.default.fetch(
      new Request(`https://sluice.test/admin/v1${path}/stream`, { headers: { Cookie: cookie } }),
    );
    expect(response.status).toBe(200);
    await response.body!.cancel();
    expect(env.WORKSPACE.getByName(keyOf.workspaceObject)).toBeDefined();
  });
});
