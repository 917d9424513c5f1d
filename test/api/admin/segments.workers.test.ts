import { describe, expect, test } from "vitest";
import * as LIMITS from "../../../src/contract/limits.ts";
import {
  type Answer,
  booleanFlag,
  environment,
  expectOwnHeaders,
  expectProblem,
  expectWritten,
  send,
  stateOf,
  TIME,
} from "./client.ts";

function wholeSegment(
  key: string,
  changes: Partial<{ include: string[]; exclude: string[] }> & Record<string, unknown> = {},
) {
  return {
    key,
    name: "",
    include: [] as string[],
    exclude: [] as string[],
    by: "targetingKey",
    when: { any: [] },
    description: "",
    ...changes,
  };
}

function segmentView(segment: ReturnType<typeof wholeSegment>, version: number): unknown {
  const members = { include: segment.include.length, exclude: segment.exclude.length };
  return { segment, version, createdAt: TIME, updatedAt: TIME, updatedBy: "root token", members };
}

const BY_MAIL = { attribute: "email", operator: "endsWith", values: ["@example.com"], ignoreCase: false };

describe("PUT a segment", () => {
  test("201: creates it and shows every property", async () => {
    const { path } = await environment();
    const bare = await send("PUT", `${path}/segments/all`, { body: {} });
    const { version, etag, revision } = expectWritten(bare, 201);
    expect(bare.body).toEqual(segmentView(wholeSegment("all"), version));
    expect(etag).toBe(`"${revision}"`);
    expect(bare.headers.get("Location")).toBe(`/admin/v1${path}/segments/all`);

    const body = {
      name: "Our own people",
      include: ["user-1"],
      exclude: ["user-9"],
      by: "user.id",
      when: { any: [BY_MAIL, { segment: "all" }] },
      description: "Who works here",
    };
    const full = await send("PUT", `${path}/segments/staff`, { body });
    expect(full.body).toEqual(segmentView(wholeSegment("staff", body), expectWritten(full, 201).version));
    expect((await send("GET", `${path}/segments/staff`)).body).toEqual(full.body);
  });

  test("200: replaces the whole; the same again changes nothing", async () => {
    const { path } = await environment();
    await send("PUT", `${path}/segments/s`, { body: { name: "A", include: ["x"] } });
    const answer = await send("PUT", `${path}/segments/s`, { body: { key: "s", description: "B" } });
    const written = expectWritten(answer, 200);
    expect(answer.body).toEqual(segmentView(wholeSegment("s", { description: "B" }), written.version));
    const again = await send("PUT", `${path}/segments/s`, { body: wholeSegment("s", { description: "B" }) });
    expect(expectWritten(again, 200)).toEqual(written);
  });

  test("422: each mistake is named with its place", async () => {
    const { path } = await environment();
    await send("PUT", `${path}/segments/other`, { body: { when: { segment: "other" } } });
    const before = await stateOf(path);
    for (const [body, at] of [
      [{ key: "t" }, "/key"],
      [{ name: 1 }, "/name"],
      [{ include: "user-1" }, "/include"],
      [{ include: [""] }, "/include/0"],
      [{ include: ["a", 1] }, "/include/1"],
      [{ exclude: ["x".repeat(LIMITS.memberLength + 1)] }, "/exclude/0"],
      [{ by: "" }, "/by"],
      [{ when: { attribute: "a", operator: "equals", values: [] } }, "/when/operator"],
      [{ when: { segment: "nobody" } }, "/when/segment"],
      [{ when: { not: { segment: "s" } } }, "/when/not/segment"],
      [{ when: { flag: "nothing", variants: ["on"] } }, "/when/flag"],
      [{ when: { all: [{ attribute: "a", operator: "matches", values: ["("] }] } }, "/when/all/0/values/0"],
    ] as const)
      expectProblem(await send("PUT", `${path}/segments/s`, { body }), "invalid", [{ path: at }]);
    expect(await stateOf(path)).toBe(before);
  });
});

