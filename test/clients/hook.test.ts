import { InMemoryProvider, OpenFeature as Web } from "@openfeature/web-sdk";
import { InMemoryProvider as ServerProvider, OpenFeature as Server } from "@openfeature/server-sdk";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { EventsHook, type Send } from "../../src/clients/hook.ts";

/* The hook under OpenFeature's SDKs for pages and servers, with what it sends seen. */

type Event = Record<string, unknown>;
type Sent = { address: string; headers: Record<string, string>; batch: { id: string; events: Event[] } };

/** A Sluice that takes what comes, or does as told. */
class Taker {
  readonly sent: Sent[] = [];
  status = 202;
  readonly send: Send = async (address, { headers, body }) => {
    this.sent.push({ address, headers, batch: JSON.parse(body) });
    if (this.status === 0) throw new Error("unreachable");
    return { status: this.status };
  };
  /** Without their times. */
  events(): Event[] {
    return this.sent.flatMap(({ batch }) =>
      batch.events.map(({ at, ...event }) => (expect(at).toEqual(expect.any(Number)), event)),
    );
  }
}

let taker: Taker;
let hook: EventsHook;
const options = (key = "slc_client_production_abc") => ({ baseUrl: "https://flags.test/", key, fetch: taker.send });
beforeEach(() => {
  vi.useFakeTimers();
  taker = new Taker();
  hook = new EventsHook(options());
});
afterEach(async () => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
  Web.clearHooks();
  Server.clearHooks();
  await Web.clearProviders();
  await Server.clearProviders();
});

const FLAGS = { flag: { variants: { on: true, off: false }, defaultVariant: "on", disabled: false } };
const exposure = (targetingKey: string) => ({ type: "exposure", flag: "flag", variant: "on", targetingKey });

describe("in a page", () => {
  test("tells of each exposure once, in one batch, and of what is tracked", async () => {
    Web.addHooks(hook);
    await Web.setProviderAndWait(hook.attach(new InMemoryProvider(FLAGS)), { targetingKey: "user-1" });
    const client = Web.getClient();
    for (let n = 0; n < 5; n++) client.getBooleanValue("flag", false);
    client.getBooleanValue("never-was", false);
    client.track("checkout", { value: 3 });
    client.track("seen");
    expect(taker.sent).toEqual([]);
    await vi.advanceTimersByTimeAsync(5_000);
    expect(taker.events()).toEqual([
      exposure("user-1"),
      { type: "outcome", metric: "checkout", targetingKey: "user-1", value: 3 },
      { type: "outcome", metric: "seen", targetingKey: "user-1" },
    ]);
    expect(taker.sent).toHaveLength(1);
    expect(taker.sent[0]).toMatchObject({
      address: "https://flags.test/v1/events",
      headers: { Authorization: "Bearer slc_client_production_abc" },
    });
  });

  test("another visitor is another exposure; nobody in particular is none", async () => {
    Web.addHooks(hook);
    await Web.setProviderAndWait(new InMemoryProvider(FLAGS), {});
    Web.getClient().getBooleanValue("flag", false);
    for (const targetingKey of ["user-1", "user-2", "user-1"]) {
      await Web.setContext({ targetingKey });
      Web.getClient().getBooleanValue("flag", false);
    }
    await hook.flush();
    expect(taker.events()).toEqual([exposure("user-1"), exposure("user-2")]);
  });
});

describe("on a server", () => {
  test("the same, and flush sends at once", async () => {
    Server.addHooks(hook);
    await Server.setProviderAndWait(hook.attach(new ServerProvider(FLAGS)));
    const client = Server.getClient();
    await client.getBooleanValue("flag", false, { targetingKey: "user-1" });
    client.track("checkout", { targetingKey: "user-1" }, { value: 0 });
    await hook.flush();
    expect(taker.events()).toEqual([
      exposure("user-1"),
      { type: "outcome", metric: "checkout", targetingKey: "user-1", value: 0 },
    ]);
  });
});

test("the cohort of a release goes along", async () => {
  const details = { variant: "on", flagMetadata: { cohort: "r1.2.t" } };
  hook.after({ context: { targetingKey: "u" }, flagKey: "flag" }, details);
  await hook.flush();
  expect(taker.events()).toEqual([{ ...exposure("u"), cohort: "r1.2.t" }]);
});

