import type * as z from "zod/mini";
import type { batchBody } from "../../contract/admin.ts";
import type { Change } from "../../contract/change.ts";
import { withBooleanDefaults } from "../../contract/flag.ts";
import { parseInstant } from "../../contract/instant.ts";
import { isJsonObject } from "../../contract/json.ts";
import * as LIMITS from "../../contract/limits.ts";
import { type Role, stronger } from "../../contract/role.ts";
import { ADMIN_ROUTES } from "../../contract/routes.ts";
import { changesBody, SCHEDULED_AHEAD_MS, scheduledQuery } from "../../contract/scheduled.ts";
import { jsonResponse } from "../respond.ts";
import { list, written } from "./answer.ts";
import type { Applied, Write } from "../../environment/rpc.ts";
import { type Call, type Handlers, type Here, noEnvironment, valid } from "./call.ts";
import { environmentView, etagOf } from "./environment-view.ts";
import { afterKey } from "./cursor.ts";
import { invalid, refusal } from "./refused.ts";
import { ask, done, LONG_MS } from "./remote.ts";

/** Makes one change and answers with what became of its resource: 201 when it was created, 204 when it is gone. */
export async function change(call: Call, one: Change, comment?: string): Promise<Response> {
  const { object, wrote } = await call.here();
  const result = await done(object.apply([one], call.write(comment)));
  wrote(result.version);
  const view = result.flag ?? result.segment;
  return result.created ? written(view, result, 201, call.path) : written(view, result);
}

export const changeHandlers = {
  async applyChanges(call) {
    const { changes, comment, applyAt } = valid("The body", changesBody, batchIn(await call.json()));
    const write = call.write(comment);
    return applyAt === undefined ? applied(call, changes, write) : schedule(call, changes, applyAt, write);
  },

  async listScheduled(call) {
    const { cursor, ...query } = call.query(scheduledQuery);
    const { object } = await call.here();
    const { scheduled, next } = await ask(object.scheduledChanges({ ...query, ...afterKey(cursor) }));
    return list("scheduled", scheduled, next);
  },

  async getScheduled(call) {
    const { object } = await call.here();
    return jsonResponse(((await ask(object.scheduledChange(call.key))) ?? noSuchChange()).view);
  },

  async cancelScheduled(call) {
    const comment = await call.comment();
    const { object } = await call.here();
    const { needs } = (await ask(object.scheduledChange(call.key))) ?? noSuchChange();
    call.need(needs);
    const result = await done(object.cancelScheduled(call.key, call.write(comment)));
    return written(result.scheduled, { ...result, etag: etagOf(result) });
  },
} satisfies Handlers;

type Sent = z.output<typeof batchBody>["changes"];

function noSuchChange(): never {
  throw refusal("not-found", "There is no such scheduled change.");
}

/** What the strongest of changes needs. @throws Forbidden when the caller may not make all of them */
function neededBy(call: Call, changes: Sent): Role {
  const needs = changes.map(({ op }): Role => ADMIN_ROUTES[op][2]).reduce(stronger);
  call.need(needs);
  return needs;
}

/** An instant of the body in epoch milliseconds. @throws Invalid when it isn't in the future, and within a year */
export function instantAhead(text: string, path: string): number {
  const at = Math.ceil(parseInstant(text)!);
  const ahead = at - Date.now();
  if (ahead <= 0 || ahead > SCHEDULED_AHEAD_MS)
    throw invalid("The body", [{ path, message: "must be in the future, and within a year" }]);
  return at;
}

async function schedule(call: Call, changes: Sent, text: string, write: Write): Promise<Response> {
  const needs = neededBy(call, changes);
  const applyAt = instantAhead(text, "/applyAt");
  const { role, groups } = call.principal;
  const { object } = await call.here();
  const what = { changes, applyAt, needs, role, ...(groups && { groups }) };
  const result = await done(object.schedule(what, write), LONG_MS);
  return written({ ...result.scheduled, note: NOTE }, { ...result, etag: etagOf(result) }, 202);
}

const NOTE = "It is made within seconds of this time. Where the millisecond counts, use the window of a rule.";

/** Makes a list of changes. @throws Forbidden when the caller may not make one of them */
export async function applied(call: Call, changes: Sent, write: Write): Promise<Response> {
  neededBy(call, changes);
  const here = await call.here();
  return answerBatch(here, await done(here.object.apply(changes, { ...write, batch: true })));
}

/** A body that has a list of changes. @throws Refused 413 when it is too long */
export function batchIn(body: unknown): unknown {
  if (isJsonObject(body) && Array.isArray(body["changes"]) && body["changes"].length > LIMITS.changesPerBatch)
    throw refusal("too-large", `A batch has at most ${LIMITS.changesPerBatch} changes.`);
  if (!isJsonObject(body) || !Array.isArray(body["changes"])) return body;
  const changes = body["changes"].map((one) =>
    isJsonObject(one) && one["op"] === "putFlag" ? { ...one, flag: withBooleanDefaults(one["flag"]) } : one,
  );
  return { ...body, changes };
}

/** The answer to a write of the environment as a whole, such as a batch: the environment. */
export function answerBatch(
  here: Here,
  result: Pick<Applied, "version" | "revision" | "replayed" | "summary">,
): Response {
  here.wrote(result.version);
  const view = environmentView(here.entry, result.summary ?? noEnvironment());
  return written(view, { ...result, etag: etagOf(result) });
}
