import { type Context, Hono } from "hono";
import { beforeAll, describe, expect, test } from "vitest";
import { gate, type GateOptions } from "../../src/gate/gate.ts";
import { booleanFlag } from "../api/admin/client.ts";
import { Afterwards, fake, get, OFF, ON, page, rollout, type World, world } from "./world.ts";

/* The gate in front of a route, over real snapshots of a real FlagService, and over bindings that fail in every way. */

let here: World;
beforeAll(async () => {
  const when = { attribute: "geo.country", operator: "in", values: ["DE"] };
  const german = booleanFlag({ rules: [{ id: "de", when, serve: { variant: "on" } }] });
  const number = { type: "number", variants: { on: 1 }, default: { variant: "on" } };
  const plan = { attribute: "plan", operator: "in", values: ["beta"] };
  here = await world({
    on: ON,
    off: OFF,
    half: rollout(50),
    german,
    number,
    beta: booleanFlag({ rules: [{ id: "beta", when: plan, serve: { variant: "on" } }] }),
    code: booleanFlag({ default: { codeDefault: true } }),
  });
});

const behind = async (): Promise<Response> => page({}, "behind");
/** What a gate in its plain form answers, and what it left to be done. */
async function ask(options: GateOptions<[]>, request = get(), env: object = here.env()): Promise<Response> {
  return gate({ on: behind, ...options })(request, env, new Afterwards());
}
const text = async (options: GateOptions<[]>, request?: Request, env?: object) =>
  (await ask(options, request, env)).text();

describe("on and off", () => {
  test("on: what is behind the gate answers; off: nothing is there", async () => {
    expect(await text({ flag: "on" })).toBe("behind");
    const off = await ask({ flag: "off" });
    expect(off.status).toBe(404);
    expect(await off.text()).toBe("Not Found");
  });

  test("off may be a response, as often as it is needed", async () => {
    const closed = gate({ flag: "off", on: behind, off: new Response("closed", { status: 451 }) });
    for (let n = 0; n < 3; n++) {
      const answer = await closed(get(), here.env(), new Afterwards());
      expect([answer.status, await answer.text()]).toEqual([451, "closed"]);
    }
  });

  test("off may be a redirect", async () => {
    const answer = await ask({ flag: "off", off: { redirect: "/old" } });
    expect([answer.status, answer.headers.get("Location")]).toEqual([302, "/old"]);
    const permanent = await ask({ flag: "off", off: { redirect: new URL("https://x.test/y"), status: 307 } });
    expect([permanent.status, permanent.headers.get("Location")]).toEqual([307, "https://x.test/y"]);
  });

  test("on and off may be handlers, called with what the gate was called with", async () => {
    type Env = ReturnType<World["env"]>;
    const said = (name: string) => (request: Request, env: Env) =>
      new Response(`${name} ${new URL(request.url).pathname} ${env.OVERRIDE_SECRET}`);
    const call = async (flag: string) =>
      (await gate({ flag, on: said("on"), off: said("off") })(get("/x"), here.env(), new Afterwards())).text();
    expect(await call("on")).toBe("on /x override-secret");
    expect(await call("off")).toBe("off /x override-secret");
  });

  test("as middleware of Hono, with Hono's own handlers", async () => {
    const app = new Hono<{ Bindings: ReturnType<World["env"]> }>();
    app.use("/on", gate({ flag: "on" }));
    app.use("/off", gate({ flag: "off", off: (c: Context) => c.text(`gone from ${c.req.path}`, 410) }));
    app.all("*", (c) => c.text(`behind ${c.req.path}`));
    const ctx = { waitUntil: () => undefined, passThroughOnException: () => undefined, props: {} };
    const answer = async (path: string) => {
      const response = await app.fetch(get(path), here.env(), ctx);
      return [response.status, await response.text(), response.headers.get("Vary")];
    };
    expect(await answer("/on")).toEqual([200, "behind /on", "Cookie"]);
    expect(await answer("/off")).toEqual([410, "gone from /off", null]); // as it is for everybody
    expect(await answer("/other")).toEqual([200, "behind /other", null]);
  });

  test("a failure of what is behind the gate stays its own", async () => {
    const broken = gate({ flag: "on", on: () => Promise.reject(new Error("mine")) });
    await expect(broken(get(), here.env(), new Afterwards())).rejects.toThrow("mine");
  });
});

describe("who is let in", () => {
  test("by what the edge knows of the request", async () => {
    expect(await text({ flag: "german" }, get("/", {}, { country: "DE" }))).toBe("behind");
    expect(await text({ flag: "german" }, get("/", {}, { country: "FR" }))).toBe("Not Found");
    expect(await text({ flag: "german" }, get("/", { "geo.country": "DE" }))).toBe("Not Found");
  });

  test("by the context that the route gives", async () => {
    const asked = { flag: "beta", context: () => ({ targetingKey: "user-1", plan: "beta" }) };
    expect(await text(asked)).toBe("behind");
    expect(await text({ ...asked, evaluation: "service" })).toBe("behind");
    expect(await text({ ...asked, context: async () => ({ plan: "free" }) })).toBe("Not Found");
  });

  test("the same visitor always to the same side, whether evaluated here or by the service", async () => {
    const env = here.env();
    const opened = new Map<string, number>();
    for (let n = 0; n < 40; n++) {
      const cookie = `a=b; __Host-sluice-id=0123456789abcdef-${n}; c=d`;
      const answers = await Promise.all([
        text({ flag: "half" }, get("/", { Cookie: cookie }), env),
        text({ flag: "half" }, get("/other", { Cookie: cookie })),
        text({ flag: "half", evaluation: "service" }, get("/", { Cookie: cookie }), env),
      ]);
      expect(new Set(answers).size).toBe(1);
      opened.set(answers[0], (opened.get(answers[0]) ?? 0) + 1);
    }
    expect(opened.get("behind")).toBeGreaterThan(5);
    expect(opened.get("Not Found")).toBeGreaterThan(5);
  });
});