describe("when Sluice can't be reached", () => {
  test.each([0, 500, 503, 429])(
    "(%i) the same batch is sent again, under the same id, and then no more",
    async (status) => {
      taker.status = status;
      hook.track("checkout");
      await hook.flush();
      taker.status = 202;
      await vi.advanceTimersByTimeAsync(5_000);
      await vi.advanceTimersByTimeAsync(20_000);
      expect(taker.sent).toHaveLength(2);
      expect(taker.sent[1]!.batch).toEqual(taker.sent[0]!.batch);
    },
  );

  test.each([400, 401, 413])("but what it refuses (%i) is not sent again", async (status) => {
    taker.status = status;
    hook.track("checkout");
    await hook.flush();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(taker.sent).toHaveLength(1);
  });

  test("memory doesn't grow without end", async () => {
    taker.status = 0;
    for (let n = 0; n < 5_000; n++) hook.track("checkout", {}, { value: n });
    taker.status = 202;
    await hook.flush();
    expect(taker.sent.length).toBeLessThanOrEqual(10);
    expect(taker.events().at(-1)).toMatchObject({ value: 4_999 });
  });
});

test("a batch is never longer than 200, and each has an id of its own", async () => {
  for (let n = 0; n < 450; n++) hook.track("checkout");
  await hook.flush();
  expect(taker.sent.map(({ batch }) => batch.events.length)).toEqual([200, 200, 50]);
  expect(new Set(taker.sent.map(({ batch }) => batch.id)).size).toBe(3);
});

describe("when a page is hidden", () => {
  let listeners: Map<string, () => void>;
  let beacons: { address: string; batch: Sent["batch"] }[];
  let taken: boolean;
  beforeEach(() => {
    listeners = new Map();
    beacons = [];
    taken = true;
    const listen = (type: string, listener: () => void) => listeners.set(type, listener);
    vi.stubGlobal("addEventListener", listen);
    vi.stubGlobal("document", { visibilityState: "hidden", addEventListener: listen });
    vi.stubGlobal("navigator", {
      sendBeacon: (address: string, body: string) => (beacons.push({ address, batch: JSON.parse(body) }), taken),
    });
    hook = new EventsHook(options());
  });

  test.each(["pagehide", "visibilitychange"])(
    "(%s) what is left goes by beacon, with the key in the address, once",
    async (type) => {
      hook.track("checkout");
      listeners.get(type)!();
      listeners.get(type)!();
      expect(beacons).toHaveLength(1);
      expect(beacons[0]!.address).toBe("https://flags.test/v1/events?key=slc_client_production_abc");
      expect(beacons[0]!.batch.events).toMatchObject([{ type: "outcome", metric: "checkout" }]);
      await vi.advanceTimersByTimeAsync(60_000);
      expect(taker.sent).toEqual([]);
    },
  );

  test("what a browser doesn't take is sent otherwise", async () => {
    taken = false;
    hook.track("checkout");
    listeners.get("pagehide")!();
    await hook.flush();
    expect(taker.sent.map(({ batch }) => batch)).toEqual(beacons.map(({ batch }) => batch));
  });

  test("a server key never goes into an address", async () => {
    hook = new EventsHook(options("slc_server_production_abc"));
    hook.track("checkout");
    listeners.get("pagehide")!();
    await vi.advanceTimersByTimeAsync(0);
    expect([beacons.length, taker.sent.length]).toEqual([0, 1]);
  });

  test("what is too long for a beacon goes in parts", () => {
    for (let n = 0; n < 199; n++) hook.track("x".repeat(900));
    listeners.get("pagehide")!();
    expect(beacons.length).toBeGreaterThan(2);
    expect(beacons.flatMap(({ batch }) => batch.events)).toHaveLength(199);
    expect(new Set(beacons.map(({ batch }) => batch.id)).size).toBe(beacons.length);
    for (const { batch } of beacons) expect(JSON.stringify(batch).length).toBeLessThan(64 * 1024);
  });
});

