import { env } from "cloudflare:workers";
import { runInDurableObject } from "cloudflare:test";
import { afterEach, describe, expect, test, vi } from "vitest";
import { keyOf } from "../../src/contract/snapshot.ts";
import { bucketedHash, sliceOf } from "../../src/core/bucketed.ts";
import { Aggregate } from "../../src/metrics/aggregate.ts";
import { bucketedKey, type Happened, keyHash, MINUTE, minuteOf, SHARDS, shardOf } from "../../src/metrics/batch.ts";
import { closedBins, type Measure } from "../../src/metrics/bins.ts";
import type { CounterObjects } from "../../src/metrics/counter.ts";
import { readWhole } from "../../src/metrics/reading.ts";

/* What counters know of keys: people, sessions, slices, from a gate's isolates to the judge's bins. */

const objects: object = env;
const counters: CounterObjects = Reflect.get(objects, "COUNTER");
// In the future, so that no alarm is due by the real clock.
const START = minuteOf(Date.UTC(2030, 10, 22, 12));

afterEach(() => void vi.useRealTimers());

let made = 0;
/** Some isolates of one gate, and the counters behind them. */
class Site {
  readonly where = { environment: "production", incarnation: `people${String(++made).padStart(6, "0")}` };
  readonly isolates = Array.from(
    { length: 3 },
    () =>
      new Aggregate({
        flushMs: 0,
        send: async ({ environment, incarnation }, batch) => {
          const name = keyOf.counterObject(environment, incarnation, shardOf(batch.isolate));
          await counters.getByName(name).take(batch);
        },
      }),
  );

  constructor() {
    vi.useFakeTimers({ toFake: ["Date"], now: START });
  }

  /** A request at so many minutes after the start. */
  request(
    key: string,
    at: number,
    more: { status?: number; ms?: number; cohort?: string; isolate?: number } = {},
  ): void {
    const { status = 200, ms = 10, cohort = "r.1.t", isolate = 0 } = more;
    const served = { flag: "f", variant: "on", cohort, version: 1 };
    const answer = { status, ms };
    const ctx = { waitUntil: () => {} };
    this.isolates[isolate]!.request(this.where, served, { targetingKey: key }, answer, START + at * MINUTE, ctx);
  }

  /** Sends all there is, at a time. */
  async flush(at: number): Promise<void> {
    vi.setSystemTime(START + at * MINUTE);
    for (const one of this.isolates) await one.flush(this.where, Date.now());
  }

  async treatment(measure: Measure, at: number) {
    vi.setSystemTime(START + at * MINUTE);
    const query = { since: START, until: START + at * MINUTE, release: "r" };
    const { environment, incarnation } = this.where;
    const names = Array.from({ length: SHARDS }, (_, i) => keyOf.counterObject(environment, incarnation, i));
    const counted = await Promise.all(names.map((name) => readWhole(counters.getByName(name), query)));
    return closedBins(counted, "r", measure).map((bin) => ({ ...bin.treatment, at: (bin.minute - START) / MINUTE }));
  }
}
const sum = (counts: ArrayLike<number> = []): number => Array.from(counts).reduce((total, n) => total + n, 0);

describe("people", () => {
  test("are exposed once and err once in a stage entry, whatever isolates see of them, and in whatever order", async () => {
    const site = new Site();
    for (let minute = 0; minute < 3; minute++) {
      for (let i = 0; i < 40; i++)
        for (const isolate of [0, 1, 2]) {
          const status = i < 10 && minute > 0 ? 503 : 200;
          site.request(`u${i}`, minute + 0.1, { status, isolate });
          site.request(`u${i}`, minute + 0.2, { status, isolate });
        }
      await site.flush(minute + 0.5);
    }
    const bins = await site.treatment({ metric: "errors" }, 10);
    expect(
      bins.map(({ at, exposures, events, people }) => [
        at,
        exposures,
        events,
        sum(people?.exposed),
        sum(people?.erred),
      ]),
    ).toEqual([
      [0, 240, 0, 40, 0],
      [1, 240, 60, 0, 10],
      [2, 240, 60, 0, 0],
    ]);
  });

  test("are counted anew in another stage entry", async () => {
    const site = new Site();
    site.request("u", 0.1, { status: 500 });
    site.request("u", 0.2, { status: 500, cohort: "r.2.t" });
    await site.flush(0.5);
    const bins = await site.treatment({ metric: "errors" }, 10);
    expect(bins.map(({ people }) => [sum(people?.exposed), sum(people?.erred)])).toEqual([
      [1, 1],
      [1, 1],
    ]);
  });

  test("are those that are bucketed: of an account many may come, and it is one", async () => {
    const site = new Site();
    for (let i = 0; i < 30; i++)
      site.request(`u${i}`, 0.1, { status: i < 20 ? 500 : 200, cohort: `r.1.t.${bucketedHash(`account-${i % 3}`)}` });
    await site.flush(0.5);
    const [bin] = await site.treatment({ metric: "errors" }, 10);
    expect([bin!.exposures, bin!.keys, sum(bin!.people?.erred)]).toEqual([30, 3, 3]);
    const slices = new Set([0, 1, 2].map((i) => sliceOf(`account-${i}`)));
    for (const [slice, { exposures }] of bin!.slices.entries()) expect(exposures > 0).toBe(slices.has(slice));
    expect(bucketedKey("x", bucketedHash("a"))).not.toBe(bucketedKey("y", bucketedHash("a")));
  });

  test("an unsigned id's requests count, and it is nobody", async () => {
    const site = new Site();
    const served = { flag: "f", variant: "on", cohort: "r.1.t", version: 1 };
    const subject = { targetingKey: "made-up", unsigned: true };
    for (let i = 0; i < 3; i++)
      site.isolates[0]!.request(site.where, served, subject, { status: 500, ms: 1 }, START + i, {
        waitUntil: () => {},
      });
    await site.flush(0.5);
    const [bin] = await site.treatment({ metric: "errors" }, 10);
    expect([bin!.exposures, bin!.events, bin!.keys, bin!.people]).toEqual([3, 3, 0, undefined]);
  });
});

