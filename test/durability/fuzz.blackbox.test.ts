import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { flagsOf, SEGMENTS } from "../../scripts/local/shop.ts";
import { admin, newKey } from "../support/admin.ts";
import { note, proving } from "../support/counts.ts";
import { Random } from "../support/random.ts";
import { type Runtime, startRuntime } from "../support/runtime.ts";
import { damage, mutate } from "./mutate.ts";

/*
 * Writes and evaluations mixed, as they meet in life: flags and segments with mistakes in them come and go while others
 * evaluate. Nothing that a caller sends is a 5xx or a hang, every answer has its shape, and memory stays.
 */

const SEED = 20_261_121;
const AT_ONCE = 8;
const PATIENCE_MS = 20_000;
const FLAGS = flagsOf(25, Date.parse("2026-11-01T00:00:00Z"));
const CONTEXTS = [
  { targetingKey: "customer-1", email: "ada@shop.example", app: { version: "3.0.1" } },
  { targetingKey: 42, account: { id: "a-1", kind: "business", blocked: false }, "geo.country": "AT" },
  { visitorId: "v-77", tags: ["a", "b"], born: "1990-01-01T00:00:00Z" },
];

type Call = { method: string; path: string; headers: Record<string, string>; body?: Uint8Array<ArrayBuffer> };

describe("anything may be sent", () => {
  let runtime: Runtime;
  let keys: string[];
  beforeAll(async () => {
    runtime = await startRuntime();
    expect((await admin(runtime, "POST", "/environments", { name: "shop" })).status).toBe(201);
    keys = [await newKey(runtime, "shop", "server"), await newKey(runtime, "shop", "client")];
  });
  afterAll(() => runtime.stop());

  test("no 5xx, no hang, each answer in its shape, and memory that stays", async () => {
    const total = proving ? 100_000 : 2_000;
    const random = new Random(SEED);
    const memory: number[] = [];
    const statuses = new Map<number, number>();
    let sent = 0;
    const client = async (): Promise<void> => {
      while (sent < total) {
        sent++;
        if (sent === total / 5) memory.push(residentMiB(runtime));
        if (proving && sent % 10_000 === 0) console.log(`${sent} of ${total}`);
        const status = await send(runtime, random.oneIn(3) ? adminCall(random, runtime) : evaluation(random, keys));
        statuses.set(status, (statuses.get(status) ?? 0) + 1);
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, client));
    memory.push(residentMiB(runtime));

    // It did get somewhere: good requests among the bad ones, of both kinds.
    for (const status of [200, 201, 400, 404, 405, 409, 412, 415, 422]) expect([...statuses.keys()]).toContain(status);
    const counts = [...statuses].sort(([a], [b]) => a - b).map(([status, count]) => `${status}: ${count}`);
    const ratio = memory[1]! / memory[0]!;
    note(`seed ${SEED}, ${total} requests (${counts.join(", ")}), memory ${ratio.toFixed(2)} times that after a fifth`);
    if (proving) expect(ratio).toBeLessThanOrEqual(1.2);
  });
});

function evaluation(random: Random, keys: string[]): Call {
  const flag = random.pick(FLAGS).key;
  const tail = random.pick(["", "", `/${flag}`, `/${flag}`, "/no-such-flag", "/%2e%2e", "/a%2fb", "/%"]);
  const context = random.oneIn(2)
    ? { ...random.pick(CONTEXTS), targetingKey: `user-${random.below(1e6)}` }
    : random.pick(CONTEXTS);
  const get = random.oneIn(10);
  return {
    method: get ? "GET" : random.oneIn(40) ? random.pick(["PUT", "DELETE", "OPTIONS"]) : "POST",
    path: `/ofrep/v1/evaluate/flags${get ? `?context=${Buffer.from(JSON.stringify({ context })).toString("base64url")}` : tail}`,
    headers: { Authorization: `Bearer ${random.pick(keys)}`, ...sometimes(random) },
    ...(get ? {} : { body: payload(random, { context }) }),
  };
}

