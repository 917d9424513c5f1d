import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { admin, newKey } from "../support/admin.ts";
import { note, proving } from "../support/counts.ts";
import { type Everywhere, type Place, startEverywhere } from "./locations.ts";
import { lastStale, quantile } from "./traffic.ts";
import type { Acknowledged, Answer } from "./world.ts";

/*
 * Real runtimes as locations, each with an isolate that is asked all the time and one that is asked now and then, while
 * KV is up to a minute behind. How long answers from before a write are given is asserted only in `npm run prove`.
 */

const ISOLATES = { busy: () => 40, sparse: () => 1_000 + Math.random() * 3_000 };
const WRITES = proving ? 60 : 2;
type Asked = { load: keyof typeof ISOLATES; place: Place; answers: Answer[] };

let everywhere: Everywhere;
let key = "";
let over = false;
const all: Asked[] = [];
const asking: Promise<void>[] = [];

beforeAll(async () => {
  everywhere = await startEverywhere(["EU", "NA", "OC"], Object.keys(ISOLATES), () => key);
  await admin(everywhere.home, "POST", "/environments", { name: "shop" });
  key = await newKey(everywhere.home, "shop", "server");
  await put(0);
  for (const place of everywhere.places)
    for (const load of ["busy", "sparse"] as const) {
      const one: Asked = { load, place, answers: [] };
      all.push(one);
      asking.push(keepAsking(one));
    }
});
afterAll(async () => {
  over = true;
  await Promise.all(asking);
  await everywhere.stop();
});

async function keepAsking({ load, place, answers }: Asked): Promise<void> {
  while (!over) {
    answers.push(await place.ask(load));
    await sleep(ISOLATES[load]());
  }
}

async function put(value: number): Promise<Acknowledged & { revision: string }> {
  const flag = { key: "f", type: "number", variants: { on: value }, default: { variant: "on" } };
  const { status, headers, body } = await admin<{ version: number }>(
    everywhere.home,
    "PUT",
    "/environments/shop/flags/f",
    flag,
  );
  expect([200, 201]).toContain(status);
  return { version: body.version, value: `${value}`, at: performance.now(), revision: headers.get("Sluice-Revision")! };
}

test("every isolate of every location gets what was written, none goes back, and who names the revision has it at once", async () => {
  const stale: Record<keyof typeof ISOLATES, number[]> = { busy: [], sparse: [] };
  let named = 0;
  for (let n = 1; n <= WRITES; n++) {
    const write = await put(n);
    // An isolate that has been told isn't behind any more, so it is one or the other.
    const naming = n % 2 === 1;
    for (const { place, load } of naming ? all : []) {
      expect((await place.ask(load, write.revision)).version).toBeGreaterThanOrEqual(write.version);
      named += 1;
    }
    const last = (): boolean => all.every(({ answers }) => answers.at(-1)!.version === write.version);
    await expect.poll(last, { timeout: 30_000, interval: 100 }).toBe(true);
    for (const { load, answers } of naming ? [] : all) stale[load].push(lastStale(answers, write));
  }
  for (const { answers } of all) {
    const versions = answers.map(({ version }) => version);
    expect(versions).not.toContain(undefined);
    expect(versions).toEqual(versions.toSorted((a, b) => a! - b!));
  }
  for (const [load, times] of Object.entries(stale)) {
    const [p50, p99] = [0.5, 0.99].map((share) => Math.round(quantile(times, share)));
    note(`${load}: last stale answer p50 ${p50} ms, p99 ${p99} ms of ${times.length}`);
    if (proving) expect(p99).toBeLessThanOrEqual(3_000);
  }
  note(`${named} of ${named} that named a revision had it`);
});
