import type * as z from "zod/mini";
import { batchBody } from "../../contract/admin.ts";
import type { Change } from "../../contract/change.ts";
import { withBooleanDefaults } from "../../contract/flag.ts";
import { isJsonObject } from "../../contract/json.ts";
import { LIMITS } from "../../contract/limits.ts";
import { type Role, stronger } from "../../contract/role.ts";
import { ADMIN_ROUTES } from "../../contract/routes.ts";
import { written } from "./answer.ts";
import type { Applied, Write } from "../../environment/rpc.ts";
import { type Call, type Handlers, type Here, noEnvironment, valid } from "./call.ts";
import { environmentView, etagOf } from "./environment-view.ts";
import { refusal } from "./refused.ts";
import { done } from "./remote.ts";

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
    const { changes, comment } = valid("The body", batchBody, batchIn(await call.json()));
    return applied(call, changes, call.write(comment));
  },
} satisfies Handlers;

type Sent = z.output<typeof batchBody>["changes"];

/** Makes a list of changes. @throws Forbidden when the caller may not make one of them */
export async function applied(call: Call, changes: Sent, write: Write): Promise<Response> {
  call.need(changes.map(({ op }): Role => ADMIN_ROUTES[op][2]).reduce(stronger));
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
