import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, test } from "vitest";
import * as LIMITS from "../../../src/contract/limits.ts";
import { keyOf } from "../../../src/contract/snapshot.ts";
import { type Answer, booleanFlag, environment, expectProblem, send } from "./client.ts";
import { as, type Caller, newToken } from "./tokens.ts";

/* Proposals: what somebody looked at is made as it was looked at, once, by them, within a quarter of an hour. */

type Proposal = { proposal: string; expiresAt: string; version: number; diff: unknown[]; needs: string };
const ROLLOUT = { default: { rollout: { percentage: 40, split: [{ variant: "on", weight: 1 }], otherwise: "off" } } };
const TO_5 = { changes: [{ op: "setRollout", key: "f", percentage: 5 }] };
const PLAN = { stages: [{ name: "all", percentage: 100 }] };
/** It keeps everybody who has the change, and ends at all. */
const RELEASE = { flag: "f", plan: "p", lower: true };

async function world() {
  const made = await environment();
  expect((await send("PUT", `${made.path}/flags/f`, { body: booleanFlag(ROLLOUT) })).status).toBe(201);
  expect((await send("PUT", `${made.path}/flags/other`, { body: booleanFlag() })).status).toBe(201);
  expect((await send("PUT", `${made.path}/plans/p`, { body: PLAN })).status).toBe(201);
  const { body } = await send("GET", made.path);
  const percentage = async () => {
    const flag = (await send("GET", `${made.path}/flags/f`)).body as { flag: { default: typeof ROLLOUT.default } };
    return flag.flag.default.rollout.percentage;
  };
  return { ...made, version: (body as { version: number }).version, percentage };
}

async function propose(path: string, body: unknown, caller: Caller = send): Promise<Proposal> {
  const answer = await caller("POST", `${path}/proposals`, { body });
  expect(answer.status, answer.text).toBe(201);
  return answer.body as Proposal;
}
const commit = (path: string, { proposal }: Pick<Proposal, "proposal">, caller: Caller = send): Promise<Answer> =>
  caller("POST", `${path}/proposals/${proposal}/commit`, { body: { comment: "as shown" } });
const entries = async (path: string): Promise<{ action: string; comment: string }[]> =>
  ((await send("GET", `${path}/audit`)).body as { entries: { action: string; comment: string }[] }).entries;

test("changes are proposed without a trace, and made once", async () => {
  const { path, version, percentage } = await world();
  const before = await entries(path);
  const made = await propose(path, TO_5);
  expect(made).toMatchObject({
    version,
    needs: "nothing",
    preview: { flags: [{ key: "f", changed: 0, of: 0 }] },
    diff: [{ changes: [{ path: "/default/rollout/percentage", before: 40, after: 5 }] }],
  });
  const left = Date.parse(made.expiresAt) - Date.now();
  expect(left > 14 * 60_000 && left <= 15 * 60_000).toBe(true);
  expect(await entries(path)).toEqual(before);
  expect(await percentage()).toBe(40);

  const answer = await commit(path, made);
  expect([answer.status, answer.body]).toMatchObject([200, { version: version + 1 }]);
  expect(await percentage()).toBe(5);
  expect((await entries(path))[0]).toMatchObject({ action: "setRollout", comment: "as shown" });
  expectProblem(await commit(path, made), "conflict");
  expect(await entries(path)).toHaveLength(before.length + 1);
});

test("what it touches has moved: 409 that says what; what else has moved doesn't matter", async () => {
  const { path, percentage } = await world();
  const made = await propose(path, TO_5);
  await send("POST", `${path}/flags/other/disable`);
  const again = await propose(path, TO_5);
  await send("PATCH", `${path}/flags/f`, { body: { owner: "somebody" } });
  for (const one of [made, again]) {
    const answer = await commit(path, one);
    expectProblem(answer, "conflict");
    expect(answer.text).toContain('flag \\"f\\"');
  }
  expect(await percentage()).toBe(40);
  const third = await propose(path, TO_5);
  await send("POST", `${path}/flags/other/enable`);
  expect((await commit(path, third)).status).toBe(200);
});

test("for another caller, an id that never was, and after 15 minutes: the same 404", async () => {
  const { name, path, percentage } = await world();
  const mine = as((await newToken("operator", [name])).secret);
  const theirs = as((await newToken("admin", [name])).secret);
  const made = await propose(path, TO_5, mine);
  const never = await commit(path, { proposal: "never-was" }, mine);
  const other = await commit(path, made, theirs);
  const { incarnation } = (await env.WORKSPACE.getByName(keyOf.workspaceObject).environment(name))!;
  const stub: DurableObjectStub = env.ENVIRONMENT.getByName(keyOf.environmentObject(name, incarnation));
  await runInDurableObject(
    stub,
    (_, { storage }) => void storage.sql.exec("UPDATE proposals SET at = at - ?", 900_000),
  );
  const late = await commit(path, made, mine);
  for (const answer of [never, other, late]) expectProblem(answer, "not-found");
  expect(new Set([never.text, other.text, late.text]).size).toBe(1);
  expect(await percentage()).toBe(40);
});