describe("a batch", () => {
  test.each(["漢字".repeat(60), "💶".repeat(100), "a".repeat(700)])(
    "is at most 60 000 bytes, whatever is in it",
    async (text) => {
      for (let n = 0; n < 199; n++) hook.track("checkout", { targetingKey: `${text}${n}` });
      await hook.flush();
      expect(taker.events()).toHaveLength(199);
      for (const { batch } of taker.sent)
        expect(new TextEncoder().encode(JSON.stringify(batch)).length).toBeLessThanOrEqual(60_000);
      expect(new Set(taker.sent.map(({ batch }) => batch.id)).size).toBe(taker.sent.length);
    },
  );

  test("keeps its id and its events, though it is under way when the page goes", async () => {
    const beacons: string[] = [];
    vi.stubGlobal("navigator", { sendBeacon: (_: string, body: string) => (beacons.push(body), true) });
    taker.status = 0;
    for (let n = 0; n < 150; n++) hook.track("漢".repeat(200), { targetingKey: `v${n}` });
    await hook.flush();
    const ids = (texts: { id: string; events: Event[] }[]): string[] =>
      texts.map(({ id, events }) => `${id} ${events.length}`);
    const before = ids(taker.sent.map(({ batch }) => batch));
    const listeners = new Map<string, () => void>();
    vi.stubGlobal("addEventListener", (type: string, listener: () => void) => listeners.set(type, listener));
    const other = new EventsHook(options());
    for (let n = 0; n < 150; n++) other.track("漢".repeat(200), { targetingKey: `v${n}` });
    await other.flush();
    listeners.get("pagehide")!();
    const left = ids(beacons.map((body) => JSON.parse(body)));
    expect(left.reduce((sum, one) => sum + Number(one.split(" ")[1]), 0)).toBe(150);
    expect(before.length).toBeGreaterThan(0);
    for (const sent of taker.sent.slice(before.length)) expect(left).toContain(ids([sent.batch])[0]);
  });

  test("goes without an event that is too long for any", async () => {
    const warned = vi.spyOn(console, "warn").mockImplementation(() => undefined);
    hook.track("x".repeat(70_000));
    hook.track("checkout");
    await hook.flush();
    expect(taker.events()).toHaveLength(1);
    expect(warned).toHaveBeenCalledTimes(1);
    warned.mockRestore();
  });
});

describe("while flags may be somebody else's", () => {
  const seen = (targetingKey: string, variant: string, reason = "STATIC"): void =>
    hook.after({ context: { targetingKey }, flagKey: "f" }, { variant, reason });

  test("nothing is reported as seen, from the change of the context until the provider has what is new", async () => {
    let done = (): void => undefined;
    let failed: (error: Error) => void = () => undefined;
    const provider = hook.attach({
      onContextChange: (_before: object, _after: object) =>
        new Promise<void>((resolve, reject) => ([done, failed] = [resolve, reject])),
    });
    seen("anonymous", "on");
    void provider.onContextChange({}, {});
    seen("ada", "on"); // what anonymous was served
    done();
    await vi.advanceTimersByTimeAsync(0);
    seen("ada", "off");
    const change = provider.onContextChange({}, {}).catch(() => undefined);
    failed(new Error("no network"));
    await change;
    seen("bob", "off"); // what Ada was served
    void provider.onContextChange({}, {});
    const first = done;
    void provider.onContextChange({}, {});
    first();
    await vi.advanceTimersByTimeAsync(0);
    seen("bob", "off"); // a later change is under way
    done();
    await vi.advanceTimersByTimeAsync(0);
    seen("bob", "on");
    await hook.flush();
    expect(taker.events().map(({ targetingKey, variant }) => [targetingKey, variant])).toEqual([
      ["anonymous", "on"],
      ["ada", "off"],
      ["bob", "on"],
    ]);
  });

  test("nor what a provider calls stale", async () => {
    seen("ada", "on", "STALE");
    await hook.flush();
    expect(taker.sent).toEqual([]);
  });
});

test("what is refused is said once, and isn't sent again", async () => {
  const warned = vi.spyOn(console, "warn").mockImplementation(() => undefined);
  for (const status of [401, 403, 400]) {
    taker.status = status;
    for (let i = 0; i < 3; i++) {
      hook.track("checkout");
      await hook.flush();
    }
  }
  expect(taker.sent).toHaveLength(9);
  expect(warned.mock.calls.map(([message]) => /\d{3}/.exec(String(message))![0])).toEqual(["401", "403", "400"]);
  warned.mockClear();
  const rejecting: Send = async () => ({
    status: 202,
    json: async () => ({ rejected: [{ index: 0, message: "There is no metric chekout." }] }),
  });
  hook = new EventsHook({ ...options(), fetch: rejecting });
  for (let i = 0; i < 3; i++) {
    hook.track("chekout");
    await hook.flush();
  }
  expect(warned.mock.calls).toEqual([["An event wasn't counted: There is no metric chekout."]]);
  warned.mockRestore();
});
