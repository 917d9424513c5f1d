import { describe, expect, test } from "vitest";
import * as LIMITS from "../../../src/contract/limits.ts";
import {
  booleanFlag,
  environment,
  expectOwnHeaders,
  expectProblem,
  expectWritten,
  flagView,
  send,
  stateOf,
  wholeFlag,
} from "./client.ts";

describe("PUT a flag", () => {
  test("201: creates it and shows every property", async () => {
    const { path } = await environment();
    const answer = await send("PUT", `${path}/flags/new-checkout`, { body: booleanFlag() });
    const { version, revision, etag } = expectWritten(answer, 201);
    expect(answer.body).toEqual(flagView(wholeFlag("new-checkout"), version));
    expect(etag).toBe(`"${revision}"`);
    expect(answer.headers.get("Location")).toBe(`/admin/v1${path}/flags/new-checkout`);
  });

  test("201: what somebody wrote comes back, with ids and salts filled in", async () => {
    const { path } = await environment();
    await send("PUT", `${path}/segments/staff`);
    const body = {
      key: "colours",
      type: "string",
      variants: { red: "#f00", green: "#0f0", blue: "" },
      enabled: false,
      offVariant: "red",
      rules: [
        { name: "Ours", when: { segment: "staff" }, serve: { variant: "green" } },
        {
          id: "ramp",
          when: { any: [{ not: { attribute: "geo.country", operator: "in", values: ["DE"] } }] },
          window: { from: "2026-12-01T09:00:00Z" },
          serve: { rollout: { percentage: 12.5, split: [{ variant: "blue", weight: 3 }], by: ["user", "visitor"] } },
        },
        { serve: { codeDefault: true } },
      ],
      default: {
        rollout: { ranges: [{ variant: "red", from: 0, to: 0.25 }], otherwise: "blue", absent: "skip", salt: "s" },
      },
      shadow: 0.001,
      clientSide: true,
      kind: "experiment",
      description: "Which colour sells",
      owner: "shop",
      tags: ["colour", "shop"],
      metadata: { team: "shop", cost: 1.5, open: true },
    };
    const answer = await send("PUT", `${path}/flags/colours`, { body });
    const { version } = expectWritten(answer, 201);
    const always = { from: null, until: null };
    const [ours, ramp] = body.rules;
    expect(answer.body).toEqual(
      flagView(
        wholeFlag("colours", {
          ...body,
          rules: [
            { ...ours, id: "rule-1", window: always },
            {
              ...ramp,
              name: "",
              when: { any: [{ not: { attribute: "geo.country", operator: "in", values: ["DE"], ignoreCase: false } }] },
              window: { from: "2026-12-01T09:00:00Z", until: null },
              serve: {
                rollout: {
                  percentage: 12.5,
                  split: [{ variant: "blue", weight: 3 }],
                  otherwise: null,
                  by: ["user", "visitor"],
                  salt: "colours",
                  hash: "murmur3",
                  absent: "otherwise",
                },
              },
            },
            { id: "rule-3", name: "", when: { all: [] }, window: always, serve: { codeDefault: true } },
          ],
          default: { rollout: { ...body.default.rollout, by: "targetingKey", hash: "murmur3" } },
        }),
        version,
      ),
    );
    expect((await send("GET", `${path}/flags/colours`)).body).toEqual(answer.body);
  });

  test("200: replaces the whole, and what is left out goes back to its default", async () => {
    const { path } = await environment();
    const first = expectWritten(
      await send("PUT", `${path}/flags/f`, { body: booleanFlag({ owner: "me", tags: ["a"], clientSide: true }) }),
      201,
    );
    const answer = await send("PUT", `${path}/flags/f`, { body: booleanFlag({ key: "f", description: "Mine" }) });
    const { version, etag } = expectWritten(answer, 200);
    expect(version).toBe(first.version + 1);
    expect(etag).not.toBe(first.etag);
    expect(answer.body).toEqual(flagView(wholeFlag("f", { description: "Mine" }), version));
    expect(answer.headers.get("Location")).toBeNull();
  });

  test("200: the same again changes nothing", async () => {
    const { path } = await environment();
    const first = await send("PUT", `${path}/flags/f`, { body: booleanFlag() });
    const before = await stateOf(path);
    const again = await send("PUT", `${path}/flags/f`, { body: wholeFlag("f") });
    expect(expectWritten(again, 200)).toEqual(expectWritten(first, 201));
    expect(again.body).toEqual(first.body);
    expect(await stateOf(path)).toBe(before);
  });

  test("409: not while it is archived", async () => {
    const { path } = await environment();
    await send("PUT", `${path}/flags/f`, { body: booleanFlag() });
    await send("DELETE", `${path}/flags/f`);
    const before = await stateOf(path);
    expectProblem(await send("PUT", `${path}/flags/f`, { body: booleanFlag() }), "archived");
    expect(await stateOf(path)).toBe(before);
  });

  test("422: each mistake is named with its place", async () => {
    const { path } = await environment();
    await send("PUT", `${path}/flags/other`, { body: booleanFlag() });
    const before = await stateOf(path);
    const rule = (changes: object) => ({ rules: [{ serve: { variant: "on" }, ...changes }] });
    const cases: [changes: Record<string, unknown>, ...paths: string[]][] = [
      [{ key: "g" }, "/key"],
      [{ key: null }, "/key"],
      [{ type: "text" }, "/type"],
      [{ type: "string" }, "/variants/on", "/variants/off"],
      [{ variants: {} }, "/variants", "/default/variant"],
      [{ variants: { on: true, off: 0 } }, "/variants/off"],
      [{ variants: { on: true, off: null } }, "/variants/off"],
      [{ default: { variant: "maybe" } }, "/default/variant"],
      [{ default: { variant: null } }, "/default/variant"],
      [{ offVariant: "maybe" }, "/offVariant"],
      [{ enabled: "yes" }, "/enabled"],
      [{ shadow: 100.001 }, "/shadow"],
      [{ shadow: -0.001 }, "/shadow"],
      [{ shadow: 0.0005 }, "/shadow"],
      [{ kind: "toggle" }, "/kind"],
      [{ tags: [""] }, "/tags/0"],
      [{ metadata: { version: "1" } }, "/metadata/version"],
      [{ metadata: { a: {} } }, "/metadata/a"],
      [{ metadata: { constructor: 1 } }, "/metadata/constructor"],
      [rule({ serve: { variant: "maybe" } }), "/rules/0/serve/variant"],
      [rule({ id: "a/b", when: { attribute: "a", operator: "is", values: [] } }), "/rules/0/when/operator"],
      [rule({ when: { attribute: "a", operator: "matches", values: ["("] } }), "/rules/0/when/values/0"],
      [rule({ when: { attribute: "a", operator: "semver", values: ["x.y.z.w"] } }), "/rules/0/when/values/0"],
      [rule({ when: { attribute: "a", operator: "cidr", values: ["10.0.0.0/33"] } }), "/rules/0/when/values/0"],
      [rule({ when: { all: [{ segment: "nobody" }] } }), "/rules/0/when/all/0/segment"],
      [rule({ when: { flag: "nothing", variants: ["on"] } }), "/rules/0/when/flag"],
      [rule({ when: { flag: "other", variants: ["on", "maybe"] } }), "/rules/0/when/variants/1"],
      [rule({ window: { from: "2026-12-01" } }), "/rules/0/window/from"],
      [rule({ window: { from: "2026-12-02T00:00:00Z", until: "2026-12-01T00:00:00Z" } }), "/rules/0/window/until"],
      [{ rules: [1, 2].map(() => ({ id: "twice", serve: { variant: "on" } })) }, "/rules/1/id"],
      [{ prerequisites: [{ flag: "nothing", variants: ["on"] }] }, "/prerequisites/0/flag"],
      [{ prerequisites: [{ flag: "other", variants: ["maybe"] }] }, "/prerequisites/0/variants/0"],
      [{ prerequisites: [{ flag: "f", variants: ["on"] }] }, "/prerequisites/0/flag"],
      [
        { default: { rollout: { percentage: 101, split: [{ variant: "on", weight: 1 }] } } },
        "/default/rollout/percentage",
      ],
      [{ default: { rollout: { percentage: 1, split: [{ variant: "on", weight: 0 }] } } }, "/default/rollout/split"],
    ];
    for (const [changes, ...paths] of cases) {
      const answer = await send("PUT", `${path}/flags/f`, { body: booleanFlag(changes) });
      expect([changes, (answer.body as { errors?: { path: string }[] }).errors?.map((error) => error.path)]).toEqual([
        changes,
        paths,
      ]);
      expectProblem(
        answer,
        "invalid",
        paths.map((at) => ({ path: at })),
      );
    }
    expect(await stateOf(path)).toBe(before);
  });

  test("422: a cycle of prerequisites is refused by the write that would close it", async () => {
    const { path } = await environment();
    const needs = (flag: string) => booleanFlag({ prerequisites: [{ flag, variants: ["on"] }] });
    await send("PUT", `${path}/flags/a`, { body: booleanFlag() });
    expectWritten(await send("PUT", `${path}/flags/b`, { body: needs("a") }), 201);
    expectWritten(await send("PUT", `${path}/flags/c`, { body: needs("b") }), 201);
    const before = await stateOf(path);
    const answer = await send("PUT", `${path}/flags/a`, { body: needs("c") });
    expectProblem(answer, "invalid", [{ path: "/prerequisites/0/flag" }, { path: "" }, { path: "" }]);
    expect(JSON.stringify(answer.body)).toMatch(/cycle.*flag \\"[bc]\\".*cycle/);
    expect(await stateOf(path)).toBe(before);
  });

  test("422: a value that others rely on can't go", async () => {
    const { path } = await environment();
    await send("PUT", `${path}/flags/a`, { body: booleanFlag() });
    await send("PUT", `${path}/flags/b`, { body: booleanFlag({ prerequisites: [{ flag: "a", variants: ["on"] }] }) });
    const body = booleanFlag({ variants: { yes: true, off: false } });
    const answer = await send("PUT", `${path}/flags/a`, { body });
    expect(answer.status).toBe(422);
    expect(JSON.stringify(answer.body)).toContain('flag \\"b\\"');
  });

  test("limits hold at the edge and not one past it", async () => {
    const { path } = await environment();
    const put = (changes: Record<string, unknown>) => send("PUT", `${path}/flags/f`, { body: booleanFlag(changes) });
    const times = <T>(n: number, make: (index: number) => T): T[] =>
      Array.from({ length: n }, (_, index) => make(index));
    const inList = (operator: string, values: unknown[]) => ({
      rules: [{ when: { attribute: "a", operator, values }, serve: { variant: "on" } }],
    });
    const bytes = (n: number) => ({ type: "string", variants: { on: "x".repeat(n - 2), off: "" } });
    const variants = (n: number) => ({
      variants: { off: false, ...Object.fromEntries(times(n - 1, (i) => [`v${i}`, true])) },
    });
    const limits: [of: (n: number) => Record<string, unknown>, most: number, path: string][] = [
      [variants, LIMITS.variants, "/variants"],
      [bytes, LIMITS.variantValueBytes, "/variants/on"],
      [(n) => ({ rules: times(n, () => ({ serve: { variant: "on" } })) }), LIMITS.rules, "/rules"],
      [
        (n) => ({
          rules: [
            { when: { any: times(n, () => ({ attribute: "a", operator: "exists" })) }, serve: { variant: "on" } },
          ],
        }),
        LIMITS.clausesPerRule,
        "/rules/0/when",
      ],
      [
        (n) => {
          let when: unknown = { all: [] };
          for (let depth = 1; depth < n; depth++) when = { not: when };
          return { rules: [{ when, serve: { variant: "on" } }] };
        },
        LIMITS.conditionDepth,
        "/rules/0/when",
      ],
      [
        (n) =>
          inList(
            "in",
            times(n, (i) => i),
          ),
        LIMITS.listedValues,
        "/rules/0/when/values",
      ],
      [(n) => inList("contains", times(n, String)), LIMITS.scannedValues, "/rules/0/when/values"],
      [(n) => inList("matches", ["x".repeat(n)]), LIMITS.patternBytes, "/rules/0/when/values/0"],
      [(n) => ({ tags: times(n, (i) => `t${i}`) }), LIMITS.tags, "/tags"],
      [(n) => ({ metadata: Object.fromEntries(times(n, (i) => [`m${i}`, i])) }), LIMITS.metadataEntries, "/metadata"],
      [(n) => ({ description: "x".repeat(n) }), LIMITS.textLength, "/description"],
      [(n) => ({ owner: "x".repeat(n) }), LIMITS.textLength, "/owner"],
      [(n) => ({ tags: ["x".repeat(n)] }), LIMITS.nameLength, "/tags/0"],
      [
        (n) => ({ default: { rollout: { percentage: 1, split: [{ variant: "on", weight: n }] } } }),
        LIMITS.weight,
        "/default/rollout/split/0/weight",
      ],
    ];
    for (const [of, most, at] of limits) {
      const edge = await put(of(most));
      expect([at, edge.status, edge.status < 300 || edge.body]).toEqual([at, expect.toBeOneOf([200, 201]), true]);
      expectProblem(await put(of(most + 1)), "invalid", [{ path: at }]);
    }
    const long = "🎈".repeat(LIMITS.nameLength);
    expectWritten(await send("PUT", `${path}/flags/${encodeURIComponent(long)}`, { body: booleanFlag() }), 201);
  });
});

