import { batchBody } from "../../contract/admin.ts";
import type { Change } from "../../contract/change.ts";
import { isJsonObject } from "../../contract/json.ts";
import { LIMITS } from "../../contract/limits.ts";
import { written } from "./answer.ts";
import { type Call, type Handlers, noEnvironment, valid } from "./call.ts";
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
    const body = await call.json();
    if (isJsonObject(body) && Array.isArray(body["changes"]) && body["changes"].length > LIMITS.changesPerBatch)
      throw refusal("too-large", `A batch has at most ${LIMITS.changesPerBatch} changes.`);
    const { changes, comment } = valid("The body", batchBody, body);
    const here = await call.here();
    const result = await done(here.object.apply(changes, { ...call.write(comment), batch: true }));
    here.wrote(result.version);
    const { version, revision } = result;
    const view = { ...((await environmentView(here)) ?? noEnvironment()), version, revision };
    return written(view, { version, revision, etag: etagOf(result) });
  },
} satisfies Handlers;
