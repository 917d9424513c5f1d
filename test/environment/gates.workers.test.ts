import { evictDurableObject, runDurableObjectAlarm } from "cloudflare:test";
import { Webhook } from "standardwebhooks";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { plan as planSchema } from "../../src/contract/plan.ts";
import type { ReleaseView } from "../../src/contract/release.ts";
import { put } from "./build.ts";
import { created, type Here, WRITE } from "./object.ts";

/* Webhook gates, asked by the object that runs the release. Its clock is given, alarms are delivered by hand, and the
   net is a function; test/api/gates.blackbox.test.ts has the real one. */

const SECOND = 1_000;
const URL_ = "https://gate.example/ask";
const SECRET = `whsec_${btoa("a secret of twenty-six bytes")}`;
const ID = "gatedrelease";
/** Later than any machine's clock, so that no alarm comes by itself. */
let now = 0;
type Asked = { url: string; headers: Record<string, string>; body: string; signal: AbortSignal };
let asked: Asked[] = [];
let receiver: (asked: Asked) => Promise<Response> | Response;
const hanging = ({ signal }: Asked): Promise<Response> =>
  new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));

beforeEach(() => {
  now = Date.UTC(2100, 5, 7, 10);
  asked = [];
  vi.spyOn(Date, "now").mockImplementation(() => now);
  vi.spyOn(globalThis, "fetch").mockImplementation(async (input, init) => {
    const url = input instanceof Request ? input.url : String(input);
    const headers = Object.fromEntries(new Headers(init?.headers));
    const one = { url, headers, body: init?.body as string, signal: init!.signal! };
    asked.push(one);
    return receiver(one);
  });
});
afterEach(() => void vi.restoreAllMocks());

const STOP = "CREATE TRIGGER stop BEFORE INSERT ON releases BEGIN SELECT RAISE(ABORT, 'stopped'); END";

const gate = (more: object = {}) => ({ webhook: { url: URL_, secret: SECRET, timeout: "1s", ...more } });

/** @param wait for the answers, too */
async function gated(gates: object[] = [gate()], wait = true): Promise<Here> {
  const here = await created();
  await here.write([put("f")]);
  const stages = [
    { name: "10%", percentage: 10, minBake: "1s", gates },
    { name: "all", percentage: 100, minBake: "1h" },
  ];
  const plan = planSchema.parse({ stages, guardrails: [] });
  expect(await here.object.release({ op: "create", flag: "f", id: ID, plan }, WRITE)).toMatchObject({ ok: true });
  const passed = pass(here, SECOND);
  if (wait) await passed;
  return here;
}

async function pass({ stub }: Here, ms: number): Promise<void> {
  now += ms;
  await runDurableObjectAlarm(stub);
}

async function view({ object }: Here): Promise<ReleaseView> {
  return (await object.findRelease("f", ID))!.view;
}

const times = (count: number) => expect.poll(() => asked.length).toBe(count);
const asksOf = (here: Here) =>
  here.inside(async (storage) => {
    const [row] = storage.sql.exec<{ content: string }>("SELECT content FROM releases").toArray();
    return JSON.parse(row!.content).asks as { attempt: number; open: boolean | null }[];
  });