describe("GET a flag", () => {
  test("200 with its entity tag; 304 to whom holds it", async () => {
    const { path } = await environment();
    const put = await send("PUT", `${path}/flags/f`, { body: booleanFlag() });
    const { etag } = expectWritten(put, 201);
    const get = await send("GET", `${path}/flags/f`);
    expect(get.status).toBe(200);
    expect(get.body).toEqual(put.body);
    expect(get.headers.get("ETag")).toBe(etag);
    expectOwnHeaders(get);
    for (const header of [etag, `W/${etag}`, `"x", ${etag}`, `"x",W/${etag} , "y"`, "*"]) {
      const answer = await send("GET", `${path}/flags/f`, { headers: { "If-None-Match": header } });
      expect([header, answer.status, answer.text]).toEqual([header, 304, ""]);
      expect(answer.headers.get("ETag")).toBe(etag);
      expectOwnHeaders(answer);
    }
    for (const header of ['"x"', 'W/"x", "y"', "", etag.slice(0, -2) + '9"'])
      expect((await send("GET", `${path}/flags/f`, { headers: { "If-None-Match": header } })).status).toBe(200);
    await send("PATCH", `${path}/flags/f`, { body: { owner: "me" } });
    expect((await send("GET", `${path}/flags/f`, { headers: { "If-None-Match": etag } })).status).toBe(200);
  });

  test("keeps its tag while others change", async () => {
    const { path } = await environment();
    const { etag, version } = expectWritten(await send("PUT", `${path}/flags/f`, { body: booleanFlag() }), 201);
    expectWritten(await send("PUT", `${path}/flags/g`, { body: booleanFlag() }), 201);
    const get = await send("GET", `${path}/flags/f`);
    expect(get.headers.get("ETag")).toBe(etag);
    expect(get.body).toMatchObject({ version });
  });

  test("404: there is none", async () => {
    const { path } = await environment();
    expectProblem(await send("GET", `${path}/flags/f`), "not-found");
  });
});

