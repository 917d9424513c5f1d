import { reset } from "cloudflare:test";
import { exports } from "cloudflare:workers";
import { afterAll, describe, expect, it } from "vitest";
import type { FlagService } from "../../../src/contract/service.ts";
import { type Evaluation, flagsOf } from "../../../src/gate/bindings.ts";
import { flushMeasured } from "../../../src/gate/measure.ts";
import { shadow, shadowRoute } from "../../../src/gate/shadow.ts";
import { booleanFlag, send } from "../../api/admin/client.ts";
import { Afterwards, get, world } from "../world.ts";

/* A dark launch whole: a Worker that is bound to FlagService, the counters, and the report. */

afterAll(reset);

type Report = {
  sampled: number;
  skipped: Record<string, number>;
  matched: number;
  mismatched: { count: number; share?: number; noise?: number };
  pairs: { candidateOnly: number; of: number };
  evidence: { logE: number };
  statuses: unknown[];
  fingerprints: { fingerprint: string; count: number; example: unknown[] }[];
};

async function launch(shadowed = 100) {
  const own = await world({ search: booleanFlag({ shadow: shadowed }) });
  const env = own.env();
  const ctx = new Afterwards();
  const service: FlagService = env.FLAGS;
  await service.whereabouts();
  const settle = async (): Promise<void> => {
    // What is kept going may begin more: until nothing new comes.
    for (let n = -1; n !== ctx.work.length;) {
      n = ctx.work.length;
      await Promise.race([Promise.all(ctx.work), new Promise((done) => setTimeout(done, 150))]);
    }
    const where = await service.whereabouts();
    await flushMeasured(env, where!, Date.now());
  };
  /** Until the isolate holds the flag: a request before that isn't sampled, and doesn't wait for it. */
  const warm = async (evaluation: Evaluation = "local"): Promise<void> => {
    await expect.poll(() => flagsOf(env, evaluation)!.dark("search", ctx)).toBeDefined();
  };
  const report = async (): Promise<Report> => {
    const { status, body } = await send("GET", `/environments/${own.name}/flags/search/shadow`);
    expect(status).toBe(200);
    return body as Report;
  };
  return { ...own, bound: env, ctx, settle, warm, report };
}

describe("a function in the dark", () => {
  it("answers as control does, and what its candidate says differently is in the report", async () => {
    const { bound, ctx, settle, warm, report } = await launch();
    const price = shadow("search", {
      control: (n: number) => ({ total: n }),
      candidate: (n) => ({ total: n % 2 === 0 ? n : -n }),
      noise: 1,
    });
    await warm();
    for (let n = 0; n < 20; n++) expect(await price({ env: bound, ctx }, n)).toEqual({ total: n });
    await settle();
    const told = await report();
    expect(told).toMatchObject({
      sampled: 20,
      matched: 10,
      mismatched: { count: 10, share: 0.5, noise: 0 },
      pairs: { candidateOnly: 10, of: 20 },
      fingerprints: [
        { fingerprint: "/total", count: 10, example: [{ field: "/total", control: "number", candidate: "number" }] },
      ],
    });
  });

  it("isn't asked at all where the flag gives it nothing", async () => {
    const { bound, ctx, settle, warm, report } = await launch(0);
    let asked = 0;
    const run = shadow("search", { control: () => 1, candidate: () => asked++ });
    await warm();
    for (let n = 0; n < 5; n++) await run({ env: bound, ctx });
    await settle();
    expect([asked, (await report()).sampled]).toEqual([0, 0]);
  });

  it("answers where nothing is bound", async () => {
    const run = shadow("search", { control: () => 1, candidate: () => 2 });
    expect(await run({ env: {}, ctx: new Afterwards() })).toBe(1);
  });
});

describe("a route in the dark", () => {
  const control = { fetch: async () => Response.json({ items: [1, 2] }, { headers: { "Set-Cookie": "own=1" } }) };

  it("passes control's response as it is, whatever the candidate does, and tells statuses", async () => {
    const { bound, ctx, settle, warm, report } = await launch();
    const candidate = {
      fetch: async (request: Request): Promise<Response> => {
        if (request.url.endsWith("?n=0")) throw new Error("unreachable");
        return Response.json({ items: [1, 3] }, { status: 500, headers: { "Set-Cookie": "dark=1" } });
      },
    };
    const route = shadowRoute({ flag: "search", control, candidate, noise: 0 });
    await warm();
    for (let n = 0; n < 4; n++) {
      const response = await route(get(`/search?n=${n}`), bound, ctx);
      expect([response.status, await response.text()]).toEqual([200, '{"items":[1,2]}']);
      expect(response.headers.get("Set-Cookie")).toBe("own=1");
    }
    await settle();
    const told = await report();
    expect(told).toMatchObject({ sampled: 4, errors: 1, mismatched: { count: 3 } });
    expect(told.statuses).toEqual([{ control: 200, candidate: 500, count: 3 }]);
    expect(told.fingerprints[0]?.fingerprint).toBe("/body/items/* /status");
  });

  it("asks FlagService itself where the isolate holds nothing", async () => {
    const { bound, ctx, settle, warm, report } = await launch();
    const route = shadowRoute({ flag: "search", control, candidate: control, evaluation: "service" });
    await warm("service");
    await route(get("/search"), bound, ctx);
    await settle();
    expect(await report()).toMatchObject({ sampled: 1, matched: 1 });
  });
});

it("comparisons that others made are in the same report", async () => {
  const { name, report } = await launch();
  const service = exports.FlagService({ props: { environment: name } }) as unknown as FlagService;
  const base = { type: "comparison" as const, flag: "search", controlMs: 10, candidateMs: 12 };
  const { accepted } = await service.record([
    { ...base, match: true },
    { ...base, match: false, difference: "/total" },
    { ...base, match: false, candidateError: "boom" },
  ]);
  expect(accepted).toBe(3);
  expect(await report()).toMatchObject({
    sampled: 3,
    matched: 1,
    errors: 1,
    fingerprints: [{ fingerprint: "/total" }],
  });
});