describe("a webhook that", () => {
  test.each([200, 204])("answers %i opens the gate, asked once by a message that is signed", async (status) => {
    receiver = () => new Response(null, { status });
    const here = await gated();
    await expect.poll(() => view(here)).toMatchObject({ state: "baking", stage: "all" });
    await times(1);
    const { url, headers, body } = asked[0]!;
    expect(url).toBe(URL_);
    vi.useFakeTimers({ now, toFake: ["Date"] }); // the package looks at the clock in its own way
    const message = new Webhook(SECRET).verify(body, headers);
    vi.useRealTimers();
    expect(message).toMatchObject({
      type: "gate",
      data: { environment: "production", flag: "f", release: ID, stage: "10%", planRevision: 1, attempt: 1 },
    });
  });

  test.each([202, 301, 500])("answers %i keeps it closed, and is asked again later", async (status) => {
    receiver = () => new Response(null, { status, headers: { Location: "https://elsewhere.example/" } });
    const here = await gated();
    await expect.poll(() => asksOf(here)).toMatchObject([{ attempt: 1, open: false }]);
    expect(await view(here)).toMatchObject({ state: "gated", stage: "10%" });
    await pass(here, 29 * SECOND);
    await times(1);
    receiver = () => new Response(null, { status: 204 });
    await pass(here, SECOND);
    await expect.poll(() => view(here)).toMatchObject({ state: "baking", stage: "all" });
    await times(2);
    expect(asked[1]!.headers["webhook-id"]).not.toBe(asked[0]!.headers["webhook-id"]);
  });

  test("hangs keeps it closed after its timeout, and is asked again", async () => {
    receiver = hanging;
    const here = await gated();
    await expect.poll(() => asksOf(here), { timeout: 10_000 }).toMatchObject([{ attempt: 1, open: false }]);
    expect(asked[0]!.signal.aborted).toBe(true);
    expect(await view(here)).toMatchObject({ state: "gated", next: [{ what: "the gate is asked again" }, {}] });
  });

  test("takes its time holds up no write", async () => {
    let over = false;
    receiver = async () => {
      while (!over) await new Promise((resolve) => setTimeout(resolve, 5));
      return new Response(null, { status: 204 });
    };
    const here = await gated([gate({ timeout: "30s" })], false);
    await times(1);
    await here.write([{ op: "patchFlag", key: "f", patch: { description: "new" } }]);
    expect(await asksOf(here)).toMatchObject([{ open: null }]);
    over = true;
    await expect.poll(() => view(here)).toMatchObject({ state: "baking", stage: "all" });
  });

  test("never says yes is asked at most 60 times, over half a day; then a person is", async () => {
    receiver = () => new Response(null, { status: 503 });
    const here = await gated();
    for (let i = 0; i < 70 && (await view(here)).state === "gated"; i++) {
      await expect.poll(() => asksOf(here)).toMatchObject([{ open: false }]);
      await pass(here, 15 * 60 * SECOND);
    }
    expect(await view(here)).toMatchObject({ state: "paused", stage: "10%" });
    expect(asked).toHaveLength(60);
  });

  test("can't be reached keeps it closed", async () => {
    receiver = () => Promise.reject(new TypeError("no such host"));
    const here = await gated();
    await expect.poll(() => asksOf(here)).toMatchObject([{ attempt: 1, open: false }]);
  });
});

test("all webhooks of a stage have to say yes, and those that have aren't asked again", async () => {
  receiver = ({ url }) => new Response(null, { status: url.includes("other") ? 503 : 204 });
  const here = await gated([gate(), gate({ url: "https://other.example/" })]);
  await expect.poll(() => asksOf(here)).toMatchObject([{ open: true }, { open: false }]);
  await pass(here, 30 * SECOND);
  await times(3);
  expect(asked.map(({ url }) => new URL(url).hostname)).toEqual(["gate.example", "other.example", "other.example"]);
  expect(await view(here)).toMatchObject({ state: "gated" });
});

test("without a secret a question isn't signed", async () => {
  receiver = () => new Response(null, { status: 204 });
  await gated([{ webhook: { url: URL_ } }]);
  await times(1);
  expect(asked[0]!.headers).not.toHaveProperty("webhook-signature");
});

test("an answer that a crash has lost is asked for again by the alarm", async () => {
  let over = false;
  receiver = async () => {
    while (!over) await new Promise((resolve) => setTimeout(resolve, 5));
    return new Response(null, { status: 204 });
  };
  const here = await gated([gate()], false);
  await times(1);
  await here.inside((storage) => void storage.sql.exec(STOP));
  over = true;
  await here.inside(() => new Promise((resolve) => setTimeout(resolve, 50)));
  await evictDurableObject(here.stub);
  await here.inside((storage) => void storage.sql.exec("DROP TRIGGER stop"));
  expect(await asksOf(here)).toMatchObject([{ attempt: 1, open: null }]);
  await pass(here, 29 * SECOND);
  await times(1);
  await pass(here, SECOND);
  await expect.poll(() => view(here)).toMatchObject({ state: "baking", stage: "all" });
  await times(2);
});

test("what was taken back with its transaction is not asked", async () => {
  receiver = () => new Response(null, { status: 204 });
  const here = await created();
  await here.write([put("f")]);
  const stages = [
    { name: "10%", percentage: 10, minBake: "1s", gates: [gate()] },
    { name: "all", percentage: 100, minBake: "1h" },
  ];
  await here.object.release(
    { op: "create", flag: "f", id: ID, plan: planSchema.parse({ stages, guardrails: [] }) },
    WRITE,
  );
  await here.inside((storage) => void storage.sql.exec(STOP));
  await pass(here, SECOND);
  await here.inside(async (storage) => {
    await new Promise((resolve) => setTimeout(resolve, 20));
    storage.sql.exec("DROP TRIGGER stop");
  });
  expect(asked).toEqual([]);
  await pass(here, 30 * SECOND);
  await times(1);
});

