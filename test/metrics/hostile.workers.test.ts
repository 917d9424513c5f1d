import { env } from "cloudflare:workers";
import { runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { afterEach, describe, expect, test, vi } from "vitest";
import { flag as flagSchema } from "../../src/contract/flag.ts";
import * as COUNTER_LIMITS from "../../src/contract/counter-limits.ts";
import * as LIMITS from "../../src/contract/limits.ts";
import { keyOf, publishedFlag, SNAPSHOT_FORMAT } from "../../src/contract/snapshot.ts";
import { compile, type Snapshot } from "../../src/core/compile.ts";
import {
  type Batch,
  type Cell,
  type Exposed,
  type Happened,
  keyHash,
  MINUTE,
  minuteOf,
  SHARDS,
  shardOf,
} from "../../src/metrics/batch.ts";
import { closedBins, type Measure } from "../../src/metrics/bins.ts";
import type { CounterObjects } from "../../src/metrics/counter.ts";
import { pagesOf, readAll } from "../../src/metrics/reading.ts";
import { record } from "../../src/metrics/record.ts";
import type { BinRow } from "../../src/metrics/store.ts";
import { Tally } from "../../src/metrics/tally.ts";
import { note, runs } from "../support/counts.ts";
import { Random } from "../support/random.ts";

/*
 * Nobody's mix of made-up events, cohorts, names and keys ends or blinds a counter: bytes in, rows and questions out, with
 * budgets. What is real in between is counted to the last one.
 */

const objects: object = env;
const counters: CounterObjects = Reflect.get(objects, "COUNTER");
// In the future, so that no alarm is due by the real clock.
const START = minuteOf(Date.UTC(2030, 10, 23, 12));
const HOUR = 60 * MINUTE;
const TABLES = [
  "batches",
  "places",
  "waiting",
  "seen",
  "visits",
  "first_events",
  "happened",
  "progress",
  "minutes",
  "hours",
];

afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});
const at = (now: number): unknown => vi.useFakeTimers({ toFake: ["Date"], now });

let made = 0;
class World {
  readonly where = { environment: "production", incarnation: `hostile${String(++made).padStart(5, "0")}` };
  sequence = 0;

  name(shard: number): string {
    return keyOf.counterObject(this.where.environment, this.where.incarnation, shard);
  }

  get all(): ReturnType<CounterObjects["getByName"]>[] {
    return Array.from({ length: SHARDS }, (_, i) => counters.getByName(this.name(i)));
  }

  async take(batch: Partial<Batch>, shard = 0) {
    const whole = { isolate: `i${shard}`, sequence: ++this.sequence, cells: [], keyed: [], ...batch };
    return counters.getByName(this.name(shard)).take(whole);
  }

  async bins(measure: Measure, release = "r") {
    const { counted } = await readAll(this.all, { since: START - HOUR, until: START + 48 * HOUR, release });
    return closedBins(counted, release, measure);
  }

  async rows(): Promise<BinRow[]> {
    return (await readAll(this.all, { since: START - HOUR, until: START + 48 * HOUR })).counted.flatMap(
      ({ rows }) => rows,
    );
  }

  /** The rows of each table in the counter that has the most. */
  async sizes(): Promise<Record<string, number>> {
    const most: Record<string, number> = {};
    for (let shard = 0; shard < SHARDS; shard++)
      await runInDurableObject(env.COUNTER.getByName(this.name(shard)), (_, { storage }) => {
        for (const table of TABLES) {
          const there = storage.sql.exec("SELECT 1 FROM sqlite_master WHERE name = ?", table).toArray().length > 0;
          const n = there ? storage.sql.exec<{ n: number }>(`SELECT count(*) AS n FROM ${table}`).one().n : 0;
          most[table] = Math.max(most[table] ?? 0, n);
        }
        most["bytes"] = Math.max(most["bytes"] ?? 0, storage.sql.databaseSize);
      });
    return most;
  }

