import { type AuditEntry, auditQuery } from "../../contract/audit.ts";
import type { Role } from "../../contract/role.ts";
import { pageQuery, versionRestoring } from "../../contract/admin.ts";
import { jsonResponse } from "../respond.ts";
import { list, written } from "./answer.ts";
import { type Call, type Handlers, noEnvironment } from "./call.ts";
import { afterNumber } from "./cursor.ts";
import { etagOf } from "./environment-view.ts";
import { loggedPlanFor } from "./plan-addresses.ts";
import { refusal } from "./refused.ts";
import { ask, done, LONG_MS } from "./remote.ts";

/* What was done, and how things stood. */

export const auditHandlers = {
  async listAudit(call) {
    const { cursor, ...query } = call.query(auditQuery);
    const { object } = await call.here();
    const { entries, next } = await ask(object.audit({ ...query, ...afterNumber(cursor) }));
    return list(
      "entries",
      entries.map((one) => entryFor(call.principal.role, one)),
      next,
    );
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
    const { comment, dryRun, releases } = await call.body(versionRestoring);
    const { object, wrote } = await call.here();
    const how = { ...call.write(comment), dryRun };
    const result = await done(object.restoreVersion(numberOf(call), how, releases), LONG_MS);
    wrote(result.version);
    const { diff = [], kept = [], preview } = result;
    return written({ diff, kept, ...(preview && { preview }) }, { ...result, etag: etagOf(result) });
  },
} satisfies Handlers;

/** An entry as somebody with this role sees it. */
export function entryFor(role: Role, entry: AuditEntry): AuditEntry {
  if (entry.target.kind !== "plan") return entry;
  const [before, after] = [loggedPlanFor(role, entry.before), loggedPlanFor(role, entry.after)];
  return { ...entry, before: before as AuditEntry["before"], after: after as AuditEntry["after"] };
}

const noSuchVersion = () => refusal("not-found", "There is no such version.");

function numberOf({ key }: Call): number {
  if (!/^[1-9]\d{0,14}$/.test(key)) throw noSuchVersion();
  return Number(key);
}
