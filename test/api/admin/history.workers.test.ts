import { describe, expect, test } from "vitest";
import { booleanFlag, environment, expectOwnHeaders, expectProblem, send, TIME, wholeFlag } from "./client.ts";

type History = { entries: { sequence: number; version: number; action: string }[]; cursor?: string };

describe("the history of a flag", () => {
  test("has an entry for each change, newest first, with what was before and after", async () => {
    const { path } = await environment();
    const start = (await send("GET", path)).body as { version: number };
    await send("PUT", `${path}/flags/f`, { body: booleanFlag() });
    await send("PUT", `${path}/flags/other`, { body: booleanFlag() });
    await send("POST", `${path}/flags/f/disable`, { body: { comment: "Stop" } });
    await send("POST", `${path}/flags/f/disable`, { body: { comment: "Stop it" } });
    await send("DELETE", `${path}/flags/f`);
    await send("POST", `${path}/flags/f/restore`);

    const answer = await send("GET", `${path}/flags/f/history`);
    expect(answer.status).toBe(200);
    expectOwnHeaders(answer);
    const actor = { id: "root", name: "root token", via: "root" };
    const target = { kind: "flag", key: "f" };
    const entry = (version: number, action: string, comment: string, before: unknown, after: unknown) => ({
      sequence: expect.any(Number),
      version: start.version + version,
      at: TIME,
      actor,
      action,
      target,
      comment,
      before,
      after,
    });
    const on = wholeFlag("f");
    const off = wholeFlag("f", { enabled: false });
    expect(answer.body).toEqual({
      entries: [
        entry(5, "restoreFlag", "", null, off),
        entry(4, "archiveFlag", "", off, null),
        entry(3, "disableFlag", "Stop", on, off),
        entry(1, "putFlag", "", null, on),
      ],
    });
  });

  test("pages from the newest to the oldest", async () => {
    const { path } = await environment();
    await send("PUT", `${path}/flags/f`, { body: booleanFlag() });
    for (let percentage = 1; percentage <= 4; percentage++)
      await send("PUT", `${path}/flags/f/rollout`, { body: { percentage } });
    const whole = (await send("GET", `${path}/flags/f/history`)).body as History;
    expect(whole.entries.map(({ action }) => action)).toEqual([...Array<string>(4).fill("setRollout"), "putFlag"]);
    expect(whole).not.toHaveProperty("cursor");
    const paged: History["entries"] = [];
    let query = "?limit=2";
    for (;;) {
      const page = (await send("GET", `${path}/flags/f/history${query}`)).body as History;
      expect(page.entries.length).toBeLessThanOrEqual(2);
      paged.push(...page.entries);
      if (page.cursor === undefined) break;
      query = `?limit=2&cursor=${page.cursor}`;
      await send("POST", `${path}/flags/f/disable`); // what comes meanwhile doesn't move the pages
    }
    expect(paged).toEqual(whole.entries);
  });

  test("404: there is no such flag", async () => {
    const { path } = await environment();
    expectProblem(await send("GET", `${path}/flags/f/history`), "not-found");
  });
});
