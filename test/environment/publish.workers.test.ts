import { env } from "cloudflare:workers";
import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { afterEach, describe, expect, test, vi } from "vitest";
import { keyOf } from "../../src/contract/snapshot.ts";
import { KvPublisher } from "../../src/environment/publish/kv-publisher.ts";
import { Clock } from "../support/clock.ts";
import { put, putSegment } from "./build.ts";
import { created, type Here, NAME, WRITE } from "./object.ts";

/* What gets from an environment into KV, with KV as it is and with KV in trouble. */

/** Every KV binding of this isolate shares this; the object's own is among them. */
const kv: KVNamespace = Object.getPrototypeOf(env.SNAPSHOTS);

/** The method itself, for use as a function of any binding. */
const call = (method: unknown, self: unknown, args: unknown[]): Promise<void> =>
  typeof method === "function" ? Reflect.apply(method, self, args) : Promise.reject(new Error("not a method"));
const putOf = (of: KVNamespace): unknown => Reflect.get(of, "put");

afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

function kvFails(): void {
  vi.spyOn(kv, "put").mockRejectedValue(new Error("KV is down"));
}

const published = (here: Here) => here.storedPointer().then((pointer) => pointer?.version ?? 0);
const settledAt = (here: Here, version: number) => expect.poll(() => published(here)).toBe(version);
const listed = async (prefix: string): Promise<string[]> =>
  (await env.SNAPSHOTS.list({ prefix })).keys.map((key) => key.name);

describe("what was committed", () => {
  test("gets into KV: members, body, pointer", async () => {
    const here = await created();
    await here.write([put("a"), putSegment("s", { include: ["u1", "u2"] })]);
    await settledAt(here, 2);
    const body = await here.storedBody(2);
    expect(JSON.stringify(body)).toBe(await here.object.body(2));
    const members = await env.SNAPSHOTS.get(keyOf.members(NAME, here.incarnation, body!.members!), "arrayBuffer");
    expect(members).toEqual(await here.object.members(body!.members!));
    expect(await here.object.pointer()).toEqual(await here.storedPointer());
    expect(await here.storedPointer()).toMatchObject({
      format: 1,
      incarnation: here.incarnation,
      version: 2,
      stored: 2,
    });
  });

  test("the pointer in KV never names a body that isn't there", async () => {
    const here = await created();
    await settledAt(here, 1);
    const order: string[] = [];
    const really = putOf(kv);
    vi.spyOn(kv, "put").mockImplementation(function (this: KVNamespace, key: string, ...rest: unknown[]) {
      order.push(key.split("/").at(-1)!);
      return call(really, this, [key, ...rest]);
    });
    await here.write([put("a")]);
    await settledAt(here, 2);
    expect(order).toEqual(["2", "pointer"]);
  });

  test("20 writes within a moment are published together, and the last of them ends in KV", async () => {
    const here = await created();
    await settledAt(here, 1);
    const puts = vi.spyOn(kv, "put");
    for (let i = 0; i < 20; i++) await here.write([put("a", { description: `${i}` })]);
    await settledAt(here, 21);
    const at = puts.mock.calls.filter(([key]) => key === keyOf.pointer(NAME, here.incarnation));
    expect(at.length).toBeLessThan(20);
  });

  test("a version that nobody published says so: its body comes from the object", async () => {
    const here = await created();
    await settledAt(here, 1);
    kvFails();
    await here.write([put("a")]);
    expect(await here.object.pointer()).toMatchObject({ version: 2, stored: 1 });
    expect(await here.object.body(2)).toContain('"key":"a"');
  });
});