  exposed(key: string, when: number, more: Partial<Exposed> = {}): Exposed {
    const hash = keyHash(this.where.incarnation, key);
    const served = { flag: "f", variant: "on", cohort: "r.1.t", source: "server", version: 1 } as const;
    return { what: "exposed", key: hash, slice: 3, ...served, at: when, ...more };
  }

  happened(key: string, metric: string, when: number, more: Partial<Happened> = {}): Happened {
    const hash = keyHash(this.where.incarnation, key);
    const defaults = { value: 1, flag: "", cohort: "", source: "server", per: "event", windowMs: 30 * MINUTE } as const;
    return { what: "happened", key: hash, metric, at: when, ...defaults, ...more };
  }
}

function cell(minute: number, count: number, more: Partial<Cell> = {}): Cell {
  const tally = new Tally();
  for (let i = 0; i < count; i++) tally.add({ slice: i % 32, status: 200, size: i });
  const series = { kind: "request", metric: "", flag: "f", variant: "on", source: "gate", version: 2 } as const;
  return { minute, ...series, cohort: "r.1.t", tally: tally.encode(), ...more };
}

/** One flag that is being released, one that isn't. */
function snapshotOf(where: World["where"]): Snapshot {
  const flags = ["f", "g"].map((key) => {
    const flag = flagSchema.parse({
      key,
      type: "boolean",
      clientSide: true,
      variants: { on: true, off: false },
      default: { rollout: { percentage: 50, split: [{ variant: "on", weight: 1 }], otherwise: "off" } },
    });
    const release = { id: "r", rule: null, epoch: 3, stages: [] };
    return { version: 1, flag: publishedFlag(flag), ...(key === "f" && { release }) };
  });
  const format: typeof SNAPSHOT_FORMAT = SNAPSHOT_FORMAT;
  return compile({ format, ...where, version: 1, at: START, keys: [], flags, segments: [], members: null }, null);
}

describe("one key", () => {
  test("with five hundred exposures and outcomes is attributed in slices, and what there is no room for is said", async () => {
    at(START);
    const world = new World();
    const shard = shardOf(keyHash(world.where.incarnation, "shared"));
    const exposures = Array.from({ length: 700 }, (_, i) => world.exposed("shared", START, { flag: `f${i}` }));
    const outcomes = Array.from({ length: 500 }, () => world.happened("shared", "m", START + 10));
    await world.take({ keyed: exposures }, shard);
    const { uncounted } = await world.take({ keyed: outcomes }, shard);
    expect(uncounted).toEqual({ full: 500 - COUNTER_LIMITS.outcomesPerKey });
    at(START + 3 * MINUTE);
    // A question waits for a second of it at most; the rest is done behind it.
    await expect
      .poll(async () => (await world.all[shard]!.read({ since: START, until: START })).openFrom, { timeout: 20_000 })
      .toBe(START + 2 * MINUTE);
    const rows = await world.rows();
    const count = (kind: string, metric: string) =>
      rows
        .filter((row) => row.kind === kind && row.metric === metric)
        .reduce((n, { tally }) => n + Tally.decode(tally).count, 0);
    // Each of its outcomes belongs to each flag's exposure: sixty thousand pairs in the end, few of them at a time.
    expect(count("first", "")).toBe(COUNTER_LIMITS.exposuresPerKey);
    expect(count("outcome", "m")).toBe(COUNTER_LIMITS.outcomesPerKey * COUNTER_LIMITS.exposuresPerKey);
    expect(count("uncounted", "full")).toBe(700 - COUNTER_LIMITS.exposuresPerKey + 500 - COUNTER_LIMITS.outcomesPerKey);
    expect((await world.sizes())["happened"]).toBe(0);
  });
});

