import { Hono } from "hono";
import { afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import type { CurrentSnapshot, FlagService } from "../../src/contract/service.ts";
import type { SnapshotBody } from "../../src/contract/snapshot.ts";
import { canary, type CanaryOptions } from "../../src/gate/canary.ts";
import type { HonoContext } from "../../src/gate/exchange.ts";
import { gate, type GateOptions } from "../../src/gate/gate.ts";
import { booleanFlag } from "../api/admin/client.ts";
import { Afterwards, fake, get, OFF, ON, page, rollout, side, type World, world } from "./world.ts";

/* What a gate leaves alone, and what it tells whoever set it up. */

let here: World;
beforeAll(async () => {
  here = await world({
    none: rollout(0),
    half: rollout(50),
    all: rollout(100),
    off: OFF,
    on: ON,
    disabled: booleanFlag({ enabled: false, default: { variant: "on" } }),
    staff: booleanFlag({
      rules: [{ when: { attribute: "staff", operator: "in", values: [true] }, serve: { variant: "on" } }],
    }),
    first: booleanFlag({
      default: {
        rollout: { percentage: 0, split: [{ variant: "on", weight: 1 }], otherwise: "off", absent: "first" },
      },
    }),
    sides0: side(0),
    sides100: side(100),
    third: { ...side(0), variants: { stable: "s", canary: "c", third: "t" }, default: { variant: "third" } },
    text: { ...side(0), default: { variant: "canary" } },
  });
});
let warned: ReturnType<typeof vi.spyOn>;
beforeEach(() => {
  warned = vi.spyOn(console, "warn").mockImplementation(() => undefined);
});
afterEach(() => warned.mockRestore());
const said = (): string => warned.mock.calls.map((call: unknown[]) => JSON.stringify(call)).join("\n");

const SHARED = { "Cache-Control": "public, max-age=600, s-maxage=600", "CDN-Cache-Control": "max-age=600" };
const through = (options: Partial<GateOptions<[]>>, request = get(), env: object = here.env()) =>
  gate({ on: () => page(SHARED), off: () => page(SHARED), flag: "half", ...options })(request, env, new Afterwards());
const origin = (name: string) => ({ fetch: async () => page(SHARED, name) });
const ORIGINS = { stable: origin("stable"), canary: origin("canary") };
const between = (options: Partial<CanaryOptions<[]>>, request = get(), env: object = here.env()) =>
  canary({ flag: "sides0", origins: ORIGINS, ...options })(request, env, new Afterwards());
const isUntouched = (response: Response): boolean =>
  response.headers.get("Cache-Control") === SHARED["Cache-Control"] &&
  response.headers.get("CDN-Cache-Control") === SHARED["CDN-Cache-Control"] &&
  response.headers.get("Vary") === null &&
  response.headers.getSetCookie().length === 0;

describe("while nobody gets the change, answers are as their origin said", () => {
  test.each(["none", "off", "disabled"])("of a gate: %s", async (flag) => {
    expect(isUntouched(await through({ flag }))).toBe(true);
  });
  test("of a canary", async () => expect(isUntouched(await between({}))).toBe(true));

  test("but not where a rule or who has nothing to hash may get it", async () => {
    for (const flag of ["staff", "first", "half"])
      expect([flag, isUntouched(await through({ flag }))]).toEqual([flag, false]);
  });
});

describe("while everybody gets it", () => {
  test.each(["all", "on"])("they stay private, and no cookie is set: %s", async (flag) => {
    const { headers } = await through({ flag });
    expect([headers.get("Cache-Control"), headers.get("Vary"), headers.getSetCookie()]).toEqual([
      "private, no-cache",
      "Cookie",
      [],
    ]);
  });
  test("of a canary too", async () => {
    const { headers } = await between({ flag: "sides100" });
    expect([headers.get("Cache-Control"), headers.getSetCookie()]).toEqual(["private, no-cache", []]);
  });
});

test("a route may say what is shared; whoever can't say it isn't", async () => {
  const shared = (request: Request): boolean => new URL(request.url).pathname.startsWith("/fonts/");
  expect(isUntouched(await through({ shared }, get("/fonts/a.woff2")))).toBe(true);
  expect(isUntouched(await through({ shared }, get("/page")))).toBe(false);
  const broken = (): boolean => {
    throw new Error("x");
  };
  expect(isUntouched(await through({ shared: broken }))).toBe(false);
});

test("without consent no cookie is set or read, and nobody has anything to hash", async () => {
  for (let i = 0; i < 20; i++) {
    const response = await through(
      {
        consent: () => false,
        on: () => page(SHARED, "on"),
        off: () => page(SHARED, "off"),
      },
      get("/", { Cookie: `__Host-sluice-id=0123456789abcdef-${i}` }),
    );
    expect([await response.text(), response.headers.getSetCookie()]).toEqual(["off", []]);
    expect(response.headers.get("Cache-Control")).toBe("private, no-cache");
  }
  expect((await through({ consent: () => true })).headers.getSetCookie()).toHaveLength(1);
});

describe("a canary on a boolean flag", () => {
  const asked = async (flag: string, origins: CanaryOptions<[]>["origins"]): Promise<string> =>
    (await between({ flag, origins })).text();

  test("sends who is served true to the only other origin, whatever it is called", async () => {
    expect(await asked("on", ORIGINS)).toBe("canary");
    expect(await asked("on", { stable: origin("stable"), next: origin("next") })).toBe("next");
    expect(await asked("off", ORIGINS)).toBe("stable");
    expect(await asked("on", { ...ORIGINS, on: origin("on") })).toBe("on");
    expect(said()).toBe("");
  });

  test("has no side where there are several, nor one of a variant without an origin: said once, and not counted", async () => {
    const report = vi.fn(async () => undefined);
    const { FLAGS } = here.env();
    const env = {
      FLAGS: {
        ...fake({ snapshot: (held) => FLAGS.snapshot(held) }).FLAGS,
        report,
      },
    };
    for (let i = 0; i < 3; i++) {
      expect(
        await (await between({ flag: "on", origins: { ...ORIGINS, third: origin("third") } }, get(), env)).text(),
      ).toBe("stable");
      expect(await (await between({ flag: "third" }, get(), env)).text()).toBe("stable");
    }
    expect(warned).toHaveBeenCalledTimes(2);
    expect(said()).toContain("no origin is named like");
    expect(report).not.toHaveBeenCalled();
  });
});

describe("who set it up wrong is told, once, and what to do", () => {
  test.each<[string, () => Promise<Response>, string]>([
    ["a flag that there isn't", () => through({ flag: "none-by-this-name" }), "a flag that there isn't"],
    ["a flag that isn't boolean", () => through({ flag: "text" }), "isn't boolean"],
    ["nothing bound", () => through({ flag: "unbound" }, get(), {}), "nothing is bound as FLAGS"],
    [
      "an environment that there isn't",
      () => through({ flag: "elsewhere" }, get(), fake({ snapshot: async () => null })),
      "names an environment that there isn't",
    ],
    [
      "no Sluice at all",
      () => through({ flag: "nowhere" }, get(), fake({ snapshot: () => Promise.reject(new Error("no such Worker")) })),
      "FlagService can't be asked",
    ],
  ])("%s", async (_, ask, message) => {
    expect((await ask()).status).toBe(200);
    await ask();
    expect(said()).toContain(message);
    expect(warned).toHaveBeenCalledTimes(1);
  });
});

describe("what a gate goes by", () => {
  afterEach(() => vi.useRealTimers());

  /** A FlagService that answers once, and then fails. */
  async function leftAlone(): Promise<{ env: object; fail: (error: Error) => void }> {
    const { FLAGS } = here.env();
    const current = (await FLAGS.snapshot())!;
    let error: Error | undefined;
    const snapshot: FlagService["snapshot"] = async () => {
      if (error) throw error;
      return { ...current, ageMs: 0 };
    };
    return { env: fake({ snapshot }), fail: (why) => (error = why) };
  }
  const on = () => page({}, "on");
  const off = () => page({}, "off");

  test("may be as old as it gets, and says so once a minute, with its age and the cause", async () => {
    const { env, fail } = await leftAlone();
    vi.useFakeTimers({ toFake: ["Date"], now: 1_000_000_000_000 });
    const ask = async (): Promise<string> => (await through({ flag: "on", on, off }, get(), env)).text();
    expect(await ask()).toBe("on");
    fail(new Error("the relay is gone"));
    vi.setSystemTime(1_000_000_000_000 + 5 * 3_600_000);
    for (let i = 0; i < 4; i++) expect(await ask()).toBe("on");
    expect(warned).toHaveBeenCalledTimes(1);
    expect(said()).toMatch(/"ageSeconds":18000.*the relay is gone/);
    vi.setSystemTime(1_000_000_000_000 + 5 * 3_600_000 + 61_000);
    await ask();
    expect(warned).toHaveBeenCalledTimes(2);
  });

  test("past maxAge it is nothing, and the fallback counts", async () => {
    const { env, fail } = await leftAlone();
    vi.useFakeTimers({ toFake: ["Date"], now: 1_000_000_000_000 });
    const ask = async (maxAge: number): Promise<string> =>
      (await through({ flag: "on", on, off, maxAge }, get(), env)).text();
    expect(await ask(60)).toBe("on");
    fail(new Error("down"));
    vi.setSystemTime(1_000_000_000_000 + 59_000);
    expect(await ask(60)).toBe("on");
    vi.setSystemTime(1_000_000_000_000 + 61_000);
    expect([await ask(60), await ask(3600)]).toEqual(["off", "on"]);
  });

  test("what is published in a form that it can't read is the cause that it tells", async () => {
    const { FLAGS } = here.env();
    const current = (await FLAGS.snapshot())!;
    const body: SnapshotBody = JSON.parse(current.body!);
    let answer: CurrentSnapshot = { ...current, ageMs: 0 };
    const env = fake({ snapshot: async () => answer });
    vi.useFakeTimers({ toFake: ["Date"], now: 1_000_000_000_000 });
    expect(await (await through({ flag: "on", on, off }, get(), env)).text()).toBe("on");
    answer = { ...current, ageMs: 0, version: current.version + 1, body: JSON.stringify({ ...body, format: 99 }) };
    vi.setSystemTime(1_000_000_000_000 + 600_000);
    expect(await (await through({ flag: "on", on, off }, get(), env)).text()).toBe("on");
    expect(said()).toContain("format 99");
  });

  test("it says where it is, so that the nearest relay is asked", async () => {
    const { FLAGS } = here.env();
    const asked: unknown[] = [];
    const snapshot: FlagService["snapshot"] = (held, place) => {
      asked.push(place);
      return FLAGS.snapshot(held);
    };
    await through(
      { flag: "on" },
      get("/", {}, { continent: "AS", longitude: "139.7", country: "JP" }),
      fake({ snapshot }),
    );
    expect(asked).toEqual([{ continent: "AS", longitude: "139.7" }]);
  });
});

test("two gates on one way see the same visitor and the same override, and set one cookie", async () => {
  const app = new Hono();
  const keys: string[] = [];
  const context = (c: HonoContext) => {
    keys.push(c.req.raw.headers.get("Sluice-Override") ?? "none");
    return {};
  };
  app.use("*", gate<HonoContext>({ flag: "half", context }));
  app.use("*", gate<HonoContext>({ flag: "half", context }));
  app.all("*", (c) => c.text("behind"));
  const ctx = { waitUntil: () => undefined, passThroughOnException: () => undefined, props: {} };
  let open = 0;
  for (let i = 0; i < 40; i++) {
    const response = await app.fetch(get("/"), here.env(), ctx);
    expect(response.headers.getSetCookie()).toHaveLength(1);
    if (response.status === 200) open++;
  }
  // With two ids a quarter would get through both; with one it is a half.
  expect(open).toBeGreaterThan(12);
  expect(new Set(keys)).toEqual(new Set(["none"]));
});
