import { env, exports } from "cloudflare:workers";
import { abortAllDurableObjects, evictDurableObject, runInDurableObject } from "cloudflare:test";
import { describe, expect, it } from "vitest";
import { keyOf } from "../../../src/contract/snapshot.ts";
import { runs } from "../../support/counts.ts";
import { send } from "../admin/client.ts";
import { expectFailure, FLAGS, ofrep, ORIGIN, someAddress, type World, world } from "../ofrep/caller.ts";
import { StreamReader } from "./reader.ts";

/* GET /ofrep/v1/stream, with a relay behind it */

type Announced = { type: string; url: string; inactivityDelaySec: number };

async function addressFor(key: string): Promise<string> {
  const { body } = await ofrep(FLAGS, { key });
  return (body as unknown as { eventStreams: Announced[] }).eventStreams[0]!.url;
}

async function open(url: string, lastEventId?: string): Promise<StreamReader> {
  const response = await exports.default.fetch(
    new Request(url, { headers: lastEventId === undefined ? {} : { "Last-Event-ID": lastEventId } }),
  );
  expect(response.status).toBe(200);
  expect(response.headers.get("Content-Type")).toBe("text/event-stream");
  expect(response.headers.get("Access-Control-Allow-Origin")).toBe("*");
  expect(response.headers.get("Cache-Control")).toBe("private, no-store");
  return new StreamReader(response.body!);
}

async function versionOf(here: World): Promise<string> {
  return (await ofrep(FLAGS, { key: here.server })).headers.get("Sluice-Version")!;
}

describe("the address", () => {
  it("is the same for every request, and part of the bulk answer", async () => {
    const here = await world({ key: "f", clientSide: true });
    const { body } = await ofrep(FLAGS, { key: here.client });
    expect(body).toMatchObject({
      eventStreams: [
        { type: "sse", url: expect.stringContaining(`${ORIGIN}/ofrep/v1/stream?token=`), inactivityDelaySec: 120 },
      ],
    });
    expect(await addressFor(here.client)).toBe(await addressFor(here.client));
    expect(await addressFor(here.server)).not.toBe(await addressFor(here.client));
  });
});

describe("on connect", () => {
  it("first bytes come at once: retry, a comment, the id of the current version; and an event", async () => {
    const here = await world({ key: "f", clientSide: true });
    const version = await versionOf(here);
    const stream = await open(await addressFor(here.client));
    const first = await stream.block();
    expect(Number(first?.retry)).toBeGreaterThanOrEqual(2000);
    expect(Number(first?.retry)).toBeLessThanOrEqual(5000);
    expect(first?.comment).toBeTruthy();
    expect(first?.id).toBe(version);
    expect(JSON.parse(first?.data ?? "")).toEqual({
      type: "refetchEvaluation",
      etag: expect.stringMatching(new RegExp(`^[a-z0-9]{12}\\.${version}$`)),
      lastModified: expect.closeTo(Date.now() / 1000, -2),
    });
    await stream.cancel();
  });

  it("who has seen the current version is told nothing until there is another", async () => {
    const here = await world({ key: "f", clientSide: true });
    const version = await versionOf(here);
    const stream = await open(await addressFor(here.client), version);
    const first = await stream.block();
    expect(first).toMatchObject({ id: version });
    expect(first).not.toHaveProperty("data");
    const next = stream.event();
    const written = await here.put({ key: "f", clientSide: true, default: { variant: "on" } });
    const event = await next;
    expect(event).toMatchObject({
      id: written.headers.get("Sluice-Version"),
      etag: written.headers.get("Sluice-Revision"),
    });
    await stream.cancel();
  });
});

