import { env } from "cloudflare:workers";
import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { describe, expect, test, vi } from "vitest";
import { keyOf, type SnapshotBody } from "../../src/contract/snapshot.ts";
import type { EnvironmentObjects } from "../../src/environment/environment.ts";
import { kvSource } from "../../src/snapshot/kv.ts";
import { SnapshotStore } from "../../src/snapshot/store.ts";
import type { WorkspaceObjects } from "../../src/workspace/workspace.ts";
import { ENVIRONMENT_MIGRATIONS } from "../../src/environment/store/schema.ts";
import { put } from "../environment/build.ts";
import { WRITE } from "../environment/object.ts";

/*
 * What released versions of Sluice have stored, as test/storage/make.ts wrote it down, is opened by today's code, which
 * goes on from there; and what today's code publishes has all that the readers of those versions look at.
 */

const files: Record<string, string> = import.meta.glob("./*/*.{sql,json}", {
  query: "?raw",
  import: "default",
  eager: true,
});
const VERSIONS = [...new Set(Object.keys(files).map((path) => path.split("/")[1]!))].toSorted();
const NAME = "production";
const INCARNATION = "fixture00001";

/** Makes an object's storage what it was. */
async function opened(stub: DurableObjectStub, version: string, what: string): Promise<void> {
  await runInDurableObject(stub, (_, { storage }) => {
    const tables = storage.sql
      .exec<{ name: string }>("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT GLOB '_cf_*'")
      .toArray()
      .filter(({ name }) => !name.startsWith("sqlite_"));
    for (const { name } of tables) storage.sql.exec(`DROP TABLE "${name}"`);
    for (const line of files[`./${version}/${what}.sql`]!.split("\n")) if (line !== "") storage.sql.exec(line);
    const kept = JSON.parse(files[`./${version}/${what}.json`]!) as Record<string, unknown>;
    for (const [key, value] of Object.entries(kept)) storage.kv.put(key, value);
  });
  await evictDurableObject(stub);
}

/** An environment's object with what a version stored; each test has its own. */
async function environment(version: string) {
  const name = keyOf.environmentObject(NAME, `${INCARNATION}-${crypto.randomUUID()}`);
  const stub = env.ENVIRONMENT.getByName(name);
  await opened(stub, version, "environment");
  return { stub, object: (env.ENVIRONMENT as unknown as EnvironmentObjects).getByName(name) };
}

/** Where a document lacks something that another one has, or has something of another type. */
function* lacking(wanted: unknown, found: unknown, path = ""): Generator<string> {
  const type = (value: unknown): string => (Array.isArray(value) ? "array" : value === null ? "null" : typeof value);
  if (type(wanted) !== type(found)) yield `${path}: ${type(wanted)} is ${type(found)}`;
  else if (typeof wanted === "object" && wanted !== null)
    for (const [key, value] of Object.entries(wanted))
      yield* lacking(value, (found as Record<string, unknown>)[key], `${path}/${key}`);
}

