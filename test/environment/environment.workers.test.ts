import { evictDurableObject } from "cloudflare:test";
import { describe, expect, test } from "vitest";
import { flag, put, putSegment, segment } from "./build.ts";
import { created, documentIn, type Here, NAME, WRITE } from "./object.ts";

const KEY = {
  id: "k1",
  kind: "client",
  name: "web",
  origins: ["https://shop.example"],
  hash: "ab".repeat(32),
} as const;
const newKey = () => ({ ...KEY, origins: [...KEY.origins] });

/** Everything that can be asked of an environment, for comparison. */
async function everything({ object }: Here) {
  const [summary, flags, segments, keys, pointer] = await Promise.all([
    object.summary(),
    object.flags({ limit: 500 }),
    object.segments({ limit: 500 }),
    object.keys(),
    object.pointer(),
  ]);
  return { summary, flags, segments, keys, version: pointer?.version };
}

describe("what was acknowledged is durable", () => {
  test("flags, segments, keys and the version survive the object's eviction", async () => {
    const here = await created();
    await here.write([put("b"), put("a", { description: "ä🙂" }), putSegment("staff", { include: ["u1"] })]);
    await here.write([{ op: "archiveFlag", key: "b" }]);
    await here.object.createKey(newKey(), WRITE);
    const before = await everything(here);
    expect(before).toMatchObject({ version: 4, summary: { version: 4, flags: 1 }, keys: [{ id: "k1" }] });
    await evictDurableObject(here.stub);
    expect(await everything(here)).toEqual(before);
  });

  test("an environment is there from seed to destroy, and not before or after", async () => {
    const here = await created();
    expect(await here.object.seed(null, WRITE)).toMatchObject({ problem: { type: "conflict" } });
    await here.object.destroy();
    expect(await here.object.pointer()).toBeNull();
    expect(await here.object.body(1)).toBeNull();
    expect(await here.object.summary()).toBeNull();
    expect(await here.object.apply([put("a")], WRITE)).toMatchObject({ problem: { type: "not-found" } });
    expect(await here.object.createKey(newKey(), WRITE)).toMatchObject({ problem: { type: "not-found" } });
    await evictDurableObject(here.stub);
    expect(await here.object.pointer()).toBeNull();
  });

  test("an environment begins as a copy of the flags and segments that it is given", async () => {
    const from = await created();
    const rules = [{ when: { segment: "staff" }, serve: { variant: "on" } }];
    await from.write([put("a", { rules }), put("gone"), putSegment("staff", { include: ["u1", "u2"] })]);
    await from.write([{ op: "archiveFlag", key: "gone" }]);
    const copy = await from.object.transfer();
    if (!copy.ok) throw new Error(copy.problem.detail);
    const to = await created(copy.text);
    expect(await documentIn(to.object)).toMatchObject({
      flags: [flag("a", { rules })],
      segments: [segment("staff", { include: ["u1", "u2"] })],
    });
    expect(await to.object.summary()).toMatchObject({ version: 1, revision: `${to.incarnation}.1`, flags: 1 });
    expect((await to.object.audit({ flag: "a", limit: 10 })).entries).toMatchObject([
      { action: "putFlag", version: 1 },
    ]);
  });
});

describe("a write is all or nothing", () => {
  test("a refused batch leaves no trace", async () => {
    const here = await created();
    const before = await everything(here);
    const result = await here.object.apply(
      [put("a"), put("b", { prerequisites: [{ flag: "none", variants: ["on"] }] })],
      WRITE,
    );
    expect(result).toMatchObject({
      ok: false,
      problem: { type: "invalid", errors: [{ path: "/changes/1/flag/prerequisites/0/flag" }] },
    });
    expect(await everything(here)).toEqual(before);
    expect(await here.rows("SELECT * FROM log")).toHaveLength(1);
  });
});

