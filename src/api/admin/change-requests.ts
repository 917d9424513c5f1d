import { type ChangeRequestDetail, decision, requestQuery } from "../../contract/change-request.ts";
import type { Role } from "../../contract/role.ts";
import { jsonResponse } from "../respond.ts";
import { list, written } from "./answer.ts";
import type { Call, Handlers } from "./call.ts";
import { afterKey } from "./cursor.ts";
import { etagOf } from "./environment-view.ts";
import { withPlanFor } from "./plan-addresses.ts";
import { refusal } from "./refused.ts";
import { ask, done, LONG_MS } from "./remote.ts";

/* Changes that wait for the consent of others, and their consent. */

export const changeRequestHandlers = {
  async listChangeRequests(call) {
    const { cursor, ...query } = call.query(requestQuery);
    const { object } = await call.here();
    const { requests, next } = await ask(object.changeRequests({ ...query, ...afterKey(cursor) }));
    return list("changeRequests", requests, next);
  },

  async getChangeRequest(call) {
    const { object } = await call.here();
    const found = await ask(object.changeRequest(call.key), LONG_MS);
    if (!found) throw refusal("not-found", "There is no such change request.");
    return jsonResponse(requestFor(call.principal.role, found));
  },

  approveChangeRequest: (call) => decide(call, true),
  rejectChangeRequest: (call) => decide(call, false),
} satisfies Handlers;

async function decide(call: Call, approve: boolean): Promise<Response> {
  const { comment } = await call.body(decision);
  const { object, wrote } = await call.here();
  const how = { id: call.key, approve, role: call.principal.role };
  const result = await done(object.decideChangeRequest(how, call.write(comment)), LONG_MS);
  wrote(result.version);
  return written(result.changeRequest, { ...result, etag: etagOf(result) });
}

/** A request as somebody with this role sees it. */
export function requestFor(role: Role, request: ChangeRequestDetail): ChangeRequestDetail {
  const { release, plan } = request;
  return {
    ...request,
    ...(release && { release: withPlanFor(role, release) }),
    ...(plan && { plan: withPlanFor(role, plan) }),
  };
}
