import { expect, test } from "vitest";
import * as answers from "../../../src/contract/answers.ts";
import { booleanFlag, environment, expectProblem, expectWritten, send, wholeFlag } from "./client.ts";

/* Audit log and versions over HTTP; what they mean is tested at the object. */

async function withHistory(): Promise<string> {
  const { path } = await environment();
  expectWritten(await send("PUT", `${path}/flags/a`, { body: booleanFlag() }), 201);
  expectWritten(await send("POST", `${path}/flags/a/disable`, { body: { comment: "too many errors" } }), 200);
  expectWritten(await send("PUT", `${path}/segments/s`, { body: { include: ["u", "v"] } }), 201);
  return path;
}

test("the audit log tells who did what when, with the resource before and after, and filters", async () => {
  const path = await withHistory();
  const all = await send("GET", `${path}/audit`);
  expect(all.status).toBe(200);
  const { entries } = answers.history.parse(all.body);
  expect(entries.map(({ sequence, action, version }) => [sequence, action, version])).toEqual([
    [4, "putSegment", 4],
    [3, "disableFlag", 3],
    [2, "putFlag", 2],
    [1, "createEnvironment", 1],
  ]);
  expect(entries[0]).toMatchObject({ after: { include: { count: 2 } }, before: null });
  expect(entries[1]).toMatchObject({
    actor: { id: "root", name: "root token", via: "root" },
    target: { kind: "flag", key: "a" },
    comment: "too many errors",
    before: wholeFlag("a"),
    after: wholeFlag("a", { enabled: false }),
  });
  const found = async (query: string): Promise<number[]> =>
    answers.history.parse((await send("GET", `${path}/audit?${query}`)).body).entries.map((entry) => entry.sequence);
  expect(await found("flag=a")).toEqual([3, 2]);
  expect(await found("action=putFlag")).toEqual([2]);
  expect(await found("actor=root&flag=a&action=disableFlag")).toEqual([3]);
  expect(await found("actor=nobody")).toEqual([]);
  const third = encodeURIComponent(entries[1]!.at);
  expect(await found(`since=${third}`)).toContain(3);
  expect(await found(`until=${third}`)).toContain(3);
  expect(await found("since=2999-01-01T00:00:00Z")).toEqual([]);
  expect(await found("until=1999-01-01T00:00:00%2B02:00")).toEqual([]);
  const first = await send("GET", `${path}/audit?limit=3`);
  const { cursor } = answers.history.parse(first.body);
  expect(await found(`limit=3&cursor=${cursor}`)).toEqual([1]);
  expectProblem(await send("GET", `${path}/audit?since=yesterday&limit=0`), "invalid", [
    { path: "/limit" },
    { path: "/since" },
  ]);
});

test("the log says that it is whole", async () => {
  const path = await withHistory();
  const answer = await send("GET", `${path}/audit/verify`);
  expect(answer.status).toBe(200);
  expect(answers.verdict.parse(answer.body)).toMatchObject({ ok: true, entries: 4 });
});

test("versions are listed, read whole, and restored", async () => {
  const path = await withHistory();
  const list = answers.versions.parse((await send("GET", `${path}/versions?limit=2`)).body);
  expect(list.versions.map(({ version, summary }) => [version, summary])).toEqual([
    [4, "putSegment s"],
    [3, "disableFlag a: too many errors"],
  ]);
  const rest = answers.versions.parse((await send("GET", `${path}/versions?cursor=${list.cursor}`)).body);
  expect(rest.versions.map(({ version }) => version)).toEqual([2, 1]);

  const old = await send("GET", `${path}/versions/2`);
  expect(old.headers.get("Content-Type")).toBe("application/json");
  expect(answers.wholeVersion.parse(old.body)).toMatchObject({ version: 2, flags: [wholeFlag("a")], segments: [] });

  const restored = await send("POST", `${path}/versions/2/restore`, { body: { comment: "as it was" } });
  expect(expectWritten(restored, 200).version).toBe(5);
  expect(restored.body).toMatchObject({ diff: [{ target: { key: "a" } }, { target: { key: "s" } }], kept: [] });
  expect((await send("GET", `${path}/flags/a`)).body).toMatchObject({ flag: wholeFlag("a") });
  expectProblem(await send("GET", `${path}/segments/s`), "not-found");

  const again = await send("POST", `${path}/versions/5/restore`);
  expect(expectWritten(again, 200).version).toBe(5);
  for (const number of ["0", "6", "-1", "2.0", "02", "x", "99999999999999999999"]) {
    expectProblem(await send("GET", `${path}/versions/${number}`), "not-found");
    expectProblem(await send("POST", `${path}/versions/${number}/restore`), "not-found");
  }
});

test("a refused precondition says what changed meanwhile: version, who, and when", async () => {
  const path = await withHistory();
  const before = (await send("GET", `${path}/flags/a`)).headers.get("ETag")!;
  expectWritten(await send("POST", `${path}/flags/a/enable`), 200);
  const late = await send("POST", `${path}/flags/a/disable`, { headers: { "If-Match": before } });
  expectProblem(late, "version-conflict");
  const news = /It is at version 5, made by root token at 20\d\d-.*Z\.$/;
  expect(late.body).toMatchObject({ detail: expect.stringMatching(news) });
  const batch = { changes: [{ op: "disableFlag", key: "a" }] };
  for (const [address, body] of [
    ["changes", batch],
    ["versions/2/restore", {}],
    ["import", { format: "sluice", formatVersion: 1 }],
  ] as const) {
    const refused = await send("POST", `${path}/${address}`, { body, headers: { "If-Match": before } });
    expectProblem(refused, "version-conflict");
    expect(refused.body).toMatchObject({ detail: expect.stringMatching(news) });
  }
});
