import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { admin, newKey } from "../../support/admin.ts";
import { type Runtime, startRuntime } from "../../support/runtime.ts";

/* docs/guides/reporting.md says what to send and what is answered: all of it is sent to a started Sluice. */

const GUIDE = readFileSync(join(import.meta.dirname, "../../../docs/guides/reporting.md"), "utf8");
const COHORT = "k3v9x2m4q8ab.1.t";
const blocks = [...GUIDE.matchAll(/^```json (evaluation|request|answer)\n([\s\S]*?)^```$/gm)].map(([, kind, text]) => ({
  kind: kind!,
  text: text!,
}));

let runtime: Runtime;
let key: string;
/** A cohort that is served. */
let cohort = "";
let release = "";
const post = async (path: string, body: string): Promise<{ status: number; body: unknown }> => {
  const headers = { Authorization: `Bearer ${key}`, "Content-Type": "application/json" };
  const response = await fetch(`${runtime.url}${path}`, { method: "POST", headers, body });
  return { status: response.status, body: await response.json() };
};
const evaluate = async (targetingKey: string) =>
  (await post("/ofrep/v1/evaluate/flags/new-checkout", JSON.stringify({ context: { targetingKey } }))).body as {
    variant: string;
    metadata: { cohort?: string };
  };

beforeAll(async () => {
  runtime = await startRuntime();
  await admin(runtime, "POST", "/environments", { name: "shop" });
  const rollout = { percentage: 0, split: [{ variant: "on", weight: 1 }], otherwise: "off" };
  const flag = { type: "boolean", variants: { on: true, off: false }, default: { rollout } };
  expect((await admin(runtime, "PUT", "/environments/shop/flags/new-checkout", flag)).status).toBe(201);
  const plan = {
    stages: [
      { name: "half", percentage: 50, minBake: "30m" },
      { name: "all", percentage: 100 },
    ],
  };
  const path = "/environments/shop/flags/new-checkout/releases";
  const started = await admin<{ id: string }>(runtime, "POST", path, { plan });
  expect(started.status).toBe(201);
  release = started.body.id;
  key = await newKey(runtime, "shop", "server");
  await vi.waitFor(
    async () => {
      for (let i = 0; i < 20 && cohort === ""; i++) {
        const found = (await evaluate(`somebody-${i}`)).metadata.cohort ?? "";
        if (found.endsWith(".t")) cohort = found;
      }
      expect(cohort).not.toBe("");
    },
    { timeout: 10_000 },
  );
});
afterAll(() => runtime.stop());

test("every request of the guide is answered as it says", async () => {
  const requests = blocks.filter(({ kind }) => kind === "request");
  const answers = blocks.filter(({ kind }) => kind === "answer");
  expect([requests.length, answers.length]).toEqual([5, 5]);
  for (const [i, { text }] of requests.entries()) {
    const { status, body } = await post("/v1/events", text.replaceAll(COHORT, cohort));
    expect([status, body]).toEqual([202, JSON.parse(answers[i]!.text)]);
  }
});

test("an evaluation looks as the guide shows it", async () => {
  const [shown] = blocks.filter(({ kind }) => kind === "evaluation");
  const expected = JSON.parse(shown!.text) as { metadata: object };
  const found = await evaluate("user-1");
  expect(Object.keys(found).toSorted()).toEqual(Object.keys(expected).toSorted());
  expect(Object.keys(found.metadata).toSorted()).toEqual(Object.keys(expected.metadata).toSorted());
  expect(found.metadata.cohort).toMatch(new RegExp(`^${release}\\.1\\.[tc]$`));
  expect(COHORT).toMatch(/^[a-z0-9]{12}\.1\.[tc]$/);
});
