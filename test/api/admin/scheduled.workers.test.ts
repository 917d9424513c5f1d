import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, test } from "vitest";
import * as LIMITS from "../../../src/contract/limits.ts";
import type { ScheduledView } from "../../../src/contract/scheduled.ts";
import { keyOf } from "../../../src/contract/snapshot.ts";
import { booleanFlag, environment, expectProblem, send, TIME } from "./client.ts";
import { as, type Caller, newToken } from "./tokens.ts";

/* Scheduled changes: made at their time as one write of whoever scheduled them, as looked at then, or not at all. */

const ROLLOUT = { default: { rollout: { percentage: 40, split: [{ variant: "on", weight: 1 }], otherwise: "off" } } };
const to = (percentage: number, key = "f") => ({ op: "setRollout", key, percentage });
const HOUR = 3_600_000;
const inHours = (hours: number): string => new Date(Date.now() + hours * HOUR).toISOString();

async function world() {
  const { name, path } = await environment();
  await send("PUT", `${path}/flags/f`, { body: booleanFlag(ROLLOUT) });
  await send("PUT", `${path}/flags/g`, { body: booleanFlag(ROLLOUT) });
  const { incarnation } = (await env.WORKSPACE.getByName(keyOf.workspaceObject).environment(name))!;
  const stub: DurableObjectStub = env.ENVIRONMENT.getByName(keyOf.environmentObject(name, incarnation));
  /** As if so much time had passed for what is scheduled; the alarm comes. */
  const later = async (hours: number): Promise<void> => {
    await runInDurableObject(
      stub,
      (_, { storage }) => void storage.sql.exec("UPDATE scheduled SET at = at - ?", hours * HOUR),
    );
    await runDurableObjectAlarm(stub);
  };
  const percentage = async (key = "f"): Promise<number> => {
    const view = (await send("GET", `${path}/flags/${key}`)).body as { flag: typeof ROLLOUT };
    return view.flag.default.rollout.percentage;
  };
  const schedule = async (changes: unknown[], hours = 1, caller: Caller = send): Promise<ScheduledView> => {
    const answer = await caller("POST", `${path}/changes`, {
      body: { changes, applyAt: inHours(hours), comment: "launch" },
    });
    expect(answer.status, answer.text).toBe(202);
    return answer.body as ScheduledView;
  };
  const state = async ({ id }: ScheduledView) => (await send("GET", `${path}/scheduled/${id}`)).body as ScheduledView;
  const entries = async () =>
    ((await send("GET", `${path}/audit`)).body as { entries: { action: string; comment: string }[] }).entries;
  return { name, path, stub, later, percentage, schedule, state, entries };
}

test("a change is made at its time, as one write of whoever scheduled it, once", async () => {
  const { name, path, later, percentage, schedule, state, entries, stub } = await world();
  const editor = as((await newToken("editor", [name])).secret);
  const before = (await send("GET", path)).body as { version: number };
  const made = await schedule([to(5), { op: "disableFlag", key: "g" }], 1, editor);
  expect(made).toMatchObject({
    applyAt: TIME,
    changes: [to(5), { op: "disableFlag", key: "g" }],
    by: { name: "a editor", via: "token" },
    comment: "launch",
    state: "waiting",
    note: expect.stringContaining("seconds"),
  });
  const { note: _, ...view } = made as ScheduledView & { note: string };
  expect(await state(made)).toEqual(view);
  expect((await send("GET", `${path}/scheduled`)).body).toEqual({ scheduled: [view] });
  expect((await send("GET", path)).body).toMatchObject({ version: before.version });
  expect((await entries())[0]).toMatchObject({ action: "scheduleChange", target: { kind: "scheduledChange" } });

  await later(0.5);
  expect([await percentage(), (await state(made)).state]).toEqual([40, "waiting"]);
  await evictDurableObject(stub);
  await later(0.6);
  expect(await percentage()).toBe(5);
  expect(await state(made)).toMatchObject({ state: "applied", version: before.version + 1 });
  await later(0);
  const written = await entries();
  expect(written.filter(({ action }) => action === "setRollout")).toHaveLength(1);
  expect(written.find(({ action }) => action === "setRollout")).toMatchObject({
    actor: { name: "a editor" },
    comment: `launch (${made.id})`,
    version: before.version + 1,
  });
  expect((await send("GET", `${path}/audit/verify`)).body).toMatchObject({ ok: true });
  expect((await send("GET", `${path}/versions`)).body).toMatchObject({
    versions: [{ version: before.version + 1 }, {}, {}, {}],
  });
});