test.each(["unrelease", "pause"] as const)("a yes that comes after %s opens nothing", async (control) => {
  let late = false;
  receiver = async () => {
    while (!late) await new Promise((resolve) => setTimeout(resolve, 5));
    return new Response(null, { status: 204 });
  };
  const here = await gated([gate({ timeout: "30s" })], false);
  await times(1);
  await here.object.release({ op: "control", flag: "f", id: ID, control, role: "admin" }, WRITE);
  if (control === "pause") {
    now += SECOND;
    receiver = () => new Response(null, { status: 403 });
    await here.object.release({ op: "control", flag: "f", id: ID, control: "resume", role: "admin" }, WRITE);
    await times(2); // of the same attempt, as far as its number tells
  }
  const before = await view(here);
  late = true; // the first question is still open there
  await here.inside(() => new Promise((resolve) => setTimeout(resolve, 50)));
  expect(await view(here)).toMatchObject({ state: before.state, stage: "10%", timeline: before.timeline });
});

test("a plan that is read and put back keeps the secrets of its webhooks", async () => {
  receiver = () => new Response(null, { status: 403 });
  const here = await created();
  const other = `whsec_${btoa("another one of twenty-six by")}`;
  const stagesOf = (first: object[], last: object[] = []) => [
    { name: "10%", percentage: 10, minBake: "1s", gates: first },
    { name: "all", percentage: 100, minBake: "1h", gates: last },
  ];
  const keep = async (stages: object[]) => {
    const result = await here.object.release(
      { op: "putPlan", name: "p", plan: planSchema.parse({ stages, guardrails: [] }) },
      WRITE,
    );
    return result.ok && { changed: result.changed, revision: result.plan!.revision };
  };
  const shown = async () => (await here.object.plan("p"))!.view.plan.stages;
  const secrets = async (): Promise<unknown[]> => {
    const [row] = await here.rows<{ content: string }>("SELECT content FROM plans");
    const { stages } = JSON.parse(row!.content).plan as { stages: { gates: { webhook: { secret?: string } }[] }[] };
    return stages.flatMap(({ gates }) => gates.map(({ webhook }) => webhook.secret));
  };
  expect(await keep(stagesOf([gate()], [gate({ secret: other })]))).toEqual({ changed: true, revision: 1 });
  expect(JSON.stringify(await shown())).not.toContain("whsec_");
  expect(await keep(await shown())).toEqual({ changed: false, revision: 1 });
  expect(await secrets()).toEqual([SECRET, other]);
  const [first, last] = await shown();
  expect(await keep([{ ...first, minBake: "2s", name: "ten" }, last!])).toEqual({ changed: true, revision: 2 });
  expect(await secrets()).toEqual([SECRET, other]);
  const elsewhere = { webhook: { url: "https://else.example/ask", timeout: "1s" } };
  await keep(stagesOf([elsewhere], [gate({ secret: SECRET })]));
  expect(await secrets()).toEqual([undefined, SECRET]);
});

test("a live release that a plan is put back for goes on signing", async () => {
  receiver = () => new Response(null, { status: 403 });
  const here = await created();
  await here.write([put("f")]);
  const stages = [
    { name: "10%", percentage: 10, minBake: "1s", gates: [gate()] },
    { name: "all", percentage: 100, minBake: "1h" },
  ];
  const perform = (command: Parameters<Here["object"]["release"]>[0]) => here.object.release(command, WRITE);
  await perform({ op: "putPlan", name: "p", plan: planSchema.parse({ stages, guardrails: [] }) });
  await perform({ op: "create", flag: "f", id: ID, plan: "p" });
  const { plan } = (await here.object.plan("p"))!.view;
  expect(await perform({ op: "putPlan", name: "p", plan: { ...plan, alpha: 0.05 } })).toMatchObject({ ok: true });
  await pass(here, SECOND);
  await times(1);
  expect(await view(here)).toMatchObject({ planRevision: 2 });
  expect(asked[0]!.headers["webhook-signature"]).toMatch(/^v1,/);
});
