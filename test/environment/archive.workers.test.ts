import { evictDurableObject } from "cloudflare:test";
import { describe, expect, test } from "vitest";
import type { Change } from "../../src/contract/change.ts";
import { flag, put, putSegment, segment, textFlag } from "./build.ts";
import { created, type Here, WRITE } from "./object.ts";

/* What the log tells: entries, whether it is whole, versions and the way back to them. */

const ADA = WRITE.actor;
const EVE = { id: "eve@example.com", name: "Eve", via: "access" } as const;

/** Version 2: a and s. 3: a rolled out. 4: a archived. 5: a key. 6: members of s, and b. */
async function written(): Promise<Here> {
  const here = await created();
  await here.write([put("a"), putSegment("s", { include: ["u"], exclude: ["v", "w"] })], { comment: "first" });
  await here.write([{ op: "setRollout", key: "a", percentage: 12.5 }], { actor: EVE });
  await here.write([{ op: "archiveFlag", key: "a" }]);
  const key = { id: "k1", kind: "client" as const, name: "web", origins: [], hash: "ab".repeat(32) };
  await here.object.createKey(key, WRITE);
  await here.write([{ op: "changeMembers", key: "s", add: ["x", "y"], remove: [] }, put("b")]);
  return here;
}

async function versionOf(here: Here, version: number): Promise<Record<string, unknown> | null> {
  const text = await here.object.version(version);
  return text && (await new Response(text).json());
}

const edit = async (here: Here, sql: string): Promise<void> => here.inside((storage) => void storage.sql.exec(sql));