describe("an anonymous visitor", () => {
  test("gets a random id of the site's own, and never what was decided", async () => {
    const cookies = (await ask({ flag: "half" })).headers.getSetCookie();
    expect(cookies).toHaveLength(1);
    expect(cookies[0]).toMatch(
      /^__Host-sluice-id=[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\.[\w-]{22}; Path=\/; Max-Age=31536000; Secure; HttpOnly; SameSite=Lax$/,
    );
    const another = (await ask({ flag: "half" })).headers.getSetCookie();
    expect(another[0]).not.toBe(cookies[0]);
  });

  test("who has an id, or is named by the route, gets none", async () => {
    const [first] = (await ask({ flag: "half" })).headers.getSetCookie();
    const known = await ask({ flag: "half" }, get("/", { Cookie: first!.split(";")[0]! }));
    expect(known.headers.getSetCookie()).toEqual([]);
    const unsigned = await ask({ flag: "half" }, get("/", { Cookie: "__Host-sluice-id=0123456789abcdef-1" }));
    expect(unsigned.headers.getSetCookie()).toEqual([
      expect.stringMatching(/^__Host-sluice-id=0123456789abcdef-1\.[\w-]{22};/),
    ]);
    const named = await ask({ flag: "half", context: () => ({ targetingKey: "user-1" }) });
    expect(named.headers.getSetCookie()).toEqual([]);
  });

  test("an id that isn't one of ours is replaced", async () => {
    for (const id of ["", "x", "a".repeat(65), "<script>alert(1)</script>", "é".repeat(20)])
      expect(
        (await ask({ flag: "half" }, get("/", { Cookie: `__Host-sluice-id=${id}` }))).headers.getSetCookie(),
      ).toHaveLength(1);
  });

  test("cookies of what is behind the gate are kept", async () => {
    const on = (): Response => {
      const response = page();
      response.headers.append("Set-Cookie", "a=1");
      response.headers.append("Set-Cookie", "b=2");
      return response;
    };
    const cookies = (await ask({ flag: "half", on, off: on })).headers.getSetCookie();
    expect(cookies.map((cookie) => cookie.split("=")[0])).toEqual(["a", "b", "__Host-sluice-id"]);
  });
});

describe("where nothing can be said, the fallback counts and the request goes on", () => {
  const never = <T>(): Promise<T> => new Promise<T>(() => undefined);
  const broken = () => Promise.reject(new Error("down"));
  const rubbish = { environment: "e", incarnation: "i", version: 1, ageMs: 0 };
  const cases: Record<string, () => [options: GateOptions<[]>, env: object]> = {
    "no binding": () => [{ flag: "on" }, {}],
    "a binding that is a variable": () => [{ flag: "on" }, { FLAGS: "sluice" }],
    "a binding that is null": () => [{ flag: "on" }, { FLAGS: null }],
    "an unknown flag": () => [{ flag: "never-was" }, here.env()],
    "an unknown flag, asked of the service": () => [{ flag: "never-was", evaluation: "service" }, here.env()],
    "a flag that isn't boolean": () => [{ flag: "number" }, here.env()],
    "a flag that leaves it to the code": () => [{ flag: "code" }, here.env()],
    "a context that throws": () => [
      {
        flag: "on",
        context: () => {
          throw new Error("mine");
        },
      },
      here.env(),
    ],
    "a context that rejects": () => [{ flag: "on", context: broken }, here.env()],
    "a binding that fails": () => [{ flag: "on" }, fake({ snapshot: broken })],
    "a binding that fails at once": () => [{ flag: "on" }, fake({})],
    "a service that fails": () => [{ flag: "on", evaluation: "service" }, fake({ evaluate: broken })],
    "a service that fails at once": () => [{ flag: "on", evaluation: "service" }, fake({})],
    "no such environment": () => [{ flag: "on" }, fake({ snapshot: async () => null })],
    "a body that isn't JSON": () => [{ flag: "on" }, fake({ snapshot: async () => ({ ...rubbish, body: "<" }) })],
    "a body of a newer format": () => [
      { flag: "on" },
      fake({ snapshot: async () => ({ ...rubbish, body: '{"format":9}' }) }),
    ],
    "a body that is missing": () => [{ flag: "on" }, fake({ snapshot: async () => rubbish })],
  };

  test.for(Object.entries(cases))("%s", async ([, make]) => {
    for (const [fallback, expected] of [
      ["off", "Not Found"],
      ["on", "behind"],
      [undefined, "Not Found"],
    ] as const) {
      const [options, env] = make();
      expect(await text({ ...options, ...(fallback && { fallback }) }, get(), env)).toBe(expected);
    }
  });

  test("a binding or a service that hangs, and not every request in a row waits for it", async () => {
    let asked = 0;
    const hangs = () => (asked++, never<never>());
    for (const [evaluation, env] of [
      ["local", fake({ snapshot: hangs })],
      ["service", fake({ evaluate: hangs })],
    ] as const) {
      asked = 0;
      for (let n = 0; n < 20; n++) expect(await text({ flag: "on", evaluation }, get(), env)).toBe("Not Found");
      expect(asked).toBeLessThan(4);
    }
  });

  test("what is held goes on being served when the service is gone", async () => {
    const { FLAGS } = here.env();
    let gone = false;
    const env = fake({ snapshot: (held) => (gone ? broken() : FLAGS.snapshot(held)) });
    expect(await text({ flag: "on" }, get(), env)).toBe("behind");
    gone = true;
    expect(await text({ flag: "on" }, get(), env)).toBe("behind");
  });
});
