import { OFREPWebProvider, type OFREPWebProviderOptions } from "@openfeature/ofrep-web-provider";
import { ClientProviderEvents, OpenFeature, type Provider } from "@openfeature/web-sdk";
import { connect as connectSocket, createServer, type Server, type Socket } from "node:net";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { admin, newKey } from "../../support/admin.ts";
import { type Runtime, startRuntime } from "../../support/runtime.ts";

/*
 * @openfeature/ofrep-web-provider follows the change stream of a running Sluice, with Node's EventSource for the
 * browser's. Its defects are among what is tested: it doesn't ask again when it has reconnected, it knocks every second
 * at a stream that refuses it, and it keeps addresses for 30 days.
 */

const ENVIRONMENT = "production";
let runtime: Runtime;
let key: string;

beforeAll(async () => {
  runtime = await startRuntime();
  await admin(runtime, "POST", "/environments", { name: ENVIRONMENT });
  await serve("off");
  key = await newKey(runtime, ENVIRONMENT, "client");
});
afterEach(async () => OpenFeature.clearProviders());
afterAll(async () => runtime?.stop());

async function serve(variant: "on" | "off"): Promise<void> {
  const { status } = await admin(runtime, "PUT", `/environments/${ENVIRONMENT}/flags/f`, {
    type: "boolean",
    variants: { on: true, off: false },
    default: { variant },
    clientSide: true,
  });
  expect(status).toBeLessThan(300);
}

type Exchange = { status: number; ifNoneMatch: string | null; at: number };

/** A page that follows the stream and never polls; what it asked and was answered is noted. */
async function page(options: Partial<OFREPWebProviderOptions> = {}, url = runtime.url, secret = key) {
  const exchanges: Exchange[] = [];
  const provider = new OFREPWebProvider({
    baseUrl: url,
    headers: [["Authorization", `Bearer ${secret}`]],
    cacheMode: "disabled",
    ...options,
    fetchImplementation: async (input, init) => {
      const request = new Request(input, init);
      const ifNoneMatch = request.headers.get("If-None-Match");
      const response = await (options.fetchImplementation ?? fetch)(request);
      exchanges.push({ status: response.status, ifNoneMatch, at: Date.now() });
      return response;
    },
  });
  await OpenFeature.setProviderAndWait(provider as Provider, { targetingKey: "user-1" });
  const client = OpenFeature.getClient();
  return { client, exchanges, value: () => client.getBooleanValue("f", false) };
}

it("a change arrives in the page without polling", async () => {
  await serve("off");
  const { client, exchanges, value } = await page();
  // The first notice comes with the connection; nothing has changed since the page asked.
  await expect.poll(() => exchanges.map(({ status }) => status)).toEqual([200, 304]);
  const changed = new Promise<readonly string[] | undefined>((resolve) =>
    client.addHandler(ClientProviderEvents.ConfigurationChanged, (details) => resolve(details?.flagsChanged)),
  );
  await serve("on");
  expect(await changed).toEqual(["f"]);
  expect(value()).toBe(true);
  expect(exchanges.map(({ status }) => status)).toEqual([200, 304, 200]);
  await serve("off");
  await expect.poll(value).toBe(false);
  expect(exchanges).toHaveLength(4);
});

it("a page that was cut off hears of what it missed, although its provider doesn't ask when it is back", async () => {
  await serve("off");
  const wire = await cuttable(Number(new URL(runtime.url).port));
  const { exchanges, value } = await page({}, wire.url);
  await expect.poll(() => exchanges.length).toBe(2);
  wire.cut();
  await serve("on");
  const before = exchanges.length;
  expect(value()).toBe(false);
  wire.mend();
  await expect.poll(value, { timeout: 20_000 }).toBe(true);
  expect(exchanges.length - before).toBe(1);
  await OpenFeature.clearProviders();
  wire.close();
});

describe("a stream that is refused", () => {
  it("because its address is one of the past: the next bulk answer has another, and the page follows that", async () => {
    await serve("off");
    const dead = "production.aaaaaaaaaaaa.k0000000000000.t9zk00.".padEnd(90, "A");
    const streams: string[] = [];
    const { exchanges, value } = await page({
      // The first answer is as one from a browser's storage: with an address and an entity tag that were good then.
      fetchImplementation: async (input, init) => {
        const response = await fetch(input, init);
        if (response.status !== 200) return response;
        const body = (await response.json()) as { eventStreams: [{ url: string }] };
        const first = streams.length === 0;
        if (first) body.eventStreams[0].url = `${runtime.url}/ofrep/v1/stream?token=${dead}`;
        streams.push(body.eventStreams[0].url);
        const headers = new Headers(response.headers);
        if (first) headers.set("ETag", 'W/"of-then"');
        return Response.json(body, { headers });
      },
    });
    // Refused; a second later the bulk answer, which isn't 304, leads to the stream, and that to one more question.
    await expect.poll(() => exchanges.map(({ status }) => status)).toEqual([200, 200, 304]);
    expect(exchanges[1]!.ifNoneMatch).toBe('W/"of-then"');
    expect(streams).toHaveLength(2);
    expect(streams[1]).not.toContain(dead);
    await serve("on");
    await expect.poll(value).toBe(true);
    expect(exchanges).toHaveLength(4);
  });

  it("because its key was deleted: it ends within five seconds, and the page knocks ever more rarely", async () => {
    await serve("off");
    const made = await admin<{ id: string; secret: string }>(runtime, "POST", `/environments/${ENVIRONMENT}/keys`, {
      kind: "client",
      name: "to be deleted",
    });
    const { client, exchanges } = await page({}, runtime.url, made.body.secret);
    await expect.poll(() => exchanges.length).toBe(2);
    const interrupted = new Promise<number>((resolve) =>
      client.addHandler(ClientProviderEvents.Stale, () => resolve(Date.now())),
    );
    const deletedAt = Date.now();
    expect((await admin(runtime, "DELETE", `/environments/${ENVIRONMENT}/keys/${made.body.id}`)).status).toBe(204);
    expect((await interrupted) - deletedAt).toBeLessThan(5_000);
    await expect.poll(() => exchanges.length, { timeout: 20_000 }).toBeGreaterThanOrEqual(4);
    const refused = exchanges.slice(2);
    expect(refused.map(({ status }) => status)).toEqual(refused.map(() => 401));
    // A second passed before the first of them; two pass before the second.
    expect(refused[1]!.at - refused[0]!.at).toBeGreaterThan(1_500);
  });
});

/** A wire to a local port that can be cut and mended. */
async function cuttable(to: number): Promise<{ url: string; cut(): void; mend(): void; close(): void }> {
  const sockets = new Set<Socket>();
  let whole = true;
  const server: Server = createServer((near) => {
    if (!whole) {
      near.destroy();
      return;
    }
    const far = connectSocket(to, "127.0.0.1");
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(one);
      one.pipe(other);
      one.on("error", () => other.destroy());
      one.on("close", () => {
        sockets.delete(one);
        other.destroy();
      });
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return {
    url: `http://127.0.0.1:${address.port}`,
    cut() {
      whole = false;
      for (const socket of sockets) socket.destroy();
    },
    mend: () => void (whole = true),
    close: () => void server.close(),
  };
}
