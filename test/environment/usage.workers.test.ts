import { env } from "cloudflare:workers";
import { runDurableObjectAlarm } from "cloudflare:test";
import { afterEach, describe, expect, test, vi } from "vitest";
import { keyOf, type SnapshotBody } from "../../src/contract/snapshot.ts";
import type { UsageReport } from "../../src/environment/rpc.ts";
import { put } from "./build.ts";
import { created, type Here, NAME, WRITE } from "./object.ts";

/* What isolates report of evaluations, as the object keeps it. */

const HOUR = 3_600_000;
const NOTHING: UsageReport = { flags: [], bulk: {}, contexts: [], salt: "" };

afterEach(() => void vi.useRealTimers());

/** From here on the clock shows this many milliseconds more. */
function later(ms: number): number {
  const now = Date.now() + ms;
  vi.useFakeTimers({ toFake: ["Date"], now });
  return now;
}

const evaluatedAt = async (here: Here, key: string): Promise<number> =>
  Date.parse((await here.object.flag(key))!.view.lastEvaluatedAt ?? "");

describe("the last evaluation of a flag", () => {
  test("is written at most once an hour, and survives", async () => {
    const here = await created();
    await here.write([put("a")]);
    const first = Date.now();
    await here.object.recordUsage({ ...NOTHING, flags: [["a", first]] });
    later(HOUR);
    await here.object.recordUsage({ ...NOTHING, flags: [["a", first + HOUR - 1]] });
    expect(await evaluatedAt(here, "a")).toBe(first);
    await here.object.recordUsage({ ...NOTHING, flags: [["a", first + HOUR]] });
    expect(await evaluatedAt(here, "a")).toBe(first + HOUR);
    await here.object.recordUsage({ ...NOTHING, flags: [["a", first]] });
    expect(await here.rows("SELECT name, at FROM usage")).toEqual([{ name: "flag a", at: first + HOUR }]);
  });

  test("isn't kept for what is no flag, nor in the future", async () => {
    const here = await created();
    await here.write([put("a")]);
    const now = later(0);
    await here.object.recordUsage({
      ...NOTHING,
      flags: [
        ["none", now],
        ["a", now + 7 * HOUR],
      ],
    });
    expect(await here.rows("SELECT name, at FROM usage")).toEqual([{ name: "flag a", at: now }]);
  });

  test("counts evaluations of all flags for those that the audience could see, while they were there", async () => {
    const here = await created();
    await here.write([put("visible", { clientSide: true }), put("inner"), put("gone", { clientSide: true })]);
    later(1_000);
    await here.write([{ op: "archiveFlag", key: "gone" }]);
    const now = later(1_000);
    await here.object.recordUsage({ ...NOTHING, bulk: { client: now } });
    later(1_000);
    await here.write([put("young", { clientSide: true })]);
    expect(await evaluatedAt(here, "visible")).toBe(now);
    for (const key of ["inner", "gone", "young"]) expect(await evaluatedAt(here, key)).toBeNaN();
    const again = later(1_000);
    await here.object.recordUsage({ ...NOTHING, bulk: { server: again } });
    for (const key of ["visible", "inner", "young"]) expect(await evaluatedAt(here, key)).toBe(again);
    expect(await evaluatedAt(here, "gone")).toBeNaN();
  });
});

describe("sampled contexts", () => {
  async function sampling(): Promise<{ here: Here; salt: string }> {
    const here = await created();
    await here.write([put("a")]);
    expect(await here.object.configure({ sampling: { enabled: true } }, WRITE)).toMatchObject({
      ok: true,
      version: 3,
      changed: true,
    });
    const [row] = await here.rows<{ salt: string }>("SELECT salt FROM settings");
    return { here, salt: row!.salt };
  }
  const kept = async (here: Here): Promise<number> =>
    (await here.rows<{ n: number }>("SELECT count(*) AS n FROM contexts"))[0]!.n;

  test("are announced to the isolates in the snapshot, and no more when they aren't wanted", async () => {
    const { here, salt } = await sampling();
    const body = async (version: number) => JSON.parse((await here.object.body(version))!) as SnapshotBody;
    expect((await body(3)).sampling).toEqual({ redact: [], hash: [], salt });
    await here.object.configure({ sampling: { enabled: false } }, WRITE);
    expect(await body(4)).not.toHaveProperty("sampling");
  });

  test("are taken only as they were redacted under the setting in force", async () => {
    const { here, salt } = await sampling();
    await here.object.recordUsage({ ...NOTHING, contexts: [{ n: 1 }], salt: "another" });
    expect(await kept(here)).toBe(0);
    await here.object.recordUsage({ ...NOTHING, contexts: [{ n: 1 }], salt });
    expect(await kept(here)).toBe(1);
    await here.object.configure({ sampling: { redact: ["n"] } }, WRITE);
    expect(await kept(here)).toBe(0);
    await here.object.recordUsage({ ...NOTHING, contexts: [{ n: 1 }], salt });
    expect(await kept(here)).toBe(0);
  });

  test("are the newest thousand, and none is longer than 4096 characters", async () => {
    const { here, salt } = await sampling();
    const long = { text: "x".repeat(4_097) };
    for (let batch = 0; batch < 11; batch++)
      await here.object.recordUsage({
        ...NOTHING,
        contexts: [long, ...Array.from({ length: 100 }, (_, i) => ({ n: 100 * batch + i }))],
        salt,
      });
    expect(await here.rows("SELECT count(*) AS n, min(text) AS first FROM contexts")).toEqual([
      { n: 1_000, first: '{"n":1000}' },
    ]);
    expect(await here.rows("SELECT text FROM contexts ORDER BY id LIMIT 1")).toEqual([{ text: '{"n":100}' }]);
  });

  test("are deleted by alarm after seven days, without anybody asking", async () => {
    const { here, salt } = await sampling();
    await here.object.recordUsage({ ...NOTHING, contexts: [{ n: 1 }], salt });
    await expect.poll(() => here.storedPointer()).toMatchObject({ version: 3 });
    const stub = env.ENVIRONMENT.getByName(keyOf.environmentObject(NAME, here.incarnation));
    later(7 * 24 * HOUR - 60_000);
    await runDurableObjectAlarm(stub);
    expect(await kept(here)).toBe(1);
    const due = await here.inside((storage) => storage.getAlarm());
    expect(due! - Date.now()).toBeGreaterThan(0);
    expect(due! - Date.now()).toBeLessThanOrEqual(60_000);
    later(60_001);
    await runDurableObjectAlarm(stub);
    expect(await kept(here)).toBe(0);
  });
});
