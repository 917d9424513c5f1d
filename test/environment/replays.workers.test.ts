import { expect, test } from "vitest";
import type { Write } from "../../src/environment/rpc.ts";
import { put, putSegment } from "./build.ts";
import { created, WRITE } from "./object.ts";

/* An answer that is given again is the one that was given, whatever names the values in it use. */

const keyed = (key: string): Write => ({ ...WRITE, idempotency: { key, fingerprint: "same" } });
const NAMES = [
  { segment: { key: "nowhere" } },
  { flag: { key: "f", text: "x" } },
  { flag: { text: "not a reference" } },
  { segment: { text: "nor this" } },
  { flag: { flag: { text: "nor that" } } },
  { text: "ab".repeat(32) },
];

test.each(NAMES)("a flag whose value is %j", async (value) => {
  const { object } = await created();
  const flag = put("f", { type: "object", variants: { on: value, off: {} }, default: { variant: "on" } });
  for (const changes of [[flag], [flag, putSegment("s", { include: ["ann"] })]]) {
    const write = { ...keyed(`k${changes.length}`), diff: true };
    const first = await object.apply(changes, write);
    expect(first).toMatchObject({ ok: true });
    expect(await object.apply(changes, write)).toEqual({ ...first, replayed: true });
  }
});

test("a segment", async () => {
  const { object } = await created();
  const members = Array.from({ length: 2_000 }, (_, i) => `member-${i}@example.com`);
  const first = await object.apply([putSegment("s", { include: members })], keyed("s"));
  expect(await object.apply([putSegment("s", { include: members })], keyed("s"))).toEqual({ ...first, replayed: true });
});

test("past 9 GB only what takes back, turns off or pauses is written", async () => {
  const here = await created();
  await here.write([put("f"), { op: "setRollout", key: "f", percentage: 50 }]);
  await here.inside(async (storage, one) => {
    Object.defineProperty(storage.sql, "databaseSize", { configurable: true, value: 9_000_000_001 });
    try {
      expect(await one.apply([put("g")], WRITE)).toMatchObject({ ok: false, problem: { type: "conflict" } });
      expect(await one.configure({ description: "d" }, WRITE)).toMatchObject({ ok: false });
      expect(await one.apply([{ op: "setRollout", key: "f", percentage: 0 }], WRITE)).toMatchObject({ ok: true });
      expect(await one.apply([{ op: "disableFlag", key: "f" }], WRITE)).toMatchObject({ ok: true, changed: true });
    } finally {
      Reflect.deleteProperty(storage.sql, "databaseSize");
    }
    expect(await one.apply([put("g")], WRITE)).toMatchObject({ ok: true });
  });
});
