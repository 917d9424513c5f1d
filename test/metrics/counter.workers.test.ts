import { env } from "cloudflare:workers";
import { runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { afterEach, describe, expect, test, vi } from "vitest";
import * as COUNTER_LIMITS from "../../src/contract/counter-limits.ts";
import { keyOf } from "../../src/contract/snapshot.ts";
import {
  type Batch,
  type Cell,
  type Exposed,
  type Happened,
  keyHash,
  MINUTE,
  minuteOf,
  openFrom,
  SHARDS,
  shardOf,
} from "../../src/metrics/batch.ts";
import { closedBins, type Measure } from "../../src/metrics/bins.ts";
import type { Counted, CounterObjects } from "../../src/metrics/counter.ts";
import type { BinRow } from "../../src/metrics/store.ts";
import { sliceOf, Tally } from "../../src/metrics/tally.ts";
import { UncountedSums } from "../../src/metrics/uncounted.ts";
import { created, NAME } from "../environment/object.ts";
import { runs } from "../support/counts.ts";
import { Random } from "../support/random.ts";

/* The counters of one environment, as isolates and whoever reads them meet them. */

const objects: object = env;
const counters: CounterObjects = Reflect.get(objects, "COUNTER");
const DAY = 24 * 60 * MINUTE;
// In the future, so that no alarm is due by the real clock.
const START = minuteOf(Date.UTC(2030, 10, 21, 12));

afterEach(() => void vi.useRealTimers());

function clock(now: number): void {
  vi.useFakeTimers({ toFake: ["Date"], now });
}

let made = 0;
/** An environment's counters, of its own incarnation. */
class World {
  readonly incarnation = `count${String(++made).padStart(7, "0")}`;
  sequence = 0;

  name(shard: number): string {
    return keyOf.counterObject("production", this.incarnation, shard);
  }

  of(sender: string): ReturnType<CounterObjects["getByName"]> {
    return counters.getByName(this.name(shardOf(sender)));
  }

  async send(batch: Partial<Batch>): Promise<boolean> {
    const whole: Batch = { isolate: "isolate", sequence: ++this.sequence, cells: [], keyed: [], ...batch };
    return (await this.of(whole.isolate).take(whole)).duplicate;
  }

  async read(since = START - DAY, until = START + 2 * DAY): Promise<Counted[]> {
    return Promise.all(
      Array.from({ length: SHARDS }, (_, i) => counters.getByName(this.name(i)).read({ since, until, release: "r" })),
    );
  }

  /** Everything, whatever release it is of. */
  async all(): Promise<BinRow[]> {
    const query = { since: START - DAY, until: START + 2 * DAY };
    const names = Array.from({ length: SHARDS }, (_, i) => this.name(i));
    return (await Promise.all(names.map((name) => counters.getByName(name).read(query)))).flatMap(({ rows }) => rows);
  }

  async bins(measure: Measure) {
    return closedBins(await this.read(), "r", measure);
  }

  exposed(key: string, at: number, side: "t" | "c", more: Partial<Exposed> = {}): Exposed {
    const cohort = `r.1.${side}`;
    const hash = keyHash(this.incarnation, key);
    const served = { flag: "f", variant: side === "t" ? "on" : "off", cohort, source: "gate", version: 2 } as const;
    return { what: "exposed", key: hash, slice: sliceOf(key), ...served, at, ...more };
  }

  happened(key: string, metric: string, at: number, more: Partial<Happened> = {}): Happened {
    const hash = keyHash(this.incarnation, key);
    const defaults = { value: 1, flag: "", cohort: "", source: "server", per: "unit", windowMs: 10 * MINUTE } as const;
    return { what: "happened", key: hash, metric, at, ...defaults, ...more };
  }
}

function cell(minute: number, count: number, more: Partial<Cell> = {}): Cell {
  const tally = new Tally();
  for (let i = 0; i < count; i++) tally.add({ slice: i % 32, status: 200, size: i });
  const series = { kind: "request", metric: "", flag: "f", variant: "on", source: "gate", version: 2 } as const;
  return { minute, ...series, cohort: "r.1.t", tally: tally.encode(), ...more };
}

describe("a batch", () => {
  test("counts once, however often it comes, and also when it comes twice at once", async () => {
    clock(START);
    const world = new World();
    const batch = { isolate: "i1", sequence: 7, cells: [cell(START, 3)], keyed: [world.exposed("u", START, "t")] };
    const answers = await Promise.all([world.send(batch), world.send(batch), world.send(batch)]);
    expect(answers.toSorted()).toEqual([false, true, true]);
    expect(await world.send(batch)).toBe(true);
    clock(START + 2 * MINUTE);
    const [bin] = await world.bins({ metric: "errors" });
    expect(bin).toMatchObject({ minute: START, epoch: 1, treatment: { exposures: 3, keys: 1 } });
  });

  test("that isn't understood counts nothing, is not taken for known, and harms no other", async () => {
    clock(START);
    const world = new World();
    const wrong = [cell(START, 1), cell(START, 1, { variant: "off", tally: "from another version" })];
    for (const sequence of [1, 1]) await expect(world.send({ sequence, cells: wrong })).rejects.toThrow(/tally/);
    await world.send({ sequence: 2, cells: [cell(START, 3)] });
    clock(START + 2 * MINUTE);
    expect(await world.bins({ metric: "errors" })).toMatchObject([{ treatment: { exposures: 3 } }]);
  });

  test("is known for an hour", async () => {
    clock(START);
    const world = new World();
    await world.send({ isolate: "i1", sequence: 1 });
    clock(START + 3_600_000);
    expect(await world.send({ isolate: "i1", sequence: 1 })).toBe(true);
    clock(START + 3_600_001);
    expect(await world.send({ isolate: "i1", sequence: 1 })).toBe(false);
  });

  test("that comes after its minute closed, 30 s after its end, is counted as late and judged by nobody", async () => {
    const world = new World();
    clock(START + MINUTE + 29_999);
    await world.send({ cells: [cell(START, 2)] });
    clock(START + MINUTE + 30_000);
    expect(await world.bins({ metric: "errors" })).toMatchObject([{ treatment: { exposures: 2 } }]);
    await world.send({ cells: [cell(START, 5)], keyed: [world.exposed("u", START, "t")] });
    expect(await world.bins({ metric: "errors" })).toMatchObject([{ treatment: { exposures: 2, keys: 0 } }]);
    const rows = (await world.read()).flatMap((one) => one.rows);
    expect(rows.filter(({ late }) => late === 1).map(({ tally }) => Tally.decode(tally).count)).toEqual([5]);
  });

  test("is told as late in a minute that is still to be read, with its flag where its cohort isn't known", async () => {
    clock(START);
    const world = new World();
    const now = START + 4 * MINUTE;
    clock(now);
    await world.send({
      cells: [cell(START, 5), cell(START, 2, { kind: "uncounted", metric: "ambiguous", cohort: "r.1.u" })],
      keyed: [world.happened("u", "checkout", START - DAY, { flag: "f" })],
    });
    const read = async (since: number, flag?: string) => {
      const names = Array.from({ length: SHARDS }, (_, i) => world.name(i));
      const query = { since, until: now + MINUTE, release: "r", ...(flag !== undefined && { flag }) };
      const all = await Promise.all(names.map((name) => counters.getByName(name).read(query)));
      return new UncountedSums(false).add(all.flatMap(({ rows }) => rows)).sums;
    };
    const openMinute = openFrom(now);
    expect(await read(openMinute)).toEqual({ late: 5, ambiguous: 2 });
    expect(await read(openMinute, "f")).toEqual({ late: 6, ambiguous: 2 });
    expect(await read(START - DAY, "f")).toEqual({ late: 6, ambiguous: 2 }); // and once
  });

  test("doesn't reopen a closed minute when the clock goes back", async () => {
    const world = new World();
    clock(START + 2 * MINUTE);
    await world.send({ cells: [cell(START + MINUTE, 1)] });
    clock(START + 4 * MINUTE);
    await world.read();
    clock(START + MINUTE);
    await world.send({ cells: [cell(START + MINUTE, 1)] });
    clock(START + 4 * MINUTE);
    expect(await world.bins({ metric: "errors" })).toMatchObject([{ treatment: { exposures: 1 } }]);
  });
});

describe("an outcome", () => {
  test("of a unit counts once, in the minute of its key's first exposure, if it came within the window", async () => {
    clock(START + 1_000);
    const world = new World();
    const later = START + 5 * MINUTE;
    await world.send({
      keyed: [
        world.exposed("in", START, "t"),
        world.exposed("out", START, "t"),
        world.exposed("never", START, "c"),
        world.exposed("before", START + 10, "c"),
      ],
    });
    clock(START + 11 * MINUTE);
    await world.send({
      keyed: [
        world.happened("in", "checkout", later),
        world.happened("in", "checkout", later + 1),
        world.happened("in", "checkout", START + 10 * MINUTE),
        world.happened("out", "checkout", START + 10 * MINUTE + 1),
        world.happened("before", "checkout", START + 9),
        world.happened("stranger", "checkout", later),
      ],
    });
    const measure: Measure = { metric: "checkout", per: "unit", windowMs: 10 * MINUTE };
    clock(START + 11 * MINUTE + 29_999);
    expect(await world.bins(measure)).toEqual([]);
    clock(START + 11 * MINUTE + 30_000);
    expect(await world.bins(measure)).toMatchObject([
      {
        minute: START,
        treatment: { exposures: 2, events: 1, values: { sum: 3 } },
        control: { exposures: 2, events: 0 },
      },
    ]);
  });

  test("that comes when the unit's bin is closed doesn't change it, although its own minute is open", async () => {
    clock(START);
    const world = new World();
    await world.send({ keyed: [world.exposed("u", START, "t")] });
    clock(START + 5 * MINUTE);
    await world.send({ keyed: [world.exposed("v", START + 5 * MINUTE, "t")] });
    const measure: Measure = { metric: "checkout", per: "unit", windowMs: 10 * MINUTE };
    const events = async () => (await world.bins(measure)).map(({ treatment }) => treatment.events);
    clock(START + 11 * MINUTE + 30_000);
    expect(await events()).toEqual([0]);
    const at = START + 9 * MINUTE;
    await world.send({ keyed: [world.happened("u", "checkout", at), world.happened("v", "checkout", at)] });
    clock(START + 30 * MINUTE);
    expect(await events()).toEqual([0, 1]);
  });

  test("of an event counts each time, in its own minute, on the side of the first exposure", async () => {
    clock(START + 2 * MINUTE);
    const world = new World();
    const per = { per: "event" } as const;
    await world.send({
      keyed: [
        world.happened("u", "click", START + 2 * MINUTE, per),
        world.happened("u", "click", START + 2 * MINUTE, { ...per, value: 2.5 }),
        world.exposed("u", START + MINUTE + 40_000, "c"),
        world.exposed("u", START + MINUTE + 50_000, "t"),
      ],
      cells: [cell(START + 2 * MINUTE, 4, { cohort: "r.1.c" })],
    });
    clock(START + 10 * MINUTE);
    const bins = await world.bins({ metric: "click", per: "event" });
    expect(bins.at(-1)).toMatchObject({
      minute: START + 2 * MINUTE,
      control: { exposures: 4, events: 2, values: { sum: 3.5 } },
      treatment: { events: 0 },
    });
  });

  test("that hasn't come within its window is missing", async () => {
    clock(START);
    const world = new World();
    const beat = { windowMs: MINUTE, expectedMs: MINUTE, source: "client" } as const;
    await world.send({
      keyed: [
        ...["a", "b", "c"].map((key) => world.exposed(key, START, "t")),
        ...["d", "e"].map((key) => world.exposed(key, START, "c")),
        ...["a", "d", "e"].map((key) => world.happened(key, "heartbeat", START, beat)),
      ],
    });
    clock(START + 2 * MINUTE + 30_000);
    expect(await world.bins({ metric: "missing" })).toMatchObject([
      { treatment: { exposures: 3, events: 2 }, control: { exposures: 2, events: 0 } },
    ]);
  });

  test("that a client reports, with a key that anybody has, isn't evidence unless it is asked for", async () => {
    clock(START);
    const world = new World();
    await world.send({
      keyed: [
        world.exposed("u", START + 1, "t"),
        world.exposed("u", START, "c", { source: "client" }),
        world.happened("u", "checkout", START + 2, { source: "client" }),
      ],
    });
    clock(START + DAY / 24);
    const measure: Measure = { metric: "checkout", per: "unit", windowMs: 10 * MINUTE };
    const [trusted] = await world.bins(measure);
    expect(trusted).toMatchObject({ treatment: { exposures: 1, events: 0 }, control: { exposures: 0 } });
    const [clients] = await world.bins({ ...measure, sources: ["client"] });
    expect(clients).toMatchObject({ treatment: { exposures: 0 }, control: { exposures: 1, events: 1 } });
  });
});

test("the same batches in any order, from any senders, some of them twice, come to the same", async () => {
  const random = new Random(20_261_121);
  const batches: Omit<Batch, "isolate" | "sequence">[] = [];
  const shape = new World();
  for (let i = 0; i < runs(400); i++) {
    const keyed: Batch["keyed"] = [];
    for (let n = 0; n < 8; n++) {
      const key = `u${random.below(40)}`;
      const at = START + random.below(3 * MINUTE);
      const side = random.below(2) === 0 ? "t" : "c";
      keyed.push(
        random.below(2) === 0
          ? shape.exposed(key, at, side, { source: random.pick(["gate", "client"]) })
          : shape.happened(key, random.pick(["x", "y"]), at, { per: random.pick(["unit", "event"]), windowMs: MINUTE }),
      );
    }
    batches.push({ cells: [cell(START + random.below(3) * MINUTE, random.below(4) + 1)], keyed });
  }
  const results: string[] = [];
  for (let round = 0; round < 3; round++) {
    clock(START + 3 * MINUTE);
    vi.setSystemTime(START + MINUTE + 20_000);
    const world = new World();
    const shuffled = batches.map((batch, i) => ({ batch, i, at: random.fraction() })).toSorted((a, b) => a.at - b.at);
    for (const { batch, i } of shuffled) {
      const keyed = batch.keyed.map((one) => ({ ...one, at: Math.min(one.at, START + MINUTE) }));
      const sent = {
        isolate: `i${i % (round + 1)}`,
        sequence: i,
        cells: batch.cells.map((one) => ({ ...one, minute: START })),
        keyed,
      };
      await world.send(sent);
      if (random.oneIn(3)) expect(await world.send(sent)).toBe(true);
    }
    vi.setSystemTime(START + 30 * MINUTE);
    const measures: Measure[] = [
      { metric: "errors" },
      { metric: "x", per: "unit", windowMs: MINUTE },
      { metric: "y", per: "event" },
      { metric: "x", per: "unit", windowMs: MINUTE, sources: ["client"] },
    ];
    const found = await Promise.all(measures.map(async (measure) => world.bins(measure)));
    results.push(
      JSON.stringify(
        found.map((bins) =>
          bins.map(({ treatment, control, ...bin }) => ({
            ...bin,
            sides: [treatment, control].map((side) => ({ ...side, durations: side.durations.encode() })),
          })),
        ),
      ),
    );
  }
  expect(results[0]).toContain('"events":');
  expect(new Set(results).size).toBe(1);
});

test("what clients make up takes no place of what gates and servers measured", async () => {
  clock(START);
  const world = new World();
  const most = COUNTER_LIMITS.clientMinuteSeries;
  const made = Array.from({ length: most + 10 }, (_, i) => cell(START, 2, { cohort: `r.${i}.t`, source: "client" }));
  await world.send({ cells: [...made, cell(START, 4)] });
  const rows = (await world.read()).flatMap((one) => one.rows);
  const of = (kind: string, source: string) => rows.filter((row) => row.kind === kind && row.source === source);
  expect(of("request", "client").length).toBe(most);
  expect(of("request", "gate").length).toBe(1);
  // What there is no room for is counted together, and as uncounted.
  expect(of("uncounted", "client").map(({ metric, tally }) => [metric, Tally.decode(tally).count])).toEqual(
    Array.from({ length: 10 }, () => ["full", 2]),
  );
  const [other] = (await world.all()).filter(({ kind }) => kind === "other");
  expect(Tally.decode(other!.tally).count).toBe(20);
});

describe("what is kept", () => {
  test("of targeting keys is gone after a day, of minutes after two, of hours after sixty, and then everything is", async () => {
    clock(START);
    const world = new World();
    await world.send({
      isolate: "i",
      cells: [cell(START, 3), cell(START - 5 * MINUTE, 2)],
      keyed: [world.exposed("u", START, "t")],
    });
    const sweep = async (now: number) => {
      clock(now);
      for (let i = 0; i < SHARDS; i++) await runDurableObjectAlarm(env.COUNTER.getByName(world.name(i)));
    };
    const count = async (table: string): Promise<number> => {
      let sum = 0;
      for (let i = 0; i < SHARDS; i++)
        sum += await runInDurableObject(env.COUNTER.getByName(world.name(i)), (_, { storage }) => {
          const there = storage.sql.exec("SELECT 1 FROM sqlite_master WHERE name = ?", table).toArray().length > 0;
          return there ? storage.sql.exec<{ n: number }>(`SELECT count(*) AS n FROM ${table}`).one().n : 0;
        });
      return sum;
    };
    await sweep(START + 3_600_001);
    expect(await count("batches")).toBe(0);
    expect(await count("seen")).toBe(0);
    expect(await count("visits")).toBe(1);
    await sweep(START + DAY + 6 * MINUTE);
    expect(await count("visits")).toBe(0);
    expect(await count("minutes")).toBe(5); // what came late is told apart as well
    await sweep(START + 3 * DAY);
    expect(await count("minutes")).toBe(0);
    const rows = (await world.read()).flatMap((one) => one.rows);
    expect(rows.filter(({ kind }) => kind === "first").map(({ start }) => start)).toEqual([START]);
    const counts = rows.filter(({ kind }) => kind !== "uncounted").map(({ tally }) => Tally.decode(tally).count);
    expect(counts.reduce((a, b) => a + b)).toBe(7);
    await sweep(START + 62 * DAY);
    expect(await count("hours")).toBe(0);
    expect(await count("sqlite_sequence")).toBe(0);
  });

  test("goes with its environment", async () => {
    const here = await created();
    const name = keyOf.counterObject(NAME, here.incarnation, 1);
    const batch = { isolate: "i", sequence: 1, keyed: [], cells: [cell(minuteOf(Date.now()), 1)] };
    await counters.getByName(name).take(batch);
    await here.object.destroy();
    const tables = async (): Promise<number> =>
      runInDurableObject(
        env.COUNTER.getByName(name),
        (_, { storage }) => storage.sql.exec("SELECT 1 FROM sqlite_master WHERE name = 'minutes'").toArray().length,
      );
    expect(await tables()).toBe(1);
    await expect
      .poll(async () => {
        await runDurableObjectAlarm(here.stub);
        return tables();
      })
      .toBe(0);
  });

  test("is an alarm as long as there is anything, and none before or after", async () => {
    clock(START);
    const world = new World();
    await world.read();
    const stub = env.COUNTER.getByName(world.name(shardOf("isolate")));
    const alarm = async () => runInDurableObject(stub, (_, { storage }) => storage.getAlarm());
    expect(await alarm()).toBeNull();
    await world.send({ cells: [cell(START, 1)] });
    expect(await alarm()).not.toBeNull();
    clock(START + 70 * DAY);
    await runDurableObjectAlarm(stub);
    expect(await alarm()).toBeNull();
  });
});