describe("made-up events through the door", () => {
  test("cohorts that there aren't count without, names have places of their own, and who is real is counted", async () => {
    at(START);
    const world = new World();
    const snapshot = snapshotOf(world.where);
    const random = new Random(20_261_130);
    const real = { snapshot, source: "server", counters } as const;
    const client = { snapshot, source: "client", counters } as const;
    const total = runs(200_000);
    let [sent, bytes, checkouts] = [0, 0, 0];
    for (let post = 0; sent < total; post++) {
      vi.setSystemTime(START + Math.floor((sent / total) * 3 * MINUTE));
      const text = (): string => Math.floor(random.fraction() * 1e15).toString(36);
      const events = Array.from({ length: 500 }, () => {
        const flag = random.pick(["f", "g"]);
        const variant = random.pick(["on", "off"]);
        const cohort = random.pick([
          `${text()}.${random.below(1e9)}.t`,
          `r.${random.below(1e6) + 4}.c`,
          "r.3.t",
          "r.3.c.AAAAAAAAAAA",
        ]);
        const targetingKey = random.below(3) === 0 ? "shared" : text();
        const metric = random.pick([text(), "checkout", "errors", "latency"]);
        return random.below(2) === 0
          ? { type: "exposure", flag, variant, targetingKey, ...(random.below(2) === 0 && { cohort }) }
          : { type: "outcome", metric, targetingKey, value: random.below(1e6) };
      });
      bytes += JSON.stringify(events).length;
      sent += events.length;
      await record(client, { id: `made-up-${post}`, events }, Date.now());
      if (post % 4 === 0) {
        checkouts += 1;
        const own = { type: "outcome", metric: "checkout", cohort: "r.3.t" };
        expect((await record(real, { id: `real-${post}`, events: [own] }, Date.now())).accepted).toBe(1);
      }
    }
    at(START + 10 * MINUTE);
    const rows = await world.rows();
    expect(new Set(rows.map(({ cohort }) => cohort.replace(/\.u$/, "")))).toEqual(
      new Set(["", "r.3", "r.3.t", "r.3.c"]),
    );
    const trusted = rows.filter(
      ({ source, metric, cohort }) => source === "server" && metric === "checkout" && cohort === "r.3.t",
    );
    expect(trusted.reduce((n, { tally }) => n + Tally.decode(tally).count, 0)).toBe(checkouts);
    const names = await world.all[0]!.names();
    const owned = ["checkout", "errors", "latency"]; // a server's, and those that need no place
    expect(names).toEqual(expect.arrayContaining(owned));
    expect(names.filter((name) => !owned.includes(name)).length).toBe(LIMITS.clientMetrics);
    const sizes = await world.sizes();
    expect(sizes["seen"]! + sizes["visits"]!).toBeLessThanOrEqual(
      COUNTER_LIMITS.clientExposures + COUNTER_LIMITS.clientOtherExposures,
    );
    expect(sizes["happened"]).toBeLessThanOrEqual(COUNTER_LIMITS.clientOutcomes);
    expect(sizes["minutes"]! / 4).toBeLessThanOrEqual(
      2 * COUNTER_LIMITS.clientMinuteSeries + 2 * COUNTER_LIMITS.minuteSeries,
    );
    note(`${sent} made-up events, ${bytes} bytes; rows of the fullest counter ${JSON.stringify(sizes)}`);
  });

  test("a server's name takes the place of a client's, and is never refused for it", async () => {
    at(START);
    const first = new World().all[0]!;
    const junk = Array.from({ length: 300 }, (_, i) => `junk-${i}`);
    expect((await first.admit(junk, LIMITS.metrics, false)).length).toBe(LIMITS.clientMetrics);
    const own = Array.from({ length: LIMITS.metrics }, (_, i) => `own-${i}`);
    expect(await first.admit(own, LIMITS.metrics, true)).toEqual(own);
    expect(await first.admit(["one-more"], LIMITS.metrics, true)).toEqual([]);
    expect(await first.names()).toEqual(own.toSorted());
    expect(await first.admit(["own-3", "junk-1"], LIMITS.metrics, false)).toEqual(["own-3"]);
  });
});