describe("GET a segment, and the list", () => {
  test("200 with its entity tag; 304 to whom holds it; 404 when there is none", async () => {
    const { path } = await environment();
    expectProblem(await send("GET", `${path}/segments/s`), "not-found");
    const { etag } = expectWritten(await send("PUT", `${path}/segments/s`), 201);
    const get = await send("GET", `${path}/segments/s`);
    expect([get.status, get.headers.get("ETag")]).toEqual([200, etag]);
    expectOwnHeaders(get);
    const held = await send("GET", `${path}/segments/s`, { headers: { "If-None-Match": `W/${etag}` } });
    expect([held.status, held.text, held.headers.get("ETag")]).toEqual([304, "", etag]);
  });

  test("is sorted and pages", async () => {
    const { path } = await environment();
    expect((await send("GET", `${path}/segments`)).body).toEqual({ segments: [] });
    const names = ["c", "a", "🎈", "\uffee", "b"];
    for (const name of names) await send("PUT", `${path}/segments/${encodeURIComponent(name)}`);
    type List = { segments: { segment: { key: string } }[]; cursor?: string };
    const seen: string[] = [];
    let query = "?limit=2";
    for (;;) {
      const page = (await send("GET", `${path}/segments${query}`)).body as List;
      seen.push(...page.segments.map(({ segment }) => segment.key));
      if (page.cursor === undefined) break;
      query = `?limit=2&cursor=${page.cursor}`;
    }
    expect(seen).toEqual(names.toSorted());
    const { segments } = (await send("GET", `${path}/segments?limit=1`)).body as List;
    expect(segments).toEqual([(await send("GET", `${path}/segments/a`)).body]);
  });
});

describe("PATCH a segment", () => {
  test("200: merges; lists are replaced", async () => {
    const { path } = await environment();
    await send("PUT", `${path}/segments/s`, { body: { name: "A", include: ["x", "y"], when: BY_MAIL } });
    const body = { name: null, include: ["z"], description: "New" };
    const answer = await send("PATCH", `${path}/segments/s`, { body });
    const { version } = expectWritten(answer, 200);
    const after = wholeSegment("s", { include: ["z"], when: BY_MAIL, description: "New" });
    expect(answer.body).toEqual(segmentView(after, version));
  });

  test("404: there is none. 412: it has changed. 422: not a segment any more", async () => {
    const { path } = await environment();
    expectProblem(await send("PATCH", `${path}/segments/s`, { body: {} }), "not-found");
    await send("PUT", `${path}/segments/s`);
    const before = await stateOf(path);
    const headers = { "If-Match": '"abcdefghijkl.1"' };
    expectProblem(await send("PATCH", `${path}/segments/s`, { body: { name: "A" }, headers }), "version-conflict");
    for (const [body, at] of [
      [{ key: "t" }, "/key"],
      [{ by: 1 }, "/by"],
      [{ when: { segment: "s" } }, "/when"],
      [{ more: 1 }, "/more"],
    ] as const)
      expectProblem(await send("PATCH", `${path}/segments/s`, { body }), "invalid", [
        { path: expect.stringContaining(at) as string },
      ]);
    expect(await stateOf(path)).toBe(before);
  });
});

describe("DELETE a segment", () => {
  test("204: it is gone", async () => {
    const { path } = await environment();
    const { version } = expectWritten(await send("PUT", `${path}/segments/s`), 201);
    const answer = await send("DELETE", `${path}/segments/s`);
    expect(expectWritten(answer, 204).version).toBe(version + 1);
    expectProblem(await send("GET", `${path}/segments/s`), "not-found");
    expectProblem(await send("DELETE", `${path}/segments/s`), "not-found");
    expectWritten(await send("PUT", `${path}/segments/s`), 201);
  });

  test("409: in use, naming the users", async () => {
    const { path } = await environment();
    await send("PUT", `${path}/segments/s`);
    await send("PUT", `${path}/segments/t`, { body: { when: { any: [{ segment: "s" }] } } });
    const rules = [{ when: { not: { segment: "s" } }, serve: { variant: "on" } }];
    await send("PUT", `${path}/flags/f`, { body: booleanFlag({ rules }) });
    const before = await stateOf(path);
    const answer = await send("DELETE", `${path}/segments/s`);
    expectProblem(answer, "in-use");
    expect((answer.body as { detail: string }).detail).toMatch(/flag "f".*segment "t"/);
    expect(await stateOf(path)).toBe(before);
  });

  test("412: it has changed meanwhile", async () => {
    const { path } = await environment();
    const { etag } = expectWritten(await send("PUT", `${path}/segments/s`), 201);
    await send("PATCH", `${path}/segments/s`, { body: { name: "A" } });
    const headers = { "If-Match": etag };
    expectProblem(await send("DELETE", `${path}/segments/s`, { headers }), "version-conflict");
    expect((await send("GET", `${path}/segments/s`)).status).toBe(200);
  });
});