test("a role that is too weak may propose, is told what it needs, and gets a 403 from committing", async () => {
  const { name, path } = await world();
  const viewer = as((await newToken("viewer", [name])).secret);
  const operator = as((await newToken("operator", [name])).secret);
  expect((await propose(path, TO_5, viewer)).needs).toBe("operator");
  const archive = { changes: [{ op: "archiveFlag", key: "f" }] };
  const made = await propose(path, archive, operator);
  expect(made.needs).toBe("editor");
  expectProblem(await commit(path, made, operator), "forbidden");
  expectProblem(await commit(path, await propose(path, TO_5, viewer), viewer), "forbidden");
});

test("where others have to consent it becomes a change request, once", async () => {
  const { path, percentage } = await world();
  await send("PATCH", path, { body: { requiresApproval: 1 } });
  const made = await propose(path, TO_5);
  expect(made.needs).toBe("approval");
  const answer = await commit(path, made);
  expect([answer.status, answer.body]).toMatchObject([202, { state: "open", comment: "as shown" }]);
  expectProblem(await commit(path, made), "conflict");
  expect(await percentage()).toBe(40);
  expect((await propose(path, { release: RELEASE })).needs).toBe("approval");
  const harmless = await propose(path, { changes: [{ op: "disableFlag", key: "f" }] });
  expect(harmless.needs).toBe("nothing");
  expect((await commit(path, harmless)).status).toBe(200);
});

test("a release begins as it was proposed, unless its flag or plan has changed", async () => {
  const { path } = await world();
  const made = await propose(path, { release: RELEASE });
  expect(made).toMatchObject({ needs: "nothing", diff: [{ target: { kind: "flag", key: "f" } }] });
  expect((await send("GET", `${path}/flags/f/releases`)).body).toEqual({ releases: [] });
  await send("PUT", `${path}/plans/p`, { body: { stages: [{ name: "whole", percentage: 100 }] } });
  const stale = await commit(path, made);
  expectProblem(stale, "conflict");
  expect(stale.text).toContain('plan \\"p\\"');
  const answer = await commit(path, await propose(path, { release: RELEASE }));
  expect([answer.status, answer.body]).toMatchObject([200, { flag: "f", planName: "p" }]);
  expectProblem(await send("POST", `${path}/proposals`, { body: { release: { ...RELEASE, flag: "g" } } }), "not-found");
});

test("a promotion brings what was looked at, or nothing", async () => {
  const [from, to] = [await world(), await environment()];
  const promote = { from: from.name, flags: ["f"] };
  const made = await propose(to.path, { promote });
  expect(made).toMatchObject({ needs: "nothing", diff: [{ target: { kind: "flag", key: "f" }, before: null }] });
  await send("PATCH", `${from.path}/flags/f`, { body: { owner: "somebody" } });
  expectProblem(await commit(to.path, made), "conflict");
  expectProblem(await send("GET", `${to.path}/flags/f`), "not-found");
  const again = await propose(to.path, { promote });
  await send("POST", `${from.path}/flags/other/disable`);
  const answer = await commit(to.path, again);
  expect([answer.status, answer.body]).toMatchObject([200, { diff: [{ target: { key: "f" } }], kept: [] }]);
  expect((await entries(to.path))[0]).toMatchObject({ action: "promote", comment: "as shown" });
  expectProblem(await commit(to.path, again), "conflict");
});

test("a commit that is sent twice is answered twice, and a precondition of it holds", async () => {
  const { path } = await world();
  const made = await propose(path, TO_5);
  const address = `${path}/proposals/${made.proposal}/commit`;
  expectProblem(await send("POST", address, { body: {}, headers: { "If-Match": '"x.1"' } }), "version-conflict");
  const once = { body: {}, headers: { "Idempotency-Key": "once" } };
  const [first, second] = [await send("POST", address, once), await send("POST", address, once)];
  expect([first.status, second.status, second.text]).toEqual([200, 200, first.text]);
  expect(second.headers.get("Idempotent-Replay")).toBe("true");
});

test("what can't be made, or isn't exactly one thing, is refused as its route would", async () => {
  const { path } = await world();
  const post = (body: unknown) => send("POST", `${path}/proposals`, { body });
  for (const body of [{}, { ...TO_5, release: RELEASE }]) expectProblem(await post(body), "invalid", [{ path: "" }]);
  expectProblem(await post({ changes: [] }), "invalid", [{ path: "/changes" }]);
  expectProblem(await post({ promote: { from: "nowhere" } }), "invalid", [{ path: "/from" }]);
  expectProblem(await post({ promote: { from: "a", dryRun: true } }), "invalid", [{ path: "/promote/dryRun" }]);
  expectProblem(await post({ changes: [{ op: "disableFlag", key: "missing" }] }), "not-found", [
    { path: "/changes/0" },
  ]);
  expectProblem(await post({ changes: [], more: "x".repeat(LIMITS.proposalBytes) }), "too-large");
  const flag = (key: string) => ({ op: "putFlag", flag: { key, type: "boolean" } });
  const changes = Array.from({ length: 1_000 }, (_, index) => flag(`flag-${index}`));
  expectProblem(await post({ changes }), "too-large");
});

test("20 of a caller are kept, and the oldest goes", async () => {
  const { path } = await world();
  const first = await propose(path, TO_5);
  const second = await propose(path, TO_5);
  for (let more = 0; more < LIMITS.proposalsOfCaller - 1; more++) await propose(path, TO_5);
  expectProblem(await commit(path, first), "not-found");
  expect((await commit(path, second)).status).toBe(200);
});
