import { env as bound } from "cloudflare:workers";
import { beforeAll, describe, expect, test } from "vitest";
import type { FlagService } from "../../src/contract/service.ts";
import { keyOf, type SnapshotBody } from "../../src/contract/snapshot.ts";
import { sealOverride } from "../../src/core/override.ts";
import { canary } from "../../src/gate/canary.ts";
import { gate } from "../../src/gate/gate.ts";
import { flushMeasured } from "../../src/gate/measure.ts";
import { type Batch, SHARDS } from "../../src/metrics/batch.ts";
import type { BinRow } from "../../src/metrics/store.ts";
import type { CounterObjects } from "../../src/metrics/counter.ts";
import { Tally } from "../../src/metrics/tally.ts";
import { Afterwards, fake, get, OFF, ON, page, SECRET, side, type World, world } from "./world.ts";

/* Every request that a flag chose the answer of is counted, without the route doing anything for it. */

let here: World;
let env: ReturnType<World["env"]>;
beforeAll(async () => {
  here = await world({ on: ON, off: OFF, half: side(50), quiet: ON, remote: ON, gone: ON });
  env = here.env();
});

/** What the counters of the environment have of a flag, by variant. */
async function counted(
  flag: string,
): Promise<Record<string, { count: number; statuses: number[]; timed: number; source: string }>> {
  const where = (await env.FLAGS.whereabouts())!;
  await flushMeasured(env, where, Date.now());
  const counters = bound.COUNTER as unknown as CounterObjects;
  const rows: BinRow[] = [];
  for (let shard = 0; shard < SHARDS; shard++) {
    const counter = counters.getByName(keyOf.counterObject(where.environment, where.incarnation, shard));
    rows.push(...(await counter.read({ since: 0, until: Date.now() + 120_000, flag })).rows);
  }
  const found: Awaited<ReturnType<typeof counted>> = {};
  for (const { kind, variant, source, tally } of rows) {
    if (kind !== "request") continue;
    const { count, statuses, histogram } = Tally.decode(tally);
    found[variant] = { count, statuses, timed: histogram.countAbove(-1), source };
  }
  return found;
}

const answering = (status: number) => async () => new Response(null, { status });
const at = async (flag: string, status = 200, headers = {}) =>
  gate({ flag, on: answering(status), off: answering(404) })(get("/", headers), env, new Afterwards());

test("status and time to the first byte, by flag and variant", async () => {
  for (const status of [200, 200, 204, 301, 404, 500, 503]) await at("on", status);
  await at("off");
  expect(await counted("on")).toEqual({ on: { count: 7, statuses: [0, 3, 1, 1, 2], timed: 5, source: "gate" } });
  expect(await counted("off")).toEqual({ off: { count: 1, statuses: [0, 0, 0, 1, 0], timed: 1, source: "gate" } });
});

test("a canary's sides, each by itself; one that can't be reached has failed", async () => {
  const origins = {
    stable: { fetch: answering(200) },
    canary: { fetch: () => Promise.reject(new Error("unreachable")) },
  };
  const through = canary({ flag: "half", origins });
  for (let n = 0; n < 40; n++) {
    const answer = await through(get("/", { Cookie: `__Host-sluice-id=0123456789abcdef-${n}` }), env, new Afterwards());
    expect(answer.status).toBe(200);
  }
  const { stable, canary: other } = await counted("half");
  expect(stable!.count + other!.count).toBe(40);
  expect(stable!.statuses).toEqual([0, stable!.count, 0, 0, 0]);
  expect(other!.statuses).toEqual([0, 0, 0, 0, other!.count]);
});

test("where FlagService evaluates as well", async () => {
  await gate({ flag: "remote", evaluation: "service", on: answering(200) })(get(), env, new Afterwards());
  expect(await counted("remote")).toMatchObject({ on: { count: 1 } });
});

test("a route that throws has failed", async () => {
  const broken = gate({ flag: "gone", on: () => Promise.reject(new Error("mine")) });
  await expect(broken(get(), env, new Afterwards())).rejects.toThrow("mine");
  expect(await counted("gone")).toMatchObject({ on: { count: 1, statuses: [0, 0, 0, 0, 1], timed: 0 } });
});

describe("isn't counted", () => {
  test("what a tester sees", async () => {
    const expiresAt = Math.floor(Date.now() / 1000) + 60;
    const token = sealOverride({ flag: "quiet", variant: "on", expiresAt }, here.name, SECRET);
    await at("quiet", 200, { "Sluice-Override": token });
    expect(await counted("quiet")).toEqual({});
  });

  test("what the fallback answered", async () => {
    await at("never-was");
    expect(await counted("never-was")).toEqual({});
  });
});

test("by cohort while the flag is being released", async () => {
  const { FLAGS } = here.env();
  const batches: Batch[] = [];
  const snapshot: FlagService["snapshot"] = async (held) => {
    const current = (await FLAGS.snapshot(held))!;
    const body = JSON.parse(current.body!) as SnapshotBody;
    for (const one of body.flags) one.release = { id: "r1", rule: null, epoch: 2, stages: [] };
    return { ...current, body: JSON.stringify(body) };
  };
  const report = async (_: string, batch: Batch) => void batches.push(batch);
  const own = { FLAGS: { ...fake({ snapshot }).FLAGS, report } };
  const origins = { stable: { fetch: answering(200) }, canary: { fetch: answering(200) } };
  for (let n = 0; n < 20; n++)
    await canary({ flag: "half", origins })(
      get("/", { Cookie: `__Host-sluice-id=0123456789abcdef-${n}` }),
      own,
      new Afterwards(),
    );
  await flushMeasured(own, (await env.FLAGS.whereabouts())!, Date.now());
  const cohorts = batches.flatMap(({ cells }) => cells.map(({ variant, cohort }) => `${variant} ${cohort}`));
  // What came with ids that no gate has given out is told apart, without a variant.
  expect(cohorts.filter((one) => !one.startsWith(" ")).toSorted()).toEqual(["canary r1.2.t", "stable r1.2.c"]);
});

test("a request doesn't fail because it can't be counted, and is counted later", async () => {
  const { FLAGS } = here.env();
  let down = true;
  const reports: unknown[] = [];
  const failing = {
    ...fake({ snapshot: (held) => FLAGS.snapshot(held) }).FLAGS,
    report: async (_: string, batch: unknown) => {
      reports.push(batch);
      if (down) throw new Error("down");
    },
  };
  const own = { FLAGS: failing };
  const answer = await gate({ flag: "on", on: async () => page() })(get(), own, new Afterwards());
  expect(answer.status).toBe(200);
  const where = (await env.FLAGS.whereabouts())!;
  await flushMeasured(own, where, Date.now());
  down = false;
  await flushMeasured(own, where, Date.now());
  expect(reports).toHaveLength(2);
  expect(reports[1]).toEqual(reports[0]);
});
