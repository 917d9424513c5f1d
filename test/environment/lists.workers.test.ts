import { evictDurableObject } from "cloudflare:test";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { SegmentOutline } from "../../src/contract/admin.ts";
import type { Change } from "../../src/contract/change.ts";
import type { Segment } from "../../src/contract/segment.ts";
import { ContentStore } from "../../src/environment/store/content-store.ts";
import { put, putSegment } from "./build.ts";
import { created, documentIn, type Here, WRITE } from "./object.ts";

/* What long lists cost, counted: which of their pages are read and made, and when. */

/** Other ones for each test: what environments of earlier tests still do behind it must not be counted in it. */
let MEMBERS: string[] = [];
let tests = 0;
const rules = [{ when: { segment: "many" }, serve: { variant: "on" } }];

/** KV is written to once a second at most. */
const PATIENTLY = { timeout: 20_000 };

beforeEach(() => {
  tests += 1;
  MEMBERS = Array.from({ length: 20_000 }, (_, i) => `${i}-7b1c-4f0e-9c55-12d4a9ee${1_000 + tests}`);
});
afterEach(() => {
  vi.restoreAllMocks();
});

/** An environment with a long list, at version 2, whose members are in KV. */
async function listing(): Promise<Here> {
  const here = await created();
  await here.write([putSegment("many", { include: MEMBERS }), put("a", { rules }), put("b")]);
  await expect.poll(() => here.storedPointer(), PATIENTLY).toMatchObject({ stored: 2 });
  return here;
}

/** How many pages of lists are read meanwhile, and stored that weren't there. */
async function costs(here: Here, act: () => Promise<unknown>): Promise<{ read: number; made: number }> {
  const pages = async () =>
    new Set(
      (await here.rows<{ ref: string }>("SELECT ref FROM texts WHERE substr(content, 1, 2) = CAST('[\"' AS BLOB)")).map(
        ({ ref }) => ref,
      ),
    );
  const before = await pages();
  const bytes = vi.spyOn(ContentStore.prototype, "bytes");
  await act();
  const after = await pages();
  const read = bytes.mock.calls.filter(([ref]) => after.has(ref)).length;
  bytes.mockRestore();
  return { read, made: [...after].filter((ref) => !before.has(ref)).length };
}

test("a list is on many pages", async () => {
  const here = await created();
  const write = () => here.write([putSegment("many", { include: MEMBERS })]);
  const { made } = await costs(here, write);
  expect(made).toBeGreaterThan(5);
  expect((await costs(here, write)).made).toBe(0);
});

test("a write of something else reads and makes no page, also as the first one after a start, and neither does publishing it", async () => {
  const here = await listing();
  for (const description of ["warm", "cold"]) {
    if (description === "cold") await evictDurableObject(here.stub);
    const cost = await costs(here, async () => {
      const { version } = await here.write([put("b", { description })]);
      await expect.poll(() => here.storedPointer(), PATIENTLY).toMatchObject({ stored: version });
      await here.write([{ op: "patchSegment", key: "many", patch: { name: description } }]);
      await here.object.segments({ limit: 10 });
      await here.object.audit({ limit: 100 });
    });
    // What shows the segment whole has to read it; nothing else does.
    const whole = await costs(here, () => here.object.segment("many"));
    expect(cost).toEqual({ read: 2 * whole.read, made: 0 });
  }
});

test("after a start, what isolates and relays ask for has the members of before, made anew only where they are asked for", async () => {
  const here = await listing();
  const hash = (await here.storedBody(2))!.members!;
  const members = await here.object.members(hash);
  await evictDurableObject(here.stub);
  const { version } = await here.write([put("b", { description: "cold" })]);
  await expect.poll(() => here.storedBody(version), PATIENTLY).toMatchObject({ members: hash });
  expect(await here.object.members(hash)).toEqual(members);
});

