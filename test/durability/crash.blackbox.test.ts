import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { admin, newKey } from "../support/admin.ts";
import { note, runs } from "../support/counts.ts";
import { Random } from "../support/random.ts";
import { type Runtime, startRuntime } from "../support/runtime.ts";

/*
 * Acknowledged means durable: the runtime is killed in the middle of 200 writes and started again on the same state, and
 * whatever was answered with success is there, in the resource, in the log and in what is evaluated.
 */

const SEED = 20_261_121;
const WRITES = 200;
/** So many writers at once, each with flags of its own: what a writer sent last is what must be there. */
const WRITERS = 4;
const FLAGS_EACH = 5;

type View = { flag: { key: string; default: { variant: string } }; version: number };
type History = { entries: { version: number }[]; cursor?: string };
type Acknowledged = { key: string; value: number; version: number };

const numberFlag = (key: string, value: number) => ({
  key,
  type: "number",
  variants: { [`v${value}`]: value },
  default: { variant: `v${value}` },
});

/** Writes until the runtime is gone or all is written. Returns what was acknowledged, in order. */
async function write(runtime: Runtime, round: number, onAcknowledged: () => void): Promise<Acknowledged[][]> {
  const writer = async (id: number): Promise<Acknowledged[]> => {
    const acknowledged: Acknowledged[] = [];
    for (let n = 0; n < WRITES / WRITERS; n++) {
      const key = `flag-${id}-${n % FLAGS_EACH}`;
      const value = round * WRITES + n;
      try {
        const path = `/environments/shop/flags/${key}`;
        const { status, body } = await admin<View>(runtime, "PUT", path, numberFlag(key, value));
        if (status !== 200 && status !== 201) throw new Error(`PUT was answered ${status}: ${JSON.stringify(body)}`);
        acknowledged.push({ key, value, version: body.version });
        onAcknowledged();
      } catch (error) {
        if (error instanceof TypeError || error instanceof SyntaxError) return acknowledged; // the connection broke
        throw error;
      }
    }
    return acknowledged;
  };
  return Promise.all(Array.from({ length: WRITERS }, (_, id) => writer(id)));
}

async function history(runtime: Runtime, key: string): Promise<Set<number>> {
  const versions = new Set<number>();
  let cursor = "";
  do {
    const path = `/environments/shop/flags/${key}/history?limit=500${cursor && `&cursor=${encodeURIComponent(cursor)}`}`;
    const { body } = await admin<History>(runtime, "GET", path);
    for (const entry of body.entries) versions.add(entry.version);
    cursor = body.cursor ?? "";
  } while (cursor !== "");
  return versions;
}

describe("killed in the middle of 200 writes", () => {
  let stateDir: string;
  let runtime: Runtime;
  let key: string;
  beforeAll(async () => {
    stateDir = await mkdtemp(join(tmpdir(), "sluice-crash-"));
    runtime = await startRuntime({ stateDir });
    expect((await admin(runtime, "POST", "/environments", { name: "shop" })).status).toBe(201);
    key = await newKey(runtime, "shop", "server");
  });
  afterAll(async () => {
    await runtime.stop();
    await rm(stateDir, { recursive: true, force: true });
  });

  test("every acknowledged write is there after a restart, and evaluation agrees with the admin view", async () => {
    const random = new Random(SEED);
    const rounds = runs(20);
    let total = 0;
    for (let round = 0; round < rounds; round++) {
      // Between two acknowledgements rather than at one: a write is under way.
      const after = 1 + random.below(WRITES - WRITERS - 1);
      const pause = random.below(5);
      let count = 0;
      let killed = Promise.resolve();
      const acknowledged = await write(runtime, round, () => {
        if (++count === after) killed = new Promise((wake) => setTimeout(wake, pause)).then(() => runtime.kill());
      });
      await killed;
      const all = acknowledged.flat();
      expect(all.length).toBeLessThan(WRITES);
      total += all.length;

      runtime = await startRuntime({ stateDir });
      await verify(runtime, key, all);
    }
    note(`seed ${SEED}, killed ${rounds} times, ${total} acknowledged writes`);
  });

  test("killed milliseconds after an answer, between commit, KV and relays, it publishes what it hadn't by itself", async () => {
    const random = new Random(SEED);
    const rounds = runs(20);
    await admin(runtime, "PUT", "/environments/shop/flags/last", numberFlag("last", 0));
    await published(runtime, key, 1);
    for (let round = 1; round <= rounds; round++) {
      const path = "/environments/shop/flags/last";
      const { status, body } = await admin<View>(runtime, "PUT", path, numberFlag("last", round));
      expect(status).toBe(200);
      await new Promise((wake) => setTimeout(wake, random.below(15)));
      await runtime.kill();
      runtime = await startRuntime({ stateDir });
      await published(runtime, key, body.version);
      const now = await admin<View>(runtime, "GET", path);
      expect(now.body).toMatchObject({ version: body.version, flag: { default: { variant: `v${round}` } } });
    }
    note(`seed ${SEED}, killed ${rounds} times`);
  });
});

/** What was committed has got to every relay, and evaluations are answered from it. */
async function published(runtime: Runtime, key: string, version: number): Promise<void> {
  const seen = async () => {
    const { body } = await admin<{ propagated: { relays: number; of: number } }>(runtime, "GET", "/environments/shop");
    const headers = { Authorization: `Bearer ${key}` };
    const response = await fetch(`${runtime.url}/ofrep/v1/evaluate/flags`, { method: "POST", headers });
    await response.arrayBuffer();
    const { relays, of } = body.propagated;
    return {
      status: response.status,
      told: of > 0 && relays === of,
      behind: version - Number(response.headers.get("Sluice-Version")),
    };
  };
  await expect.poll(seen, { timeout: 20_000, interval: 100 }).toMatchObject({ status: 200, told: true });
  expect((await seen()).behind).toBeLessThanOrEqual(0);
}

async function verify(runtime: Runtime, key: string, acknowledged: Acknowledged[]): Promise<void> {
  const last = new Map(acknowledged.map((one) => [one.key, one]));
  const views = new Map<string, View>();
  for (const [flag, { value, version }] of last) {
    const { status, body } = await admin<View>(runtime, "GET", `/environments/shop/flags/${flag}`);
    expect(status).toBe(200);
    views.set(flag, body);
    // A write that was under way may have been committed without its answer getting out: newer is right, older is not.
    expect(Number(body.flag.default.variant.slice(1))).toBeGreaterThanOrEqual(value);
    expect(body.version).toBeGreaterThanOrEqual(version);
    const logged = await history(runtime, flag);
    const missing = acknowledged.filter((one) => one.key === flag && !logged.has(one.version));
    expect(missing).toEqual([]);
  }
  const response = await fetch(`${runtime.url}/ofrep/v1/evaluate/flags`, {
    method: "POST",
    headers: { Authorization: `Bearer ${key}` },
  });
  expect(response.status).toBe(200);
  const { flags } = (await response.json()) as {
    flags: { key: string; value: number; metadata: { version: string } }[];
  };
  for (const [flag, { flag: stored, version }] of views) {
    const evaluated = flags.find((one) => one.key === flag);
    const { value } = { value: Number(stored.default.variant.slice(1)) };
    expect(evaluated).toMatchObject({ key: flag, value, metadata: { version: String(version) } });
  }
}