describe("GET members", () => {
  type Page = { members: string[]; count: number; version: number; cursor?: string };

  test("200: pages through a list in its order, as it was when the walk began, whatever is written meanwhile", async () => {
    const { path } = await environment();
    const include = Array.from({ length: 5_000 }, (_, i) => `user-${i}`);
    const put = await send("PUT", `${path}/segments/s`, { body: { include, exclude: ["x"] } });
    const { version } = expectWritten(put, 201);
    const seen: string[] = [];
    for (let query = ""; ;) {
      const answer = await send("GET", `${path}/segments/s/members?limit=700${query}`);
      expectOwnHeaders(answer);
      const page = answer.body as Page;
      expect(page).toMatchObject({ count: 5_000, version });
      seen.push(...page.members);
      if (page.cursor === undefined) break;
      const body = { add: [`late-${seen.length}`], remove: [`user-${seen.length - 5}`, `user-${seen.length + 5}`] };
      expectWritten(await send("POST", `${path}/segments/s/members`, { body }), 200);
      query = `&cursor=${page.cursor}`;
    }
    expect(seen).toEqual(include);
    const now = (await send("GET", `${path}/segments/s/members?limit=10000`)).body as Page;
    expect(now.members.slice(-1)).toEqual(["late-4900"]);
    expect(now.count).toBe(now.members.length);
    const usual = (await send("GET", `${path}/segments/s/members`)).body as Page;
    expect(usual.members).toEqual(now.members.slice(0, 1_000));
    const excluded = await send("GET", `${path}/segments/s/members?list=exclude`);
    expect(excluded.body).toEqual({ members: ["x"], count: 1, version: now.version });
  });

  test("404: there is no segment. 422: not a query of this list", async () => {
    const { path } = await environment();
    expectProblem(await send("GET", `${path}/segments/s/members`), "not-found");
    await send("PUT", `${path}/segments/s`);
    for (const [query, at] of [
      ["limit=0", "/limit"],
      [`limit=${LIMITS.membersPage + 1}`, "/limit"],
      ["list=when", "/list"],
      ["cursor=a", "/cursor"],
      [`cursor=${btoa("7")}`, "/cursor"],
    ] as const)
      expectProblem(await send("GET", `${path}/segments/s/members?${query}`), "invalid", [{ path: at }]);
    const { cursor: _, ...page } = (await send("GET", `${path}/segments/s/members`)).body as Page;
    expect(page).toEqual({ members: [], count: 0, version: expect.any(Number) as number });
  });
});

