import type { JsonValue } from "../../contract/json.ts";
import * as LIMITS from "../../contract/limits.ts";
import { PRODUCT_VERSION } from "../../contract/version.ts";
import { answerAs } from "../admin/mount.ts";
import type { Principal } from "../admin-token.ts";
import type { Bindings } from "../bindings.ts";
import { credential } from "../auth.ts";
import { readUtf8 } from "../body.ts";
import { authenticateToken } from "../principal.ts";
import { jsonResponse, problemResponse, refuse } from "../respond.ts";
import { answerMessage } from "./protocol.ts";
import { serverOf } from "./server.ts";
import type { Admin } from "./tools.ts";

/*
 * `/mcp`: agents, with an admin token as `Authorization` and nothing else. Cookies and assertions of Access come along by
 * themselves, so they aren't looked at. Requests of pages elsewhere are refused, and on loopback those for a name that
 * was bound to this machine from outside.
 */

export async function mcp(request: Request, env: Bindings): Promise<Response> {
  if (request.method !== "POST") return refuse("method-not-allowed", "Available here: POST.", { Allow: "POST" });
  if (comesFromElsewhere(request)) return refuse("cross-site", "Pages of other sites can't speak to agents' door.");
  const presented = request.headers.has("Authorization") ? credential(request.headers) : undefined;
  const principal =
    presented === undefined
      ? ({ type: "unauthenticated", detail: "A valid admin token is needed." } as const)
      : await authenticateToken(presented, request.headers, env);
  if ("type" in principal)
    return problemResponse(principal, principal.type === "unauthenticated" ? { "WWW-Authenticate": "Bearer" } : {});
  const body = await readUtf8(request, LIMITS.mcpBytes);
  if (!body.ok) return problemResponse(body.problem);
  const adminFor = (client: string): Admin => adminOf(agent(principal, client), request.url, env);
  const { status, body: answer } = await answerMessage(
    body.text,
    (name) => request.headers.get(name),
    serverOf(PRODUCT_VERSION, adminFor),
  );
  return answer === undefined
    ? new Response(null, { status })
    : jsonResponse(answer, status, { "Cache-Control": "no-store" });
}

const LOOPBACK = /^(?:localhost|.*\.localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;

/** A browser says where a page comes from; a name that was rebound to this machine has an origin that fits its address. */
function comesFromElsewhere({ url, headers }: Request): boolean {
  const { origin, hostname, protocol } = new URL(url);
  const from = headers.get("Origin");
  if (from !== null && from !== origin) return true;
  // Loopback is spoken to in the clear; a deployed Worker only by https.
  return protocol === "http:" && !LOOPBACK.test(hostname);
}

/** The caller with the name of the client that it says it is, for the log. */
function agent(principal: Principal, client: string): Principal {
  const said = client
    .toWellFormed()
    .replaceAll(/[^\p{L}\p{N} ._/-]/gu, "")
    .slice(0, 60);
  const whose = principal.agent ? `agent, made by ${principal.agent.madeBy}` : "by an agent";
  const name = `${principal.actor.name}, ${whose}${said === "" ? "" : ` (says it is ${said})`}`;
  return { ...principal, actor: { ...principal.actor, name } };
}

/** The administration API as this caller, without a way around it: the same routes, roles, bodies and log. */
function adminOf(principal: Principal, url: string, env: Bindings): Admin {
  const { origin } = new URL(url);
  return async (method, path, body) => {
    const reads = method === "GET";
    const headers: Record<string, string> = {
      Accept: "application/json",
      ...(!reads && { "Content-Type": "application/json" }),
    };
    const request = new Request(`${origin}/admin/v1${path}`, {
      method,
      headers,
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const response = await answerAs(principal, request, env);
    const text = await response.text();
    return { status: response.status, body: text === "" ? null : (JSON.parse(text) as JsonValue) };
  };
}
