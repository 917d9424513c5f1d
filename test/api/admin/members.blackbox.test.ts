import { readFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import * as LIMITS from "../../../src/contract/limits.ts";
import { admin, newKey } from "../../support/admin.ts";
import { note, proving, runs } from "../../support/counts.ts";
import { type Runtime, startRuntime } from "../../support/runtime.ts";

/* As many listed members as an environment may have: a million in `npm run prove`, fifty thousand in `npm test`. */

const COUNT = runs(LIMITS.members);
/** Realistic keys: UUIDs, and ids of 20 characters. */
const member = (i: number): string =>
  i % 2 === 0
    ? `${i.toString(16).padStart(8, "0")}-7b1c-4f0e-9c55-${(i * 2_654_435_761).toString(16).padStart(12, "0").slice(-12)}`
    : `cus_${i.toString(36).padStart(16, "0")}`;
const chunk = (from: number, count: number): string[] => Array.from({ length: count }, (_, i) => member(from + i));

type View = { segment: { include: unknown }; members: { include: number } };
type Refused = { errors: { path: string; message: string }[] };
type Page = { members: string[]; count: number; cursor?: string };

let runtime: Runtime;
beforeAll(async () => {
  runtime = await startRuntime();
});
afterAll(async () => {
  await runtime.stop();
  await rm(runtime.stateDir, { recursive: true, force: true });
});

/** A request that is expected to be answered with this status, and how long it took. */
async function timed<T>(
  status: number,
  method: string,
  path: string,
  body?: unknown,
): Promise<{ body: T; ms: number }> {
  const begun = performance.now();
  const answer = await admin<T>(runtime, method, path, body);
  expect([answer.status, path]).toEqual([status, path]);
  return { body: answer.body, ms: Math.round(performance.now() - begun) };
}

const memory = (): string => {
  const pages = /^VmRSS:\s*(\d+) kB$/m.exec(readFileSync(`/proc/${runtime.workerd()}/status`, "utf8"));
  return `${Math.round(Number(pages?.[1]) / 1024)} MB`;
};

async function evaluate(key: string, targetingKey: string): Promise<unknown> {
  const response = await fetch(`${runtime.url}/ofrep/v1/evaluate/flags/beta`, {
    method: "POST",
    headers: { Authorization: `Bearer ${key}`, "Content-Type": "application/json" },
    body: JSON.stringify({ context: { targetingKey } }),
  });
  const { value }: { value: unknown } = await response.json();
  return value;
}

test("as many members as there may be are added in chunks, evaluated, read, copied, promoted, restored, and come back after a start", async () => {
  await timed(201, "POST", "/environments", { name: "large" });
  const path = "/environments/large";
  const key = await newKey(runtime, "large", "server");
  await timed(201, "PUT", `${path}/segments/beta`, {});
  const flag = {
    type: "boolean",
    variants: { on: true, off: false },
    default: { variant: "off" },
    rules: [{ when: { segment: "beta" }, serve: { variant: "on" } }],
  };
  await timed(201, "PUT", `${path}/flags/beta`, flag);
  note(`memory before: ${memory()}`);

  const size = Math.min(100_000, COUNT / 5);
  const added: number[] = [];
  const beside: number[] = [];
  for (let from = 0; from < COUNT; from += size) {
    const { body, ms } = await timed<View>(200, "POST", `${path}/segments/beta/members`, { add: chunk(from, size) });
    expect(body.members.include).toBe(from + size);
    added.push(ms);
    const write = await timed(200, "PATCH", `${path}/flags/beta`, { description: `after ${from}` });
    beside.push(write.ms);
  }
  note(`chunks of ${size}: ${added.join(", ")} ms; a flag written after each: ${beside.join(", ")} ms; ${memory()}`);
  for (const count of [1, COUNT]) {
    const { ms } = await timed<View>(200, "POST", `${path}/segments/beta/members`, {
      add: chunk(0, Math.min(count, size)),
    });
    note(`adding ${Math.min(count, size)} that are listed: ${ms} ms`);
  }
  if (proving) {
    await timed(422, "POST", `${path}/segments/beta/members`, { add: ["one too many"] });
    const { body, ms } = await timed<View>(200, "POST", `${path}/segments/beta/members`, {
      remove: [member(7)],
      add: [],
    });
    expect(body).toMatchObject({ segment: { include: { count: COUNT - 1 } }, members: { include: COUNT - 1 } });
    const again = await timed<View>(200, "POST", `${path}/segments/beta/members`, { add: [member(7)] });
    note(`removing one: ${ms} ms; adding one: ${again.ms} ms`);
  }
  const listed = [0, 1, COUNT / 2, COUNT - 1].map(member);
  const check = async (secret: string): Promise<void> => {
    await expect.poll(() => evaluate(secret, listed[3]!), { timeout: 30_000 }).toBe(true);
    for (const one of listed) expect(await evaluate(secret, one)).toBe(true);
    expect(await evaluate(secret, member(COUNT))).toBe(false);
  };
  await check(key);

  const read = async (environment: string): Promise<string[]> => {
    const members: string[] = [];
    for (let query = ""; ;) {
      const at = `/environments/${environment}/segments/beta/members?limit=${LIMITS.membersPage}${query}`;
      const { body } = await timed<Page>(200, "GET", at);
      expect(body.count).toBe(COUNT);
      members.push(...body.members);
      if (body.cursor === undefined) return members.sort();
      query = `&cursor=${body.cursor}`;
    }
  };
  const all = chunk(0, COUNT).sort();
  const begun = performance.now();
  expect((await read("large")).join() === all.join()).toBe(true);
  note(`all pages read in ${Math.round(performance.now() - begun)} ms; ${memory()}`);

  const copied = await timed(201, "POST", "/environments", { name: "copy", copyFrom: "large" });
  expect((await read("copy")).join() === all.join()).toBe(true);
  await check(await newKey(runtime, "copy", "server"));
  await timed(201, "POST", "/environments", { name: "other" });
  const promoted = await timed(200, "POST", "/environments/other/promote", { from: "large" });
  expect((await read("other")).join() === all.join()).toBe(true);
  const repeated = await timed(200, "POST", "/environments/other/promote", { from: "large" });
  const exported = await timed<{ segments: { include: string[] }[] }>(200, "GET", `${path}/export`);
  expect(exported.body.segments[0]!.include.length).toBe(COUNT);
  const { body: versions } = await timed<{ versions: { version: number }[] }>(200, "GET", `${path}/versions?limit=1`);
  await timed(200, "DELETE", `${path}/flags/beta`);
  await timed(204, "DELETE", `${path}/segments/beta`);
  const restored = await timed(200, "POST", `${path}/versions/${versions.versions[0]!.version}/restore`);
  expect((await read("large")).join() === all.join()).toBe(true);
  const verified = await timed<{ ok: boolean }>(200, "GET", `${path}/audit/verify`);
  expect(verified.body.ok).toBe(true);
  note(
    `copied in ${copied.ms} ms, promoted in ${promoted.ms} ms, again in ${repeated.ms} ms, exported in ${exported.ms} ms, restored in ${restored.ms} ms, verified in ${verified.ms} ms; ${memory()}`,
  );

  const { stateDir, adminToken } = runtime;
  await runtime.kill();
  runtime = await startRuntime({ stateDir, env: { ADMIN_TOKEN: adminToken } });
  const first = await timed(200, "PATCH", `${path}/flags/beta`, { description: "after a start" });
  const second = await timed(200, "PATCH", `${path}/flags/beta`, { description: "and again" });
  note(`after a start, a flag is written in ${first.ms} and ${second.ms} ms; ${memory()}`);
  await check(key);
  const { body, ms } = await timed<View>(200, "POST", `${path}/segments/beta/members`, { remove: [member(0)] });
  expect(body.members.include).toBe(COUNT - 1);
  note(`after a start, the first change of a member takes ${ms} ms; ${memory()}`);
});

test.runIf(proving)("lists as long as they may be are kept, and one member more is refused", async () => {
  await timed(201, "POST", "/environments", { name: "long" });
  const path = "/environments/long/segments/s";
  await timed(201, "PUT", path, {});
  const long = (i: number): string => `${i}-`.padEnd(LIMITS.memberLength, "x");
  const room = LIMITS.memberLength + '"",'.length;
  const [most, size] = [Math.floor(LIMITS.membersBytes / room), 16_000];
  const post = (status: number, ...add: string[]) => timed<Refused>(status, "POST", `${path}/members`, { add });
  for (let from = 0; from < most; from += size)
    await post(200, ...Array.from({ length: Math.min(size, most - from) }, (_, i) => long(from + i)));
  const rest = "r".repeat(LIMITS.membersBytes - most * room - '"",'.length);
  const refused = await post(422, `${rest}r`);
  expect(refused.body.errors).toEqual([
    { path: "", message: expect.stringContaining(`${LIMITS.membersBytes} bytes of listed members`) as string },
  ]);
  await post(200, rest);
  await post(422, "r");
  const copied = await timed(201, "POST", "/environments", { name: "long-copy", copyFrom: "long" });
  note(`${most + 1} members of 48 MiB copied in ${copied.ms} ms; ${memory()}`);
});