describe("POST members", () => {
  test("200: adds and takes away; what is so already changes nothing", async () => {
    const { path } = await environment();
    await send("PUT", `${path}/segments/s`, { body: { include: ["a", "b", "c"], exclude: ["x"] } });
    const post = (body?: unknown) => send("POST", `${path}/segments/s/members`, { body });
    const answer = await post({ add: ["d", "a", "d"], remove: ["b", "z"], comment: "Joined" });
    const written = expectWritten(answer, 200);
    const after = wholeSegment("s", { include: ["a", "c", "d"], exclude: ["x"] });
    expect(answer.body).toEqual(segmentView(after, written.version));
    for (const body of [undefined, {}, { add: ["a"] }, { remove: ["b"] }])
      expect(expectWritten(await post(body), 200)).toEqual(written);
  });

  test("200: 100 000 in chunks; each answer says how many there are", async () => {
    const { path } = await environment();
    await send("PUT", `${path}/segments/s`, { body: { exclude: ["x"] } });
    const all = Array.from({ length: 100_000 }, (_, i) => `user-${i}`);
    for (let from = 0; from < all.length; from += 25_000) {
      const add = all.slice(from, from + 25_000);
      const answer = await send("POST", `${path}/segments/s/members`, { body: { add } });
      expectWritten(answer, 200);
      expect(answer.body).toMatchObject({ members: { include: from + 25_000, exclude: 1 } });
    }
    const { body } = await send("GET", `${path}/segments/s`);
    expect((body as { segment: { include: string[] } }).segment.include).toEqual(all);
  });

  test("200: more than one answer can hold: the lists are counted in their place, and such an answer sent back changes nothing", async () => {
    const { path } = await environment();
    await send("PUT", `${path}/segments/s`);
    const chunk = (from: number) => Array.from({ length: 10_000 }, (_, i) => `${from + i}`.padEnd(250, "é"));
    let answer = await send("POST", `${path}/segments/s/members`, { body: { add: chunk(0).slice(0, 5_000) } });
    expect(answer.body).toHaveProperty("segment.include");
    for (const from of [0, 10_000, 20_000])
      for (const half of [0, 5_000]) {
        const add = chunk(from).slice(half, half + 5_000);
        answer = await send("POST", `${path}/segments/s/members`, { body: { add } });
      }
    expectWritten(answer, 200);
    for (const { body } of [answer, await send("GET", `${path}/segments/s`)]) {
      expect(body).toMatchObject({ members: { include: 30_000, exclude: 0 } });
      expect(body).toMatchObject({ segment: { include: { count: 30_000 }, exclude: { count: 0 } } });
    }
    const patched = await send("PATCH", `${path}/segments/s`, { body: { name: "Many" } });
    expect(patched.body).toMatchObject({ segment: { name: "Many" }, members: { include: 30_000 } });

    const { segment } = patched.body as { segment: { key: string } };
    const elsewhere = await environment();
    const before = await stateOf(path);
    const lists = ["include", "exclude"];
    const refused = (to: Answer, at: string): void =>
      expectProblem(
        to,
        "invalid",
        lists.map((list) => ({ path: `${at}/${list}`, message: expect.stringMatching(/PATCH/) as string })),
      );
    for (const there of [path, elsewhere.path]) {
      refused(await send("PUT", `${there}/segments/s`, { body: segment }), "");
      const changes = [{ op: "putSegment", segment }];
      refused(await send("POST", `${there}/changes`, { body: { changes } }), "/changes/0/segment");
      const document = { format: "sluice", formatVersion: 1, segments: [segment] };
      refused(await send("POST", `${there}/import`, { body: document }), "/segments/0");
    }
    refused(await send("PATCH", `${path}/segments/s`, { body: segment }), "");
    expect(await stateOf(path)).toBe(before);
  });

  test("404: there is no segment. 412: it has changed. 422: not members", async () => {
    const { path } = await environment();
    expectProblem(await send("POST", `${path}/segments/s/members`, { body: { add: ["a"] } }), "not-found");
    await send("PUT", `${path}/segments/s`);
    const before = await stateOf(path);
    const headers = { "If-Match": '"abcdefghijkl.1"' };
    expectProblem(
      await send("POST", `${path}/segments/s/members`, { body: { add: ["a"] }, headers }),
      "version-conflict",
    );
    for (const [body, at] of [
      [{ add: "a" }, "/add"],
      [{ add: [""] }, "/add/0"],
      [{ add: [1] }, "/add/0"],
      [{ remove: ["x".repeat(LIMITS.memberLength + 1)] }, "/remove/0"],
      [{ add: ["a", "b"], remove: ["b"] }, "/add/1"],
    ] as const)
      expectProblem(await send("POST", `${path}/segments/s/members`, { body }), "invalid", [{ path: at }]);
    expect(await stateOf(path)).toBe(before);
    const longest = { add: ["x".repeat(LIMITS.memberLength)] };
    expectWritten(await send("POST", `${path}/segments/s/members`, { body: longest }), 200);
  });
});
