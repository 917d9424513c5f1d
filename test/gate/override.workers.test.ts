import { beforeAll, describe, expect, test } from "vitest";
import { sealOverride } from "../../src/core/override.ts";
import type { Evaluation } from "../../src/gate/bindings.ts";
import { canary } from "../../src/gate/canary.ts";
import { gate } from "../../src/gate/gate.ts";
import { booleanFlag } from "../api/admin/client.ts";
import { Afterwards, get, OFF, page, SECRET, side, type World, world } from "./world.ts";

/* Testers see what others don't yet, by a text that only who may can make. */

let here: World;
let another: World;
beforeAll(async () => {
  const when = { attribute: "x", operator: "exists" };
  here = await world({
    "new-checkout": booleanFlag({ rules: [{ id: "x", when, serve: { variant: "off" } }] }),
    side: side(0),
    other: OFF,
  });
  another = await world({ "new-checkout": OFF });
});

const soon = () => Math.floor(Date.now() / 1000) + 3600;
const token = (flag = "new-checkout", variant = "on", { in: world = here, expiresAt = soon(), secret = SECRET } = {}) =>
  sealOverride({ flag, variant, expiresAt }, world.name, secret);

/** What a request gets at a gate whose route echoes the headers that reached it. */
async function ask(
  headers: Record<string, string>,
  { env = here.env(), evaluation = "local" }: { env?: object; evaluation?: Evaluation } = {},
) {
  let seen: Headers | undefined;
  const through = gate({
    flag: "new-checkout",
    evaluation,
    on: (request: Request) => {
      seen = request.headers;
      return page({ "Cache-Control": "public, max-age=60" }, "new");
    },
    off: (request: Request) => {
      seen = request.headers;
      return page({}, "old");
    },
  });
  const response = await through(get("/", headers), env, new Afterwards());
  return { response, text: await response.text(), seen: seen! };
}

describe("it serves its variant to whoever shows it", () => {
  test("as a header or as a cookie, among others", async () => {
    expect((await ask({})).text).toBe("old");
    expect((await ask({ "Sluice-Override": token() })).text).toBe("new");
    expect((await ask({ Cookie: `a=b; Sluice-Override=${token()}; c=d` })).text).toBe("new");
    expect((await ask({ "Sluice-Override": `${token("other")}, ${token()}` })).text).toBe("new");
  });

  test("also where FlagService evaluates", async () => {
    expect((await ask({ "Sluice-Override": token() }, { evaluation: "service" })).text).toBe("new");
  });

  test("of a canary too", async () => {
    const origins = {
      stable: { fetch: async () => page({}, "stable") },
      canary: { fetch: async () => page({}, "canary") },
    };
    const answer = await canary({ flag: "side", origins })(
      get("/", { "Sluice-Override": token("side", "canary") }),
      here.env(),
      new Afterwards(),
    );
    expect(await answer.text()).toBe("canary");
  });
});

describe("nobody may keep such an answer", () => {
  test("it is for no cache at all, and makes nobody a visitor", async () => {
    const { response } = await ask({ "Sluice-Override": token() });
    expect(response.headers.get("Cache-Control")).toBe("private, no-store");
    expect(response.headers.getSetCookie()).toEqual([]);
  });
});

describe("it never reaches what is behind the gate", () => {
  test.each(["good", "bad"])("%s", async (what) => {
    const shown = what === "good" ? token() : "v1.rubbish";
    const { seen } = await ask({ "Sluice-Override": shown, Cookie: `a=b; Sluice-Override=${shown}; c=d`, Accept: "x" });
    expect(seen.get("Sluice-Override")).toBeNull();
    expect(seen.get("Cookie")).toBe("a=b; c=d");
    expect(seen.get("Accept")).toBe("x");
    const alone = await ask({ Cookie: `Sluice-Override=${shown}` });
    expect(alone.seen.get("Cookie")).toBeNull();
  });
});

test("a request whose body was read before the gate goes on", async () => {
  const request = new Request("https://shop.test/", {
    method: "POST",
    body: "x",
    headers: { "Sluice-Override": token() },
  });
  await request.text();
  const through = gate({ flag: "new-checkout", on: (seen: Request) => new Response(seen.method) });
  expect(await (await through(request, here.env(), new Afterwards())).text()).toBe("POST");
});

describe("it does nothing", () => {
  test.each<[string, () => string]>([
    ["for another flag", () => token("other")],
    ["of another environment", () => token("new-checkout", "on", { in: another })],
    ["with another secret", () => token("new-checkout", "on", { secret: "guess" })],
    ["when it has expired", () => token("new-checkout", "on", { expiresAt: soon() - 3601 })],
    ["when it reaches too far", () => token("new-checkout", "on", { expiresAt: soon() + 7 * 86_400 })],
    ["for a variant that isn't there", () => token("new-checkout", "purple")],
    ["for what every object has", () => token("new-checkout", "toString")],
    ["when it is rubbish", () => "v1.a.b.c.d"],
  ])("%s", async (_, make) => {
    const { text, response } = await ask({ "Sluice-Override": make() });
    expect(text).toBe("old");
    expect(response.headers.get("Cache-Control")).toBeNull(); // off for everybody: as its origin said
  });

  test("where no secret is set", async () => {
    const { FLAGS } = here.env();
    expect((await ask({ "Sluice-Override": token() }, { env: { FLAGS } })).text).toBe("old");
    const unset = token("new-checkout", "on", { secret: "" });
    expect((await ask({ "Sluice-Override": unset }, { env: { FLAGS, OVERRIDE_SECRET: "" } })).text).toBe("old");
  });
});
