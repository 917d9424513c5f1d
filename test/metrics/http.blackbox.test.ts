import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import type { FlagMetrics } from "../../src/metrics/series.ts";
import { admin, newKey } from "../support/admin.ts";
import { note, runs } from "../support/counts.ts";
import { Random } from "../support/random.ts";
import { type Runtime, startRuntime } from "../support/runtime.ts";

/*
 * Exposures and outcomes over HTTP, counted to the last one: batches are sent twice, at once and out of order, and the
 * runtime is killed in between. What was answered 202 is counted; what wasn't is sent again.
 */

let stateDir: string;
let runtime: Runtime;
let key: string;
beforeAll(async () => {
  stateDir = await mkdtemp(join(tmpdir(), "sluice-events-"));
  runtime = await startRuntime({ stateDir });
  expect((await admin(runtime, "POST", "/environments", { name: "shop" })).status).toBe(201);
  const flag = { type: "boolean", variants: { on: true, off: false }, default: { variant: "on" } };
  expect((await admin(runtime, "PUT", "/environments/shop/flags/f", flag)).status).toBe(201);
  key = await newKey(runtime, "shop", "server");
  await vi.waitFor(keyWorks, { timeout: 10_000 });
});
afterAll(async () => {
  await runtime.stop();
  await rm(stateDir, { recursive: true, force: true });
});

/** A new key works within seconds, not at once. */
async function keyWorks(): Promise<void> {
  const headers = { Authorization: `Bearer ${key}` };
  const { status } = await fetch(`${runtime.url}/ofrep/v1/evaluate/flags`, { method: "POST", headers });
  expect(status).toBe(200);
}

test("what was acknowledged is counted, once, through duplicates, disorder and a crash", async () => {
  const random = new Random(20_261_121);
  const total = runs(20_000);
  const expected = { on: { exposures: 0, checkout: 0 }, off: { exposures: 0, checkout: 0 } };
  const batches: { id: string; events: object[] }[] = [];
  for (let left = total; left > 0;) {
    const events = Array.from({ length: Math.min(left, 1 + random.below(40)) }, () => {
      const variant = random.pick(["on", "off"] as const);
      if (random.below(2) === 0) {
        expected[variant].exposures += 1;
        return { type: "exposure", flag: "f", variant, targetingKey: `user-${random.below(1_000)}` };
      }
      expected[variant].checkout += 1;
      return { type: "outcome", metric: "checkout", flag: "f", variant, value: 0.1 };
    });
    left -= events.length;
    batches.push({ id: `batch-${batches.length}`, events });
    if (random.oneIn(4)) batches.push(random.pick(batches));
  }
  const waiting = batches.toSorted(() => random.fraction() - 0.5);
  const crashAt = Math.floor(waiting.length / 2);
  const unanswered: typeof batches = [];
  let duplicates = 0;
  const post = async (batch: (typeof batches)[number]): Promise<void> => {
    try {
      const response = await fetch(`${runtime.url}/v1/events`, {
        method: "POST",
        headers: { Authorization: `Bearer ${key}` },
        body: JSON.stringify(batch),
      });
      expect(response.status, await response.clone().text()).toBe(202);
      const { accepted, duplicate, rejected } = (await response.json()) as {
        accepted: number;
        duplicate: boolean;
        rejected: unknown[];
      };
      expect(rejected).toEqual([]);
      expect(accepted).toBe(duplicate ? 0 : batch.events.length);
      if (duplicate) duplicates += 1;
    } catch (error) {
      if (!(error instanceof TypeError || error instanceof SyntaxError)) throw error;
      unanswered.push(batch); // the connection broke: it may have been counted or not
    }
  };
  const sendAll = async (list: typeof batches): Promise<void> => {
    const rest = [...list];
    const sender = async (): Promise<void> => {
      for (let batch = rest.pop(); batch; batch = rest.pop()) await post(batch);
    };
    await Promise.all(Array.from({ length: 8 }, sender));
  };
  const first = sendAll(waiting.slice(0, crashAt));
  await first;
  const more = sendAll(waiting.slice(crashAt, crashAt + 16));
  await runtime.kill();
  await more;
  runtime = await startRuntime({ stateDir });
  await sendAll([...waiting.slice(crashAt + 16), ...unanswered.splice(0)]);
  expect(unanswered).toEqual([]);

  const { status, body } = await admin<FlagMetrics>(runtime, "GET", "/environments/shop/flags/f/metrics");
  expect(status).toBe(200);
  const found = { on: { exposures: 0, checkout: 0 }, off: { exposures: 0, checkout: 0 } };
  for (const { variant, source, total: sum } of body.series) {
    if (variant !== "on" && variant !== "off") throw new Error(`variant ${variant}`);
    expect([source, sum.late]).toEqual(["server", 0]);
    found[variant].exposures += sum.exposures;
    found[variant].checkout += sum.outcomes["checkout"]?.count ?? 0;
    expect(sum.outcomes["checkout"]?.sum).toBe(Math.round(sum.outcomes["checkout"]?.count ?? 0) / 10);
  }
  expect(found).toEqual(expected);
  note(`${total} events in ${batches.length} batches, ${duplicates} of them answered as duplicates`);
});
