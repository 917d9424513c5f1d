import { env } from "cloudflare:workers";
import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { Change } from "../../src/contract/change.ts";
import { keyOf } from "../../src/contract/snapshot.ts";
import type { Environment } from "../../src/environment/environment.ts";
import type { Write } from "../../src/environment/rpc.ts";
import { Outbox } from "../../src/durable/outbox.ts";
import { note } from "../support/counts.ts";
import { put, putSegment } from "./build.ts";
import { created, type Here, NAME, WRITE } from "./object.ts";

/*
 * A write is stopped at each of its steps in turn: every statement, the outbox's mark, the alarm, and the two ends of
 * the transaction. Each time what is stored afterwards must be, row by row, what was stored before.
 */

type Stop = "before it" | "after it" | "by a crash";

/** What the write of a version touches, and nothing that publishing does. */
const TABLES = ["environment", "texts", "outlines", "flags", "segments", "keys", "settings", "description", "log"];

/**
 * Every row of every table, and what is kept beside them: but whether Workspace was told to look in, which no write
 * decides and which happens when it happens.
 */
function stored(storage: DurableObjectStorage): Record<string, unknown> {
  const names = storage.sql
    .exec<{ name: string }>("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT GLOB '_cf_*'")
    .toArray();
  const rows = (name: string): string[] =>
    Array.from(storage.sql.exec(`SELECT * FROM ${name}`).raw(), (row) => JSON.stringify(row, readable)).toSorted();
  const kv = [...storage.kv.list()].filter(([key]) => key !== "attention");
  return { ...Object.fromEntries(names.map(({ name }) => [name, rows(name)])), kv };
}

function readable(_: string, value: unknown): unknown {
  return value instanceof ArrayBuffer ? new TextDecoder().decode(value) : value;
}

/** The same of a write that went well, whichever environment it was made in. */
function outcome(all: Record<string, unknown>, incarnation: string): string {
  const own = Object.fromEntries([...TABLES, "replays"].map((name) => [name, all[name] ?? []]));
  const uuid = /[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}/g;
  return JSON.stringify(own).replaceAll(incarnation, "here").replaceAll(uuid, "random");
}

/** Lets something happen at the n-th step of all that is done with the storage. Undone by what it returns. */
function atStep(storage: DurableObjectStorage, n: number, act: () => void, after: boolean): () => void {
  let steps = 0;
  const step = <T>(make: () => T): T => {
    steps += 1;
    const here = steps === n;
    if (here && !after) act();
    const made = make();
    if (here && after) act();
    return made;
  };
  const exec = storage.sql.exec.bind(storage.sql);
  const kvPut = storage.kv.put.bind(storage.kv);
  const setAlarm = storage.setAlarm.bind(storage);
  const transaction = storage.transactionSync.bind(storage);
  const wrapped: [object, string, (...args: never[]) => unknown][] = [
    [storage.sql, "exec", (query: string, ...values: SqlStorageValue[]) => step(() => exec(query, ...values))],
    [storage.kv, "put", (key: string, value: unknown) => step(() => kvPut(key, value))],
    [storage, "setAlarm", (at: number): unknown => step(() => setAlarm(at))],
    // Its end is a step too: the last thing before it is committed.
    [storage, "transactionSync", (make: () => unknown) => transaction(() => step(() => make()))],
  ];
  for (const [owner, name, value] of wrapped) Object.defineProperty(owner, name, { configurable: true, value });
  return () => {
    for (const [owner, name] of wrapped) Reflect.deleteProperty(owner, name);
  };
}

const CHANGES: Change[] = [
  put("new", { rules: [{ when: { segment: "s" }, serve: { variant: "on" } }] }),
  putSegment("s", { include: ["u1", "u2"] }),
  { op: "patchFlag", key: "old", patch: { owner: "me" } },
  { op: "disableFlag", key: "old" },
  { op: "archiveFlag", key: "going" },
  { op: "deleteSegment", key: "unused" },
];
const KEY = { id: "k2", kind: "server", name: "api", origins: [], hash: "cd".repeat(32) } as const;
const keyed = (key: string): Write => ({ ...WRITE, idempotency: { key, fingerprint: "f" } });
type Made = (instance: Environment) => Promise<{ ok: boolean }>;
const WRITES: Record<string, Made> = {
  "a batch": (instance) => instance.apply(CHANGES, keyed("batch")),
  "a single change": (instance) => instance.apply([put("old", { owner: "you" })], keyed("single")),
  "description and settings": (instance) =>
    instance.configure({ description: "new", sampling: { enabled: true } }, keyed("settings")),
  "a new key": (instance) => instance.createKey({ ...KEY, origins: [] }, keyed("key")),
  "a key's deletion": (instance) => instance.deleteKey("k1", keyed("deletion")),
  "going back to a version": (instance) => instance.restoreVersion(1, keyed("restore")),
};

