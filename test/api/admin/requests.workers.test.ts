import { describe, expect, test } from "vitest";
import { ADMIN_ROUTES, type Operation } from "../../../src/contract/routes.ts";
import { ASKED, furnished } from "./asked.ts";
import * as LIMITS from "../../../src/contract/limits.ts";
import {
  booleanFlag,
  environment,
  expectOwnHeaders,
  expectProblem,
  expectWritten,
  gzipped,
  ROOT,
  send,
  stateOf,
} from "./client.ts";

/* What holds for every administration request, whatever it asks for. */

const OPERATIONS = Object.keys(ADMIN_ROUTES) as Operation[];
const routes = OPERATIONS.map((operation): { operation: Operation; method: string; path: string } => {
  const [method, path] = ADMIN_ROUTES[operation];
  return { operation, method, path: nowhere(path) };
});
function nowhere(path: string): string {
  return path.replace("{env}", "nowhere").replace("{key}", "nothing");
}
const writes = routes.filter(({ method }) => method !== "GET");

describe("nobody administrates without the root token", () => {
  const closed = routes.filter(({ operation }) => operation !== "createSession"); // its credential is in the body
  test.each(closed)("$method $path is 401 before anything else is looked at", async ({ method, path }) => {
    for (const Authorization of [undefined, "Bearer slc_admin_other", `Basic ${ROOT}`, "Bearer "]) {
      const answer = await send(method, path, {
        headers: { Authorization, "Content-Type": undefined, "CF-Connecting-IP": address() },
        ...(method !== "GET" && { body: "{ no JSON" }),
      });
      expectProblem(answer, "unauthenticated");
      expect(answer.headers.get("WWW-Authenticate")).toMatch(/^Bearer/);
    }
  });

  test("neither is an unknown address nor a wrong method told from others", async () => {
    for (const [method, path] of [
      ["GET", "/nothing"],
      ["PUT", "/environments"],
      ["OPTIONS", "/environments"],
    ] as const)
      expectProblem(await send(method, path, { headers: { Authorization: undefined } }), "unauthenticated");
  });

  test("the token may come as X-API-Key; a Bearer token wins over it", async () => {
    const key = { "X-API-Key": ROOT };
    expect((await send("GET", "/me", { headers: { Authorization: undefined, ...key } })).status).toBe(200);
    const wrong = { Authorization: "Bearer slc_admin_other", "CF-Connecting-IP": address(), ...key };
    expect((await send("GET", "/me", { headers: wrong })).status).toBe(401);
  });

  test("GET /me says who is signed in and what they may do", async () => {
    const answer = await send("GET", "/me");
    expect(answer.status).toBe(200);
    const operations = Object.keys(ADMIN_ROUTES);
    const root = { id: "root", name: "root token", via: "root", role: "admin", environments: ["*"], operations };
    expect(answer.body).toEqual(root);
    expectOwnHeaders(answer);
  });
});

