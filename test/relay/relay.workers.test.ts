import { env } from "cloudflare:workers";
import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { RelayAnswer, RelayQuestion, RelayVersion } from "../../src/contract/relay.ts";
import { keyOf, type SnapshotDelta } from "../../src/contract/snapshot.ts";
import { Environment } from "../../src/environment/environment.ts";
import { Relay, type RelayObjects } from "../../src/relay/relay.ts";
import { put, putSegment } from "../environment/build.ts";
import { created, type Here, NAME, WRITE } from "../environment/object.ts";

/* Relays between an environment's object and those who ask, on the real runtime, with faults put into either. */

beforeEach(() => void vi.spyOn(console, "warn").mockReturnValue());
afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

const later = (ms: number): void => void vi.setSystemTime(Date.now() + ms);

class Near {
  readonly here: Here;
  readonly object: ReturnType<RelayObjects["getByName"]>;
  readonly stub: DurableObjectStub<Relay>;

  constructor(here: Here, region = "weur") {
    this.here = here;
    const name = keyOf.relayObject(keyOf.environmentObject(NAME, here.incarnation), region, 0);
    this.stub = env.RELAY.getByName(name);
    this.object = (env.RELAY as unknown as RelayObjects).getByName(name);
  }

  ask(question: Partial<RelayQuestion> = {}): Promise<RelayAnswer> {
    return this.object.ask({ holds: 0, ...question });
  }

  async told(question: Partial<RelayQuestion> = {}): Promise<RelayVersion> {
    const answer = await this.ask(question);
    if (!answer || "deleted" in answer) throw new Error(JSON.stringify(answer));
    return answer;
  }

  /** How often the authority is asked by this relay from now on, and how it takes that. */
  asked(fault?: () => Promise<never>): { times: () => number } {
    const spy = vi.spyOn(Environment.prototype, "inform");
    if (fault) spy.mockImplementation(fault);
    return { times: () => spy.mock.calls.filter(([name]) => name === this.stub.name).length };
  }

  /** Faults in taking what the authority tells. */
  deaf(fault: () => Promise<never>): { times: () => number } {
    const spy = vi.spyOn(Relay.prototype, "push").mockImplementation(fault);
    return { times: () => spy.mock.calls.length };
  }

  stored(): Promise<number> {
    return runInDurableObject(this.stub, (_instance, { storage }) => [...storage.kv.list()].length);
  }
}

const down = () => Promise.reject(new Error("is down"));
const hangs = () => new Promise<never>(() => {});

async function near(region?: string): Promise<Near> {
  const relay = new Near(await created(), region);
  await relay.told();
  await everywhere(relay.here, 1);
  return relay;
}
const everywhere = (here: Here, relays: number) =>
  expect.poll(async () => (await here.object.summary())?.propagated).toEqual({ relays, of: relays });

describe("what changed", () => {
  const keysOf = ({ deltas }: RelayVersion) =>
    deltas?.flatMap((text) => (JSON.parse(text) as SnapshotDelta).flags.map(({ flag }) => flag.key));

  test("is told to the relay and to who asks for it; others, and who is too far behind, get the whole", async () => {
    const relay = await near();
    const { here } = relay;
    await here.object.apply([put("b")], WRITE);
    await everywhere(here, 1);
    await here.object.apply([put("a")], WRITE);
    await everywhere(here, 1);
    const latest = await here.object.body(3);
    expect(keysOf(await relay.told({ holds: 2, deltas: true }))).toEqual(["a"]);
    const told = await relay.told({ holds: 1, deltas: true });
    expect(keysOf(told)).toEqual(["b", "a"]);
    expect(told).not.toHaveProperty("body");
    expect(await relay.told({ holds: 0, deltas: true })).toHaveProperty("body");
    await evictDurableObject(relay.stub);
    expect(keysOf(await relay.told({ holds: 1, deltas: true }))).toEqual(["b", "a"]);
    expect(JSON.parse((await relay.told({ holds: 1 })).body!)).toEqual(JSON.parse(latest!));
    await evictDurableObject(relay.stub);
    expect(JSON.parse((await relay.told({ holds: 0, deltas: true })).body!)).toEqual(JSON.parse(latest!));
    expect(keysOf(await relay.told({ holds: 2, deltas: true }))).toEqual(["a"]);
  });
});