test("one more member reads and makes few pages once the digests are known", async () => {
  const here = await listing();
  const change = (add: string[], remove: string[] = []) =>
    here.object.apply([{ op: "changeMembers", key: "many", add, remove }], { ...WRITE, dryRun: true });
  await change(["one"]);
  const { read: shown } = await costs(here, () => here.object.segment("many"));
  const { read } = await costs(here, () => change(["two"], [MEMBERS[7]!]));
  expect(read - shown).toBeLessThan(5);
  const { made } = await costs(here, () =>
    here.write([{ op: "changeMembers", key: "many", add: ["three"], remove: [] }]),
  );
  expect(made).toBe(1);
});

test("what is refused, tried or previewed stores no page", async () => {
  const here = await listing();
  const change: Change = { op: "changeMembers", key: "many", add: ["new"], remove: MEMBERS.slice(0, 9_000) };
  const broken = put("c", { rules: [{ when: { segment: "nowhere" }, serve: { variant: "on" } }] });
  const { made } = await costs(here, async () => {
    expect(await here.object.apply([change, broken], { ...WRITE, batch: true })).toMatchObject({ ok: false });
    expect(await here.object.apply([change], { ...WRITE, batch: true, dryRun: true })).toMatchObject({ ok: true });
    const preview = await here.object.preview([change], [{ targetingKey: MEMBERS[0]! }, { targetingKey: "new" }]);
    expect(preview).toMatchObject({ ok: true, flags: [{ key: "a", changed: 2 }] });
  });
  expect(made).toBe(0);
});

test("a repeated promotion takes over the pages that are there, and finds nothing to change", async () => {
  const [from, to] = [await listing(), await created()];
  const promote = async () => {
    const sent = await from.object.transfer(null);
    if (!sent.ok) throw new Error(sent.problem.detail);
    return to.object.receive(sent.text, WRITE);
  };
  const first = await costs(to, promote);
  expect(first.made).toBeGreaterThan(5);
  expect(await promote()).toMatchObject({ ok: true, changed: false });
  const { segments } = await documentIn(to.object);
  expect(segments).toEqual((await documentIn(from.object)).segments);
});

test("a stream between objects that ends early, or isn't what its references say, changes nothing", async () => {
  const from = await listing();
  const whole = async (): Promise<string> => {
    const sent = await from.object.transfer(null);
    if (!sent.ok) throw new Error(sent.problem.detail);
    return new Response(sent.text).text();
  };
  const text = await whole();
  const last = text.lastIndexOf("\n", text.length - 2);
  const broken = [text.slice(0, last + 1), text.slice(0, -5), text.replace("7-7b1c", "7-7b1d")];
  for (const one of broken) {
    const to = await created();
    await to.inside((_, instance) => expect(instance.receive(new Response(one).body!, WRITE)).rejects.toThrow(/whole/));
    expect(await to.object.summary()).toMatchObject({ version: 1, flags: 0 });
  }
});

test("a lost or altered page shows when the log is verified", async () => {
  const here = await listing();
  expect(await here.object.verify()).toMatchObject({ ok: true });
  await here.inside((storage) => {
    storage.sql.exec(
      "UPDATE texts SET content = CAST('[\"x\"]' AS BLOB) WHERE substr(content, 1, 6) = CAST('[\"0-7b' AS BLOB)",
    );
  });
  expect(await here.object.verify()).toMatchObject({ ok: false });
});

test("a segment that was stored with its members in its text is read, and can be written", async () => {
  const here = await listing();
  const old = JSON.stringify({ ...(await documentIn(here.object)).segments[0]! });
  await here.inside((storage) => {
    const ref = new ContentStore(storage.sql).put(old);
    storage.sql.exec("UPDATE segments SET text = ?", ref);
  });
  await evictDurableObject(here.stub);
  const shown: Segment | SegmentOutline | undefined = (await here.object.segment("many"))?.view.segment;
  expect(shown?.include).toEqual(MEMBERS);
  await here.write([{ op: "changeMembers", key: "many", add: ["new"], remove: [] }]);
  await evictDurableObject(here.stub);
  expect((await documentIn(here.object)).segments[0]!.include).toEqual([...MEMBERS, "new"]);
});
