import { beforeEach, describe, expect, test, vi } from "vitest";
import { Aggregate, type Where } from "../../src/metrics/aggregate.ts";
import { type Batch, MINUTE, seriesName } from "../../src/metrics/batch.ts";
import { Tally } from "../../src/metrics/tally.ts";
import { note, runs } from "../support/counts.ts";
import { Random } from "../support/random.ts";

/* What an isolate measures, until it is sent. */

const WHERE: Where = { environment: "production", incarnation: "inc000000001" };
const served = (variant: string, cohort = "") => ({ flag: "f", variant, cohort, version: 3 });
const NOON = Date.UTC(2026, 10, 21, 12);

class World {
  readonly sent: Batch[] = [];
  readonly left: Promise<unknown>[] = [];
  down = false;
  readonly aggregate = new Aggregate({
    flushMs: 5_000,
    send: async (_, batch) => {
      if (this.down) throw new Error("down");
      this.sent.push(structuredClone(batch));
    },
  });
  readonly ctx = { waitUntil: (work: Promise<unknown>) => void this.left.push(work) };

  request(variant: string, now: number, { key, status = 200, ms = 10, cohort = "" }: Partial<Request> = {}): void {
    const subject = { requestId: `r${now}`, ...(key !== undefined && { targetingKey: key }) };
    this.aggregate.request(WHERE, served(variant, cohort), subject, { status, ms }, now, this.ctx);
  }

  /** All that was sent, as a counter adds it up. */
  total(): Map<string, Tally> {
    const sums = new Map<string, Tally>();
    for (const { minute, tally, ...series } of this.sent.flatMap(({ cells }) => cells)) {
      const name = `${minute}\n${seriesName(series)}`;
      sums.set(name, (sums.get(name) ?? new Tally()).merge(Tally.decode(tally)));
    }
    return sums;
  }
}
type Request = { key: string; status: number; ms: number; cohort: string };

let world: World;
beforeEach(() => {
  vi.useFakeTimers();
  world = new World();
  return () => vi.useRealTimers();
});

test("all that was measured is sent, once, and to the last number", async () => {
  const count = runs(1_000_000);
  const random = new Random(20_261_121);
  const expected = new Map<string, { count: number; errors: number }>();
  for (let i = 0; i < count; i++) {
    const now = NOON + Math.floor((i / count) * 5 * MINUTE);
    const variant = random.below(2) === 0 ? "on" : "off";
    const status = random.below(100) === 0 ? 503 : 200;
    world.request(variant, now, { status, key: `user-${random.below(1_000)}`, ms: random.below(500) });
    const sum = expected.get(variant) ?? { count: 0, errors: 0 };
    expected.set(variant, { count: sum.count + 1, errors: sum.errors + (status === 503 ? 1 : 0) });
    if (i % 1_000 === 0) await vi.advanceTimersByTimeAsync(200);
  }
  await vi.runAllTimersAsync();
  const found = new Map<string, { count: number; errors: number }>();
  for (const [name, tally] of world.total()) {
    const variant = name.split("\n")[4]!;
    const sum = found.get(variant) ?? { count: 0, errors: 0 };
    found.set(variant, { count: sum.count + tally.count, errors: sum.errors + tally.errors });
    expect(tally.slices.reduce((total, n) => total + n, 0)).toBe(tally.count);
    expect(tally.histogram.countAbove(-1) + tally.errors).toBe(tally.count);
  }
  expect(found).toEqual(expected);
  expect(world.sent.map(({ sequence }) => sequence)).toEqual(world.sent.map((_, i) => i + 1));
  note(`${count} requests in ${world.sent.length} batches`);
});

