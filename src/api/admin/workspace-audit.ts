import { workspaceAuditQuery } from "../../contract/audit.ts";
import { OUT_OF_SCOPE } from "../../contract/problem.ts";
import { covers } from "../../contract/role.ts";
import { jsonResponse } from "../respond.ts";
import { list } from "./answer.ts";
import type { Call, Handlers } from "./call.ts";
import { afterNumber } from "./cursor.ts";
import { Refused } from "./refused.ts";
import { ask } from "./remote.ts";

/* Workspace's own log. It tells of every environment and token, so it is for those whose scope is everything. */

export const workspaceAuditHandlers = {
  async workspaceAudit(call) {
    insistOnAll(call);
    const { cursor, ...filters } = call.query(workspaceAuditQuery);
    const { entries, next } = await ask(call.workspace.journal({ ...filters, ...afterNumber(cursor) }));
    return list("entries", entries, next);
  },

  async verifyWorkspaceAudit(call) {
    insistOnAll(call);
    return jsonResponse(await ask(call.workspace.verify()));
  },
} satisfies Handlers;

function insistOnAll({ principal }: Call): void {
  if (!covers(principal.environments, "*")) throw new Refused(OUT_OF_SCOPE);
}
