import { auditQuery } from "../../contract/audit.ts";
import { commentBody, pageQuery } from "../../contract/admin.ts";
import { jsonResponse } from "../respond.ts";
import { list } from "./answer.ts";
import { type Call, type Handlers, noEnvironment } from "./call.ts";
import { answerBatch } from "./change.ts";
import { afterNumber } from "./cursor.ts";
import { refusal } from "./refused.ts";
import { ask, done, LONG_MS } from "./remote.ts";

/* What was done, and how things stood. */

export const auditHandlers = {
  async listAudit(call) {
    const { cursor, ...query } = call.query(auditQuery);
    const { object } = await call.here();
    const { entries, next } = await ask(object.audit({ ...query, ...afterNumber(cursor) }));
    return list("entries", entries, next);
  },

  async verifyAudit(call) {
    const { object } = await call.here();
    return jsonResponse((await ask(object.verify(), LONG_MS)) ?? noEnvironment());
  },

  async listVersions(call) {
    const { limit, cursor } = call.query(pageQuery);
    const { object } = await call.here();
    const { versions, next } = await ask(object.versions({ limit, ...afterNumber(cursor) }));
    return list("versions", versions, next);
  },

  async getVersion(call) {
    const { object } = await call.here();
    const text = await ask(object.version(numberOf(call)));
    if (!text) throw noSuchVersion();
    return new Response(text, { headers: { "Content-Type": "application/json" } });
  },

  async restoreVersion(call) {
    const { comment } = await call.body(commentBody);
    const here = await call.here();
    return answerBatch(here, await done(here.object.restoreVersion(numberOf(call), call.write(comment)), LONG_MS));
  },
} satisfies Handlers;

const noSuchVersion = () => refusal("not-found", "There is no such version.");

function numberOf({ key }: Call): number {
  if (!/^[1-9]\d{0,14}$/.test(key)) throw noSuchVersion();
  return Number(key);
}