describe("when it is sent", () => {
  test("five seconds after the first measurement, also when no more requests come, and nothing when there is nothing", async () => {
    world.request("on", NOON);
    world.request("on", NOON + 1);
    expect(world.left.length).toBe(1);
    await vi.advanceTimersByTimeAsync(4_999);
    expect(world.sent).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    expect(world.sent.length).toBe(1);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(world.sent.length).toBe(1);
  });

  test("with the next request after ten seconds, when the timer was lost with its request", async () => {
    world.request("on", NOON);
    vi.clearAllTimers();
    world.request("on", NOON + 9_999);
    expect(world.sent).toEqual([]);
    world.request("on", NOON + 10_000);
    await Promise.all(world.left.slice(1));
    expect(world.sent.length).toBe(1);
    expect([...world.total().values()].map(({ count }) => count)).toEqual([3]);
  });
});

describe("counters that can't be reached", () => {
  test("get the same batches later, as they were", async () => {
    world.down = true;
    world.request("on", NOON);
    await vi.advanceTimersByTimeAsync(5_000);
    world.down = false;
    world.request("off", NOON + 20_000);
    await vi.advanceTimersByTimeAsync(5_000);
    expect(world.sent.map(({ sequence, cells }) => [sequence, cells.map(({ variant }) => variant)])).toEqual([
      [1, ["on"]],
      [2, ["off"]],
    ]);
  });

  test("cost no more memory than a minute's batches", async () => {
    vi.spyOn(console, "warn").mockImplementation(() => {});
    world.down = true;
    for (let i = 0; i < 40; i++) {
      world.request("on", NOON + i * 20_000);
      await vi.advanceTimersByTimeAsync(20_000);
    }
    world.down = false;
    await world.aggregate.flush(WHERE, NOON + 40 * 20_000);
    expect(world.sent.length).toBe(12);
    expect(world.sent.at(-1)!.sequence).toBe(40);
  });
});

describe("targeting keys", () => {
  test("are told once each and cohort, as hashes, and never as they are", async () => {
    for (let i = 0; i < 10; i++) world.request("on", NOON + i, { key: `secret-${i % 3}`, cohort: "r1.1.t" });
    world.request("on", NOON + 20, { key: "secret-0", cohort: "r1.2.t" });
    await world.aggregate.flush(WHERE, NOON + 100);
    const { keyed } = world.sent[0]!;
    expect(keyed.map((one) => (one.what === "exposed" ? one.cohort : ""))).toEqual([
      "r1.1.t",
      "r1.1.t",
      "r1.1.t",
      "r1.2.t",
    ]);
    expect(keyed.every(({ key }) => /^[0-9a-f]{16}$/.test(key))).toBe(true);
    expect(new Set(keyed.map(({ key }) => key)).size).toBe(3);
    expect(JSON.stringify(world.sent)).not.toContain("secret");
  });

  test("are told again in another hour, and of nobody more than ten thousand at once", async () => {
    world.request("on", NOON, { key: "a" });
    await world.aggregate.flush(WHERE, NOON);
    world.request("on", NOON + 3_600_000, { key: "a" });
    for (let i = 0; i < 10_010; i++) world.request("on", NOON + 3_600_000, { key: `k${i}` });
    await world.aggregate.flush(WHERE, NOON + 3_600_000);
    expect(world.sent.map(({ keyed }) => keyed.length)).toEqual([1, 10_000]);
  });
});

test("who has no key is nobody, and spread over all slices", async () => {
  for (let i = 0; i < 3_200; i++)
    world.aggregate.request(WHERE, served("on"), { targetingKey: "" }, { status: 200, ms: 1 }, NOON, world.ctx);
  await world.aggregate.flush(WHERE, NOON);
  expect(world.sent[0]!.keyed).toEqual([]);
  const [tally] = world.total().values();
  expect(Math.min(...tally!.slices)).toBeGreaterThan(50);
});

test("a failed request counts as an error and has no latency", async () => {
  world.request("on", NOON, { status: 500, ms: 9_000 });
  world.request("on", NOON, { status: 499, ms: 20 });
  await world.aggregate.flush(WHERE, NOON);
  const [tally] = world.total().values();
  expect(tally!.errors).toBe(1);
  expect(tally!.statuses).toEqual([0, 0, 0, 1, 1]);
  expect(tally!.histogram.quantile(1)).toBeLessThan(21);
});