describe("PATCH a flag", () => {
  test("200: merges (RFC 7396): null takes away, objects are merged, lists replaced", async () => {
    const { path } = await environment();
    await send("PUT", `${path}/flags/f`, {
      body: booleanFlag({
        variants: { on: true, off: false, alsoOn: true },
        offVariant: "off",
        rules: [{ id: "a", serve: { variant: "on" } }],
        tags: ["a", "b"],
        metadata: { keep: 1, drop: 2 },
        owner: "me",
      }),
    });
    const answer = await send("PATCH", `${path}/flags/f`, {
      body: {
        variants: { alsoOn: null, alsoOff: false },
        offVariant: null,
        rules: [{ serve: { variant: "alsoOff" } }],
        tags: ["c"],
        metadata: { drop: null, add: true },
        owner: null,
        clientSide: true,
      },
      headers: { "Content-Type": "application/merge-patch+json" },
    });
    const { version } = expectWritten(answer, 200);
    expect(answer.body).toEqual(
      flagView(
        wholeFlag("f", {
          variants: { on: true, off: false, alsoOff: false },
          rules: [
            {
              id: "rule-1",
              name: "",
              when: { all: [] },
              window: { from: null, until: null },
              serve: { variant: "alsoOff" },
            },
          ],
          tags: ["c"],
          metadata: { keep: 1, add: true },
          clientSide: true,
        }),
        version,
      ),
    );
  });

  test("200: an empty patch, or one that says what is so, changes nothing", async () => {
    const { path } = await environment();
    const first = expectWritten(await send("PUT", `${path}/flags/f`, { body: booleanFlag() }), 201);
    for (const body of [{}, { enabled: true }, { key: "f" }, { variants: { nothing: null } }, undefined])
      expect(expectWritten(await send("PATCH", `${path}/flags/f`, { body }), 200)).toEqual(first);
  });

  test("404: there is none. 409: it is archived", async () => {
    const { path } = await environment();
    expectProblem(await send("PATCH", `${path}/flags/f`, { body: {} }), "not-found");
    await send("PUT", `${path}/flags/f`, { body: booleanFlag() });
    await send("DELETE", `${path}/flags/f`);
    expectProblem(await send("PATCH", `${path}/flags/f`, { body: { owner: "me" } }), "archived");
  });

  test("422: what comes out must be a flag, of the same key", async () => {
    const { path } = await environment();
    await send("PUT", `${path}/flags/f`, { body: booleanFlag() });
    const before = await stateOf(path);
    for (const [body, at] of [
      [{ key: "g" }, "/key"],
      [{ key: null }, "/key"],
      [{ type: null }, "/type"],
      [{ default: null }, "/default"],
      [{ variants: { off: null } }, "/default/variant"],
      [{ comment: "why" }, "/comment"],
      [{ enabled: 1 }, "/enabled"],
    ] as const)
      expectProblem(await send("PATCH", `${path}/flags/f`, { body }), "invalid", [{ path: at }]);
    expect(await stateOf(path)).toBe(before);
  });
});