describe.each(VERSIONS)("what version %s has stored", (version) => {
  const kv = JSON.parse(files[`./${version}/kv.json`]!) as Record<string, string>;

  test("of an environment is all there, and its log is whole", async () => {
    const { stub, object } = await environment(version);
    const { flags } = await object.flags({ limit: 100 });
    expect(flags.map(({ flag, release }) => [flag.key, release?.state])).toEqual([
      ["ended", "unreleased"],
      ["live", "baking"],
      ["plain", undefined],
      ["scheduled", "scheduled"],
      ["suspended", "suspended"],
      ["targeted", undefined],
    ]);
    const query = { limit: 10 };
    const many = await object.segmentMembers("many", { list: "include", limit: 1_000 });
    expect(many?.members).toHaveLength(300);
    expect((await object.plans()).map(({ name, revision }) => [name, revision])).toEqual([["usual", 1]]);
    expect((await object.keys()).map(({ id }) => id)).toEqual(["key1", "key2"]);
    expect(await object.metrics()).toHaveLength(1);
    expect((await object.webhooks()).map(({ view }) => view.id)).toEqual(["webhook1"]);
    expect((await object.deliveries("webhook1", query))?.deliveries.length).toBeGreaterThan(0);
    const { requests } = await object.changeRequests(query);
    expect(requests.map(({ state, action }) => [state, action])).toEqual([
      ["outdated", "createRelease"], // of a plan by its name, whose text version 0.1 didn't keep
      ["open", "patchFlag"],
    ]);
    expect(await object.verify()).toMatchObject({ ok: true });
    expect(await object.summary()).toMatchObject({ requiresApproval: 1, description: "What is sold", flags: 6 });
    const [row] = await runInDurableObject(stub, (_, { storage }) =>
      storage.sql.exec("SELECT number FROM schema_number").toArray(),
    );
    expect(row).toEqual({ number: ENVIRONMENT_MIGRATIONS.length });
  });

  test("can be gone on with: a release is taken back, a change is made, a request gets its consent, a write is sent again", async () => {
    const { object } = await environment(version);
    const again = { ...WRITE, idempotency: { key: "single", fingerprint: "same" } };
    expect(await object.apply([put("other")], again)).toMatchObject({
      ok: true,
      replayed: true,
      flag: { flag: { key: "plain", owner: "me" } },
    });
    const control = { op: "control", control: "unrelease", role: "operator" } as const;
    for (const flag of ["live", "suspended"])
      expect(await object.release({ ...control, flag, id: `release-${flag}` }, WRITE)).toMatchObject({
        ok: true,
        release: { state: "unreleased" },
      });
    const [, request] = (await object.changeRequests({ limit: 10 })).requests;
    const other = { ...WRITE, actor: { id: "bob@example.com", name: "Bob", via: "access" as const } };
    const decided = await object.decideChangeRequest({ id: request!.id, approve: true, role: "admin" }, other);
    expect(decided).toMatchObject({ ok: true, changeRequest: { state: "applied" } });
    expect((await object.flag("plain"))?.view.flag.default).toEqual({ variant: "on" });
    expect(await object.verify()).toMatchObject({ ok: true });
    await object.reconcile();
  });

  test("of Workspace and of a counter is all there", async () => {
    const name = `workspace-${crypto.randomUUID()}`;
    await opened(env.WORKSPACE.getByName(name), version, "workspace");
    const workspace = (env.WORKSPACE as unknown as WorkspaceObjects).getByName(name);
    expect((await workspace.environments()).map((one) => one.name)).toEqual([NAME]);
    expect(await workspace.authenticate("ef".repeat(32))).toMatchObject({ id: "token1", role: "editor" });
    expect(await workspace.verify()).toMatchObject({ ok: true });
    const counter = env.COUNTER.getByName(keyOf.counterObject(NAME, crypto.randomUUID(), 0));
    await opened(counter, version, "counter");
    await runInDurableObject(counter, async (one, { storage }) => {
      // At the time of the fixture: counters forget batches after a while.
      const { at } = storage.sql.exec<{ at: number }>("SELECT at FROM batches").one();
      const clock = vi.spyOn(Date, "now").mockReturnValue(at);
      const taken = await one.take({ isolate: "isolate-1", sequence: 1, cells: [], keyed: [] });
      clock.mockRestore();
      expect(taken).toMatchObject({ duplicate: true });
    });
  });

  test("in KV is served", async () => {
    const store = new SnapshotStore({ freshnessMs: 2_000 });
    const found = async (key: string): Promise<string | null> => kv[key] ?? null;
    const bytes = (text: string): ArrayBuffer =>
      Uint8Array.from(atob(text.slice("base64:".length)), (one) => one.charCodeAt(0)).buffer;
    const namespace = {
      get: async (key: string, how: string | { type: string }) => {
        const text = await found(key);
        const type = typeof how === "string" ? how : how?.type;
        if (text === null) return null;
        return type === "json" ? JSON.parse(text) : type === "arrayBuffer" ? bytes(text) : text;
      },
    };
    const never = async () => Promise.reject(new Error("no relay"));
    const asking = {
      now: () => Date.now(),
      waitUntil: () => {},
      sources: {
        relay: { map: never, environment: never, members: never },
        stored: kvSource(namespace as unknown as KVNamespace),
      },
    };
    const map = JSON.parse(kv[keyOf.map]!) as { environments: Record<string, string> };
    kv[keyOf.map] = JSON.stringify({ ...map, environments: { [NAME]: INCARNATION } });
    const lookup = await store.current(NAME, asking);
    expect("held" in lookup && lookup.held.snapshot.version).toBeGreaterThan(1);
  });

  test("is what today's code publishes, and more", async () => {
    const { object } = await environment(version);
    const { version: newest } = (await object.pointer())!;
    const now = JSON.parse((await object.body(newest))!) as SnapshotBody;
    const then = JSON.parse(kv[keyOf.body(NAME, INCARNATION, newest)]!) as SnapshotBody;
    expect([...lacking(then, now)]).toEqual([]);
    expect(now.format).toBe(then.format);
    expect([...lacking(JSON.parse(kv[keyOf.pointer(NAME, INCARNATION)]!), await object.pointer())]).toEqual([]);
  });
});