describe("the log", () => {
  test("is read by flag, actor, action and time, and pages newest first", async () => {
    const here = await written();
    const actions = async (query: object): Promise<string[]> =>
      (await here.object.audit({ limit: 100, ...query })).entries.map((entry) => entry.action);
    expect(await actions({})).toEqual(
      [
        "createEnvironment",
        "putFlag",
        "putSegment",
        "setRollout",
        "archiveFlag",
        "createKey",
        "changeMembers",
        "putFlag",
      ].reverse(),
    );
    expect(await actions({ flag: "a" })).toEqual(["archiveFlag", "setRollout", "putFlag"]);
    expect(await actions({ actor: "Eve" })).toEqual(["setRollout"]);
    expect(await actions({ actor: EVE.id })).toEqual(["setRollout"]);
    expect(await actions({ action: "putFlag", flag: "b" })).toEqual(["putFlag"]);
    const { entries } = await here.object.audit({ limit: 100 });
    const [newest, oldest] = [entries[0]!, entries.at(-1)!].map(({ at }) => Date.parse(at)) as [number, number];
    expect(await actions({ since: oldest, until: newest })).toHaveLength(8);
    expect(await actions({ since: newest + 1 })).toEqual([]);
    expect(await actions({ until: oldest - 1 })).toEqual([]);
    const paged: unknown[] = [];
    for (let after: number | undefined, more = true; more; more = after !== undefined) {
      const page = await here.object.audit({ limit: 3, ...(after !== undefined && { after }) });
      paged.push(...page.entries);
      after = page.next;
    }
    expect(paged).toEqual(entries);
  });

  test("counts the members of a segment instead of listing them", async () => {
    const here = await written();
    const [changed] = (await here.object.audit({ limit: 1, action: "changeMembers" })).entries;
    const whole = segment("s");
    expect(changed).toMatchObject({
      target: { kind: "segment", key: "s" },
      before: { ...whole, include: { count: 1 }, exclude: { count: 2 } },
      after: { ...whole, include: { count: 3 }, exclude: { count: 2 } },
    });
  });

  test("is whole, also after the object was evicted, and its head changes with every entry", async () => {
    const here = await written();
    const verdict = await here.object.verify();
    expect(verdict).toEqual({ ok: true, entries: 8, head: expect.stringMatching(/^[0-9a-f]{64}$/) });
    await evictDurableObject(here.stub);
    expect(await here.object.verify()).toEqual(verdict);
    await here.write([put("c")]);
    const next = await here.object.verify();
    expect(next).toMatchObject({ ok: true, entries: 9 });
    expect(next).not.toMatchObject({ head: verdict!.ok ? verdict!.head : "" });
  });

  test.each([
    "version = version + 1",
    "at = at + 1",
    "actor_id = 'other'",
    "actor_name = 'other'",
    "actor_via = 'root'",
    "action = 'putFlag '",
    "kind = 'segment'",
    "key = 'b'",
    "comment = 'nothing happened'",
    "before = after",
    "after = NULL",
    `hash = '${"0".repeat(64)}'`,
  ])("shows an edit: %s", async (change) => {
    const here = await written();
    await edit(here, `UPDATE log SET ${change} WHERE sequence = 4`);
    expect(await here.object.verify()).toEqual({ ok: false, brokenAt: 4 });
  });

  test("shows an entry that is gone, at the end too", async () => {
    const middle = await written();
    await edit(middle, "DELETE FROM log WHERE sequence = 3");
    expect(await middle.object.verify()).toEqual({ ok: false, brokenAt: 3 });
    const end = await written();
    await edit(end, "DELETE FROM log WHERE version = 6");
    expect(await end.object.verify()).toEqual({ ok: false, brokenAt: 7 });
    await evictDurableObject(end.stub);
    await end.write([put("afterwards")]); // what is written afterwards doesn't cover it
    expect(await end.object.verify()).toEqual({ ok: false, brokenAt: 7 });
  });

  test("shows that entries which made no version are gone from its end, whatever is written afterwards", async () => {
    const here = await written();
    const whole = await here.object.verify();
    await here.object.refused("putFlag", { id: "t1", name: "Eve", via: "token" });
    expect(await here.object.verify()).toMatchObject({ ok: true });
    await edit(here, "DELETE FROM log WHERE action = 'refused'");
    const brokenAt = whole!.ok ? whole!.entries + 1 : 0;
    expect(await here.object.verify()).toEqual({ ok: false, brokenAt });
    await evictDurableObject(here.stub);
    await here.write([put("afterwards")]);
    expect(await here.object.verify()).toEqual({ ok: false, brokenAt });
  });

  test.each([
    [
      "a flag that serves another text",
      "UPDATE flags SET text = (SELECT text FROM flags WHERE key <> 'a' LIMIT 1) WHERE key = 'a'",
    ],
    ["a flag that is gone", "DELETE FROM flags WHERE key = 'a'"],
    [
      "a flag that nobody wrote",
      "INSERT INTO flags (key, text, version, created_at, updated_at, updated_by) SELECT 'z', text, version, created_at, updated_at, updated_by FROM flags LIMIT 1",
    ],
  ])("shows that something else is in force than it says: %s", async (_, change) => {
    const here = await written();
    expect(await here.object.verify()).toMatchObject({ ok: true });
    await edit(here, change);
    expect(await here.object.verify()).toMatchObject({ ok: false });
  });

  test("shows an entry in another's place", async () => {
    const here = await written();
    await edit(here, "UPDATE log SET sequence = 100 WHERE sequence = 3");
    await edit(here, "UPDATE log SET sequence = 3 WHERE sequence = 5");
    expect(await here.object.verify()).toEqual({ ok: false, brokenAt: 3 });
  });

  test("shows a stored text that was changed, or is gone, at the first entry that refers to it", async () => {
    const changed = await written();
    await edit(
      changed,
      "UPDATE texts SET content = CAST('{}' AS BLOB) WHERE ref = (SELECT after FROM log WHERE sequence = 4)",
    );
    expect(await changed.object.verify()).toEqual({ ok: false, brokenAt: 4 });
    const gone = await written();
    await edit(gone, "DELETE FROM texts WHERE ref = (SELECT after FROM log WHERE sequence = 3)");
    expect(await gone.object.verify()).toEqual({ ok: false, brokenAt: 3 });
  });
});