describe("what is announced", () => {
  it("is every change once, and nothing when a write changes nothing", async () => {
    const here = await world({ key: "f", clientSide: true });
    const stream = await open(await addressFor(here.client), await versionOf(here));
    await stream.block();
    await here.put({ key: "f", clientSide: true });
    const { headers } = await here.put({ key: "f", clientSide: true, default: { variant: "on" } });
    const event = await stream.event();
    expect(event).toMatchObject({ id: headers.get("Sluice-Version"), etag: headers.get("Sluice-Revision") });
    expect(Number(event?.id)).toBe(Number(await versionOf(here)));
    await stream.cancel();
  });

  it("can be had: an evaluation that names it is answered from it", async () => {
    const here = await world({ key: "f", clientSide: true });
    const stream = await open(await addressFor(here.client));
    for (const variant of ["on", "off", "on"]) {
      await stream.event();
      await here.put({ key: "f", clientSide: true, default: { variant } });
    }
    const event = await stream.event();
    const answer = await ofrep(`${FLAGS}?flagConfigEtag=${event!.etag}`, { key: here.client });
    expect(Number(answer.headers.get("Sluice-Version"))).toBeGreaterThanOrEqual(Number(event!.id));
    await stream.cancel();
  });

  it("is the newest of a burst, for everybody", async () => {
    const here = await world({ key: "f", clientSide: true });
    const url = await addressFor(here.client);
    const streams = await Promise.all(Array.from({ length: 20 }, async () => open(url, await versionOf(here))));
    let newest = "";
    for (let i = 0; i < 20; i++)
      newest = (await here.put({ key: "f", clientSide: true, metadata: { i } })).headers.get("Sluice-Version")!;
    for (const stream of streams) {
      let told = 0;
      for (let event = await stream.event(); ; event = await stream.event()) {
        told++;
        if (event?.id === newest) break;
      }
      expect(told).toBeLessThanOrEqual(20);
      await stream.cancel();
    }
  });

  it("is the edge of a rule's window too, under the version that it is", async () => {
    const here = await world({ key: "f", clientSide: true });
    const edge = Date.now() + 2_000;
    const window = { from: new Date(edge).toISOString() };
    const rule = { id: "r", when: { all: [] }, window, serve: { variant: "on" } };
    const version = (await here.put({ key: "f", clientSide: true, rules: [rule] })).headers.get("Sluice-Version")!;
    const url = await addressFor(here.client);
    const before = await ofrep(FLAGS, { key: here.client });
    const stream = await open(url, version);
    await stream.block();
    const event = await stream.event();
    expect(event).toMatchObject({ id: version });
    expect(Date.now()).toBeGreaterThan(edge);
    const after = await ofrep(`${FLAGS}?flagConfigEtag=${event!.etag}`, {
      key: here.client,
      headers: { "If-None-Match": before.headers.get("ETag")! },
    });
    expect(after.status).toBe(200);
    expect(after.body.flags[0]).toMatchObject({ value: true });
    await stream.cancel();
  });
});

describe("who may not", () => {
  let shared: World | undefined;
  it.each(["", "?token=", "?token=x", "?key=KEY", "?token=KEY", "?token=FORGED"])(
    "401 with CORS: %j",
    async (query) => {
      const here = (shared ??= await world());
      const token = new URL(await addressFor(here.client)).searchParams.get("token")!;
      const forged = `${token.slice(0, -4)}AAAA`;
      const path = `/ofrep/v1/stream${query.replace("KEY", here.client).replace("FORGED", forged)}`;
      const headers = { "CF-Connecting-IP": someAddress() };
      const answer = await ofrep(path, { method: "GET", headers });
      expectFailure(answer, 401, "GENERAL");
      expect(answer.headers.get("WWW-Authenticate")).toBeTruthy();
      const withKey = await ofrep(path, { method: "GET", headers, key: here.server });
      expectFailure(withKey, 401, "GENERAL");
    },
  );

  it("only GET, and a preflight", async () => {
    const url = new URL(await addressFor((await world()).client));
    for (const method of ["POST", "PUT", "DELETE", "HEAD"]) {
      const answer = await ofrep(url.pathname + url.search, { method });
      expect(answer.status).toBe(405);
      expect(answer.headers.get("Allow")).toBe("GET, OPTIONS");
    }
    const asked = { "Access-Control-Request-Headers": "last-event-id", Origin: "https://shop.example" };
    const preflight = await ofrep(url.pathname, { method: "OPTIONS", headers: asked });
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get("Access-Control-Allow-Headers")).toBe("last-event-id");
    expect(preflight.headers.get("Access-Control-Allow-Methods")).toBe("GET, OPTIONS");
    for (const path of ["/ofrep/v1/stream/", "/ofrep/v1/streams", "/ofrep/v1/stream/x"])
      expectFailure(await ofrep(path, { method: "GET" }), 404, "GENERAL");
  });

  it("a key that was deleted: its stream ends softly, its address and its bulk answer are 401, others' go on", async () => {
    const here = await world({ key: "f", clientSide: true });
    const { body } = await send("POST", `${here.path}/keys`, { body: { kind: "client", name: "short-lived" } });
    const { id, secret } = body as { id: string; secret: string };
    const [url, other] = [await addressFor(secret), await addressFor(here.client)];
    const [stream, staying] = [await open(url), await open(other, await versionOf(here))];
    expect(await stream.event()).not.toBeNull();
    await staying.block();
    const deleted = Date.now();
    expect((await send("DELETE", `${here.path}/keys/${id}`)).status).toBe(204);
    while ((await stream.event()) !== null); // it may still be told of the version that deletes it
    expect(Date.now() - deleted).toBeLessThan(5_000);
    expect(await staying.event()).not.toBeNull();
    await staying.cancel();
    const headers = { "CF-Connecting-IP": someAddress() };
    const { pathname, search } = new URL(url);
    expectFailure(await ofrep(pathname + search, { method: "GET", headers }), 401, "GENERAL");
    expectFailure(await ofrep(FLAGS, { key: secret, headers }), 401, "GENERAL");
  });

  it("an environment that was deleted: its streams end", async () => {
    const here = await world();
    const stream = await open(await addressFor(here.client));
    expect(await stream.event()).not.toBeNull();
    expect((await send("DELETE", `${here.path}?confirm=${here.name}`)).status).toBe(204);
    expect(await stream.event()).toBeNull();
  });
});