describe("apply", () => {
  test("answers a single change with the view, its entity tag, and whether it was created", async () => {
    const here = await created();
    const first = await here.write([put("a")], { comment: "hello" });
    expect(first).toMatchObject({
      version: 2,
      revision: `${here.incarnation}.2`,
      changed: true,
      created: true,
      flag: { flag: flag("a"), version: 2, updatedBy: "Ada" },
      etag: `"${here.incarnation}.2"`,
    });
    expect(await here.write([put("a", { owner: "me" })])).toMatchObject({ created: false, flag: { version: 3 } });
    expect(await here.write([putSegment("s")])).toMatchObject({ created: true, segment: { segment: segment("s") } });
    const gone = await here.write([{ op: "deleteSegment", key: "s" }]);
    expect(gone).toMatchObject({ version: 5, created: false });
    expect(gone).not.toHaveProperty("etag");
    expect(await here.object.flag("a")).toMatchObject({ view: { version: 3 }, etag: `"${here.incarnation}.3"` });
  });

  test("answers a batch with the environment's entity tag, whatever its length", async () => {
    const here = await created();
    const result = await here.write([put("a")], { batch: true });
    expect(result).toEqual({
      ok: true,
      version: 2,
      revision: `${here.incarnation}.2`,
      changed: true,
      created: false,
      etag: `"${here.incarnation}.2"`,
      summary: await here.object.summary(),
    });
  });

  test("a write that changes nothing makes no version and no log entry, and answers as if it had", async () => {
    const here = await created();
    await here.write([put("a"), put("b")]);
    const again = await here.write([put("a")]);
    expect(again).toMatchObject({ version: 2, changed: false, created: false, flag: { version: 2 } });
    expect(await here.rows("SELECT * FROM log")).toHaveLength(3);
  });
});

describe("preconditions", () => {
  test("If-Match holds against the resource: its version, in a list, or *; no weak one", async () => {
    const here = await created();
    const { etag } = await here.write([put("a")]);
    await here.write([put("b")]);
    const stale = await here.object.apply([{ op: "disableFlag", key: "b" }], { ...WRITE, ifMatch: etag! });
    expect(stale).toMatchObject({ problem: { type: "version-conflict" } });
    await here.write([put("a", { owner: "1" })], { ifMatch: etag! });
    await here.write([put("a", { owner: "2" })], { ifMatch: `W/"z", "x", "${here.incarnation}.4"` });
    await here.write([put("a", { owner: "3" })], { ifMatch: "*" });
    expect(await here.object.apply([put("a")], { ...WRITE, ifMatch: "" })).toMatchObject({ ok: false });
    expect(await here.object.apply([put("new")], { ...WRITE, ifMatch: "*" })).toMatchObject({
      problem: { type: "version-conflict" },
    });
    expect(await here.object.apply([{ op: "disableFlag", key: "new" }], { ...WRITE, ifMatch: "*" })).toMatchObject({
      problem: { type: "not-found" },
    });
  });

  test("If-None-Match: * creates only", async () => {
    const here = await created();
    await here.write([put("a")], { ifNoneMatch: "*" });
    expect(await here.object.apply([put("a", { owner: "x" })], { ...WRITE, ifNoneMatch: "*" })).toMatchObject({
      problem: { type: "version-conflict" },
    });
  });

  test("for a batch they hold against the environment", async () => {
    const here = await created();
    const { etag } = await here.write([put("a")], { batch: true });
    await here.write([put("b"), put("c")], { ifMatch: etag! });
    expect(await here.object.apply([put("d")], { ...WRITE, batch: true, ifMatch: etag! })).toMatchObject({
      problem: { type: "version-conflict" },
    });
    expect(await here.object.createKey(newKey(), { ...WRITE, ifMatch: etag! })).toMatchObject({ ok: false });
  });
});