describe("versions", () => {
  test("are listed newest first with what was done, and page", async () => {
    const here = await written();
    const { versions, next } = await here.object.versions({ limit: 4 });
    expect(versions.map(({ version, actor, summary }) => [version, actor.name, summary])).toEqual([
      [6, ADA.name, "changeMembers s, putFlag b"],
      [5, ADA.name, "createKey k1"],
      [4, ADA.name, "archiveFlag a"],
      [3, "Eve", "setRollout a"],
    ]);
    const rest = await here.object.versions({ limit: 4, after: next! });
    expect(rest).toEqual({
      versions: [
        expect.objectContaining({ version: 2, summary: "putFlag a, putSegment s: first" }),
        expect.objectContaining({ version: 1, summary: "createEnvironment production" }),
      ],
    });
  });

  test("can each be read whole", async () => {
    const here = await written();
    const stated = async (version: number): Promise<unknown[]> => {
      const { flags, segments } = (await versionOf(here, version))!;
      return [flags, segments];
    };
    const first = segment("s", { include: ["u"], exclude: ["v", "w"] });
    expect(await stated(1)).toEqual([[], []]);
    expect(await stated(2)).toEqual([[flag("a")], [first]]);
    expect(await stated(3)).toMatchObject([[{ key: "a", default: { rollout: { percentage: 12.5 } } }], [first]]);
    expect(await stated(4)).toEqual([[], [first]]);
    expect(await stated(5)).toEqual([[], [first]]);
    expect(await stated(6)).toEqual([[flag("b")], [{ ...first, include: ["u", "x", "y"] }]]);
    expect(await versionOf(here, 7)).toBeNull();
    expect(Object.keys((await versionOf(here, 3))!)).toEqual([
      "version",
      "at",
      "actor",
      "summary",
      "flags",
      "segments",
    ]);
  });

  test("that are restored become one new version; keys and the log stay", async () => {
    const here = await written();
    const result = await here.object.restoreVersion(3, { ...WRITE, comment: "back" });
    expect(result).toMatchObject({ ok: true, version: 7, changed: true });
    const { version: _1, at: _2, actor: _3, summary, ...now } = (await versionOf(here, 7))!;
    const { flags, segments } = (await versionOf(here, 3))!;
    expect(now).toEqual({ flags, segments });
    expect(summary).toBe("restoreVersion s, restoreVersion a, restoreVersion b: back");
    expect(await here.object.keys()).toHaveLength(1);
    expect((await here.object.flag("a"))?.view).not.toHaveProperty("archivedAt");
    expect((await here.object.flag("b"))?.view).toHaveProperty("archivedAt");
    expect(await here.object.verify()).toMatchObject({ ok: true, entries: 11 });
  });

  test("that don't differ from what is in force make no version", async () => {
    const here = await written();
    await here.object.restoreVersion(3, WRITE);
    for (const version of [7, 3]) {
      expect(await here.object.restoreVersion(version, WRITE)).toMatchObject({ ok: true, version: 7, changed: false });
    }
  });

  test("aren't restored against a precondition, and the refusal says who was faster", async () => {
    const here = await written();
    await here.write([{ op: "disableFlag", key: "b" }], { actor: EVE });
    const { revision } = (await here.object.summary())!;
    const stale = revision.replace(/\.7$/, ".6");
    const result = await here.object.restoreVersion(2, { ...WRITE, ifMatch: `"${stale}"` });
    expect(result).toMatchObject({
      ok: false,
      problem: {
        type: "version-conflict",
        detail: expect.stringMatching(/It is at version 7, made by Eve at 20.*Z\.$/),
      },
    });
    expect((await here.object.summary())?.version).toBe(7);
  });

  test("that never were can't be restored", async () => {
    const here = await created();
    for (const version of [0, 2])
      expect(await here.object.restoreVersion(version, WRITE)).toMatchObject({ problem: { type: "not-found" } });
  });

  test("of any history lead back exactly", async () => {
    const here = await created();
    const steps: Change[][] = [
      [textFlag("t"), flag("p")].map((one): Change => ({ op: "putFlag", flag: one })),
      [
        put("q", { prerequisites: [{ flag: "p", variants: ["on"] }] }),
        putSegment("s1"),
        putSegment("s2", { when: { segment: "s1" } }),
      ],
      [
        { op: "archiveFlag", key: "q" },
        { op: "archiveFlag", key: "p" },
      ],
      [
        { op: "deleteSegment", key: "s2" },
        { op: "patchFlag", key: "t", patch: { tags: ["x"] } },
      ],
      [
        { op: "deleteSegment", key: "s1" },
        { op: "restoreFlag", key: "p" },
      ],
    ];
    for (const step of steps) await here.write(step);
    const before = await Promise.all([1, 2, 3, 4, 5, 6].map((version) => versionOf(here, version)));
    for (const target of [3, 1, 5, 2, 6, 4, 3]) {
      const result = await here.object.restoreVersion(target, WRITE);
      if (!result.ok) throw new Error(JSON.stringify(result.problem));
      const { flags, segments } = (await versionOf(here, result.version))!;
      expect({ flags, segments }).toEqual({
        flags: before[target - 1]!["flags"],
        segments: before[target - 1]!["segments"],
      });
    }
    expect(await here.object.verify()).toMatchObject({ ok: true });
  });
});