describe("what is read", () => {
  test("comes in pages that a call can carry, and is all there", async () => {
    at(START);
    const world = new World();
    const heavy = new Tally();
    for (let i = 0; i < 30_000; i++) heavy.add({ slice: (i * 7) % 32, status: 200, size: 1.04 ** (i % 700), value: i });
    const tally = heavy.encode();
    const cells = Array.from({ length: 900 }, (_, i) => cell(START, 1, { variant: `v${i}`, tally }));
    await world.take({ cells });
    await world.take({ cells: cells.map((one) => ({ ...one, minute: START - MINUTE })) });
    const pages: number[] = [];
    for await (const { rows } of pagesOf(world.all[0]!, { since: START - HOUR, until: START + HOUR })) {
      pages.push(rows.length);
      expect(rows.reduce((n, row) => n + row.tally.length, 0)).toBeLessThan(COUNTER_LIMITS.pageLength + tally.length);
    }
    expect(pages.length).toBeGreaterThan(1);
    expect(pages.reduce((a, b) => a + b)).toBe(1_800);
  });

  test("of hours is no more than hours have room for: the rest is one row", async () => {
    at(START);
    const world = new World();
    for (let minute = 0; minute < 4; minute++) {
      vi.setSystemTime(START + minute * MINUTE);
      const cells = Array.from({ length: COUNTER_LIMITS.clientMinuteSeries }, (_, i) =>
        cell(START + minute * MINUTE, 1, { variant: `v${minute}-${i}`, cohort: "", source: "client" }),
      );
      await world.take({ cells });
    }
    at(START + 72 * HOUR);
    for (let i = 0; i < 3; i++) await runDurableObjectAlarm(env.COUNTER.getByName(world.name(0)));
    const sizes = await world.sizes();
    expect([sizes["minutes"], sizes["hours"]]).toEqual([0, COUNTER_LIMITS.clientHourSeries + 1]);
    const { counted } = await readAll(world.all, { since: START - HOUR, until: START + 72 * HOUR });
    const counts = counted.flatMap(({ rows }) => rows).map(({ tally }) => Tally.decode(tally).count);
    expect(counts.reduce((a, b) => a + b)).toBe(4 * COUNTER_LIMITS.clientMinuteSeries);
  });
});

describe("a minute that can't be attributed", () => {
  test("is given up after some attempts, and said; the next ones are judged", async () => {
    vi.spyOn(console, "error").mockImplementation(() => {});
    at(START);
    const world = new World();
    const shard = shardOf(keyHash(world.where.incarnation, "u"));
    await world.take({ keyed: [world.exposed("u", START)] }, shard);
    const spoil = (storage: DurableObjectStorage): void => {
      storage.sql.exec(
        `INSERT INTO minutes (start, late, kind, metric, flag, variant, cohort, source, version, tally)
         VALUES (?, 0, 'first', '', 'f', 'on', 'r.1.t', 'server', 1, 'poison')`,
        START,
      );
    };
    await runInDurableObject(env.COUNTER.getByName(world.name(shard)), (_, { storage }) => spoil(storage));
    vi.setSystemTime(START + MINUTE);
    await world.take({ keyed: [world.exposed("v", START + MINUTE), world.exposed("u", START + MINUTE)] }, shard);
    vi.setSystemTime(START + 4 * MINUTE);
    const counter = counters.getByName(world.name(shard));
    const query = { since: START + MINUTE, until: START + HOUR, release: "r" };
    for (let i = 0; i < COUNTER_LIMITS.attempts; i++) expect((await counter.read(query)).openFrom).toBe(START);
    const { rows, openFrom } = await counter.read(query);
    expect(openFrom).toBe(START + 3 * MINUTE);
    expect(rows.some(({ kind }) => kind === "first")).toBe(true);
    const [said] = (await counter.read({ ...query, since: START })).rows.filter(({ kind }) => kind === "uncounted");
    expect([said!.metric, Tally.decode(said!.tally).count]).toEqual(["full", 1]);
  });
});

