import { env } from "cloudflare:workers";
import { evictDurableObject, reset, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { type EnvironmentMap, keyOf } from "../../src/contract/snapshot.ts";
import { Environment, type EnvironmentObjects } from "../../src/environment/environment.ts";
import type { EnvironmentEntry, WorkspaceObjects } from "../../src/workspace/workspace.ts";
import { put, putSegment } from "../environment/build.ts";
import { documentIn, WRITE } from "../environment/object.ts";

/** Every KV binding of this isolate shares this. */
const kv: KVNamespace = Object.getPrototypeOf(env.SNAPSHOTS);
/** The platform's own types of them are too deep for the compiler. */
const environments = env.ENVIRONMENT as unknown as EnvironmentObjects;
const workspaces = env.WORKSPACE as unknown as WorkspaceObjects;

let workspace: ReturnType<WorkspaceObjects["getByName"]>;
let stub: DurableObjectStub;
beforeEach(() => {
  workspace = workspaces.getByName(keyOf.workspaceObject);
  stub = env.WORKSPACE.getByName(keyOf.workspaceObject);
});
afterEach(async () => {
  vi.restoreAllMocks();
  vi.useRealTimers();
  await reset();
});

const create = (name: string, copyFrom?: string) =>
  workspace.createEnvironment({ name, description: `All of ${name}`, copyFrom }, WRITE);

async function made(name: string, copyFrom?: string): Promise<EnvironmentEntry> {
  const result = await create(name, copyFrom);
  if (!result.ok) throw new Error(JSON.stringify(result.problem));
  return result.environment;
}

const objectOf = ({ name, incarnation }: { name: string; incarnation: string }) =>
  environments.getByName(keyOf.environmentObject(name, incarnation));
const storedMap = () => env.SNAPSHOTS.get<EnvironmentMap>(keyOf.map, "json");
/** Runs the alarm when there is one; the object may be working on the same thing in the background. */
const alarm = () => runDurableObjectAlarm(stub);
const doomed = () =>
  runInDurableObject(stub, (_, { storage }) =>
    storage.sql.exec<{ name: string; incarnation: string }>("SELECT name, incarnation FROM doomed").toArray(),
  );

describe("creating an environment", () => {
  test("sets it up under a new incarnation and makes its name visible, here and in KV", async () => {
    const entry = await made("production");
    expect(entry).toMatchObject({ name: "production" });
    expect(entry.incarnation).toMatch(/^[a-z0-9]{12}$/);
    expect(await workspace.environment("production")).toEqual(entry);
    expect(await workspace.map()).toEqual({
      format: 1,
      version: 2,
      environments: { production: entry.incarnation },
      credentials: [],
    });
    expect(await objectOf(entry).summary()).toMatchObject({ version: 1, flags: 0 });
    await expect.poll(storedMap).toEqual(await workspace.map());
    expect(await doomed()).toEqual([]);
  });

  test("by a name that is taken is a conflict and changes nothing", async () => {
    await made("production");
    const before = await workspace.map();
    expect(await create("production")).toMatchObject({ ok: false, problem: { type: "conflict" } });
    expect(await workspace.map()).toEqual(before);
    expect(await doomed()).toEqual([]);
  });

  test("several times at once makes one, and ends what was set up for the others", async () => {
    const ended = vi.spyOn(Environment.prototype, "destroy");
    const results = await Promise.all([create("a"), create("a"), create("a"), create("b")]);
    expect(results.map((result) => (result.ok ? "ok" : result.problem.type)).toSorted()).toEqual([
      "conflict",
      "conflict",
      "ok",
      "ok",
    ]);
    expect((await workspace.environments()).map((entry) => entry.name)).toEqual(["a", "b"]);
    await expect.poll(() => alarm().then(doomed)).toEqual([]);
    expect(ended).toHaveBeenCalledTimes(2);
    for (const entry of await workspace.environments()) expect(await objectOf(entry).pointer()).not.toBeNull();
  });

  test("as a copy takes flags and segments, and neither keys nor archived flags", async () => {
    const from = objectOf(await made("staging"));
    const rules = [{ when: { segment: "s" }, serve: { variant: "on" } }];
    await from.apply([put("a", { rules }), put("gone"), putSegment("s", { include: ["u"] })], WRITE);
    await from.apply([{ op: "archiveFlag", key: "gone" }], WRITE);
    await from.createKey({ id: "k", kind: "server", name: "k", origins: [], hash: "0".repeat(64) }, WRITE);
    const to = objectOf(await made("production", "staging"));
    const [there, here] = [await documentIn(from), await documentIn(to)];
    expect([there.flags, there.segments]).toEqual([here.flags, here.segments]);
    expect(here).toMatchObject({ flags: [{ key: "a" }], segments: [{ include: ["u"] }] });
    expect(await to.keys()).toEqual([]);
    expect(await to.flags({ limit: 9, state: "archived" })).toEqual({ flags: [] });
  });

  test("as a copy of nothing is refused and points at the name", async () => {
    expect(await create("production", "nowhere")).toMatchObject({
      problem: { type: "invalid", errors: [{ path: "/copyFrom" }] },
    });
    expect(await workspace.environments()).toEqual([]);
  });

  test("that can't be set up leaves no name, and what there may be of it is ended", async () => {
    vi.spyOn(Environment.prototype, "seed").mockImplementation(() => {
      throw new Error("out of memory");
    });
    vi.spyOn(console, "error").mockReturnValue();
    const result = await create("production").catch((error: Error) => ({
      ok: false,
      problem: { type: error.message },
    }));
    expect(result).toMatchObject({ ok: false, problem: { type: "unavailable" } });
    vi.restoreAllMocks();
    expect(await workspace.environments()).toEqual([]);
    expect((await workspace.map()).version).toBe(1);
    await expect.poll(() => alarm().then(doomed)).toEqual([]);
    expect(await create("production")).toMatchObject({ ok: true });
  });

  test("stopped between setting up and naming: a minute later nothing is left", async () => {
    const destroyed = vi.spyOn(Environment.prototype, "destroy");
    await runInDurableObject(stub, (_, { storage }) => {
      storage.sql.exec("CREATE TRIGGER stop BEFORE INSERT ON environments BEGIN SELECT RAISE(ABORT, 'stopped'); END");
    });
    await runInDurableObject(stub, (instance) =>
      expect(
        (instance as unknown as typeof workspace).createEnvironment({ name: "a", description: "" }, WRITE),
      ).rejects.toThrow("stopped"),
    );
    await evictDurableObject(stub);
    const [half] = await doomed();
    expect(half?.name).toBe("a");
    expect(await objectOf(half!).summary()).toMatchObject({ version: 1 });
    await alarm();
    expect(destroyed).not.toHaveBeenCalled(); // it could still be on its way
    vi.setSystemTime(Date.now() + 61_000);
    await expect.poll(() => alarm().then(doomed)).toEqual([]);
    expect(await objectOf(half!).pointer()).toBeNull();
  });
});

describe("an environment's description", () => {
  test("is the environment's own, and in the log of what was created", async () => {
    const entry = await made("production");
    expect(await objectOf(entry).summary()).toMatchObject({ version: 1, description: "All of production" });
    expect(await workspace.journal({ limit: 1 })).toMatchObject({
      entries: [{ action: "createEnvironment", after: { name: "production", description: "All of production" } }],
    });
  });

  test("where it was kept in Workspace once, its column goes and the rest stays", async () => {
    const entry = await made("production");
    await runInDurableObject(stub, (_, { storage }) =>
      storage.sql.exec("ALTER TABLE environments ADD COLUMN description TEXT NOT NULL DEFAULT 'old'"),
    );
    await evictDurableObject(stub);
    expect(await workspace.environment("production")).toEqual(entry);
    expect(await create("staging")).toMatchObject({ ok: true });
  });
});

describe("an environment that ends by itself", () => {
  const DAY = 86_400_000;
  const begin = async (name: string, expiresAt: number) => {
    const result = await workspace.createEnvironment({ name, description: "", expiresAt }, WRITE);
    if (!result.ok) throw new Error(JSON.stringify(result.problem));
    const own = env.ENVIRONMENT.getByName(keyOf.environmentObject(name, result.environment.incarnation));
    return { entry: result.environment, object: objectOf(result.environment), own };
  };

  test("tells webhooks a day before, once for each end, and is gone with all that it holds after it", async () => {
    const now = Date.now();
    const clock = vi.spyOn(Date, "now").mockReturnValue(now);
    const expiresAt = now + 3 * DAY;
    const { entry, object, own } = await begin("branch", expiresAt);
    const spec = {
      url: "https://hooks.example/a",
      events: ["environment.ending" as const],
      format: "standard" as const,
    };
    await object.changeWebhook({ op: "create", id: "w", spec, secret: `whsec_${btoa("x".repeat(24))}` }, WRITE);
    const told = () =>
      runInDurableObject(own, (_, { storage }) =>
        storage.sql.exec<{ notice: string }>("SELECT notice FROM deliveries").toArray(),
      );
    await runDurableObjectAlarm(own);
    expect(await told()).toEqual([]);
    clock.mockReturnValue(now + 2 * DAY);
    vi.spyOn(globalThis, "fetch").mockImplementation(async () => new Response(null, { status: 204 }));
    await runInDurableObject(own, (instance) => instance.alarm());
    await object.configure({ description: "Still ours" }, WRITE);
    await runInDurableObject(own, (instance) => instance.alarm());
    const notices = (await told()).map(({ notice }) => JSON.parse(notice));
    expect(notices).toMatchObject([
      { type: "environment.ending", data: { environment: "branch", expiresAt: new Date(expiresAt).toISOString() } },
    ]);
    const prolonged = now + 9 * DAY;
    expect(await object.configure({ expiresAt: prolonged }, WRITE)).toMatchObject({ ok: true });
    clock.mockReturnValue(expiresAt + 1);
    await runInDurableObject(own, (instance) => instance.alarm());
    expect(await workspace.environment("branch")).toEqual(entry);

    clock.mockReturnValue(prolonged);
    expect(await object.configure({ expiresAt: prolonged + DAY }, WRITE)).toMatchObject({ ok: false });
    await runInDurableObject(own, (instance) => instance.alarm());
    expect(await workspace.environment("branch")).toBeNull();
    expect((await workspace.journal({ limit: 1 })).entries).toMatchObject([
      { action: "deleteEnvironment", target: { key: "branch" }, actor: WRITE.actor, comment: "Its time was over." },
    ]);
    await expect.poll(() => alarm().then(doomed)).toEqual([]);
    expect(await object.pointer()).toBeNull();
  });

  test("doesn't take one that was made later by its name with it", async () => {
    const { entry } = await begin("branch", Date.now() + DAY);
    await workspace.deleteEnvironment("branch", WRITE);
    const second = await made("branch");
    await workspace.expire(entry, WRITE.actor);
    expect(await workspace.environment("branch")).toEqual(second);
  });

  test("is refused beyond 200 at once", async () => {
    await runInDurableObject(stub, (_, { storage }) => {
      for (let i = 0; i < 200; i++)
        storage.sql.exec(
          "INSERT INTO environments (name, incarnation, created_at, ending) VALUES (?, ?, '', 1)",
          `e-${i}`,
          `i-${i}`,
        );
    });
    const spec = { name: "more", description: "" };
    expect(await workspace.createEnvironment({ ...spec, expiresAt: Date.now() + DAY }, WRITE)).toMatchObject({
      problem: { type: "conflict" },
    });
    expect(await workspace.createEnvironment(spec, WRITE)).toMatchObject({ ok: true });
  });
});

describe("deleting an environment", () => {
  test("takes the name at once, then ends the object and what it had in KV", async () => {
    const entry = await made("production");
    await objectOf(entry).apply([put("a")], WRITE);
    await expect.poll(() => env.SNAPSHOTS.list({ prefix: "production/" }).then((list) => list.keys.length)).toBe(3);
    expect(await workspace.deleteEnvironment("production", WRITE)).toEqual({ ok: true });
    expect(await workspace.environment("production")).toBeNull();
    expect(await workspace.map()).toMatchObject({ version: 3, environments: {} });
    await expect.poll(() => alarm().then(doomed)).toEqual([]);
    expect(await objectOf(entry).pointer()).toBeNull();
    const own = env.ENVIRONMENT.getByName(keyOf.environmentObject("production", entry.incarnation));
    await expect
      .poll(() => runDurableObjectAlarm(own).then(() => env.SNAPSHOTS.list({ prefix: "production/" })), {
        timeout: 10_000,
      })
      .toMatchObject({ keys: [] });
    await expect.poll(storedMap).toMatchObject({ version: 3, environments: {} });
    expect(await workspace.deleteEnvironment("production", WRITE)).toMatchObject({ problem: { type: "not-found" } });
  });

  test("and making it anew gives a new incarnation that knows nothing of the old one", async () => {
    const first = await made("production");
    await objectOf(first).apply([put("a")], WRITE);
    await workspace.deleteEnvironment("production", WRITE);
    const second = await made("production");
    expect(second.incarnation).not.toBe(first.incarnation);
    expect(await objectOf(second).summary()).toMatchObject({ version: 1, flags: 0 });
    await expect.poll(() => alarm().then(doomed)).toEqual([]);
    expect(await objectOf(first).pointer()).toBeNull();
    expect(await objectOf(second).pointer()).not.toBeNull();
  });

  test("whose object can't be reached is gone on with later", async () => {
    const entry = await made("production");
    const destroy = vi.spyOn(Environment.prototype, "destroy").mockImplementation(() => {
      throw new Error("overloaded");
    });
    await workspace.deleteEnvironment("production", WRITE);
    await expect.poll(() => alarm().then(() => destroy.mock.calls.length)).toBeGreaterThan(0);
    expect(await doomed()).toHaveLength(1);
    vi.restoreAllMocks();
    vi.setSystemTime(Date.now() + 61_000);
    await expect.poll(() => alarm().then(doomed)).toEqual([]);
    expect(await objectOf(entry).pointer()).toBeNull();
  });
});

describe("the map in KV", () => {
  test("gets there when KV is back, after the object was evicted", async () => {
    vi.spyOn(kv, "put").mockRejectedValue(new Error("KV is down"));
    await made("production");
    await evictDurableObject(stub);
    expect(await storedMap()).toBeNull();
    vi.restoreAllMocks();
    await alarm();
    expect(await storedMap()).toEqual(await workspace.map());
  });

  test("ends at the newest after changes within a moment", async () => {
    for (const name of ["c", "a", "b"]) await made(name);
    await workspace.deleteEnvironment("a", WRITE);
    expect((await workspace.environments()).map((entry) => entry.name)).toEqual(["b", "c"]);
    await expect.poll(storedMap).toEqual(await workspace.map());
    expect((await workspace.map()).version).toBe(5);
  });
});
