import { exports } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { FlagMetrics } from "../../../src/metrics/series.ts";
import { world, type World } from "../ofrep/caller.ts";
import { booleanFlag, environment, expectProblem, expectWritten, send } from "./client.ts";

/* How outcomes are counted, and what is shown of a flag. */

const NOON = Date.UTC(2030, 10, 21, 12);
const MINUTE = 60_000;
type Listed = { metrics: { name: string; per: string; window: string; defined: boolean }[]; cursor?: string };

beforeEach(() => void vi.useFakeTimers({ toFake: ["Date"], now: NOON }));
afterEach(() => void vi.useRealTimers());

const later = (ms: number) => vi.setSystemTime(Date.now() + ms);

async function report(here: World, events: unknown[], key = here.server): Promise<unknown> {
  const body = JSON.stringify({ id: crypto.randomUUID(), events });
  const headers = { Authorization: `Bearer ${key}` };
  const response = await exports.default.fetch(
    new Request("https://sluice.test/v1/events", { method: "POST", headers, body }),
  );
  return response.json();
}

describe("an outcome", () => {
  test("is defined, changed and left to itself again, each in the log", async () => {
    const { path } = await environment();
    const made = await send("PUT", `${path}/metrics/check%2Fout`, { body: { per: "unit", window: "1h" } });
    expectWritten(made, 201);
    expect(made.body).toEqual({ name: "check/out", per: "unit", window: "1h", defined: true });
    const changed = await send("PUT", `${path}/metrics/check%2Fout`, { body: { name: "check/out", comment: "why" } });
    expectWritten(changed, 200);
    expect(changed.body).toEqual({ name: "check/out", per: "event", window: "30m", defined: true });
    expect((await send("GET", `${path}/metrics/check%2Fout`)).body).toEqual(changed.body);
    const again = await send("PUT", `${path}/metrics/check%2Fout`, { body: {} });
    expect(expectWritten(again, 200).version).toBe(expectWritten(changed, 200).version);
    expectWritten(await send("DELETE", `${path}/metrics/check%2Fout`), 204);
    expectProblem(await send("DELETE", `${path}/metrics/check%2Fout`), "not-found");
    expectProblem(await send("GET", `${path}/metrics/check%2Fout`), "not-found");
    const { entries } = (await send("GET", `${path}/audit?limit=3`)).body as {
      entries: { action: string; before: unknown; after: unknown; comment: string }[];
    };
    expect(entries.map(({ action, before, after, comment }) => [action, before, after, comment])).toEqual([
      ["deleteMetric", { name: "check/out", per: "event", window: "30m" }, null, ""],
      [
        "putMetric",
        { name: "check/out", per: "unit", window: "1h" },
        { name: "check/out", per: "event", window: "30m" },
        "why",
      ],
      ["putMetric", null, { name: "check/out", per: "unit", window: "1h" }, ""],
    ]);
    expect((await send("GET", `${path}/audit/verify`)).body).toMatchObject({ ok: true });
  });

  test("is listed with those that every environment has and those that were reported", async () => {
    const here = await world({ key: "f" });
    await send("PUT", `${here.path}/metrics/checkout`, { body: { per: "unit" } });
    await send("PUT", `${here.path}/metrics/heartbeat`, { body: { per: "unit", window: "5m" } });
    await report(here, [{ type: "outcome", metric: "clicked" }]);
    const { metrics } = (await send("GET", `${here.path}/metrics`)).body as Listed;
    expect(metrics.map(({ name, per, window, defined }) => [name, per, window, defined])).toEqual([
      ["checkout", "unit", "30m", true],
      ["clicked", "event", "30m", false],
      ["errors", "event", "30m", false],
      ["heartbeat", "unit", "5m", true],
      ["latency", "event", "30m", false],
    ]);
    const page = (await send("GET", `${here.path}/metrics?limit=2`)).body as Listed;
    const rest = (await send("GET", `${here.path}/metrics?cursor=${page.cursor}`)).body as Listed;
    expect([...page.metrics, ...rest.metrics]).toEqual(metrics);
  });

  test.each([
    ["checkout", { per: "people" }, "/per"],
    ["checkout", { window: "29d" }, "/window"],
    ["checkout", { window: "0s" }, "/window"],
    ["checkout", { window: "soon" }, "/window"],
    ["checkout", { name: "another" }, "/name"],
    ["checkout", { colour: "red" }, "/colour"],
    ["errors", {}, "/name"],
    ["latency", {}, "/name"],
    ["heartbeat", { per: "event" }, "/per"],
  ])("can't be %s as %j", async (name, body, path) => {
    const here = await environment();
    expectProblem(await send("PUT", `${here.path}/metrics/${name}`, { body }), "invalid", [{ path }]);
  });

  test("can be defined although others have reported as many names as there is room for", async () => {
    const here = await world({ key: "f" });
    const outcomes = Array.from({ length: 201 }, (_, i) => ({ type: "outcome", metric: `met-${i}` }));
    expect(await report(here, outcomes)).toMatchObject({ accepted: 200 });
    expect((await send("PUT", `${here.path}/metrics/mine`, { body: {} })).status).toBe(201);
    later(3_000);
    expect(await report(here, [{ type: "outcome", metric: "mine" }])).toMatchObject({ accepted: 1 });
  });
});