describe("a counter that is dead", () => {
  test("keeps no other from counting: what is its own waits for it", async () => {
    at(START);
    const world = new World();
    const keys = Array.from({ length: 40 }, (_, i) => `u${i}`);
    const dead = 2;
    const deaf = { take: async () => Promise.reject(new Error("dead")) };
    await runInDurableObject(env.COUNTER.getByName(world.name(0)), async (object) => {
      const own: { COUNTER: CounterObjects } = Reflect.get(object, "env");
      Reflect.set(object, "env", {
        COUNTER: { getByName: (name: string) => (name === world.name(dead) ? deaf : own.COUNTER.getByName(name)) },
      });
      const batch = {
        isolate: "i",
        sequence: 1,
        cells: [cell(START, 5)],
        keyed: keys.map((key) => world.exposed(key, START)),
      };
      expect(await object.take(batch)).toEqual({ duplicate: false, uncounted: {} });
      expect(await object.take(batch)).toMatchObject({ duplicate: true });
      Reflect.set(object, "env", own);
    });
    const waits = await world.sizes();
    expect(waits["waiting"]).toBe(1);
    vi.setSystemTime(START + 20_000);
    await runDurableObjectAlarm(env.COUNTER.getByName(world.name(0)));
    expect((await world.sizes())["waiting"]).toBe(0);
    vi.setSystemTime(START + 3 * MINUTE);
    expect(await world.bins({ metric: "errors" })).toMatchObject([{ treatment: { exposures: 5, keys: 40 } }]);
  });

  test("is left out by who reads, and named", async () => {
    at(START);
    const world = new World();
    await world.take({ cells: [cell(START, 5)] });
    const all = world.all.map((counter, i) =>
      i === 3 ? { read: async () => Promise.reject(new Error("dead")) } : counter,
    );
    const { counted, unread } = await readAll(all, { since: START, until: START + HOUR });
    expect([counted.length, unread]).toEqual([3, [3]]);
  });

  test.each(["takes a batch", "gives a name its place"])(
    "and hangs while it %s doesn't hang who reports",
    async (when) => {
      vi.useFakeTimers({ toFake: ["Date", "setTimeout"], now: START });
      const world = new World();
      const hanging = new Promise<never>(() => {});
      const fake = {
        take: () => (when === "takes a batch" ? hanging : Promise.resolve({ duplicate: false, uncounted: {} })),
        admit: (names: string[]) => (when === "takes a batch" ? Promise.resolve(names) : hanging),
      };
      const reporter = {
        snapshot: snapshotOf(world.where),
        source: "server" as const,
        counters: { getByName: () => fake },
      };
      const events = [{ type: "outcome", metric: "mine", value: 1 }];
      const recorded = record(reporter as unknown as Parameters<typeof record>[0], { id: "x", events }, START);
      const said = expect(recorded).rejects.toThrow("no answer within");
      await vi.advanceTimersByTimeAsync(LIMITS.countingMs);
      await said;
    },
  );

  test("and emptied while a batch waits for others stays empty", async () => {
    at(START);
    const world = new World();
    let release = (): void => {};
    const slow = new Promise<void>((resolve) => (release = resolve));
    await runInDurableObject(env.COUNTER.getByName(world.name(0)), async (object) => {
      const own: object = Reflect.get(object, "env");
      const take = async () => slow.then(() => ({ duplicate: false, uncounted: {} }));
      Reflect.set(object, "env", { COUNTER: { getByName: () => ({ take }) } });
      const keyed = Array.from({ length: 8 }, (_, i) => world.exposed(`u${i}`, START));
      const taking = object.take({ isolate: "i", sequence: 1, cells: [cell(START, 5)], keyed });
      await object.clear();
      release();
      await taking;
      Reflect.set(object, "env", own);
    });
    expect(await world.sizes()).toMatchObject({ batches: 0, minutes: 0, seen: 0 });
  });
});