describe("KV in trouble", () => {
  test("never fails a write, and the alarm publishes when KV is back", async () => {
    kvFails();
    const here = await created();
    await here.write([put("a")]);
    expect(await published(here)).toBe(0);
    await expect.poll(() => here.inside((storage) => storage.getAlarm())).not.toBeNull();
    vi.restoreAllMocks();
    await runDurableObjectAlarm(here.stub);
    expect(await published(here)).toBe(2);
    expect(await here.object.pointer()).toMatchObject({ stored: 2 });
  });

  test("between commit and publication the object is evicted: the alarm publishes", async () => {
    kvFails();
    const here = await created();
    await here.write([put("a")]);
    await evictDurableObject(here.stub);
    vi.restoreAllMocks();
    expect(await published(here)).toBe(0);
    expect(await runDurableObjectAlarm(here.stub)).toBe(true);
    expect(await published(here)).toBe(2);
  });

  test("the object is gone in the middle of a put that hangs: the alarm, set with the commit, publishes", async () => {
    const here = await created();
    await settledAt(here, 1);
    vi.spyOn(kv, "put").mockReturnValue(new Promise(() => {}));
    await here.write([put("a")]);
    const alarm = await here.inside((storage) => storage.getAlarm());
    expect(alarm! - Date.now()).toBeLessThanOrEqual(2_000);
    await runInDurableObject(here.stub, (_, state) => state.abort("killed")).catch(() => undefined);
    vi.restoreAllMocks();
    const again = env.ENVIRONMENT.getByName(keyOf.environmentObject(NAME, here.incarnation));
    expect(await runDurableObjectAlarm(again)).toBe(true);
    expect(await published(here)).toBe(2);
  });

  test("only the pointer failed: the body isn't put again", async () => {
    const here = await created();
    await settledAt(here, 1);
    const really = putOf(kv);
    const bodies: string[] = [];
    let failing = true;
    vi.spyOn(kv, "put").mockImplementation(function (this: KVNamespace, key: string, ...rest: unknown[]) {
      if (!key.endsWith("/pointer")) bodies.push(key);
      else if (failing && key.includes(here.incarnation)) return Promise.reject(new Error("KV is down"));
      return call(really, this, [key, ...rest]);
    });
    await here.write([put("a")]);
    await expect.poll(() => here.object.pointer()).toMatchObject({ stored: 2 });
    expect(await published(here)).toBe(1);
    failing = false;
    await expect.poll(() => runDurableObjectAlarm(here.stub).then(() => published(here))).toBe(2);
    expect(bodies.filter((key) => key.includes(here.incarnation))).toHaveLength(1);
  });

  test("the pointer is put once more 90 s after the last change, and then all is quiet", async () => {
    const here = await created();
    await settledAt(here, 1);
    await expect.poll(() => here.inside((storage) => storage.getAlarm())).toBeGreaterThan(Date.now() + 60_000);
    await env.SNAPSHOTS.delete(keyOf.pointer(NAME, here.incarnation)); // as if an older put had landed late
    vi.setSystemTime(Date.now() + 91_000);
    await runDurableObjectAlarm(here.stub);
    expect(await published(here)).toBe(1);
    expect(await here.inside((storage) => storage.getAlarm())).toBeNull();
  });
});

