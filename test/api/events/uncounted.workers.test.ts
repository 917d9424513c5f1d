import { env, exports } from "cloudflare:workers";
import { afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { keyOf } from "../../../src/contract/snapshot.ts";
import { MINUTE, SHARDS } from "../../../src/metrics/batch.ts";
import { closedBins } from "../../../src/metrics/bins.ts";
import type { CounterObjects } from "../../../src/metrics/counter.ts";
import { readAll } from "../../../src/metrics/reading.ts";
import { send } from "../admin/client.ts";
import { someAddress, type World, world } from "../ofrep/caller.ts";

/* What POST /v1/events says of events that reach no verdict of a live release, and which of those without a cohort do. */

const objects: object = env;
const counters: CounterObjects = Reflect.get(objects, "COUNTER");
const NOON = Date.UTC(2031, 0, 21, 12);

type Answer = { accepted: number; rejected: { index: number; message: string }[]; uncounted: Record<string, number> };

let count = 0;
let here: World;
let release = "";
beforeAll(async () => {
  vi.useFakeTimers({ toFake: ["Date"], now: NOON });
  ({ here, release } = await released());
});
beforeEach(() => void vi.useFakeTimers({ toFake: ["Date"], now: NOON + ++count * 2 * 3_600_000 }));
afterEach(() => void vi.useRealTimers());

/** An environment with a flag that is being released to half of all, and one that isn't. */
async function released(plan: object = {}, flag: object = {}): Promise<{ here: World; release: string }> {
  const rollout = { percentage: 0, split: [{ variant: "on", weight: 1 }], otherwise: "off" };
  const own = await world(
    { key: "f", clientSide: true, default: { rollout }, ...flag },
    { key: "plain", clientSide: true },
  );
  const body = {
    plan: {
      stages: [
        { name: "half", percentage: 50, minBake: "30m" },
        { name: "all", percentage: 100 },
      ],
      guardrails: [],
      ...plan,
    },
  };
  const answer = await send("POST", `${own.path}/flags/f/releases`, { body });
  expect(answer.status, answer.text).toBe(201);
  const { id } = answer.body as { id: string };
  await evaluated(own, "nobody"); // the isolate knows it from now on
  vi.setSystemTime(Date.now() + 3_000);
  expect((await evaluated(own, "somebody")).metadata["cohort"]).toMatch(new RegExp(`^${id}\\.1\\.[tc]`));
  return { here: own, release: id };
}

async function evaluated(of: World, targetingKey: string, more: object = {}) {
  const init = {
    method: "POST",
    headers: { Authorization: `Bearer ${of.server}` },
    body: JSON.stringify({ context: { targetingKey, ...more } }),
  };
  const response = await exports.default.fetch(new Request("https://sluice.test/ofrep/v1/evaluate/flags/f", init));
  return response.json<{ variant: string; metadata: Record<string, string> }>();
}

async function post(of: World, events: object[], key = of.server): Promise<Answer> {
  const headers = { Authorization: `Bearer ${key}`, "CF-Connecting-IP": someAddress() };
  const init = { method: "POST", headers, body: JSON.stringify({ id: crypto.randomUUID(), events }) };
  const response = await exports.default.fetch(new Request("https://sluice.test/v1/events", init));
  expect(response.status).toBe(202);
  return response.json<Answer>();
}

const exposure = (more: object = {}) => ({ type: "exposure", flag: "f", variant: "on", targetingKey: "u1", ...more });
const outcome = (more: object = {}) => ({ type: "outcome", metric: "checkout", ...more });

/** Closed bins of the release, some minutes later. */
async function bins(of: World, id: string, measure: Parameters<typeof closedBins>[2]) {
  const { revision } = (await send("GET", of.path)).body as { revision: string };
  const names = Array.from({ length: SHARDS }, (_, i) => keyOf.counterObject(of.name, revision.split(".")[0]!, i));
  const since = Date.now() - 3_600_000;
  vi.setSystemTime(Date.now() + 5 * MINUTE);
  const { counted } = await readAll(
    names.map((name) => counters.getByName(name)),
    { since, until: Date.now(), release: id },
  );
  return closedBins(counted, id, measure);
}

describe("events without a cohort", () => {
  test("count for the side that serves their variant, outcomes of their key as well", async () => {
    const { here: own, release: id } = await released();
    const { uncounted } = await post(own, [
      exposure(),
      exposure({ targetingKey: "u2", variant: "off" }),
      exposure({ targetingKey: "u2", flag: "plain" }),
      outcome({ targetingKey: "u1" }),
      outcome({ flag: "f", variant: "off" }),
      outcome({ metric: "error", targetingKey: "u2" }),
    ]);
    expect(uncounted).toEqual({});
    const [errors] = await bins(own, id, { metric: "errors" });
    expect(errors).toMatchObject({
      treatment: { exposures: 1, events: 0, keys: 1 },
      control: { exposures: 1, events: 1, keys: 1 },
    });
    expect(await bins(own, id, { metric: "checkout", per: "event" })).toMatchObject([
      { treatment: { events: 1 }, control: { events: 1 } },
    ]);
  });

  test("are ambiguous where something else of the flag serves their variant, or something else is bucketed", async () => {
    const rules = [{ id: "staff", when: { attribute: "staff", operator: "exists" }, serve: { variant: "on" } }];
    const { here: own } = await released({}, { rules });
    expect((await post(own, [exposure(), exposure({ variant: "off" })])).uncounted).toEqual({ ambiguous: 1 });
    const by = { percentage: 0, split: [{ variant: "on", weight: 1 }], otherwise: "off", by: "account" };
    const plain = await world({ key: "f", default: { rollout: by } });
    const plan = { stages: [{ name: "half", percentage: 50 }], guardrails: [] };
    const started = await send("POST", `${plain.path}/flags/f/releases`, { body: { plan } });
    expect(started.status, started.text).toBe(201);
    vi.setSystemTime(Date.now() + 3_000);
    const { variant, metadata } = await evaluated(plain, "u1", { account: "a" });
    expect(metadata["cohort"]).toMatch(/\.[tc]\.[A-Za-z0-9_-]{11}$/);
    const said = exposure({ variant, cohort: metadata["cohort"] });
    expect((await post(plain, [exposure(), said, outcome({ targetingKey: "u1" })])).uncounted).toEqual({
      ambiguous: 1,
    });
    const { id } = started.body as { id: string };
    const found = await bins(plain, id, { metric: "checkout", per: "event" });
    expect(found.reduce((n, { treatment, control }) => n + treatment.events + control.events, 0)).toBe(1);
  });
});

describe("uncounted", () => {
  test("client: the plan doesn't trust client keys", async () => {
    const events = () => [exposure({ cohort: `${release}.1.t` }), exposure(), exposure({ flag: "plain" })];
    expect((await post(here, events(), here.client)).uncounted).toEqual({ client: 2 });
    expect((await post(here, events())).uncounted).toEqual({});
    const { here: own, release: id } = await released({ trustClients: true });
    expect((await post(own, [exposure({ cohort: `${id}.1.t` }), exposure()], own.client)).uncounted).toEqual({});
  });

  test("ended: a cohort of no live release or epoch, which then counts without", async () => {
    const cohorts = ["r1.1.t", `${release}.99.t`, `${release}x.1.t`, `${release}.1.t`];
    const { accepted, uncounted } = await post(
      here,
      cohorts.map((cohort) => exposure({ cohort })),
    );
    expect([accepted, uncounted]).toEqual([4, { ended: 3 }]);
    // A release of another flag.
    expect((await post(here, [exposure({ flag: "plain", cohort: `${release}.1.t` })])).uncounted).toEqual({ ended: 1 });
  });

  test("no-exposure: an outcome that nobody was exposed before", async () => {
    const events = [
      outcome({ targetingKey: "stranger" }),
      outcome(),
      outcome({ targetingKey: "known" }),
      exposure({ targetingKey: "known" }),
    ];
    expect((await post(here, events)).uncounted).toEqual({ "no-exposure": 2 });
  });

  test("late: its minute has closed", async () => {
    const at = Date.now() - 3 * MINUTE;
    const events = [
      exposure({ at, cohort: `${release}.1.t` }),
      outcome({ at, targetingKey: "u1" }),
      outcome({ at, cohort: `${release}.1.c` }),
    ];
    expect((await post(here, events)).uncounted).toEqual({ late: 3 });
  });
});

test("a server is told which of flag, variant and metric isn't known; a client isn't", async () => {
  const events = [
    exposure({ flag: "nosuch" }),
    exposure({ variant: "nosuch" }),
    outcome({ metric: "missing" }),
    outcome({ variant: "on" }),
  ];
  const { rejected } = await post(here, events);
  expect(rejected.map(({ message }) => message)).toEqual([
    'This event names the flag "nosuch", which there isn\'t.',
    'This event names the variant "nosuch", which the flag doesn\'t have.',
    'This event names the metric "missing", which is counted without being reported.',
    'This event names the variant "on" without saying of which flag.',
  ]);
  const messages = new Set((await post(here, events, here.client)).rejected.map(({ message }) => message));
  expect(messages.size).toBe(1);
});

describe("what one caller may take", () => {
  const MOST = 60;
  const from = async (address: string, keys: string[], more: object = {}): Promise<Answer> => {
    const events = keys.map((targetingKey) => exposure({ targetingKey, ...more }));
    const headers = { Authorization: `Bearer ${here.client}`, "CF-Connecting-IP": address };
    const init = { method: "POST", headers, body: JSON.stringify({ id: crypto.randomUUID(), events }) };
    return (await exports.default.fetch(new Request("https://sluice.test/v1/events", init))).json<Answer>();
  };
  const keys = (name: string, n: number): string[] => Array.from({ length: n }, (_, i) => `${name}${i}`);

  test("so many new keys a minute from one network, by a client key; the others count as exposures and are said", async () => {
    const first = await from("2001:db8:7:1::1", keys("a", MOST), { flag: "plain" });
    expect(first).toMatchObject({ accepted: MOST, uncounted: {} });
    const next = await from("2001:db8:7:1:2::9", keys("b", 5), { flag: "plain" });
    expect(next).toMatchObject({ accepted: 5, rejected: [], uncounted: { full: 5 } });
    // Keys that have been met, and other networks, aren't held back.
    expect(await from("2001:db8:7:1::1", keys("a", MOST), { flag: "plain" })).toMatchObject({ uncounted: {} });
    expect(await from("2001:db8:7:2::1", keys("c", 5), { flag: "plain" })).toMatchObject({ uncounted: {} });
  });

  test("a date up to five minutes ahead counts as now; one further ahead is rejected, and says so", async () => {
    const ahead = (ms: number) => exposure({ flag: "plain", at: Date.now() + ms });
    const answer = await post(here, [
      ahead(300_000),
      ahead(300_001),
      ahead(1e15),
      outcome({ at: "2999-01-01T00:00:00Z" }),
    ]);
    const message = expect.stringMatching(/more than five minutes ahead/);
    expect(answer).toMatchObject({ accepted: 1, rejected: [1, 2, 3].map((index) => ({ index, message })) });
  });
});