describe("sessions", () => {
  test("begin with a key that is new, or that comes after half an hour without it", async () => {
    const other = new Site();
    for (let at = 0; at <= 63; at++) {
      for (const [key, minutes] of [
        ["often", [0, 7, 14, 21, 28, 35, 42, 49, 56, 63]],
        ["twice", [0, 45]],
        ["once", [1]],
      ] as const)
        if (minutes.some((minute) => minute === at)) other.request(key, at + 0.1, { isolate: at % 3 });
      await other.flush(at + 0.2);
    }
    const bins = (await other.treatment({ metric: "missing" }, 120)).map((bin) => [bin.at, bin.exposures]);
    expect(bins).toEqual([
      [0, 2],
      [1, 1],
      [45, 1],
    ]);
    expect((await other.treatment({ metric: "errors" }, 120)).reduce((all, { keys }) => all + keys, 0)).toBe(3);
  });
});

test("slow requests are counted by slice on a ladder of steps; timeouts are slow, other failures are nowhere", async () => {
  const site = new Site();
  for (let i = 0; i < 64; i++) site.request(`u${i}`, 0.1, { ms: i < 32 ? 3 : 1_000 });
  for (const status of [504, 500, 502]) site.request("bad", 0.2, { status, ms: 30_000 });
  await site.flush(0.5);
  const [bin] = await site.treatment({ metric: "latency" }, 10);
  expect([bin!.exposures, sum(bin!.timeouts)]).toEqual([65, 1]);
  expect(bin!.durations.countAbove(-1)).toBe(64);
  expect(bin!.slower.map(sum)).toEqual([32, 32, 32, 32, 32, 32, 32, 32, 0, 0, 0, 0]);
  for (const [slice, { exposures }] of bin!.slices.entries())
    expect(bin!.slower[0]![slice]!).toBeLessThanOrEqual(exposures);
});

describe("where something else than the targeting key is bucketed", () => {
  test("outcomes that say a targeting key alone find it, once for all who share it", async () => {
    const site = new Site();
    const { incarnation } = site.where;
    // Four people of each of ten accounts; three of them, in all but two accounts, have the outcome.
    for (let i = 0; i < 40; i++) site.request(`u${i}`, 0.1, { cohort: `r.1.t.${bucketedHash(`account-${i % 10}`)}` });
    await site.flush(0.2);
    const happened = Array.from({ length: 40 }, (_, i) => i).filter((i) => i % 10 < 8 && i < 30);
    const keyed = happened.map((i): Happened => {
      const defaults = { value: 1, flag: "", cohort: "", source: "server", windowMs: 5 * MINUTE } as const;
      const key = keyHash(incarnation, `u${i}`);
      return { what: "happened", key, metric: "buy", at: START + 30_000, per: "unit", ...defaults };
    });
    const events = keyed.map((one) => ({ ...one, metric: "click", per: "event" as const }));
    vi.setSystemTime(START + MINUTE);
    const first = counters.getByName(keyOf.counterObject("production", incarnation, 0));
    for (const [sequence, one] of [keyed, events].entries())
      await first.take({ isolate: "server", sequence, cells: [], keyed: one });
    await expect
      .poll(async () => {
        const rows = await Promise.all(
          Array.from({ length: SHARDS }, (_, i) =>
            runInDurableObject(
              env.COUNTER.getByName(keyOf.counterObject("production", incarnation, i)),
              (_o, { storage }) => storage.sql.exec("SELECT 1 FROM waiting").toArray(),
            ),
          ),
        );
        return rows.flat().length;
      })
      .toBe(0);
    const [bin] = await site.treatment({ metric: "buy", per: "unit", windowMs: 5 * MINUTE }, 20);
    expect([bin!.exposures, bin!.events]).toEqual([10, 8]);
    const clicks = await site.treatment({ metric: "click", per: "event" }, 20);
    expect(clicks.reduce((all, one) => all + one.events, 0)).toBe(24);
  });
});