describe("the kvPublisher", () => {
  /** A kvPublisher over the object's own tables, with KV made of lambdas and a clock that stands still. */
  const shelved = async (
    faults: { put?: () => Promise<void>; delete?: () => Promise<void> },
    use: (kvPublisher: KvPublisher, clock: Clock, log: string[]) => Promise<void>,
  ): Promise<void> => {
    const here = await created();
    await settledAt(here, 1);
    await here.inside(async (storage) => {
      storage.sql.exec("DELETE FROM bodies");
      const clock = new Clock();
      const log: string[] = [];
      const double = {
        put: (key: string) => (log.push(`put ${key}`), faults.put?.() ?? Promise.resolve()),
        delete: (key: string) => (log.push(`delete ${key}`), faults.delete?.() ?? Promise.resolve()),
      };
      await use(new KvPublisher(storage.sql, double, clock.now, clock.after), clock, log);
    });
  };
  const body = (version: number, members: string | null = null) => ({
    version,
    text: () => `body ${version}`,
    members: members === null ? null : { hash: members, bytes: () => new Uint8Array(8) },
  });

  test("a put that hangs ends at its deadline, and counts as not stored", async () => {
    await shelved({ put: () => new Promise(() => {}) }, async (kvPublisher, clock) => {
      const done = expect(kvPublisher.put("e", "i", body(1))).rejects.toThrow("no answer");
      await clock.pass(10_000);
      await done;
      expect(kvPublisher.stored()).toBe(0);
    });
  });

  test("a delete that hangs ends at its deadline, and is tried again later", async () => {
    await shelved({ delete: () => new Promise(() => {}) }, async (kvPublisher, clock) => {
      for (let version = 1; version <= 51; version++) await kvPublisher.put("e", "i", body(version));
      await clock.pass(25 * 3_600_000);
      const done = kvPublisher.sweep("e", "i");
      await clock.pass(10_000);
      await done;
      expect(kvPublisher.sweepDue()).toBeGreaterThan(clock.now());
    });
  });

  test("old bodies stay for 24 h and the last 50 versions, and go a few at a time", async () => {
    await shelved({}, async (kvPublisher, clock, log) => {
      for (let version = 1; version <= 100; version++) {
        await kvPublisher.put("e", "i", body(version, version % 2 ? "odd" : "even"));
        await clock.pass(1_000);
      }
      expect(kvPublisher.sweepDue()).toBe(clock.now() - 99_000 + 24 * 3_600_000); // when version 2 had followed for 24 h
      await kvPublisher.sweep("e", "i");
      expect(log.filter((line) => line.startsWith("delete"))).toEqual([]);
      await clock.pass(24 * 3_600_000);
      for (let swept = 20; swept <= 60; swept += 20) {
        await kvPublisher.sweep("e", "i");
        expect(log.filter((line) => line.startsWith("delete"))).toHaveLength(Math.min(swept, 50));
      }
      expect(log.filter((line) => line.startsWith("delete"))).toEqual(
        Array.from({ length: 50 }, (_, i) => `delete e/i/${i + 1}`),
      );
      expect(kvPublisher.sweepDue()).toBeNull();
      expect(kvPublisher.stored()).toBe(100);
    });
  });

  test("listed members go with the last body that goes with them", async () => {
    await shelved({}, async (kvPublisher, clock, log) => {
      await kvPublisher.put("e", "i", body(1, "first"));
      for (let version = 2; version <= 60; version++) await kvPublisher.put("e", "i", body(version, "second"));
      expect(log.filter((line) => line.includes("members"))).toEqual([
        "put e/i/members/first",
        "put e/i/members/second",
      ]);
      await clock.pass(25 * 3_600_000);
      await kvPublisher.sweep("e", "i");
      expect(log.filter((line) => line.startsWith("delete") && line.includes("members"))).toEqual([
        "delete e/i/members/first",
      ]);
    });
  });

  test("what couldn't be deleted is tried again later", async () => {
    let failing = true;
    const fail = () => (failing ? Promise.reject(new Error("KV is down")) : Promise.resolve());
    await shelved({ delete: fail }, async (kvPublisher, clock, log) => {
      for (let version = 1; version <= 51; version++) await kvPublisher.put("e", "i", body(version));
      await clock.pass(25 * 3_600_000);
      await kvPublisher.sweep("e", "i");
      expect(kvPublisher.sweepDue()).toBe(clock.now() + 60_000);
      failing = false;
      await kvPublisher.sweep("e", "i");
      expect(log.filter((line) => line === "delete e/i/1")).toHaveLength(2);
      expect(kvPublisher.sweepDue()).toBeNull();
    });
  });
});

describe("a deleted environment", () => {
  test("leaves nothing behind, in KV or in storage", async () => {
    const here = await created();
    const prefix = keyOf.environmentObject(NAME, here.incarnation);
    await here.write([put("a"), putSegment("s", { include: ["u"] })]);
    await settledAt(here, 2);
    await here.write([put("b")]);
    await settledAt(here, 3);
    expect((await listed(prefix)).length).toBeGreaterThanOrEqual(4);
    await here.object.destroy();
    await expect.poll(() => runDurableObjectAlarm(here.stub).then(() => listed(prefix))).toEqual([]);
    await expect.poll(() => runDurableObjectAlarm(here.stub)).toBe(false);
    const tables = await here.rows("SELECT name FROM sqlite_master WHERE name NOT LIKE '%\\_cf\\_%' ESCAPE '\\'");
    expect(tables).toEqual([]);
    expect(await here.object.pointer()).toBeNull();
    await evictDurableObject(here.stub);
    expect(await here.object.pointer()).toBeNull();
    expect(await here.object.apply([put("a")], WRITE)).toMatchObject({ problem: { type: "not-found" } });
  });

  test("goes on being deleted when KV is in trouble", async () => {
    const here = await created();
    await settledAt(here, 1);
    vi.spyOn(kv, "delete").mockRejectedValue(new Error("KV is down"));
    await here.object.destroy();
    expect(await here.object.pointer()).toBeNull();
    await runDurableObjectAlarm(here.stub);
    expect(await published(here)).toBe(1);
    vi.restoreAllMocks();
    const prefix = keyOf.environmentObject(NAME, here.incarnation);
    await expect.poll(() => runDurableObjectAlarm(here.stub).then(() => listed(prefix))).toEqual([]);
  });
});