describe("the metrics of a flag", () => {
  const read = async (here: World, query = ""): Promise<FlagMetrics & { since: string; until: string }> => {
    const answer = await send("GET", `${here.path}/flags/f/metrics${query}`);
    expect(answer.status, answer.text).toBe(200);
    return answer.body as FlagMetrics & { since: string; until: string };
  };
  test("show by variant, cohort and source what was counted, minute by minute and altogether", async () => {
    const here = await world({ key: "f", clientSide: true }, { key: "other" });
    await send("PUT", `${here.path}/metrics/checkout`, { body: { per: "unit", window: "2m" } });
    later(3_000); // the isolate may answer from memory for two
    const exposure = { type: "exposure", flag: "f", variant: "on", targetingKey: "u1" };
    await report(here, [
      exposure,
      exposure,
      { ...exposure, targetingKey: "u2", variant: "off", cohort: "r1.1.c" },
      { ...exposure, flag: "other" },
    ]);
    await report(here, [exposure], here.client);
    later(MINUTE);
    await report(here, [
      { type: "outcome", metric: "checkout", targetingKey: "u1", value: 20 },
      { type: "outcome", metric: "checkout", targetingKey: "u1", value: 5 },
      { type: "outcome", metric: "latency", flag: "f", variant: "on", value: 100 },
    ]);
    later(10 * MINUTE);
    const { series, closedUntil } = await read(here);
    expect(series.map(({ variant, cohort, source }) => [variant, cohort, source])).toEqual([
      ["off", undefined, "server"], // there is no such release
      ["on", undefined, "client"],
      ["on", undefined, "server"],
    ]);
    const [off, client, on] = series;
    expect(off!.total).toMatchObject({ exposures: 1, keys: 1, outcomes: {}, requests: 0, errorShare: null });
    expect(client!.total).toMatchObject({ exposures: 1, keys: 1 });
    expect(on!.total).toMatchObject({
      exposures: 2,
      keys: 1,
      outcomes: { checkout: { count: 0, units: 1 }, latency: { count: 1, sum: 100 } },
      late: 0,
    });
    expect(on!.total.latency!.p50 / 100).toBeCloseTo(1, 1);
    expect(on!.points.map(({ at, exposures }) => [at, exposures])).toEqual([
      ["2030-11-21T12:00:00.000Z", 2],
      ["2030-11-21T12:01:00.000Z", 0],
    ]);
    expect(closedUntil).toBe("2030-11-21T12:10:00.000Z");
  });

  test("show what came too late apart", async () => {
    const here = await world({ key: "f" });
    const at = NOON - 2 * MINUTE;
    await report(here, [{ type: "exposure", flag: "f", variant: "on", targetingKey: "u1", at }]);
    const { series } = await read(here);
    expect(series[0]!.total).toMatchObject({ exposures: 0, keys: 0, late: 1 });
  });

  test("are of the last hour unless something else is asked for, in steps as they are asked for", async () => {
    const here = await world({ key: "f" });
    await report(here, [{ type: "exposure", flag: "f", variant: "on", targetingKey: "u1" }]);
    later(20 * MINUTE);
    await report(here, [{ type: "exposure", flag: "f", variant: "on", targetingKey: "u1" }]);
    later(50 * MINUTE);
    expect((await read(here)).series[0]!.points.map(({ at }) => at)).toEqual(["2030-11-21T12:20:00.000Z"]);
    const hour = await read(here, "?since=2030-11-21T12:00:00Z&until=2030-11-21T13:00:00Z&resolution=1h");
    expect(hour.series[0]!.points.map(({ at, exposures }) => [at, exposures])).toEqual([
      ["2030-11-21T12:00:00.000Z", 2],
    ]);
    expect([hour.since, hour.until]).toEqual(["2030-11-21T12:00:00.000Z", "2030-11-21T13:00:00.000Z"]);
  });

  test.each([
    ["?since=2030-11-21T12:00:00Z", "/since"],
    ["?since=2030-11-21T13:00:00Z&until=2030-11-21T12:00:00Z", "/since"],
    ["?since=2030-11-01T12:00:00Z", "/resolution"],
    ["?resolution=2m", "/resolution"],
    ["?until=tomorrow", "/until"],
  ])("can't be asked for %s", async (query, path) => {
    const { path: here } = await environment();
    await send("PUT", `${here}/flags/f`, { body: booleanFlag() });
    expectProblem(await send("GET", `${here}/flags/f/metrics${query}`), "invalid", [{ path }]);
  });

  test("of a flag that there isn't are 404", async () => {
    const { path } = await environment();
    expectProblem(await send("GET", `${path}/flags/none/metrics`), "not-found");
  });
});