describe("addresses", () => {
  test("that lead nowhere are 404", async () => {
    for (const path of ["", "/", "/nothing", "/environments/", "/environments/a/b", "/environments/a/flags/b/c/d"])
      expectProblem(await send("GET", path), "not-found");
  });

  test.each(routes)("$path takes some methods, and says which when asked with another", async ({ path }) => {
    // A plan may be called as what plans can do is: then its own methods are there too.
    const leadsTo = (template: string): boolean =>
      new RegExp(`^${template.replaceAll(/\{\w+\}/g, "[^/]+")}$`).test(path);
    const allowed = OPERATIONS.map((operation) => ADMIN_ROUTES[operation])
      .filter(([, template]) => leadsTo(template))
      .map(([method]) => method);
    for (const method of ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"].filter(
      (one) => !allowed.some((own) => own === one),
    )) {
      const answer = await send(method, path);
      expectProblem(answer, "method-not-allowed");
      expect(answer.headers.get("Allow")).toBe(
        allowed.flatMap((one) => (one === "GET" ? ["GET", "HEAD"] : [one])).join(", "),
      );
    }
  });

  test("with a broken percent-encoding are 400", async () => {
    expectProblem(await send("GET", "/environments/%zz"), "bad-request");
    expectProblem(await send("GET", "/environments/e/flags/%ff"), "bad-request");
    expectProblem(await send("PUT", "/environments/e/flags/%C3", { body: booleanFlag() }), "bad-request");
  });

  test.each(routes.filter(({ path }) => path.includes("nowhere")))(
    "$method $path of an environment that isn't there is 404",
    async ({ operation, method, path }) => {
      const body = method === "GET" ? undefined : (ASKED[operation].body?.("elsewhere") ?? {});
      expectProblem(await send(method, path, body === undefined ? {} : { body }), "not-found");
    },
  );

  test("HEAD answers as GET does, without the body", async () => {
    const { path } = await environment();
    const get = await send("GET", path);
    const head = await send("HEAD", path);
    expect(head.status).toBe(200);
    expect(head.text).toBe("");
    expect(head.headers.get("ETag")).toBe(get.headers.get("ETag"));
    expect((await send("HEAD", `${path}/flags/nothing`)).status).toBe(404);
  });

  test("names with a slash, a percent sign, a space or an emoji are names like any other", async () => {
    const { path } = await environment();
    for (const key of ["a/b", "a%2Fb", "50 %", "🎈", "é", "a+b", "a?b#c", ";=&", "'\"\\"]) {
      const address = `${path}/flags/${encodeURIComponent(key)}`;
      const put = await send("PUT", address, { body: booleanFlag() });
      expectWritten(put, 201);
      expect(put.body).toMatchObject({ flag: { key } });
      expect((await send("GET", address)).body).toEqual(put.body);
    }
  });

  test("a name that can't be one is 404 where it is to be there, and 422 where it is to be made", async () => {
    const { path } = await environment();
    for (const key of ["%00", "a%0Ab", "__proto__", "constructor", "prototype", "x".repeat(257)]) {
      const address = `${path}/flags/${key}`;
      expectProblem(await send("GET", address), "not-found");
      expectProblem(await send("PATCH", address, { body: {} }), "not-found");
      expectProblem(await send("DELETE", address), "not-found");
      expectProblem(await send("GET", `${address}/history`), "not-found");
      expectProblem(await send("PUT", `${address}/rollout`, { body: { percentage: 1 } }), "not-found");
      expectProblem(await send("PUT", address, { body: booleanFlag() }), "invalid", [{ path: "/key" }]);
      expectProblem(await send("GET", `${path}/segments/${key}`), "not-found");
      expectProblem(await send("PUT", `${path}/segments/${key}`), "invalid", [{ path: "/key" }]);
    }
  });
});

describe("queries", () => {
  // What a query could be meant to do must not be done without it: `dryrun=true` is no import in earnest.
  test.each(routes)("$method $path with a parameter that it doesn't have is 422", async ({ operation, method }) => {
    const { path: at } = await world();
    const [, template] = ADMIN_ROUTES[operation];
    const { key = "f", body, query, headers } = ASKED[operation];
    const path = template.replace("{env}", at.slice("/environments/".length)).replace("{key}", key);
    const own = query?.(at.slice("/environments/".length)) ?? "";
    const before = await stateOf(at);
    for (const extra of ["dryrun=true", "Limit=3", "x"]) {
      const sent = method === "GET" ? {} : { body: body?.("elsewhere") ?? {} };
      const answer = await send(method, `${path}${own === "" ? "?" : `${own}&`}${extra}`, {
        ...sent,
        headers: headers ?? {},
      });
      if (answer.status === 404) continue; // there is nothing to be asked
      expectProblem(answer, "invalid", [{ path: `/${extra.split("=")[0]}`, message: "is not a known property" }]);
    }
    expect(await stateOf(at)).toBe(before);
  });
  let made: Promise<{ path: string }> | undefined;
  const world = (): Promise<{ path: string }> => (made ??= furnished());

  test("with a parameter given twice are 422, whether or not it says the same", async () => {
    const { path } = await environment();
    for (const [query, name] of [
      ["limit=1&limit=1", "limit"],
      ["state=enabled&limit=2&state=disabled", "state"],
      ["%6cimit=1&limit=2", "limit"],
      ["x=1&x=2", "x"],
    ] as const)
      expectProblem(await send("GET", `${path}/flags?${query}`), "invalid", [
        { path: `/${name}`, message: "is given more than once" },
      ]);
    const document = { format: "sluice", formatVersion: 1, flags: [{ key: "f", ...booleanFlag() }] };
    expect((await send("POST", `${path}/import?dryRun=true&dryRun=false`, { body: document })).status).toBe(422);
    expect((await send("GET", `${path}/flags/f`)).status).toBe(404);
  });

  test("with a broken percent-encoding are 400", async () => {
    const { path } = await environment();
    for (const query of ["q=%ff", "q=100%", "q=%ED%A0%80", "%zz=1"])
      expectProblem(await send("GET", `${path}/flags?${query}`), "bad-request");
    expect((await send("GET", `${path}/flags?q=a+b%20%E2%82%AC&`)).status).toBe(200);
  });
});