/** An environment with some of everything. */
async function furnished(): Promise<Here> {
  const here = await created();
  await here.write([put("old"), put("going"), putSegment("unused")]);
  await here.object.createKey({ ...KEY, id: "k1", origins: [], hash: "ab".repeat(32) }, WRITE);
  // The tables for replays are made by the first write that has a key, whatever becomes of it.
  const idempotency = { key: "first", fingerprint: "f" };
  expect(await here.object.apply([put("old")], { ...WRITE, ifMatch: '"no"', idempotency })).toMatchObject({
    ok: false,
  });
  return here;
}

/** Time stands still, and nothing is published: what is stored is the write's doing. */
beforeEach(() => {
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() });
  vi.spyOn(Outbox.prototype, "run").mockResolvedValue();
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

/** What becomes of a write in which something happens at its n-th step; undefined where it was stopped there. */
async function stopped(here: Here, write: Made, n: number, stop: Stop) {
  const all = await runInDurableObject(stubOf(here), async (instance, state) => {
    const act = (): never => {
      if (stop === "by a crash") state.abort("stopped");
      throw new Error("stopped");
    };
    const undo = atStep(state.storage, n, act, stop === "after it");
    try {
      expect(await write(instance)).toMatchObject({ ok: true });
    } finally {
      undo();
    }
    return stored(state.storage);
  }).catch((error: Error) => {
    if (!/stopped/.test(error.message)) throw error;
  });
  return all;
}

const stubOf = ({ incarnation }: Here): DurableObjectStub<Environment> =>
  env.ENVIRONMENT.getByName(keyOf.environmentObject(NAME, incarnation));
const storedBy = (here: Here) => runInDurableObject(stubOf(here), (_, { storage }) => stored(storage));

/** What the object says, from memory. */
async function shown(here: Here): Promise<string> {
  return runInDurableObject(stubOf(here), async (instance) => {
    const query = { limit: 500 };
    const asked = [
      instance.summary(),
      instance.flags(query),
      instance.segments(query),
      instance.keys(),
      instance.body(1),
    ];
    return JSON.stringify(await Promise.all(asked));
  });
}

/** What is stored when nothing happens. */
async function expected(write: Made): Promise<string> {
  const here = await furnished();
  const all = await stopped(here, write, 0, "before it");
  return outcome(all!, here.incarnation);
}

describe.each(Object.entries(WRITES))("%s that is stopped at any step is there whole or not at all", (what, write) => {
  const stops: Stop[] = ["before it", "after it", ...(what === "a batch" ? (["by a crash"] as const) : [])];

  test.each(stops)("%s", async (stop) => {
    const here = await furnished();
    const [before, known] = [await storedBy(here), await shown(here)];
    for (let n = 1; ; n++) {
      const all = await stopped(here, write, n, stop);
      if (all) {
        expect(outcome(all, here.incarnation)).toBe(await expected(write));
        expect(n).toBeGreaterThan(10);
        note(`${n - 1} steps`);
        break;
      }
      if (stop !== "by a crash") {
        expect(await shown(here), `step ${n}, in memory`).toBe(known);
        await evictDurableObject(stubOf(here));
      }
      expect(await storedBy(here), `step ${n}`).toEqual(before);
    }
  });
});

test("a crash between commit and answer leaves the write whole, or nothing of it", async () => {
  const here = await furnished();
  const before = await storedBy(here);
  await runInDurableObject(stubOf(here), async (instance, state) => {
    const transaction = state.storage.transactionSync.bind(state.storage);
    const value = (make: () => unknown): void => {
      transaction(make);
      state.abort("stopped");
    };
    Object.defineProperty(state.storage, "transactionSync", { configurable: true, value });
    await WRITES["a batch"]!(instance);
  }).catch((error: Error) => expect(error.message).toMatch(/stopped/));
  const after = outcome(await storedBy(here), here.incarnation);
  const none = outcome(before, here.incarnation);
  expect([none, await expected(WRITES["a batch"]!)]).toContain(after);
});
