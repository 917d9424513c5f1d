import { env } from "cloudflare:workers";
import { afterEach, expect, test, vi } from "vitest";
import { keyOf } from "../../../src/contract/snapshot.ts";
import { keyHash, type Keyed, MINUTE, SHARDS, shardOf } from "../../../src/metrics/batch.ts";
import { type CounterObjects } from "../../../src/metrics/counter.ts";
import { environment, expectProblem, send } from "./client.ts";

/* An experiment from exposures in counters to its reading. */

const objects: object = env;
const counters: CounterObjects = Reflect.get(objects, "COUNTER");
afterEach(() => void vi.useRealTimers());

const FLAG = {
  type: "string",
  kind: "experiment",
  variants: { red: "red", blue: "blue" },
  default: { rollout: { percentage: 50, split: [{ variant: "red", weight: 1 }], otherwise: "blue" } },
};

test("an experiment is read from what was counted: lift, interval, and sample ratio", async () => {
  const { name, path } = await environment();
  const put = await send("PUT", `${path}/flags/f`, { body: FLAG });
  const { version } = put.body as { version: number };
  await send("PUT", `${path}/metrics/buy`, { body: { per: "unit", window: "1m" } });
  const incarnation = await incarnationOf(name);
  const now = Math.floor(Date.now() / MINUTE) * MINUTE;
  vi.useFakeTimers({ toFake: ["Date"], now });
  const keyed: Keyed[] = [];
  for (let i = 0; i < 1_200; i++) {
    const variant = i % 2 === 0 ? "red" : "blue";
    const key = keyHash(incarnation, `user-${i}`);
    const common = { key, flag: "f", cohort: "", source: "server" as const, at: now - 1_000 };
    keyed.push({ what: "exposed", ...common, slice: i % 32, variant, version });
    if (i % (variant === "red" ? 4 : 12) < 2)
      keyed.push({
        what: "happened",
        ...common,
        at: now - 500,
        metric: "buy",
        value: 1,
        per: "unit",
        windowMs: MINUTE,
      });
  }
  for (let shard = 0; shard < SHARDS; shard++) {
    const counter = counters.getByName(keyOf.counterObject(name, incarnation, shard));
    const own = keyed.filter(({ key }) => shardOf(key) === shard);
    await counter.take({ isolate: `isolate-${shard}`, sequence: 1, cells: [], keyed: own });
  }
  expect((await send("GET", `${path}/flags/f/experiment`)).body).toMatchObject({ exposed: { red: 0, blue: 0 } });
  vi.setSystemTime(now + 5 * MINUTE);
  const { status, body } = await send("GET", `${path}/flags/f/experiment?alpha=0.1`);
  expect(status).toBe(200);
  expect(body).toMatchObject({
    flag: "f",
    baseline: "blue",
    alpha: 0.1,
    allocation: { red: 0.5, blue: 0.5 },
    spans: 1,
    exposed: { red: 600, blue: 600 },
    outcomes: [
      {
        outcome: "buy",
        measure: "share",
        variant: "red",
        exposed: [600, 600],
        conversions: [300, 100],
        excludesZero: true,
        needed: null,
      },
    ],
    sampleRatio: { valid: true },
  });
  const { outcomes } = body as { outcomes: { lift: { estimate: number; lower: number } }[] };
  expect(outcomes[0]!.lift.estimate).toBeCloseTo(2);
  expect(outcomes[0]!.lift.lower).toBeGreaterThan(0.5);
});

test("what is no experiment, or compares nothing, is refused", async () => {
  const { path } = await environment();
  const read = (query = "") => send("GET", `${path}/flags/f/experiment${query}`);
  expectProblem(await read(), "not-found");
  await send("PUT", `${path}/flags/f`, { body: { ...FLAG, kind: "release" } });
  expectProblem(await read(), "not-found");
  await send("PUT", `${path}/flags/f`, { body: { ...FLAG, default: { variant: "red" } } });
  expectProblem(await read(), "not-found");
  await send("PUT", `${path}/flags/f`, { body: FLAG });
  expectProblem(await read("?baseline=green"), "invalid", [{ path: "/baseline" }]);
  expectProblem(await read("?rule=none"), "not-found");
  expectProblem(await read("?since=2020-01-01T00:00:00Z"), "invalid", [{ path: "/since" }]);
  expectProblem(await read("?alpha=1"), "invalid", [{ path: "/alpha" }]);
});

async function incarnationOf(name: string): Promise<string> {
  const workspace = Reflect.get(objects, "WORKSPACE") as {
    getByName(name: string): { environment(name: string): Promise<{ incarnation: string }> };
  };
  return (await workspace.getByName(keyOf.workspaceObject).environment(name)).incarnation;
}