describe("the content type of a write is insisted on", () => {
  test.each(writes)("$method $path without it is 415, also with an empty body", async ({ operation, method, path }) => {
    for (const type of [
      undefined,
      "",
      "text/plain",
      "application/x-www-form-urlencoded",
      "multipart/form-data",
      "application/jsonp",
      "text/json",
      "application/json; charset=utf-16",
      'application/merge-patch+json;Charset="iso-8859-1"',
    ])
      expectProblem(
        await send(method, path, { headers: { ...ASKED[operation].headers, "Content-Type": type } }),
        "unsupported-media-type",
      );
  });

  test.each([
    "application/json",
    "application/json; charset=utf-8",
    'Application/JSON;charset="UTF-8"',
    "application/json; charset = us-ascii; v=1",
    "application/merge-patch+json",
  ])("%s is taken", async (type) => {
    const { path } = await environment();
    await send("PUT", `${path}/flags/f`, { body: booleanFlag() });
    const answer = await send("PATCH", `${path}/flags/f`, { body: { tags: ["a"] }, headers: { "Content-Type": type } });
    expectWritten(answer, 200);
  });

  test("reads need none", async () => {
    expect((await send("GET", "/environments")).status).toBe(200);
  });
});

describe("bodies", () => {
  test("that are not JSON are 400", async () => {
    const { path } = await environment();
    for (const body of ["{", "nul", "{'a':1}", '{"a":1}x', "[1,]", "\u0000", "<xml/>", '{"a":NaN}'])
      expectProblem(await send("PUT", `${path}/flags/f`, { body }), "not-json");
  });

  test("that are not UTF-8 are 400", async () => {
    const { path } = await environment();
    const answer = await send("PUT", `${path}/flags/f`, { body: new Blob([new Uint8Array([0x22, 0xff, 0x22])]) });
    expectProblem(answer, "not-json");
  });

  test("are at most 32 levels deep", async () => {
    const { path } = await environment();
    const nested = (levels: number): string => `{"x":${"[".repeat(levels - 1)}${"]".repeat(levels - 1)}}`;
    expectProblem(await send("PUT", `${path}/flags/f`, { body: nested(33) }), "bad-request");
    expectProblem(await send("PATCH", `${path}/flags/f`, { body: nested(100_000) }), "bad-request");
    expectProblem(await send("PUT", `${path}/segments/s`, { body: nested(32) }), "invalid", [{ path: "/x" }]);
  });

  test("are at most 4 MiB", async () => {
    const { path } = await environment();
    const sized = (bytes: number): string => `{"x":"${"y".repeat(bytes - 8)}"}`;
    expect(sized(100).length).toBe(100);
    expectProblem(await send("PUT", `${path}/segments/s`, { body: sized(LIMITS.adminBodyBytes) }), "invalid", [
      { path: "/x" },
    ]);
    expectProblem(await send("PUT", `${path}/segments/s`, { body: sized(LIMITS.adminBodyBytes + 1) }), "too-large");
  });

  test("are measured decoded, when they come compressed", async () => {
    const { path } = await environment();
    const gzip = { "Content-Encoding": "gzip" };
    const small = await send("PUT", `${path}/segments/s`, { body: await gzipped('{"name":"Ours"}'), headers: gzip });
    expectWritten(small, 201);
    const bomb = await gzipped(" ".repeat(LIMITS.adminBodyBytes + 1));
    expect(bomb.size).toBeLessThan(10_000);
    expectProblem(await send("PUT", `${path}/segments/s`, { body: bomb, headers: gzip }), "too-large");
    expectProblem(
      await send("PUT", `${path}/segments/s`, { body: bomb, headers: { "Content-Encoding": "br" } }),
      "unsupported-media-type",
    );
    expectProblem(
      await send("PUT", `${path}/segments/s`, { body: new Blob([new Uint8Array([1, 2, 3])]), headers: gzip }),
      "bad-request",
    );
  });

  test("that are absent are {}", async () => {
    const { path } = await environment();
    expectWritten(await send("PUT", `${path}/segments/s`), 201);
    expectWritten(await send("PUT", `${path}/segments/s`, { body: "  " }), 200);
    expectProblem(await send("PUT", `${path}/flags/f`), "invalid", [
      { path: "/type" },
      { path: "/variants" },
      { path: "/default" },
    ]);
  });

  test("that are no object are 422", async () => {
    const { path } = await environment();
    for (const body of ["[]", "1", "null", '"text"', "true"])
      for (const [method, rest] of [
        ["PUT", "/flags/f"],
        ["PATCH", "/flags/f"],
        ["POST", "/flags/f/disable"],
        ["PUT", "/flags/f/rollout"],
        ["PUT", "/segments/s"],
        ["PATCH", "/segments/s"],
        ["POST", "/segments/s/members"],
        ["POST", "/changes"],
        ["POST", "/keys"],
        ["PATCH", ""],
      ] as const)
        expectProblem(await send(method, path + rest, { body }), "invalid", [{ path: "" }]);
  });

  test("with an unknown property are 422, and nothing is written", async () => {
    const { name, path } = await environment();
    await send("PUT", `${path}/flags/f`, { body: booleanFlag() });
    await send("PUT", `${path}/segments/s`);
    const key = (await send("POST", `${path}/keys`, { body: { kind: "server", name: "k" } })).body as { id: string };
    const before = await stateOf(path);
    for (const [method, rest, body] of [
      ["PUT", "/flags/f", booleanFlag()],
      ["PATCH", "/flags/f", {}],
      ["DELETE", "/flags/f", {}],
      ["POST", "/flags/f/restore", {}],
      ["POST", "/flags/f/disable", {}],
      ["POST", "/flags/f/enable", {}],
      ["PUT", "/flags/f/rollout", { percentage: 1 }],
      ["PUT", "/segments/s", {}],
      ["PATCH", "/segments/s", {}],
      ["DELETE", "/segments/s", {}],
      ["POST", "/segments/s/members", {}],
      ["POST", "/changes", { changes: [{ op: "disableFlag", key: "f" }] }],
      ["POST", "/keys", { kind: "server", name: "k" }],
      ["DELETE", `/keys/${key.id}`, {}],
      ["PATCH", "", {}],
      ["DELETE", `?confirm=${name}`, {}],
    ] as const)
      expectProblem(await send(method, path + rest, { body: { ...body, "a/~b": 1 } }), "invalid", [
        { path: "/a~1~0b", message: "is not a known property" },
      ]);
    expectProblem(await send("POST", "/environments", { body: { name: `${name}-2`, extra: null } }), "invalid", [
      { path: "/extra", message: "is not a known property" },
    ]);
    expect(await stateOf(path)).toBe(before);
  });

  test("with a property that no copy would keep are 422", async () => {
    const { path } = await environment();
    const body = '{"type":"object","variants":{"a":{"__proto__":{"x":1}}},"default":{"variant":"a"}}';
    expectProblem(await send("PUT", `${path}/flags/f`, { body }), "invalid", [{ path: "/variants/a/__proto__" }]);
    expectProblem(
      await send("PUT", `${path}/flags/f`, {
        body: '{"type":"number","variants":{"a":1e999},"default":{"variant":"a"}}',
      }),
      "invalid",
      [{ path: "/variants/a" }],
    );
  });
});

