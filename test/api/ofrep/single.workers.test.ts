import { beforeAll, describe, expect, it } from "vitest";
import { send } from "../admin/client.ts";
import { expectFailure, FLAGS, forged, ofrep, someAddress, type World, world } from "./caller.ts";

/* POST /ofrep/v1/evaluate/flags/{key} */

let here: World;
beforeAll(async () => {
  here = await world(
    { key: "visible", clientSide: true, default: { variant: "on" } },
    { key: "inner" },
    { key: "gone", clientSide: true },
    { key: "off", enabled: false, offVariant: "off" },
    { key: "code", default: { codeDefault: true } },
    { key: "text", type: "string", variants: { a: "Grüezi", b: "" }, default: { variant: "a" } },
    { key: "price", type: "number", variants: { whole: 2, part: 2.5 }, default: { variant: "whole" } },
    { key: "count", type: "number", variants: { two: 2 }, default: { variant: "two" } },
    {
      key: "layout",
      type: "object",
      variants: { v: { columns: [1, 2], deep: { on: true } } },
      default: { variant: "v" },
    },
    { key: "a/b c%d?e#f+g☃", clientSide: true, default: { variant: "on" } },
    { key: "/leading", default: { variant: "on" } },
    {
      key: "ruled",
      clientSide: true,
      metadata: { team: "core", size: 3, live: true },
      rules: [
        { id: "beta", when: { attribute: "plan", operator: "in", values: ["beta"] }, serve: { variant: "on" } },
        {
          id: "half",
          when: { attribute: "half", operator: "exists" },
          serve: { rollout: { percentage: 50, split: [{ variant: "on", weight: 1 }], otherwise: "off" } },
        },
      ],
    },
  );
  expect((await send("DELETE", `${here.path}/flags/gone`)).status).toBeLessThan(300);
});

const evaluate = (key: string, context?: unknown, credential = here.server) =>
  ofrep(`${FLAGS}/${key}`, { key: credential, body: context === undefined ? undefined : { context } });

describe("200", () => {
  it("says key, value, variant, reason and metadata, and nothing else", async () => {
    const { status, body } = await evaluate("visible");
    expect(status).toBe(200);
    expect(body).toEqual({
      key: "visible",
      value: true,
      variant: "on",
      reason: "STATIC",
      metadata: { version: expect.stringMatching(/^\d+$/) },
    });
  });

  it.each([
    ["text", '"value":"Grüezi","variant":"a"'],
    ["price", '"value":2.0,"variant":"whole"'],
    ["count", '"value":2,"variant":"two"'],
    ["layout", '"value":{"columns":[1,2],"deep":{"on":true}},"variant":"v"'],
  ])("a %s flag's value as it is", async (key, piece) => {
    const { status, text } = await evaluate(key);
    expect(status).toBe(200);
    expect(text).toContain(piece);
  });

  it("the code default has neither value nor variant", async () => {
    expect((await evaluate("code")).body).toEqual({
      key: "code",
      reason: "STATIC",
      metadata: { version: expect.any(String) },
    });
  });

  it("a disabled flag serves its off variant", async () => {
    expect((await evaluate("off")).body).toMatchObject({ value: false, variant: "off", reason: "DISABLED" });
  });

  it("metadata is the flag's own, then the version; the rule that decided is told to servers only", async () => {
    const server = await evaluate("ruled", { plan: "beta" });
    expect(server.body).toMatchObject({
      reason: "TARGETING_MATCH",
      metadata: { team: "core", size: 3, live: true, ruleId: "beta" },
    });
    expect(Object.keys(server.body.metadata)).toEqual(["team", "size", "live", "version", "ruleId"]);
    const client = await evaluate("ruled", { plan: "beta" }, here.client);
    expect(client.body.value).toBe(true);
    expect(Object.keys(client.body.metadata)).toEqual(["team", "size", "live", "version"]);
  });

  it("a targeting key may be a whole number, the same as its text", async () => {
    const text = await evaluate("ruled", { half: 1, targetingKey: "7" });
    const number = await evaluate("ruled", { half: 1, targetingKey: 7 });
    expect(text.body.reason).toBe("SPLIT");
    expect(number.body).toEqual(text.body);
  });

  it("a targeting key of another kind, or none, is no error", async () => {
    for (const targetingKey of [1.5, true, [], {}, null, undefined])
      expect((await evaluate("ruled", { half: 1, targetingKey })).body).toMatchObject({
        value: false,
        reason: "SPLIT",
      });
  });

  it("says which version answered and how old it is", async () => {
    const { headers } = await evaluate("visible");
    const view = await send("GET", here.path);
    expect(headers.get("Sluice-Version")).toBe(String((view.body as { version: number }).version));
    expect(headers.get("Sluice-Age")).toMatch(/^[01]$/);
    expect(headers.get("ETag")).toBeNull();
  });

  it("metadata.version is the one at which the flag itself changed last", async () => {
    const before = await evaluate("visible");
    const { headers } = await here.put({ key: "another", default: { variant: "on" } });
    const after = await evaluate("visible");
    expect(after.headers.get("Sluice-Version")).toBe(headers.get("Sluice-Version"));
    expect(after.text).toBe(before.text);
    expect((await evaluate("another")).body.metadata.version).toBe(headers.get("Sluice-Version"));
  });

  it("reads its own write at once, and a revision passed along too", async () => {
    const { headers } = await here.put({ key: "fresh", default: { variant: "on" } });
    const revision = headers.get("Sluice-Revision")!;
    const { status, body } = await ofrep(`${FLAGS}/fresh?flagConfigEtag=${encodeURIComponent(`"${revision}"`)}`, {
      key: here.server,
    });
    expect(status).toBe(200);
    expect(body.value).toBe(true);
  });

  it.each(["nonsense", "", "abcdefabcdef.999999999", "abcdefabcdef.x", "%22%22", "W%2F%22x%22"])(
    "an unreadable or unheard-of flagConfigEtag (%j) is no error",
    async (etag) => {
      expect(
        (await ofrep(`${FLAGS}/visible?flagConfigEtag=${etag}&flagConfigLastModified=never`, { key: here.server }))
          .status,
      ).toBe(200);
    },
  );
});

