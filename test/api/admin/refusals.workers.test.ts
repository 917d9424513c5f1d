import { env } from "cloudflare:workers";
import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { afterEach, describe, expect, test, vi } from "vitest";
import { keyOf } from "../../../src/contract/snapshot.ts";
import { booleanFlag, environment, expectProblem, send, stateOf, TIME } from "./client.ts";
import { as, newToken } from "./tokens.ts";

/* What was tried and not allowed is in the log, and no more of it than anybody wants to read. */

const HOUR = 3_600_000;
type Entry = { sequence: number; version: number; at: string; actor: { id: string }; action: string; comment: string };
const entries = async (path: string, query = ""): Promise<Entry[]> => {
  const answer = await send("GET", `${path}/audit?limit=500${query}`);
  expect(answer.status).toBe(200);
  return (answer.body as { entries: Entry[] }).entries;
};

afterEach(() => void vi.useRealTimers());

describe("an attempt refused for its role", () => {
  test("is an entry of the environment's log, and makes no version", async () => {
    const { name, path } = await environment();
    const { id, secret } = await newToken("viewer", [name]);
    const before = await stateOf(path);
    const there = await entries(path);
    const refused = await as(secret)("PUT", `${path}/flags/check%2Fout`, { body: booleanFlag() });
    expectProblem(refused, "forbidden");
    expect(await stateOf(path)).toBe(before);
    expect(await entries(path)).toEqual([
      {
        sequence: there.length + 1,
        version: 1,
        at: TIME,
        actor: { id, name: "a viewer", via: "token" },
        action: "refused",
        target: { kind: "environment", key: name },
        comment: 'putFlag "check/out" needs the role editor, and was tried with viewer.',
        before: null,
        after: null,
      },
      ...there,
    ]);
    expect((await send("GET", `${path}/audit/verify`)).body).toMatchObject({ ok: true, entries: there.length + 1 });
    expect(((await send("GET", `${path}/versions`)).body as { versions: unknown[] }).versions.length).toBe(1);
    const next = await send("PUT", `${path}/flags/f`, { body: booleanFlag() });
    expect(next.headers.get("Sluice-Version")).toBe("2");
    expect((await send("GET", `${path}/audit/verify`)).body).toMatchObject({ ok: true, entries: there.length + 2 });
    expect((await send("GET", `${path}/versions/1`)).status).toBe(200);
  });

  test("in a batch is one too", async () => {
    const { name, path } = await environment();
    await send("PUT", `${path}/flags/f`, { body: booleanFlag() });
    const operator = as((await newToken("operator", [name])).secret);
    expectProblem(
      await operator("POST", `${path}/changes`, { body: { changes: [{ op: "archiveFlag", key: "f" }] } }),
      "forbidden",
    );
    expect((await entries(path))[0]).toMatchObject({
      action: "refused",
      comment: "applyChanges needs the role editor, and was tried with operator.",
    });
  });

  test("is noted 20 times per actor and hour", async () => {
    const { name, path } = await environment();
    const [one, two] = [await newToken("viewer", [name]), await newToken("viewer", [name])];
    const attempt = async (secret: string) => expectProblem(await as(secret)("DELETE", `${path}/flags/f`), "forbidden");
    const noted = async () => (await entries(path, "&action=refused")).map(({ actor }) => actor.id);
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() });
    for (let i = 0; i < 25; i++) await attempt(one.secret);
    expect((await noted()).length).toBe(20);
    await attempt(two.secret);
    expect((await noted()).filter((id) => id === two.id).length).toBe(1);
    vi.setSystemTime(Date.now() + HOUR - 1);
    await attempt(one.secret);
    expect((await noted()).length).toBe(21);
    vi.setSystemTime(Date.now() + 1);
    await attempt(one.secret);
    expect((await noted()).length).toBe(22);
  });

  test("outside the caller's scope leaves no trace there, nor does one without a valid credential", async () => {
    const { path } = await environment();
    const before = await entries(path);
    await as((await newToken("admin", ["elsewhere"])).secret)("DELETE", `${path}/flags/f`);
    await as("slc_admin_nobody")("DELETE", `${path}/flags/f`);
    expect(await entries(path)).toEqual(before);
  });

  test("in an environment that isn't there is refused like any other, and makes no object", async () => {
    const { name, path } = await environment();
    const viewer = as((await newToken("viewer", [name, "never-was"])).secret);
    const [here, nowhere] = [
      await viewer("DELETE", `${path}/flags/f`),
      await viewer("DELETE", "/environments/never-was/flags/f"),
    ];
    expect(nowhere.text).toBe(here.text);
    expectProblem(nowhere, "forbidden");
  });
});

