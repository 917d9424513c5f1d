import { commentBody, newToken, pageQuery } from "../../contract/admin.ts";
import { parseInstant } from "../../contract/instant.ts";
import { OUT_OF_SCOPE } from "../../contract/problem.ts";
import { within } from "../../contract/role.ts";
import { hashKey, mintAdminToken, mintId } from "../keys.ts";
import { list, written } from "./answer.ts";
import type { Call, Handlers } from "./call.ts";
import { afterKey, pageOf } from "./cursor.ts";
import { etagOf } from "./environment-view.ts";
import { invalid, refusal, Refused } from "./refused.ts";
import { ask, done } from "./remote.ts";

/* Admin tokens. Nobody sees, makes or revokes one that reaches further than they do. */

export const tokenHandlers = {
  async listTokens(call) {
    const { limit, cursor } = call.query(pageQuery);
    const { after } = afterKey(cursor);
    const tokens = await ask(call.workspace.tokens());
    const visible = tokens.filter(({ environments }) => within(environments, call.principal.environments));
    const { items, next } = pageOf(visible, (token) => token.id, after, limit);
    return list("tokens", items, next);
  },

  async createToken(call) {
    const { comment, expiresAt, ...spec } = await call.body(newToken);
    if (!within(spec.environments, call.principal.environments)) throw new Refused(OUT_OF_SCOPE);
    call.need(spec.role);
    const expiry = expiryOf(call, expiresAt);
    const secret = mintAdminToken();
    const token = { ...spec, ...expiry, id: mintId(Date.now()), hash: await hashKey(secret) };
    const result = await done(call.workspace.createToken(token, call.write(comment)));
    call.wroteMap();
    const view = result.replayed ? result.token : { ...result.token, secret };
    return written(view, { ...result, etag: etagOf(result) }, 201, `${call.path}/${view.id}`);
  },

  async deleteToken(call) {
    const { comment } = await call.body(commentBody);
    const { environments } = call.principal;
    const result = await done(call.workspace.deleteToken(call.key, environments, call.write(comment)));
    return written(undefined, result);
  },
} satisfies Handlers;

/** When a new token expires. A token that expires makes none that lives longer, or its end would mean nothing. */
function expiryOf({ principal }: Call, text: string | undefined): { expiresAt?: string } {
  const at = text === undefined ? Infinity : Math.floor(parseInstant(text) ?? 0);
  if (at <= Date.now()) throw invalid("The body", [{ path: "/expiresAt", message: "must be in the future" }]);
  if (principal.until !== undefined && at > Date.parse(principal.until))
    throw refusal("forbidden", `A token made with this one must expire with it, at ${principal.until}.`);
  return at === Infinity ? {} : { expiresAt: new Date(at).toISOString() };
}