function adminCall(random: Random, runtime: Runtime): Call {
  const flag = random.pick(FLAGS);
  const segment = random.pick(SEGMENTS);
  const at = `/environments/${random.oneIn(30) ? "elsewhere" : "shop"}`;
  const flagPath = `${at}/flags/${flag.key}`;
  const change = random.pick([
    { op: "putFlag", flag },
    { op: "patchFlag", key: flag.key, patch: { description: "x" } },
    { op: "putSegment", segment },
    { op: "archiveFlag", key: flag.key },
    { op: "setRollout", key: flag.key, percentage: 10 },
  ]);
  const [method, path, body] = random.pick<[string, string, unknown]>([
    ["PUT", flagPath, flag],
    ["PUT", flagPath, flag],
    ["PATCH", flagPath, { enabled: random.oneIn(2), rules: flag.rules }],
    ["DELETE", flagPath, {}],
    ["POST", `${flagPath}/restore`, {}],
    ["POST", `${flagPath}/restore`, {}],
    ["POST", `${flagPath}/restore`, {}],
    ["POST", `${flagPath}/${random.pick(["enable", "disable"])}`, {}],
    ["PUT", `${flagPath}/rollout`, { percentage: random.below(101) }],
    ["GET", `${flagPath}/history?limit=5`, undefined],
    ["GET", `${at}/flags?limit=${random.pick(["1", "500", "501", "x"])}&q=o`, undefined],
    ["PUT", `${at}/segments/${segment.key}`, segment],
    ["POST", `${at}/segments/${segment.key}/members`, { add: ["a", "b"], remove: ["c"] }],
    ["DELETE", `${at}/segments/${segment.key}`, {}],
    ["POST", `${at}/changes`, { changes: [change] }],
    ["PATCH", at, { description: "x" }],
    ["POST", "/environments", { name: "shop" }],
    ["POST", `${at}/keys`, { kind: "neither", name: "x" }],
    ["DELETE", `${at}/keys/none`, {}],
    ["PROPFIND", "/me", undefined],
  ]);
  return {
    method,
    path: `/admin/v1${path}`,
    headers: {
      "Content-Type": random.oneIn(30) ? "text/plain" : "application/json",
      ...sometimes(random),
      Authorization: `Bearer ${runtime.adminToken}`,
    },
    ...(body === undefined ? {} : { body: payload(random, body) }),
  };
}

/** The good body in half of the cases; else one with mistakes in it. */
function payload(random: Random, good: unknown): Uint8Array<ArrayBuffer> {
  const value = random.oneIn(2) ? good : mutate(random, good);
  const bytes = new TextEncoder().encode(JSON.stringify(value));
  return random.oneIn(20) ? damage(random, bytes) : bytes;
}

/** Headers that change how a request is taken, now and then. */
function sometimes(random: Random): Record<string, string> {
  const tag = random.pick(["*", '"x"', 'W/"abcdefghijkl.3"', '"abcdefghijkl.3", "y"', "", ",,", '"']);
  const chosen = random.pick<Record<string, string>>([
    { "If-Match": tag },
    { "If-None-Match": tag },
    { "Content-Encoding": random.pick(["gzip", "br", "identity"]) },
    { "Sluice-Comment": random.pick(["%E2%82%AC", "%", "a".repeat(5_000)]) },
    { Origin: random.pick(["null", "https://shop.example"]) },
  ]);
  return random.oneIn(5) ? chosen : {};
}

/** Sends it; holds the answer against what every answer promises. Returns its status. */
async function send(runtime: Runtime, { path, ...init }: Call): Promise<number> {
  const response = await fetch(runtime.url + path, { ...init, signal: AbortSignal.timeout(PATIENCE_MS) });
  const text = await response.text();
  const { status, headers } = response;
  const sent = new TextDecoder().decode(init.body).slice(0, 500);
  const said = `${init.method} ${path} ${sent} was answered ${status} ${text.slice(0, 500)}`;
  expect(status, said).toBeLessThan(500);
  expect(headers.get("Request-Id"), said).not.toBeNull();
  if (status === 204 || status === 304) return status;
  const body: unknown = JSON.parse(text);
  if (response.ok) return status;
  if (path.startsWith("/ofrep")) expect(body, said).toMatchObject({ errorCode: expect.any(String) });
  else
    expect(body, said).toMatchObject({
      type: expect.stringMatching(/^\/problems\//),
      status,
      title: expect.any(String),
    });
  return status;
}

function residentMiB(runtime: Runtime): number {
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${runtime.workerd()}/status`, "utf8"))![1]) / 1024;
}