describe("a relay that is asked", () => {
  test("for the first time asks the authority, and answers pointer, age and body at once", async () => {
    const here = await created();
    const relay = new Near(here);
    const answer = await relay.told();
    expect(answer).toEqual({ version: 1, ageMs: expect.any(Number), sure: true, body: await here.object.body(1) });
    expect(answer.ageMs).toBeLessThan(1_000);
    expect(await relay.told({ holds: 1 })).not.toHaveProperty("body");
  });

  test("doesn't ask again within 5 s, and does so after it", async () => {
    const relay = await near();
    const { times } = relay.asked();
    for (let i = 0; i < 5; i++) await relay.told({ holds: 1 });
    expect(times()).toBe(0);
    later(5_500);
    expect(await relay.told({ holds: 1 })).toMatchObject({ sure: true });
    expect(times()).toBe(1);
  });

  test("and can't ask answers with its true age, and asks again a second later", async () => {
    const relay = await near();
    const { times } = relay.asked(down);
    later(30_000);
    for (let i = 0; i < 3; i++) {
      const { ageMs, sure } = await relay.told({ holds: 1 });
      expect(ageMs).toBeGreaterThanOrEqual(29_000);
      expect(sure).toBe(false);
    }
    expect(times()).toBe(1);
    later(1_100);
    await relay.told({ holds: 1 });
    expect(times()).toBe(2);
  });

  test("by many while the authority hangs has one question under way, and answers them all", async () => {
    const relay = await near();
    const { times } = relay.asked(hangs);
    later(30_000);
    const answers = await Promise.all(Array.from({ length: 20 }, () => relay.told({ holds: 1 })));
    for (const { ageMs } of answers) expect(ageMs).toBeGreaterThanOrEqual(29_000);
    expect(times()).toBe(1);
  });

  test("for a version that it doesn't have yet asks at once, and says when there is none", async () => {
    const relay = await near();
    relay.deaf(down);
    await relay.here.write([put("a")]);
    expect(await relay.told({ holds: 1 })).toMatchObject({ version: 1 });
    expect(await relay.told({ holds: 1, atLeast: 2 })).toMatchObject({ version: 2, sure: true });
    expect(await relay.told({ holds: 2, atLeast: 9 })).toMatchObject({ version: 2, sure: true });
  });

  test("for a version, while a question is under way that may have come too early, asks once more", async () => {
    const relay = await near();
    relay.deaf(down);
    const really: Environment["inform"] = Reflect.get(Environment.prototype, "inform");
    const spy = vi.spyOn(Environment.prototype, "inform").mockImplementation(async function (
      this: Environment,
      ...args
    ) {
      const answer = await really.apply(this, args);
      await new Promise((wake) => setTimeout(wake, 100));
      return answer;
    });
    const early = relay.told({ holds: 1, atLeast: 2 });
    await expect.poll(() => spy.mock.calls.length).toBe(1);
    await relay.here.write([put("a")]);
    expect(await relay.told({ holds: 1, atLeast: 2 })).toMatchObject({ version: 2 });
    await early;
  });

  test("knows nothing when it never heard anything and the authority is down", async () => {
    const relay = new Near(await created());
    relay.asked(down);
    expect(await relay.ask()).toBeNull();
  });

  test("has the listed members, and keeps them for all that ask", async () => {
    const here = await created();
    await here.write([putSegment("s", { include: ["u1", "u2"] })]);
    const relay = new Near(here);
    const { members } = JSON.parse((await relay.told()).body!);
    expect(await relay.object.members(members)).toEqual(await here.object.members(members));
    const spy = vi.spyOn(Environment.prototype, "members");
    await Promise.all(Array.from({ length: 5 }, () => relay.object.members(members)));
    expect(spy).not.toHaveBeenCalled();
    expect(await relay.object.members("other")).toBeNull();
  });

  test("whose clock is set back doesn't claim to be fresh, and asks", async () => {
    const relay = await near();
    relay.asked(down);
    later(-3_600_000);
    expect((await relay.told({ holds: 1 })).ageMs).toBeGreaterThanOrEqual(60_000);
    vi.restoreAllMocks();
    later(2_000);
    expect(await relay.told({ holds: 1 })).toMatchObject({ sure: true });
    expect((await relay.told({ holds: 1 })).ageMs).toBeLessThan(5_000);
  });
});