test("the alarm comes by itself", async () => {
  const { path, percentage } = await world();
  const applyAt = new Date(Date.now() + 300).toISOString();
  expect((await send("POST", `${path}/changes`, { body: { changes: [to(7)], applyAt } })).status).toBe(202);
  await expect.poll(() => percentage()).toBe(7);
});

test("what it touches was changed meanwhile: none of it is made, and webhooks are told", async () => {
  const { path, later, percentage, schedule, state, entries } = await world();
  const hook = (await send("POST", `${path}/webhooks`, { body: { url: "https://hooks.shop.example/" } })).body as {
    id: string;
  };
  const made = await schedule([to(5), to(6, "g")]);
  const other = await schedule([to(50)], 2);
  await send("PATCH", `${path}/flags/g`, { body: { owner: "somebody" } });
  await later(1);
  expect([await percentage(), await percentage("g")]).toEqual([40, 40]);
  expect(await state(made)).toMatchObject({ state: "failed", why: 'Changed since it was scheduled: flag "g".' });
  expect((await entries())[0]).toMatchObject({ action: "failScheduled" });
  const { body } = await send("GET", `${path}/webhooks/${hook.id}/deliveries`);
  expect(body).toMatchObject({ deliveries: [{ event: "change.conflict" }] });
  await later(1);
  expect(await state(other)).toMatchObject({ state: "applied" });
  expect(await percentage()).toBe(50);
});

test("on on Monday, off on Friday: what was scheduled knowing of another goes on from it, in the order of their times", async () => {
  const { later, percentage, schedule, state } = await world();
  const first = await schedule([to(100)], 1);
  const second = await schedule([to(0)], 3);
  const unaware = await schedule([to(30, "g")], 3);
  const sooner = await schedule([to(20, "g")], 1);
  await later(1);
  expect([await percentage(), await percentage("g")]).toEqual([100, 20]);
  await later(2);
  expect(await percentage()).toBe(0);
  const states = await Promise.all([first, second, unaware, sooner].map(async (one) => (await state(one)).state));
  expect(states).toEqual(["applied", "applied", "failed", "applied"]);
});

test("whoever scheduled it may no more: it is not made", async () => {
  const { name, later, percentage, schedule, state, stub } = await world();
  const token = await newToken("operator", [name]);
  const made = await schedule([to(5)], 1, as(token.secret));
  const root = await schedule([to(6, "g")], 1);
  expect((await send("DELETE", `/tokens/${token.id}`)).status).toBe(204);
  // As if ADMIN_TOKEN had been another one when it was scheduled.
  await runInDurableObject(
    stub,
    (_, { storage }) =>
      void storage.sql.exec("UPDATE scheduled SET kept = json_set(kept, '$.root', '00000000') WHERE id = ?", root.id),
  );
  await later(1);
  expect([await percentage(), await percentage("g")]).toEqual([40, 40]);
  for (const one of [made, root])
    expect(await state(one)).toMatchObject({ state: "failed", why: expect.stringContaining("may not make it") });
});

test("a person of Access is judged by ACCESS_ROLES as it is then, and the groups of then", async () => {
  const { later, schedule, state, stub } = await world();
  const made = await schedule([to(5)], 1);
  const by = JSON.stringify({ id: "ada@example.com", name: "ada@example.com", via: "access" });
  await runInDurableObject(stub, (_, { storage }) => {
    storage.sql.exec("UPDATE scheduled SET view = json_set(view, '$.by', json(?)) WHERE id = ?", by, made.id);
  });
  await later(1);
  expect(await state(made)).toMatchObject({ state: "failed", why: expect.stringContaining("may not make it") });
});