describe("DELETE a flag archives it; restore brings it back", () => {
  test("200: it is shown with the time, in the list only when asked for, and comes back as it was", async () => {
    const { path } = await environment();
    const flag = wholeFlag("f", { owner: "me" });
    await send("PUT", `${path}/flags/f`, { body: flag });
    const archived = await send("DELETE", `${path}/flags/f`);
    const first = expectWritten(archived, 200);
    expect(archived.body).toEqual(flagView(flag, first.version, { archivedAt: expect.any(String) }));
    const get = await send("GET", `${path}/flags/f`);
    expect(get.body).toEqual(archived.body);
    expect((await send("GET", `${path}/flags`)).body).toEqual({ flags: [] });
    expect((await send("GET", `${path}/flags?state=archived`)).body).toEqual({ flags: [archived.body] });
    expect(expectWritten(await send("DELETE", `${path}/flags/f`), 200)).toEqual(first);

    const restored = await send("POST", `${path}/flags/f/restore`, { body: { comment: "Needed again" } });
    const second = expectWritten(restored, 200);
    expect(second.version).toBe(first.version + 1);
    expect(restored.body).toEqual(flagView(flag, second.version));
    expect((await send("GET", `${path}/flags`)).body).toEqual({ flags: [restored.body] });
    expect(expectWritten(await send("POST", `${path}/flags/f/restore`), 200)).toEqual(second);
  });

  test("404: there is none", async () => {
    const { path } = await environment();
    expectProblem(await send("DELETE", `${path}/flags/f`), "not-found");
    expectProblem(await send("POST", `${path}/flags/f/restore`), "not-found");
  });

  test("409: while others depend on it, naming them", async () => {
    const { path } = await environment();
    await send("PUT", `${path}/flags/base`, { body: booleanFlag() });
    await send("PUT", `${path}/flags/user`, {
      body: booleanFlag({ prerequisites: [{ flag: "base", variants: ["on"] }] }),
    });
    const when = { not: { flag: "base", variants: ["on"] } };
    await send("PUT", `${path}/segments/people`, { body: { when } });
    const before = await stateOf(path);
    const answer = await send("DELETE", `${path}/flags/base`);
    expectProblem(answer, "in-use");
    expect((answer.body as { detail: string }).detail).toMatch(/flag "user".*segment "people"/);
    expect(await stateOf(path)).toBe(before);
    await send("DELETE", `${path}/flags/user`);
    expectProblem(await send("DELETE", `${path}/flags/base`), "in-use");
    await send("DELETE", `${path}/segments/people`);
    expectWritten(await send("DELETE", `${path}/flags/base`), 200);
  });

  test("422: not back into an environment that it doesn't fit any more", async () => {
    const { path } = await environment();
    await send("PUT", `${path}/flags/base`, { body: booleanFlag() });
    await send("PUT", `${path}/flags/user`, {
      body: booleanFlag({ prerequisites: [{ flag: "base", variants: ["on"] }] }),
    });
    await send("DELETE", `${path}/flags/user`);
    await send("DELETE", `${path}/flags/base`);
    const before = await stateOf(path);
    expectProblem(await send("POST", `${path}/flags/user/restore`), "invalid", [{ path: "" }]);
    expect(await stateOf(path)).toBe(before);
  });
});