describe("a relay that is told", () => {
  test("has what was written before anybody asks for it", async () => {
    const relay = await near();
    const { times } = relay.asked();
    await relay.here.write([put("a")]);
    await everywhere(relay.here, 1);
    expect(await relay.told({ holds: 1 })).toMatchObject({ version: 2 });
    expect(times()).toBe(0);
  });

  test("never goes back, whatever it is told", async () => {
    const relay = await near();
    await relay.here.write([put("a")]);
    await everywhere(relay.here, 1);
    const sentAt = Date.now() + 1_000;
    const receipt = await relay.object.push({ version: 1, body: "old", members: null, sentAt });
    expect(receipt.version).toBe(2);
    expect(await relay.told()).toMatchObject({ version: 2, body: await relay.here.object.body(2) });
    await evictDurableObject(relay.stub);
    await relay.object.push({ version: 1, body: "old", members: null, sentAt });
    expect(await relay.told()).toMatchObject({ version: 2 });
  });

  test("late counts from when it was said, not from when it arrived", async () => {
    const relay = await near();
    relay.asked(down);
    later(60_000);
    await relay.object.push({ version: 5, body: "late", members: null, sentAt: Date.now() - 20_000 });
    const { version, ageMs } = await relay.told();
    expect(version).toBe(5);
    expect(ageMs).toBeGreaterThanOrEqual(20_000);
  });

  test("keeps it when it is evicted, however long it is, and its age goes on", async () => {
    const relay = await near();
    const body = `${"ä".repeat(1_300_000)}€`; // three parts
    await relay.object.push({ version: 2, body, members: null, sentAt: Date.now() });
    await relay.object.push({ version: 3, body: "short again", members: null, sentAt: Date.now() });
    expect(await relay.stored()).toBe(2);
    await relay.object.push({ version: 4, body, members: null, sentAt: Date.now() });
    await evictDurableObject(relay.stub);
    relay.asked(down);
    later(20_000);
    const answer = await relay.told();
    expect([answer.version, answer.body === body]).toEqual([4, true]);
    expect(answer.ageMs).toBeGreaterThanOrEqual(19_000);
  });
});