test("it can be taken back by whoever may make it, once", async () => {
  const { name, path, later, percentage, schedule, state } = await world();
  const [operator, viewer] = await Promise.all(
    (["operator", "viewer"] as const).map(async (role) => as((await newToken(role, [name])).secret)),
  );
  const archive = await schedule([{ op: "archiveFlag", key: "g" }]);
  const made = await schedule([to(5)]);
  const cancel = (caller: Caller, { id }: ScheduledView) =>
    caller("DELETE", `${path}/scheduled/${id}`, { body: { comment: "not yet" } });
  expectProblem(await cancel(viewer!, made), "forbidden");
  expectProblem(await cancel(operator!, archive), "forbidden");
  const answer = await cancel(operator!, made);
  expect([answer.status, answer.body]).toMatchObject([200, { id: made.id, state: "cancelled" }]);
  expectProblem(await cancel(operator!, made), "conflict");
  expectProblem(await cancel(send, { ...made, id: "sc-0" }), "not-found");
  await later(1);
  expect(await percentage()).toBe(40);
  expect((await state(made)).state).toBe("cancelled");
  const { body } = await send("GET", `${path}/scheduled?state=cancelled`);
  expect(body).toMatchObject({ scheduled: [{ id: made.id }] });
});

test("consent is to the change and its time; without it what needs it by now isn't made", async () => {
  const { name, path, later, percentage, schedule, state } = await world();
  const unasked = await schedule([to(6, "g")], 2);
  const harmless = await schedule([{ op: "patchFlag", key: "g", patch: { owner: "me" } }], 3);
  await send("PATCH", path, { body: { requiresApproval: 1 } });
  const editor = as((await newToken("editor", [name])).secret);
  const applyAt = inHours(1);
  const asked = await editor("POST", `${path}/changes`, { body: { changes: [to(5)], applyAt } });
  expect([asked.status, asked.body]).toMatchObject([202, { state: "open", action: "applyChanges", applyAt }]);
  const { id } = asked.body as { id: string };
  expect((await send("GET", `${path}/change-requests/${id}`)).body).toMatchObject({ diff: [{ target: { key: "f" } }] });
  const approved = await send("POST", `${path}/change-requests/${id}/approve`);
  expect([approved.status, approved.body]).toMatchObject([200, { state: "applied", applyAt }]);
  expect(await percentage()).toBe(40);
  await later(1);
  expect(await percentage()).toBe(5);
  await later(2);
  expect([(await state(unasked)).state, (await state(harmless)).state]).toEqual(["failed", "applied"]);
  const off = await editor("POST", `${path}/changes`, {
    body: { changes: [{ op: "disableFlag", key: "f" }], applyAt: inHours(1) },
  });
  expect(off.body).toMatchObject({ state: "waiting" });
});

test("what can't be scheduled is refused at once, and nothing waits", async () => {
  const { name, path } = await world();
  const post = (body: object, caller: Caller = send) => caller("POST", `${path}/changes`, { body });
  const times = [new Date(Date.now() - 1).toISOString(), inHours(24 * 367)];
  for (const applyAt of times)
    expectProblem(await post({ changes: [to(5)], applyAt }), "invalid", [{ path: "/applyAt" }]);
  for (const applyAt of ["tomorrow", 5, null])
    expectProblem(await post({ changes: [to(5)], applyAt }), "invalid", [{ path: "/applyAt" }]);
  const applyAt = inHours(1);
  expectProblem(await post({ changes: [], applyAt }), "invalid", [{ path: "/changes" }]);
  expectProblem(await post({ changes: [to(5, "none")], applyAt }), "not-found", [{ path: "/changes/0" }]);
  expectProblem(await post({ changes: [to(5)], applyAt }, as((await newToken("viewer", [name])).secret)), "forbidden");
  const operator = as((await newToken("operator", [name])).secret);
  expectProblem(await post({ changes: [{ op: "archiveFlag", key: "g" }], applyAt }, operator), "forbidden");
  const stale = await send("POST", `${path}/changes`, {
    body: { changes: [to(5)], applyAt },
    headers: { "If-Match": '"abcdefghijkl.1"' },
  });
  expectProblem(stale, "version-conflict");
  expect((await send("GET", `${path}/scheduled`)).body).toEqual({ scheduled: [] });

  const headers = { "Idempotency-Key": "once" };
  const body = { changes: [to(5)], applyAt };
  const [first, again] = [
    await send("POST", `${path}/changes`, { body, headers }),
    await send("POST", `${path}/changes`, { body, headers }),
  ];
  expect(again.body).toEqual(first.body);
  expect(again.headers.get("Idempotent-Replay")).toBe("true");
  for (let count = 1; count < LIMITS.scheduled; count++)
    expect((await post({ changes: [to(count % 100)], applyAt })).status).toBe(202);
  expectProblem(await post({ changes: [to(5)], applyAt }), "conflict");
});