describe("keys", () => {
  test("are made, listed without their hash, published with it, and deleted", async () => {
    const here = await created();
    const made = await here.object.createKey(newKey(), WRITE);
    const view = { id: "k1", kind: "client", name: "web", origins: ["https://shop.example"], createdBy: "Ada" };
    expect(made).toMatchObject({ ok: true, version: 2, changed: true, key: view });
    expect(await here.object.keys()).toMatchObject([view]);
    expect(JSON.stringify([made, await here.object.keys()])).not.toContain(KEY.hash);
    const { id, kind, hash, origins } = KEY;
    expect(JSON.parse((await here.object.body(2))!)).toMatchObject({ keys: [{ id, kind, hash, origins }] });
    expect(await here.object.createKey(newKey(), WRITE)).toMatchObject({ problem: { type: "conflict" } });
    expect(await here.object.deleteKey("k1", WRITE)).toMatchObject({ ok: true, version: 3 });
    expect(await here.object.deleteKey("k1", WRITE)).toMatchObject({ problem: { type: "not-found" } });
    expect(await here.object.keys()).toEqual([]);
    expect(JSON.stringify(await here.rows("SELECT action, key FROM log WHERE kind = 'key'"))).toBe(
      '[{"action":"createKey","key":"k1"},{"action":"deleteKey","key":"k1"}]',
    );
  });
});

describe("the log", () => {
  async function written(): Promise<Here> {
    const here = await created();
    await here.write([put("a"), putSegment("s", { include: ["u"] })], { comment: "first" });
    await here.write([{ op: "setRollout", key: "a", percentage: 12.5 }], { comment: "more \ud800" });
    await here.write([{ op: "archiveFlag", key: "a" }]);
    await here.object.createKey(newKey(), { ...WRITE, actor: { id: "x", name: "Eve \udfff", via: "access" } });
    return here;
  }

  test("has an entry for every change: who, when, what, and what was in force before and after", async () => {
    const here = await written();
    const { entries } = await here.object.audit({ flag: "a", limit: 10 });
    expect(entries.map(({ action, version, comment }) => [action, version, comment])).toEqual([
      ["archiveFlag", 4, ""],
      ["setRollout", 3, "more \ufffd"],
      ["putFlag", 2, "first"],
    ]);
    const [archived, rolledOut, first] = entries;
    expect(first).toMatchObject({ sequence: 2, actor: WRITE.actor, target: { kind: "flag", key: "a" }, before: null });
    expect(first?.after).toEqual(flag("a"));
    expect(rolledOut?.before).toEqual(flag("a"));
    expect(rolledOut?.after).toMatchObject({ default: { rollout: { percentage: 12.5 } } });
    expect(archived?.before).toEqual(rolledOut?.after);
    expect(archived?.after).toBeNull();
    expect(Date.parse(first!.at)).toBeLessThanOrEqual(Date.parse(archived!.at));
  });

  test("pages backward", async () => {
    const here = await written();
    const { entries, next } = await here.object.audit({ flag: "a", limit: 2 });
    expect(entries.map((entry) => entry.action)).toEqual(["archiveFlag", "setRollout"]);
    expect(await here.object.audit({ flag: "a", limit: 2, after: next! })).toMatchObject({
      entries: [{ action: "putFlag" }],
    });
    expect(await here.object.audit({ flag: "a", limit: 2, after: next! })).not.toHaveProperty("next");
    expect(await here.object.audit({ flag: "none", limit: 2 })).toEqual({ entries: [] });
  });
});

test("50 writers at once with If-Match and retries on one flag: every acknowledged write is in the log, none is lost", async () => {
  const here = await created();
  await here.write([put("contended")]);
  let conflicts = 0;
  const acknowledged = await Promise.all(
    Array.from({ length: 50 }, async (_, writer) => {
      for (;;) {
        const read = await here.object.flag("contended");
        const patch = { metadata: { [`writer-${writer}`]: true } };
        const write = { ...WRITE, comment: `writer ${writer}`, ifMatch: read!.etag };
        const result = await here.object.apply([{ op: "patchFlag", key: "contended", patch }], write);
        if (result.ok) return { writer, version: result.version };
        expect(result.problem.type).toBe("version-conflict");
        conflicts += 1;
      }
    }),
  );
  expect(conflicts).toBeGreaterThan(0);
  await evictDurableObject(here.stub);
  const { entries } = await here.object.audit({ flag: "contended", limit: 500 });
  const patches = entries.filter((entry) => entry.action === "patchFlag").toReversed();
  expect(patches.map((entry) => entry.version)).toEqual(Array.from({ length: 50 }, (_, i) => i + 3));
  for (const { writer, version } of acknowledged)
    expect(patches.find((entry) => entry.version === version)?.comment).toBe(`writer ${writer}`);
  const { view } = (await here.object.flag("contended"))!;
  expect(Object.keys(view.flag.metadata)).toHaveLength(50);
  expect(await here.object.verify()).toMatchObject({ ok: true, entries: 52 });
});