describe("an environment's object", () => {
  test("tells only relays that have asked it, wherever they are", async () => {
    const here = await created();
    expect((await here.object.summary())?.propagated).toEqual({ relays: 0, of: 0 });
    for (const region of ["weur", "apac", "oc"]) await new Near(here, region).told();
    await here.write([put("a")]);
    await everywhere(here, 3);
  });

  test("answers a write while relays and KV hang, and tells them when they are back", async () => {
    const relay = await near();
    const { here } = relay;
    await expect.poll(() => here.storedPointer()).toMatchObject({ version: 1 });
    const { times } = relay.deaf(hangs);
    const kv: KVNamespace = Object.getPrototypeOf(env.SNAPSHOTS);
    const puts = vi.spyOn(kv, "put").mockReturnValue(hangs());
    await here.write([put("a")]);
    expect((await here.object.summary())?.propagated).toEqual({ relays: 0, of: 1 });
    await expect.poll(times).toBe(1); // neither waits for the other
    await expect.poll(() => puts.mock.calls.length).toBe(1);
    await runInDurableObject(here.stub, (_, state) => state.abort("killed")).catch(() => undefined);
    vi.restoreAllMocks();
    const again = env.ENVIRONMENT.getByName(keyOf.environmentObject(NAME, here.incarnation));
    expect(await runDurableObjectAlarm(again)).toBe(true);
    expect(await here.storedPointer()).toMatchObject({ version: 2 });
    expect(await relay.told({ holds: 1 })).toMatchObject({ version: 2 });
  });

  test("tells a relay that failed again by alarm, less and less often", async () => {
    const relay = await near();
    const { here } = relay;
    const { times } = relay.deaf(down);
    await here.write([put("a")]);
    await expect.poll(times).toBe(1);
    const row = async () => (await here.rows<{ failures: number; retry: number }>("SELECT * FROM relays"))[0]!;
    const pauses: number[] = [];
    for (let failures = 1; failures <= 9; failures++) {
      await expect.poll(async () => (await row()).failures).toBe(failures);
      pauses.push(Math.round(((await row()).retry - Date.now()) / 1_000));
      later((await row()).retry - Date.now());
      await runDurableObjectAlarm(here.stub);
    }
    expect(pauses).toEqual([1, 2, 4, 8, 16, 32, 60, 60, 60]);
    vi.restoreAllMocks();
    later((await row()).retry - Date.now());
    await runDurableObjectAlarm(here.stub);
    await everywhere(here, 1);
    expect((await row()).failures).toBe(0);
  });

  test("of a burst of 20 writes tells the last, in fewer pushes, and KV takes at most one pointer a second", async () => {
    const relay = await near();
    const { here } = relay;
    await expect.poll(() => here.storedPointer()).toMatchObject({ version: 1 });
    const kv: KVNamespace = Object.getPrototypeOf(env.SNAPSHOTS);
    const puts = vi.spyOn(kv, "put");
    const began = Date.now();
    for (let i = 0; i < 20; i++) await here.write([put("a", { description: `${i}` })]);
    await everywhere(here, 1);
    expect(await relay.told()).toMatchObject({ version: 21 });
    await expect.poll(() => here.storedPointer()).toMatchObject({ version: 21 });
    const pointers = puts.mock.calls.filter(([key]) => key === keyOf.pointer(NAME, here.incarnation));
    expect(pointers.length).toBeLessThanOrEqual((Date.now() - began) / 1_000 + 2);
    expect(pointers.length).toBeLessThan(10);
  });

  test("forgets a relay that nobody has asked for a day, which then keeps nothing; asked again, it is there again", async () => {
    const relay = await near();
    const { here } = relay;
    later(25 * 3_600_000);
    await runDurableObjectAlarm(here.stub);
    expect((await here.object.summary())?.propagated).toEqual({ relays: 0, of: 0 });
    expect(await relay.stored()).toBe(0);
    expect(await relay.told()).toMatchObject({ version: 1, sure: true });
    await everywhere(here, 1);
  });

  test("keeps telling a relay that was asked within the day, though it had nothing to ask itself", async () => {
    const relay = await near();
    const { here } = relay;
    later(20 * 3_600_000);
    await relay.object.push({ version: 1, body: "", members: null, sentAt: Date.now() });
    await relay.told({ holds: 1 }); // fresh: it doesn't ask
    later(5 * 3_600_000);
    await runDurableObjectAlarm(here.stub);
    expect((await here.object.summary())?.propagated).toEqual({ relays: 1, of: 1 });
    expect(await relay.stored()).toBeGreaterThan(0);
  });

  test("that is deleted ends its relays: nothing is kept there, and they say so", async () => {
    const relay = await near();
    await relay.here.object.destroy();
    await expect.poll(() => relay.ask()).toEqual({ deleted: true });
    expect(await relay.stored()).toBe(0);
    await relay.object.push({ version: 9, body: "late", members: null, sentAt: Date.now() });
    expect(await relay.ask()).toEqual({ deleted: true });
    await evictDurableObject(relay.stub);
    expect(await relay.ask()).toEqual({ deleted: true });
    expect(await relay.stored()).toBe(0);
  });

  test("that is deleted while a relay can't be reached tells it later, before it forgets itself", async () => {
    const relay = await near();
    const { here } = relay;
    vi.spyOn(Relay.prototype, "end").mockImplementation(down);
    await here.object.destroy();
    for (let i = 0; i < 4; i++) await runDurableObjectAlarm(here.stub);
    expect(await relay.stored()).toBeGreaterThan(0);
    vi.restoreAllMocks();
    await expect.poll(() => runDurableObjectAlarm(here.stub)).toBe(false);
    expect(await relay.stored()).toBe(0);
  });
});