describe("the relay behind it", () => {
  const relayOf = (here: World, url: string) => {
    const incarnation = new URL(url).searchParams.get("token")!.split(".")[1]!;
    return env.RELAY.getByName(keyOf.relayObject(keyOf.environmentObject(here.name, incarnation), "enam", 0));
  };
  // Through a new stub each time: one to an object that was aborted is of no use any more.
  const listenersOf = (here: World, url: string) => () =>
    runInDurableObject(relayOf(here, url), (_, state) => state.getWebSockets().length);

  it("has a listener for each stream, and none for a client that went away", async () => {
    const here = await world({ key: "f", clientSide: true });
    const url = await addressFor(here.client);
    const streams = await Promise.all([open(url), open(url), open(url)]);
    const listeners = listenersOf(here, url);
    await expect.poll(listeners).toBe(3);
    for (const [i, stream] of streams.entries()) {
      await stream.block();
      await stream.cancel();
      await expect.poll(listeners).toBe(2 - i);
    }
  });

  it("may sleep: it wakes for a change, and its listeners are still there", async () => {
    const here = await world({ key: "f", clientSide: true });
    const url = await addressFor(here.client);
    const stream = await open(url, await versionOf(here));
    await stream.block();
    await expect.poll(listenersOf(here, url)).toBe(1);
    await evictDurableObject(relayOf(here, url));
    const { headers } = await here.put({ key: "f", clientSide: true, default: { variant: "on" } });
    expect(await stream.event()).toMatchObject({ id: headers.get("Sluice-Version") });
    await stream.cancel();
  });

  it("may be aborted under many: every client ends on the newest version, and is told no more than it has to be", async () => {
    const here = await world({ key: "f", clientSide: true });
    const url = await addressFor(here.client);
    const version = await versionOf(here);
    const streams: StreamReader[] = [];
    for (let i = 0; i < runs(1000); i++) streams.push(await open(url, version));
    await Promise.all(streams.map(async (stream) => stream.block()));
    let newest = "";
    for (let i = 0; i < 3; i++) {
      await abortAllDurableObjects();
      newest = (await here.put({ key: "f", clientSide: true, metadata: { i } })).headers.get("Sluice-Version")!;
    }
    const told = await Promise.all(
      streams.map(async (stream) => {
        for (let count = 1; ; count++) if ((await stream.event())?.id === newest) return count;
      }),
    );
    expect(Math.max(...told)).toBeLessThanOrEqual(3);
    await Promise.all(streams.map(async (stream) => stream.cancel()));
  });

  it.each(["evicted with its sockets", "aborted"])(
    "may be %s: the stream goes on, and tells what is written then",
    async (how) => {
      const here = await world({ key: "f", clientSide: true });
      const url = await addressFor(here.client);
      const relay = relayOf(here, url);
      const stream = await open(url, await versionOf(here));
      await stream.block();
      await expect.poll(listenersOf(here, url)).toBe(1);
      if (how === "aborted") await runInDurableObject(relay, (_, state) => state.abort("gone")).catch(() => undefined);
      else await evictDurableObject(relay, { webSockets: "close" });
      const { headers } = await here.put({ key: "f", clientSide: true, default: { variant: "on" } });
      expect(await stream.event()).toMatchObject({ id: headers.get("Sluice-Version") });
      await expect.poll(listenersOf(here, url)).toBe(1);
      await stream.cancel();
    },
  );
});