describe("a key with special characters", () => {
  it.each(["a%2Fb%20c%25d%3Fe%23f%2Bg%E2%98%83", "a/b%20c%25d%3Fe%23f+g☃"])("%s", async (tail) => {
    const { status, body } = await evaluate(tail, {}, here.client);
    expect(status).toBe(200);
    expect(body.key).toBe("a/b c%d?e#f+g☃");
  });

  it("a slash may lead it", async () => {
    expect((await evaluate("%2Fleading")).status).toBe(200);
    expect((await evaluate("/leading")).body.key).toBe("/leading");
  });

  it("a doubled slash before the path is forgiven", async () => {
    const { body } = await ofrep(`/${FLAGS}/visible`, { key: here.server });
    expect(body.key).toBe("visible");
  });
});

describe("400", () => {
  it.each(["%", "%zz", "a%2", "%ff"])("a broken escape in the key: %s", async (tail) => {
    expectFailure(await evaluate(tail), 400, "GENERAL");
  });

  it("names the flag when the context is wrong", async () => {
    expectFailure(await ofrep(`${FLAGS}/visible`, { key: here.server, body: "[]" }), 400, "INVALID_CONTEXT", "visible");
    expectFailure(await ofrep(`${FLAGS}/visible`, { key: here.server, body: "{" }), 400, "PARSE_ERROR", "visible");
  });
});

describe("404", () => {
  it.each(["never-was", "gone", "visible/", "Visible", "constructor", "__proto__", "toString", "é", "x".repeat(5000)])(
    "FLAG_NOT_FOUND for %s",
    async (key) => {
      expectFailure(await evaluate(encodeURIComponent(key)), 404, "FLAG_NOT_FOUND", key);
    },
  );

  it("a flag that a client key may not see is the same as none", async () => {
    const hidden = await evaluate("inner", {}, here.client);
    const missing = await evaluate("outer", {}, here.client);
    expectFailure(hidden, 404, "FLAG_NOT_FOUND", "inner");
    expect(hidden.text.replaceAll("inner", "outer")).toBe(missing.text);
    expect(namesOf(hidden.headers)).toEqual(namesOf(missing.headers));
    expect((await evaluate("inner")).status).toBe(200);
  });
});

describe("401", () => {
  it("names the flag, and says how to sign in", async () => {
    const headers = { "CF-Connecting-IP": someAddress() };
    for (const key of [undefined, "nonsense", forged("server", here.name), forged("server", "no-such-environment")]) {
      const answer = await ofrep(`${FLAGS}/visible`, { headers, ...(key !== undefined && { key }) });
      expectFailure(answer, 401, "GENERAL", "visible");
      expect(answer.headers.get("WWW-Authenticate")).toBe('Bearer realm="sluice"');
    }
  });
});

describe("405", () => {
  it.each(["GET", "PUT", "PATCH", "DELETE", "HEAD"])("%s", async (method) => {
    const answer = await ofrep(`${FLAGS}/visible`, { method, key: here.server });
    expect(answer.status).toBe(405);
    expect(answer.headers.get("Allow")).toBe("POST, OPTIONS");
    if (method !== "HEAD") expectFailure(answer, 405, "GENERAL", "visible");
  });
});

function namesOf(headers: Headers): string[] {
  return [...headers.keys()].filter((name) => name !== "content-length").sort();
}