describe("POST disable and enable act on the whole flag", () => {
  test("200: it is off and on again; a second time changes nothing", async () => {
    const { path } = await environment();
    await send("PUT", `${path}/flags/f`, { body: booleanFlag() });
    for (const [action, enabled] of [
      ["disable", false],
      ["enable", true],
    ] as const) {
      const answer = await send("POST", `${path}/flags/f/${action}`);
      const first = expectWritten(answer, 200);
      expect(answer.body).toEqual(flagView(wholeFlag("f", { enabled }), first.version));
      expect(expectWritten(await send("POST", `${path}/flags/f/${action}`, { body: {} }), 200)).toEqual(first);
    }
  });

  test("404: there is none. 409: it is archived", async () => {
    const { path } = await environment();
    for (const action of ["disable", "enable"])
      expectProblem(await send("POST", `${path}/flags/f/${action}`), "not-found");
    await send("PUT", `${path}/flags/f`, { body: booleanFlag() });
    await send("DELETE", `${path}/flags/f`);
    for (const action of ["disable", "enable"])
      expectProblem(await send("POST", `${path}/flags/f/${action}`), "archived");
  });
});

describe("If-Match and If-None-Match of a write", () => {
  const writes: [method: string, rest: string, body?: unknown][] = [
    ["PUT", "", booleanFlag({ owner: "me" })],
    ["PATCH", "", { owner: "me" }],
    ["POST", "/disable"],
    ["PUT", "/rollout", { percentage: 5 }],
    ["DELETE", ""],
  ];

  test.each(writes)("%s %s: 412 when it has changed meanwhile, and nothing is written", async (method, rest, body) => {
    const { path } = await environment();
    const old = expectWritten(await send("PUT", `${path}/flags/f`, { body: booleanFlag() }), 201);
    await send("PATCH", `${path}/flags/f`, { body: { tags: ["new"] } });
    const before = await stateOf(path);
    for (const header of [old.etag, `W/${old.etag}`, '"x", "y"', ",", "nonsense"])
      expectProblem(
        await send(method, `${path}/flags/f${rest}`, { body, headers: { "If-Match": header } }),
        "version-conflict",
      );
    expect(await stateOf(path)).toBe(before);
  });

  test.each(writes)("%s %s: goes through when it is still the same", async (method, rest, body) => {
    for (const form of [
      (tag: string) => tag,
      (tag: string) => `W/"x", ${tag}`,
      (tag: string) => `"x", ${tag}`,
      () => "*",
    ]) {
      const { path } = await environment();
      const { etag } = expectWritten(await send("PUT", `${path}/flags/f`, { body: booleanFlag() }), 201);
      await send("PUT", `${path}/flags/g`, { body: booleanFlag() }); // another's change is none of its
      expectWritten(await send(method, `${path}/flags/f${rest}`, { body, headers: { "If-Match": form(etag) } }), 200);
    }
  });

  test("If-Match of what isn't there is 412; If-None-Match: * makes only what isn't there", async () => {
    const { path } = await environment();
    const put = (headers: Record<string, string>) => send("PUT", `${path}/flags/f`, { body: booleanFlag(), headers });
    expectProblem(await put({ "If-Match": "*" }), "version-conflict");
    expectProblem(await put({ "If-Match": '"abcdefghijkl.1"' }), "version-conflict");
    expectWritten(await put({ "If-None-Match": "*" }), 201);
    expectProblem(await put({ "If-None-Match": "*" }), "version-conflict");
  });

  test("a tag of an environment's former life never matches", async () => {
    const { name, path } = await environment();
    const { etag } = expectWritten(await send("PUT", `${path}/flags/f`, { body: booleanFlag() }), 201);
    expect((await send("DELETE", `${path}?confirm=${name}`)).status).toBe(204);
    await send("POST", "/environments", { body: { name } });
    await send("PUT", `${path}/flags/f`, { body: booleanFlag() });
    expectProblem(await send("DELETE", `${path}/flags/f`, { headers: { "If-Match": etag } }), "version-conflict");
    expect((await send("GET", `${path}/flags/f`, { headers: { "If-None-Match": etag } })).status).toBe(200);
  });
});