describe("Workspace's own log", () => {
  test("tells of environments and tokens, of attempts that were refused, and of no secrets", async () => {
    const before = (await entries("")).length;
    const { name } = await environment();
    const made = await newToken("editor", [name]);
    expectProblem(await as(made.secret)("POST", "/tokens", { body: {} }), "forbidden");
    await send("DELETE", `/tokens/${made.id}`, { body: { comment: "Rotated" } });
    await send("DELETE", `/environments/${name}?confirm=${name}`);
    const log = await send("GET", "/audit?limit=5");
    const seen = (log.body as { entries: Entry[] }).entries;
    expect(seen.map(({ action }) => action)).toEqual([
      "deleteEnvironment",
      "deleteToken",
      "refused",
      "createToken",
      "createEnvironment",
    ]);
    const token = { kind: "token", key: made.id };
    expect(seen[1]).toMatchObject({ target: token, comment: "Rotated", before: { name: "a editor" }, after: null });
    expect(seen[4]).toMatchObject({ target: { kind: "environment", key: name }, after: { description: "" } });
    expect(seen[2]!.comment).toBe("createToken needs the role admin, and was tried with editor.");
    expect(seen[2]!.version).toBe(seen[3]!.version);
    expect(seen[1]!.version).toBe(seen[3]!.version + 1);
    expect(log.text).not.toContain(made.secret.slice(-40));
    expect((await send("GET", "/audit/verify")).body).toEqual({
      ok: true,
      entries: before + 5,
      head: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
  });

  test("pages, and can be filtered", async () => {
    const all = await entries("");
    const seen: Entry[] = [];
    let query = "limit=3";
    for (;;) {
      const { body } = await send("GET", `/audit?${query}`);
      const { entries: page, cursor } = body as { entries: Entry[]; cursor?: string };
      seen.push(...page);
      if (cursor === undefined) break;
      query = `limit=3&cursor=${cursor}`;
    }
    expect(seen).toEqual(all);
    const middle = all[Math.floor(all.length / 2)]!;
    for (const [filter, fits] of [
      ["action=createToken", ({ action }: Entry) => action === "createToken"],
      [`actor=${middle.actor.id}`, ({ actor }: Entry) => actor.id === middle.actor.id],
      [`since=${middle.at}`, ({ at }: Entry) => at >= middle.at],
      [`until=${middle.at}`, ({ at }: Entry) => at <= middle.at],
    ] as const)
      expect(await entries("", `&${filter}`), filter).toEqual(all.filter(fits));
    expectProblem(await send("GET", "/audit?since=yesterday"), "invalid", [{ path: "/since" }]);
  });

  test("shows where it was edited, cut or added to", async () => {
    const stub = env.WORKSPACE.getByName(keyOf.workspaceObject) as DurableObjectStub;
    const run = (sql: string) => runInDurableObject(stub, (_, { storage }) => void storage.sql.exec(sql));
    const [, , third] = (await entries("")).toReversed();
    const sequence = third!.sequence;
    const newest = (await entries(""))[0]!.sequence;
    await run("CREATE TABLE kept AS SELECT * FROM journal");
    for (const [what, sql] of [
      ["edited", `UPDATE journal SET comment = 'nothing' WHERE sequence = ${sequence}`],
      ["another's", `UPDATE journal SET actor_id = 'somebody' WHERE sequence = ${sequence}`],
      ["later", `UPDATE journal SET at = at + 1 WHERE sequence = ${sequence}`],
      ["cut out", `DELETE FROM journal WHERE sequence = ${sequence}`],
    ] as const) {
      await run(sql);
      expect((await send("GET", "/audit/verify")).body, what).toEqual({ ok: false, brokenAt: sequence });
      await run("DELETE FROM journal");
      await run("INSERT INTO journal SELECT * FROM kept");
    }
    for (const cut of [newest, newest - 1, sequence, 1]) {
      await run(`DELETE FROM journal WHERE sequence >= ${cut}`);
      expect((await send("GET", "/audit/verify")).body, `all from ${cut} on`).toEqual({ ok: false, brokenAt: cut });
      await evictDurableObject(stub); // nothing that is only in memory knows it
      expect((await send("GET", "/audit/verify")).body).toEqual({ ok: false, brokenAt: cut });
      if (cut === newest) {
        // What is written afterwards doesn't cover it.
        await newToken("viewer", ["*"]);
        expect((await send("GET", "/audit/verify")).body).toEqual({ ok: false, brokenAt: cut });
        await run("UPDATE journal_end SET sequence = sequence - 1, version = version - 1");
      }
      await run("DELETE FROM journal");
      await run("INSERT INTO journal SELECT * FROM kept");
    }
    expect((await send("GET", "/audit/verify")).body).toMatchObject({ ok: true });
  });
});
