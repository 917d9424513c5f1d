import { env } from "cloudflare:workers";
import { evictDurableObject, runDurableObjectAlarm } from "cloudflare:test";
import fc from "fast-check";
import { afterEach, expect, test, vi } from "vitest";
import type { Change } from "../../src/contract/change.ts";
import { plan } from "../../src/environment/write/plan-write.ts";
import { runs } from "../support/counts.ts";
import { put, putSegment } from "./build.ts";
import { created, type Here, WRITE } from "./object.ts";
import { EMPTY, type State } from "../../src/environment/store/state.ts";

/* Random lives of an environment: whatever is done to it, and whatever fails on the way, it is what a pure plan of the
   acknowledged writes says, its log tells so, and KV gets there. */

const kv: KVNamespace = Object.getPrototypeOf(env.SNAPSHOTS);
afterEach(() => void vi.restoreAllMocks());

const flagKey = fc.constantFrom("a", "b", "c");
const segmentKey = fc.constantFrom("s", "t");
const change: fc.Arbitrary<Change> = fc.oneof(
  fc.tuple(flagKey, fc.nat(3)).map(([key, n]) => put(key, { description: `${n}` })),
  fc
    .tuple(flagKey, flagKey)
    .map(([key, on]) => put(key, { prerequisites: [{ flag: on, variants: ["on"] }], default: { variant: "on" } })),
  fc
    .tuple(flagKey, segmentKey)
    .map(([key, s]) => put(key, { rules: [{ when: { segment: s }, serve: { variant: "on" } }] })),
  flagKey.map((key): Change => ({ op: "patchFlag", key, patch: { owner: "me", offVariant: "off" } })),
  fc.tuple(flagKey, fc.nat(100)).map(([key, percentage]): Change => ({ op: "setRollout", key, percentage })),
  fc
    .tuple(fc.constantFrom("enableFlag", "disableFlag", "archiveFlag", "restoreFlag"), flagKey)
    .map(([op, key]): Change => ({ op, key })),
  segmentKey.map((key) => putSegment(key, { include: [key] })),
  fc
    .tuple(segmentKey, fc.nat(5))
    .map(([key, n]): Change => ({ op: "changeMembers", key, add: [`u${n}`], remove: [key] })),
  segmentKey.map((key): Change => ({ op: "deleteSegment", key })),
);

type Step = { changes: Change[] } | "evict" | "alarm" | "storage fails" | "KV fails" | "KV works";
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 12, arbitrary: fc.array(change, { minLength: 1, maxLength: 4 }).map((changes) => ({ changes })) },
  { weight: 1, arbitrary: fc.constantFrom<Step>("evict", "alarm", "storage fails", "KV fails", "KV works") },
);

class Life {
  readonly here: Here;
  state: State = EMPTY;
  version = 1;

  constructor(here: Here) {
    this.here = here;
  }

  async take(step: Step): Promise<void> {
    if (step === "evict") await evictDurableObject(this.here.stub);
    else if (step === "alarm") await runDurableObjectAlarm(this.here.stub);
    else if (step === "storage fails") await this.fail();
    else if (step === "KV fails") vi.spyOn(kv, "put").mockRejectedValue(new Error("KV is down"));
    else if (step === "KV works") vi.restoreAllMocks();
    else await this.write(step.changes);
    expect(await this.here.object.pointer()).toMatchObject({ version: this.version });
  }

  async write(changes: Change[]): Promise<void> {
    const expected = plan(this.state, changes, { version: this.version + 1, at: 0, by: "" });
    const result = await this.here.object.apply(changes, WRITE);
    expect(result.ok).toBe(expected.ok);
    if (!result.ok || !expected.ok) return;
    this.state = expected.state;
    if (expected.writes.length > 0) this.version += 1;
    expect(result).toMatchObject({ version: this.version, changed: expected.writes.length > 0 });
  }

  /** A write that the storage refuses at its very end. */
  async fail(): Promise<void> {
    await this.here.inside(async (storage, instance) => {
      storage.sql.exec("CREATE TRIGGER stop BEFORE UPDATE ON environment BEGIN SELECT RAISE(ABORT, 'stopped'); END");
      await expect(instance.apply([put("never")], WRITE)).rejects.toThrow("stopped");
      storage.sql.exec("DROP TRIGGER stop");
    });
  }

  /** What is in force, without when and by whom. */
  async matches(): Promise<void> {
    const { object } = this.here;
    const shown = new Map<string, unknown>();
    for (const { flag, version } of (await object.flags({ limit: 500 })).flags) shown.set(flag.key, { flag, version });
    const live = [...this.state.flags.values()].filter((stored) => stored.archivedAt === undefined);
    expect(shown).toEqual(new Map(live.map(({ flag, version }) => [flag.key, { flag, version }])));
    const segments = (await object.segments({ limit: 500 })).segments.map(({ segment, version }) => ({
      segment,
      version,
    }));
    const expected = [...this.state.segments.values()].map(({ segment, version }) => ({
      segment: { ...segment, include: [...segment.include], exclude: [...segment.exclude] },
      version,
    }));
    expect(segments).toEqual(expected.toSorted((a, b) => (a.segment.key < b.segment.key ? -1 : 1)));
  }
}

test("a random life of an environment", { timeout: 600_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 30 }), async (steps) => {
      vi.restoreAllMocks();
      const here = await created();
      const life = new Life(here);
      for (const one of steps) await life.take(one);
      await life.matches();
      await evictDurableObject(here.stub);
      await life.matches();
      expect(await here.object.verify()).toMatchObject({ ok: true });
      const versions = await here.rows<{ version: number }>("SELECT DISTINCT version FROM log ORDER BY sequence");
      expect(versions.map((row) => row.version)).toEqual(Array.from({ length: life.version }, (_, i) => i + 1));
      vi.restoreAllMocks();
      const published = async (): Promise<number | undefined> => {
        await runDurableObjectAlarm(here.stub);
        return (await here.storedPointer())?.version;
      };
      await expect.poll(published, { timeout: 20_000 }).toBe(life.version);
      expect(JSON.stringify(await here.storedBody(life.version))).toBe(await here.object.body(life.version));
    }),
    { seed: 23, numRuns: runs(100) },
  );
});
