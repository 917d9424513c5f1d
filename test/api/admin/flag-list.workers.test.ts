import { describe, expect, test } from "vitest";
import { booleanFlag, environment, expectOwnHeaders, expectProblem, send } from "./client.ts";

type List = { flags: { flag: { key: string } }[]; cursor?: string };

async function keys(path: string, query = ""): Promise<string[]> {
  const answer = await send("GET", `${path}/flags${query}`);
  expect(answer.status).toBe(200);
  return (answer.body as List).flags.map(({ flag }) => flag.key);
}

/** Writes flags in one batch, each with what is given beside its key. */
async function put(path: string, flags: Record<string, Record<string, unknown>>): Promise<void> {
  const changes = Object.entries(flags).map(([key, more]) => ({ op: "putFlag", flag: booleanFlag({ key, ...more }) }));
  const answer = await send("POST", `${path}/changes`, { body: { changes } });
  expect(answer.status).toBe(200);
}

describe("the list of flags", () => {
  test("is empty in a new environment, and shows each flag as it is shown alone", async () => {
    const { path } = await environment();
    const empty = await send("GET", `${path}/flags`);
    expect(empty.body).toEqual({ flags: [] });
    expectOwnHeaders(empty);
    await put(path, { b: {}, a: {} });
    const alone = await Promise.all(["a", "b"].map(async (key) => (await send("GET", `${path}/flags/${key}`)).body));
    expect((await send("GET", `${path}/flags`)).body).toEqual({ flags: alone });
  });

  test("is sorted by UTF-16 code units", async () => {
    const { path } = await environment();
    const names = ["a", "B", "a/b", "10", "9", "é", "\uffee", "🎈", "ß", "z", "A", "_"];
    await put(path, Object.fromEntries(names.map((name) => [name, {}])));
    expect(await keys(path)).toEqual(names.toSorted());
    const paged: string[] = [];
    let query = "?limit=5";
    for (;;) {
      const { flags, cursor } = (await send("GET", `${path}/flags${query}`)).body as List;
      paged.push(...flags.map(({ flag }) => flag.key));
      if (cursor === undefined) break;
      query = `?limit=5&cursor=${cursor}`;
    }
    expect(paged).toEqual(names.toSorted());
  });

  test("shows 100 unless told, at most 500, and says how to go on", async () => {
    const { path } = await environment();
    const names = Array.from({ length: 501 }, (_, i) => `flag-${String(i).padStart(3, "0")}`);
    await put(path, Object.fromEntries(names.map((name) => [name, {}])));
    const page = async (query: string): Promise<List> => (await send("GET", `${path}/flags${query}`)).body as List;
    const usual = await page("");
    expect(usual.flags.map(({ flag }) => flag.key)).toEqual(names.slice(0, 100));
    const next = await page(`?cursor=${usual.cursor}&limit=500`);
    expect(next.flags.map(({ flag }) => flag.key)).toEqual(names.slice(100));
    expect(next).not.toHaveProperty("cursor");
    const most = await page("?limit=500");
    expect(most.flags).toHaveLength(500);
    expect((await page(`?cursor=${most.cursor}`)).flags).toHaveLength(1);
    expect((await page("?limit=1")).flags).toHaveLength(1);
  });

  test("keeps its place while others write", async () => {
    const { path } = await environment();
    await put(path, { b: {}, d: {}, f: {}, h: {} });
    const first = (await send("GET", `${path}/flags?limit=2`)).body as List;
    await put(path, { a: {}, c: {}, e: {} });
    await send("DELETE", `${path}/flags/d`);
    expect(await keys(path, `?limit=10&cursor=${first.cursor}`)).toEqual(["e", "f", "h"]);
  });

  test("422: a limit or a cursor that can't be", async () => {
    const { path } = await environment();
    for (const limit of ["0", "501", "-1", "1.5", "x", "", "1e2", " 1", "99999999999"])
      expectProblem(await send("GET", `${path}/flags?limit=${limit}`), "invalid", [{ path: "/limit" }]);
    for (const cursor of ["", "a", "***", "YQ==", "_w", "x".repeat(20_000)])
      expectProblem(await send("GET", `${path}/flags?cursor=${cursor}`), "invalid", [{ path: "/cursor" }]);
    for (const list of ["/segments", "/keys", "/flags/f/history"]) {
      expectProblem(await send("GET", `${path}${list}?limit=0`), "invalid", [{ path: "/limit" }]);
      expectProblem(await send("GET", `${path}${list}?cursor=a`), "invalid", [{ path: "/cursor" }]);
    }
    expectProblem(await send("GET", "/environments?limit=501"), "invalid", [{ path: "/limit" }]);
    expectProblem(await send("GET", "/environments?cursor=a"), "invalid", [{ path: "/cursor" }]);
  });
});

describe("filters", () => {
  test("let through what has the tag, kind, owner, state, or the text in it; together, what has all", async () => {
    const { path } = await environment();
    await put(path, {
      checkout: { tags: ["shop", "money"], owner: "shop-team", description: "The new CHECKOUT page" },
      colour: { tags: ["shop"], owner: "shop-team", kind: "experiment" },
      kill: { tags: ["ops"], owner: "", kind: "operational", enabled: false },
      old: { tags: ["shop"], kind: "permission" },
    });
    await send("DELETE", `${path}/flags/old`);
    for (const [query, expected] of [
      ["", ["checkout", "colour", "kill"]],
      ["?tag=shop", ["checkout", "colour"]],
      ["?tag=sho", []],
      ["?kind=experiment", ["colour"]],
      ["?kind=permission", []],
      ["?owner=shop-team", ["checkout", "colour"]],
      ["?state=enabled", ["checkout", "colour"]],
      ["?state=disabled", ["kill"]],
      ["?state=archived", ["old"]],
      ["?state=archived&tag=ops", []],
      ["?q=checkout", ["checkout"]],
      ["?q=CHECK", ["checkout"]],
      ["?q=shop", ["checkout", "colour"]],
      ["?q=money", ["checkout"]],
      ["?q=%25", []],
      ["?q=_", []],
      ["?tag=shop&kind=experiment", ["colour"]],
      ["?tag=shop&q=page", ["checkout"]],
    ] as const)
      expect([query, await keys(path, query)]).toEqual([query, expected]);
  });

  test("page as the whole list does", async () => {
    const { path } = await environment();
    await put(path, { a: { tags: ["t"] }, b: {}, c: { tags: ["t"] }, d: {}, e: { tags: ["t"] } });
    const first = (await send("GET", `${path}/flags?tag=t&limit=2`)).body as List;
    expect(first.flags.map(({ flag }) => flag.key)).toEqual(["a", "c"]);
    expect(await keys(path, `?tag=t&limit=2&cursor=${first.cursor}`)).toEqual(["e"]);
    const exactly = (await send("GET", `${path}/flags?tag=t&limit=3`)).body as List;
    expect(exactly).not.toHaveProperty("cursor");
  });

  test("422: a state or kind that there isn't", async () => {
    const { path } = await environment();
    expectProblem(await send("GET", `${path}/flags?state=gone`), "invalid", [{ path: "/state" }]);
    expectProblem(await send("GET", `${path}/flags?kind=`), "invalid", [{ path: "/kind" }]);
    expectProblem(await send("GET", `${path}/flags?limit=0&cursor=a&kind=x`), "invalid", [
      { path: "/limit" },
      { path: "/kind" },
    ]);
  });
});