describe("comments", () => {
  test("come in the body, or percent-encoded in Sluice-Comment; the body counts first", async () => {
    const { path } = await environment();
    const comment = async (): Promise<unknown> => {
      const { body } = await send("GET", `${path}/flags/f/history?limit=1`);
      return (body as { entries: { comment: string }[] }).entries[0]?.comment;
    };
    const header = { "Sluice-Comment": encodeURIComponent("Für Grüße 🎈, 100 %") };
    await send("PUT", `${path}/flags/f`, { body: booleanFlag(), headers: header });
    expect(await comment()).toBe("Für Grüße 🎈, 100 %");
    await send("POST", `${path}/flags/f/disable`, { body: { comment: "Noise in the logs" } });
    expect(await comment()).toBe("Noise in the logs");
    await send("POST", `${path}/flags/f/enable`, { headers: header });
    expect(await comment()).toBe("Für Grüße 🎈, 100 %");
    await send("PUT", `${path}/flags/f/rollout`, {
      body: { percentage: 1, comment: "First percent" },
      headers: header,
    });
    expect(await comment()).toBe("First percent");
    await send("PATCH", `${path}/flags/f`, { body: { owner: "me" } });
    expect(await comment()).toBe("");
  });

  test("with a broken encoding are 400; longer than 4 096 characters, 422", async () => {
    const { path } = await environment();
    const before = await stateOf(path);
    for (const broken of ["%", "100%", "%zz", "%ff", "%C3", "é"])
      expectProblem(
        await send("PUT", `${path}/flags/f`, { body: booleanFlag(), headers: { "Sluice-Comment": broken } }),
        "bad-request",
      );
    const put = (length: number) =>
      send("PUT", `${path}/segments/s`, { headers: { "Sluice-Comment": "x".repeat(length) } });
    expectProblem(await put(4097), "invalid", [{ path: "" }]);
    expectProblem(
      await send("POST", `${path}/changes`, {
        body: { changes: [{ op: "putSegment", segment: { key: "s" } }], comment: "x".repeat(4097) },
      }),
      "invalid",
      [{ path: "/comment" }],
    );
    expect(await stateOf(path)).toBe(before);
    expectWritten(await put(4096), 201);
  });
});

/** Another caller each time, so that failed attempts don't add up. */
let callers = 0;
function address(): string {
  callers++;
  return `192.0.${callers >> 8}.${callers & 255}`;
}
