import { Hono } from "hono";
import { afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { canary, type CanaryOptions } from "../../src/gate/canary.ts";
import { Afterwards, fake, get, page, side, type World, world } from "./world.ts";

/* A share of visitors on another origin, over real snapshots of a real FlagService. */

let here: World;
beforeAll(async () => {
  const fixed = (variant: string) => ({
    ...side(0),
    variants: { stable: "s", canary: "c", third: "t" },
    default: { variant },
  });
  here = await world({
    tenth: side(10),
    all: fixed("canary"),
    none: fixed("stable"),
    third: fixed("third"),
    growing: side(10),
  });
});
afterEach(() => vi.unstubAllGlobals());

/** An origin that says who it is, and what it was asked. */
const origin = (name: string) => ({
  fetch: async (request: Request) =>
    page({}, `${name} ${request.method} ${new URL(request.url).pathname} ${await request.text()}`),
});
const ORIGINS = { stable: origin("stable"), canary: origin("canary") };
async function ask(options: Partial<CanaryOptions<[]>>, request = get(), env: object = here.env()): Promise<Response> {
  return canary({ flag: "all", origins: ORIGINS, ...options })(request, env, new Afterwards());
}
const text = async (...given: Parameters<typeof ask>) => (await ask(...given)).text();

describe("which origin", () => {
  test("the one that is named like the variant; stable for every other", async () => {
    expect(await text({ flag: "all" })).toBe("canary GET /page ");
    expect(await text({ flag: "none" })).toBe("stable GET /page ");
    expect(await text({ flag: "third" })).toBe("stable GET /page ");
    expect(await text({ flag: "never-was" })).toBe("stable GET /page ");
    expect(await text({}, get(), {})).toBe("stable GET /page ");
    expect(await text({}, get(), fake({ snapshot: () => Promise.reject(new Error("down")) }))).toBe(
      "stable GET /page ",
    );
  });

  test("a variant named like what every object has is no origin", async () => {
    const { name } = Object; // "Object": any inherited member will do
    expect(name in ORIGINS || "toString" in ORIGINS).toBe(true);
    const env = fake({
      evaluate: async (key) => ({ key, value: "x", variant: "toString", reason: "STATIC", metadata: { version: "1" } }),
    });
    expect(await text({ evaluation: "service" }, get(), env)).toBe("stable GET /page ");
  });

  test("gets the request as it came, with its method and body", async () => {
    const request = new Request("https://shop.test/orders", { method: "POST", body: "two" });
    expect(await text({}, request)).toBe("canary POST /orders two");
  });

  test("may be given by the name of a binding, by a function of the environment, or by address", async () => {
    const env = { ...here.env(), CANARY: origin("bound") };
    expect(await text({ origins: { stable: "STABLE", canary: "CANARY" } }, get(), env)).toBe("bound GET /page ");
    const own = (bindings: typeof env) => bindings.CANARY;
    expect(await text({ origins: { stable: own, canary: own } }, get(), env)).toBe("bound GET /page ");
    const fetched = vi.fn(async (request: Request) => new Response(`${request.url} ${request.redirect}`));
    vi.stubGlobal("fetch", fetched);
    for (const address of ["https://next.test/shop/", new URL("https://next.test/shop")])
      expect(await text({ origins: { stable: address, canary: address } }, get("/page?a=b"))).toBe(
        "https://next.test/shop/page?a=b manual",
      );
  });

  test("in Hono as well", async () => {
    const app = new Hono();
    app.all("*", canary({ flag: "all", origins: ORIGINS }));
    const ctx = { waitUntil: () => undefined, passThroughOnException: () => undefined, props: {} };
    const answer = await app.fetch(get(), here.env(), ctx);
    expect([await answer.text(), answer.headers.get("Vary")]).toEqual(["canary GET /page ", "Cookie"]);
  });
});

describe("the same visitor, the same side", () => {
  const visitors = Array.from({ length: 60 }, (_, n) => `__Host-sluice-id=0123456789abcdef-${n}`);
  const sides = async (): Promise<string[]> => {
    const env = here.env(); // an isolate that hasn't seen an earlier version
    const asked = visitors.map(
      async (Cookie) => (await text({ flag: "growing" }, get("/page", { Cookie }), env)).split(" ")[0]!,
    );
    return Promise.all(asked);
  };

  test("growing only moves people forward, and an un-release moves all back at once", async () => {
    const at10 = await sides();
    await here.put("growing", side(50));
    const at50 = await sides();
    await here.put("growing", side(0));
    const at0 = await sides();
    expect(at10).toContain("canary");
    for (const [n, before] of at10.entries()) if (before === "canary") expect(at50[n]).toBe("canary");
    expect(at50.filter((one) => one === "canary").length).toBeGreaterThan(
      at10.filter((one) => one === "canary").length,
    );
    expect(new Set(at0)).toEqual(new Set(["stable"]));
  });
});

describe("what an origin answers", () => {
  test("redirects are the visitor's to follow", async () => {
    const canaryOrigin = { fetch: async () => Response.redirect("https://shop.test/there", 302) };
    const answer = await ask({ origins: { ...ORIGINS, canary: canaryOrigin } });
    expect([answer.status, answer.headers.get("Location"), answer.headers.get("Vary")]).toEqual([
      302,
      "https://shop.test/there",
      "Cookie",
    ]);
  });

  test("its cookies are kept beside the visitor's id", async () => {
    const canaryOrigin = {
      fetch: async () => {
        const response = page();
        response.headers.append("Set-Cookie", "session=1; HttpOnly");
        response.headers.append("Set-Cookie", "theme=dark");
        return response;
      },
    };
    const both = { stable: canaryOrigin, canary: canaryOrigin };
    const cookies = (await ask({ flag: "tenth", origins: both })).headers.getSetCookie();
    expect(cookies).toEqual(["session=1; HttpOnly", "theme=dark", expect.stringMatching(/^__Host-sluice-id=/)]);
  });

  test("a hashed asset passes as it is: public, without a cookie", async () => {
    const headers = { "Content-Type": "text/javascript", "Cache-Control": "public, max-age=31536000, immutable" };
    const answer = await ask(
      { origins: { ...ORIGINS, canary: { fetch: async () => new Response("x", { headers }) } } },
      get("/app.3f2a9c1b.js"),
    );
    expect(answer.headers.get("Cache-Control")).toBe("public, max-age=31536000, immutable");
    expect([answer.headers.get("Vary"), answer.headers.getSetCookie()]).toEqual([null, []]);
  });

  test("errors are its own: nothing is hidden, nothing is asked twice", async () => {
    const failing = { fetch: async () => new Response("broken", { status: 503 }) };
    const answer = await ask({ origins: { ...ORIGINS, canary: failing } });
    expect([answer.status, await answer.text()]).toEqual([503, "broken"]);
  });
});

describe("an origin that can't be reached", () => {
  const unreachable = { fetch: () => Promise.reject(new Error("unreachable")) };

  test("is stood in for by stable, where the request can be sent again", async () => {
    const origins = { ...ORIGINS, canary: unreachable };
    expect(await text({ origins })).toBe("stable GET /page ");
    const post = new Request("https://shop.test/orders", { method: "POST", body: "two" });
    await expect(ask({ origins }, post)).rejects.toThrow("unreachable");
  });

  test("and when it is stable, that is so without the gate too", async () => {
    await expect(ask({ flag: "none", origins: { ...ORIGINS, stable: unreachable } })).rejects.toThrow("unreachable");
  });

  test("a binding that isn't there is stood in for too", async () => {
    expect(await text({ origins: { ...ORIGINS, canary: "NOWHERE" } })).toBe("stable GET /page ");
  });
});
