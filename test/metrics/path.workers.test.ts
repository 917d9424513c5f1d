import { env } from "cloudflare:workers";
import { afterEach, expect, test, vi } from "vitest";
import { flag } from "../../src/contract/flag.ts";
import { keyOf, publishedFlag, SNAPSHOT_FORMAT } from "../../src/contract/snapshot.ts";
import { compile } from "../../src/core/compile.ts";
import { Aggregate } from "../../src/metrics/aggregate.ts";
import { MINUTE, minuteOf, SHARDS, shardOf } from "../../src/metrics/batch.ts";
import { closedBins } from "../../src/metrics/bins.ts";
import type { CounterObjects } from "../../src/metrics/counter.ts";
import { record } from "../../src/metrics/record.ts";
import { note, runs } from "../support/counts.ts";
import { Random } from "../support/random.ts";

/* The whole path of a measurement in one process: isolates, counters, closed bins. */

const objects: object = env;
const counters: CounterObjects = Reflect.get(objects, "COUNTER");
// In the future, so that no alarm is due by the real clock.
const START = minuteOf(Date.UTC(2030, 10, 21, 12));
const WHERE = { environment: "production", incarnation: "path00000001" };

afterEach(() => void vi.useRealTimers());

test("evaluations and outcomes are counted to the last one, through isolates that send twice and out of order", async () => {
  const count = runs(1_000_000);
  const random = new Random(20_261_121);
  vi.useFakeTimers({ toFake: ["Date"], now: START });
  const released = flag.parse({
    key: "f",
    type: "boolean",
    variants: { t: true, c: false },
    default: { rollout: { percentage: 50, split: [{ variant: "t", weight: 1 }], otherwise: "c" } },
  });
  const release = { id: "r", rule: null, epoch: 1, stages: [] };
  const body = {
    format: SNAPSHOT_FORMAT as typeof SNAPSHOT_FORMAT,
    ...WHERE,
    version: 1,
    at: START,
    keys: [],
    segments: [],
    members: null,
  };
  const snapshot = compile({ ...body, flags: [{ version: 1, flag: publishedFlag(released), release }] }, null);
  const of = (sender: string) =>
    counters.getByName(keyOf.counterObject("production", WHERE.incarnation, shardOf(sender)));
  const held: (() => Promise<unknown>)[] = [];
  let batches = 0;
  const isolates = Array.from(
    { length: 8 },
    () =>
      new Aggregate({
        flushMs: 0,
        send: async (_, batch) => {
          batches += 1;
          // Some come later, after others; some come twice.
          if (random.oneIn(3)) held.push(() => of(batch.isolate).take(batch));
          else await of(batch.isolate).take(batch);
          if (random.oneIn(4)) held.push(() => of(batch.isolate).take(batch));
        },
      }),
  );
  const ctx = { waitUntil: () => {} };
  const expected = { t: { requests: 0, errors: 0, clicks: 0 }, c: { requests: 0, errors: 0, clicks: 0 } };
  let reported: unknown[] = [];
  let ids = 0;
  const report = async (): Promise<void> => {
    const batch = { id: `b${++ids}`, events: reported };
    reported = [];
    const reporter = { snapshot, source: "server", counters } as const;
    expect(await record(reporter, batch, Date.now())).toEqual({
      accepted: batch.events.length,
      duplicate: false,
      rejected: [],
      uncounted: {},
    });
    if (random.oneIn(5)) expect(await record(reporter, batch, Date.now())).toMatchObject({ duplicate: true });
  };
  for (let i = 0; i < count; i++) {
    const side = random.below(2) === 0 ? "t" : "c";
    const cohort = `r.1.${side}`;
    if (random.below(2) === 0) {
      const status = random.oneIn(50) ? 500 : 200;
      expected[side].requests += 1;
      if (status === 500) expected[side].errors += 1;
      const subject = { targetingKey: `u${random.below(100)}`, requestId: "" };
      const served = { flag: "f", variant: side, cohort, version: 1 };
      random.pick(isolates).request(WHERE, served, subject, { status, ms: random.below(300) }, Date.now(), ctx);
    } else {
      expected[side].clicks += 1;
      reported.push({ type: "outcome", metric: "click", cohort, value: 0.1 });
      if (reported.length === 500) await report();
    }
    if (i % 5_000 === 0) {
      vi.setSystemTime(START + Math.floor((i / count) * MINUTE));
      await random.pick(isolates).flush(WHERE, Date.now());
    }
  }
  if (reported.length > 0) await report();
  for (const isolate of isolates) await isolate.flush(WHERE, Date.now());
  for (const late of held.toReversed()) await late();

  vi.setSystemTime(START + 10 * MINUTE);
  const counted = await Promise.all(
    Array.from({ length: SHARDS }, (_, i) =>
      counters
        .getByName(keyOf.counterObject("production", WHERE.incarnation, i))
        .read({ since: START - MINUTE, until: START + 10 * MINUTE, release: "r" }),
    ),
  );
  const found = { t: { requests: 0, errors: 0, clicks: 0 }, c: { requests: 0, errors: 0, clicks: 0 } };
  for (const bin of closedBins(counted, "r", { metric: "errors" }))
    for (const [side, one] of [
      ["t", bin.treatment],
      ["c", bin.control],
    ] as const) {
      found[side].requests += one.exposures;
      found[side].errors += one.events;
    }
  let sum = 0;
  for (const bin of closedBins(counted, "r", { metric: "click", per: "event" }))
    for (const [side, one] of [
      ["t", bin.treatment],
      ["c", bin.control],
    ] as const) {
      found[side].clicks += one.events;
      if (one.events > 0) sum += Math.round(one.values.sum * 10);
    }
  expect(found).toEqual(expected);
  expect(sum).toBe(expected.t.clicks + expected.c.clicks);
  const other = [3, 1, 0, 2].map((i) => counted[i]!);
  const text = (all: typeof counted): string =>
    JSON.stringify(
      closedBins(all, "r", { metric: "latency" }).map(({ treatment: { durations, ...t }, control, ...bin }) => [
        bin,
        t,
        durations.encode(),
        control.durations.encode(),
      ]),
    );
  expect(text(other)).toBe(text(counted));
  note(`${count} measurements, ${batches} batches of isolates, ${ids} of events`);
});