describe("lists", () => {
  test("are sorted by UTF-16 code units, page by key, and leave archived flags out unless asked", async () => {
    const here = await created();
    const keys = ["b", "a", "\u{1f600}", "\uff5e", "B", "c/1"];
    await here.write(keys.map((key) => put(key)));
    await here.write([{ op: "archiveFlag", key: "b" }]);
    const first = await here.object.flags({ limit: 2 });
    expect(first.flags.map((view) => view.flag.key)).toEqual(["B", "a"]);
    const second = await here.object.flags({ limit: 3, after: first.next! });
    expect(second.flags.map((view) => view.flag.key)).toEqual(["c/1", "\u{1f600}", "\uff5e"]);
    expect(second).not.toHaveProperty("next");
    expect((await here.object.flags({ limit: 9, state: "archived" })).flags.map((view) => view.flag.key)).toEqual([
      "b",
    ]);
  });

  test("filter by text, tag, kind, owner and state", async () => {
    const here = await created();
    await here.write([
      put("one", { tags: ["Web"], owner: "ada", kind: "experiment", description: "Checkout page" }),
      put("two", { enabled: false, owner: "bob" }),
    ]);
    const keys = async (query: object) =>
      (await here.object.flags({ limit: 9, ...query })).flags.map((v) => v.flag.key);
    expect(await keys({ q: "checkOUT" })).toEqual(["one"]);
    expect(await keys({ tag: "Web" })).toEqual(["one"]);
    expect(await keys({ tag: "web" })).toEqual([]);
    expect(await keys({ kind: "release" })).toEqual(["two"]);
    expect(await keys({ owner: "bob" })).toEqual(["two"]);
    expect(await keys({ state: "enabled" })).toEqual(["one"]);
    expect(await keys({ state: "disabled" })).toEqual(["two"]);
    expect(await keys({ state: "stale" })).toEqual([]);
  });
});

describe("the body", () => {
  test("is what travels: live flags sorted, without what only people read, segments by where their members are", async () => {
    const here = await created();
    await here.write([
      put("b", { description: "for people", owner: "x", tags: ["t"] }),
      put("a"),
      put("gone"),
      putSegment("s", { include: ["u1", "u2", "u1"], exclude: ["u3"] }),
    ]);
    await here.write([{ op: "archiveFlag", key: "gone" }]);
    const body = JSON.parse((await here.object.body(3))!);
    expect(body).toMatchObject({ format: 1, environment: NAME, incarnation: here.incarnation, version: 3 });
    expect(body.flags.map((one: { version: number; flag: { key: string } }) => [one.flag.key, one.version])).toEqual([
      ["a", 2],
      ["b", 2],
    ]);
    for (const word of ["description", "owner", "tags", "kind"]) expect(body.flags[1].flag).not.toHaveProperty(word);
    expect(body.segments).toEqual([
      { key: "s", by: "targetingKey", when: { any: [] }, include: [0, 2], exclude: [2, 1] },
    ]);
    const members = await here.object.members(body.members);
    expect(members?.byteLength).toBe(3 * 8);
    expect(await here.object.members("0".repeat(64))).toBeNull();
  });

  test("asked for an older version, it is the current one; for a newer, there is none", async () => {
    const here = await created();
    await here.write([put("a")]);
    expect(await here.object.body(1)).toBe(await here.object.body(2));
    expect(await here.object.body(3)).toBeNull();
  });
});
