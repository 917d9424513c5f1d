import { Hono } from "hono/tiny";
import type { Problem } from "../../contract/problem.ts";
import type { Operation } from "../../contract/routes.ts";
import type { Principal } from "../admin-token.ts";
import type { Afterwards, Bindings } from "../bindings.ts";
import { isJson } from "../body.ts";
import { authenticateAdmin } from "../principal.ts";
import { jsonResponse, problemResponse } from "../respond.ts";
import { auditHandlers } from "./audit.ts";
import { alertHandlers, answerAlert } from "./alert.ts";
import { written } from "./answer.ts";
import { Call } from "./call.ts";
import { changeHandlers } from "./change.ts";
import { changeRequestHandlers, requestFor } from "./change-requests.ts";
import { etagOf } from "./environment-view.ts";
import { environmentHandlers } from "./environments.ts";
import { everywhereHandlers } from "./everywhere.ts";
import { experimentHandlers } from "./experiment.ts";
import { flagHandlers } from "./flags.ts";
import { interchangeHandlers } from "./interchange.ts";
import { keyHandlers } from "./keys.ts";
import { describe } from "./me.ts";
import { asManifest, manifestHandlers, throughEnvironment } from "./manifest.ts";
import { metricHandlers } from "./metrics.ts";
import { overrideHandlers } from "./overrides.ts";
import { noteRefusal } from "./refusals.ts";
import { Forbidden, refusal, Refused } from "./refused.ts";
import { planPreviewHandlers } from "./plan-preview.ts";
import { proposalHandlers } from "./proposals.ts";
import { releaseHandlers } from "./releases.ts";
import { Postponed } from "./remote.ts";
import { resolve, type Route } from "./route.ts";
import { segmentHandlers } from "./segments.ts";
import { sessionHandlers } from "./session.ts";
import { tokenHandlers } from "./tokens.ts";
import { trialHandlers } from "./trial.ts";
import { watchHandlers } from "./watch.ts";
import { webhookHandlers } from "./webhooks.ts";
import { workspaceAuditHandlers } from "./workspace-audit.ts";

const PREFIX = "/admin/v1";
/** Whoever signs in: nobody yet, who may do nothing anywhere. */
const NOBODY: Principal = { actor: { id: "", name: "", via: "token" }, role: "viewer", environments: [] };

const HANDLERS: Record<Operation, (call: Call) => Promise<Response>> = {
  whoAmI: async ({ principal }) => jsonResponse(describe(principal)),
  ...sessionHandlers,
  ...environmentHandlers,
  ...flagHandlers,
  ...everywhereHandlers,
  ...releaseHandlers,
  ...planPreviewHandlers,
  ...alertHandlers,
  ...segmentHandlers,
  ...changeHandlers,
  ...proposalHandlers,
  ...auditHandlers,
  ...trialHandlers,
  ...watchHandlers,
  ...interchangeHandlers,
  ...manifestHandlers,
  ...metricHandlers,
  ...experimentHandlers,
  ...keyHandlers,
  ...overrideHandlers,
  ...changeRequestHandlers,
  ...webhookHandlers,
  ...tokenHandlers,
  ...workspaceAuditHandlers,
};

/** The administration API, mounted below `/admin/v1`. */
export const adminApp = new Hono<{ Bindings: Bindings }>();

adminApp.all("*", async (context) => {
  return administer(context.req.raw, context.env, () => context.executionCtx);
});

/** The same routes as the OpenFeature CLI asks for them where its provider's address is ours without more. */
export async function manifest(request: Request, env: Bindings, ctx: () => Afterwards): Promise<Response> {
  return administer(await throughEnvironment(request, env, ctx), env, ctx);
}

async function administer(request: Request, env: Bindings, ctx: () => Afterwards): Promise<Response> {
  const response = await asManifest(request, await answer(request, env, ctx));
  // Who compresses on the way weakens the tag, and no weak one satisfies an If-Match.
  response.headers.set("Cache-Control", response.headers.has("ETag") ? "no-store, no-transform" : "no-store");
  return response;
}

/** Who, what, whether they may, and how it is sent: all of that before anything is read from the body. */
async function answer(request: Request, bindings: Bindings, ctx: () => Afterwards): Promise<Response> {
  try {
    const path = new URL(request.url).pathname.slice(PREFIX.length);
    const alerted = await answerAlert(request, path, bindings, { waitUntil: (work) => ctx().waitUntil(work) });
    if (alerted) return alerted;
    const route = resolve(request.method, path);
    const signsIn = "operation" in route && route.operation === "createSession";
    const principal = signsIn ? NOBODY : await authenticateAdmin(request, bindings, ctx);
    if ("type" in principal) return problemResponse(principal);
    if (principal.agent && !isRead(request.method)) return problemResponse(AGENTS_WRITE_ELSEWHERE);
    return await answerAs(principal, request, bindings);
  } catch (error) {
    if (error instanceof Refused) return problemResponse(error.problem);
    throw error;
  }
}

const AGENTS_WRITE_ELSEWHERE: Problem = { type: "forbidden", detail: "The token of an agent writes at /mcp only." };

/** Answers a request of somebody who is known already, for whom the same holds as for everybody else. */
export async function answerAs(principal: Principal, request: Request, bindings: Bindings): Promise<Response> {
  try {
    const route = resolve(request.method, new URL(request.url).pathname.slice(PREFIX.length));
    if ("problem" in route)
      return problemResponse(route.problem, route.allow === undefined ? {} : { Allow: route.allow });
    return await serve(new Call(request, route, principal, bindings), route, request);
  } catch (error) {
    if (error instanceof Refused) return problemResponse(error.problem);
    if (error instanceof Postponed)
      return written(error.result.postponed, { ...error.result, etag: etagOf(error.result) }, 202);
    throw error;
  }
}

async function serve(call: Call, route: Route, request: Request): Promise<Response> {
  const write = !isRead(request.method);
  if (route.env !== "") call.enter(route.env);
  if (write && comesByItself(call, route)) insistOnSameOrigin(request);
  try {
    call.need(route.role);
    if (write) insistOnJson(request.headers);
    const response = await HANDLERS[route.operation](call);
    call.insistOnReadQuery();
    return response;
  } catch (error) {
    if (error instanceof Forbidden) await noteRefusal(call, route, error.needed);
    if (error instanceof Postponed) throw error.shownTo((request) => requestFor(call.principal.role, request));
    throw error;
  }
}

function isRead(method: string): boolean {
  return method === "GET" || method === "HEAD";
}

/** Also of an empty body: a page of another origin can't send this type without asking first. */
function insistOnJson(headers: Headers): void {
  if (!isJson(headers))
    throw refusal(
      "unsupported-media-type",
      "A write needs Content-Type: application/json or application/merge-patch+json, in UTF-8.",
    );
}

/**
 * Whether a browser sends the credential along by itself. Signing in and out is held to the same rule whatever comes
 * with it, or a page elsewhere could sign somebody in as another.
 */
function comesByItself({ principal }: Call, { operation }: Route): boolean {
  if (operation === "createSession" || operation === "deleteSession") return true;
  return principal.actor.via === "access" || principal.session !== undefined;
}

/** What a browser sends along by itself, like a cookie, proves nothing about which page wanted it sent. */
function insistOnSameOrigin({ headers, url }: Request): void {
  const site = headers.get("Sec-Fetch-Site");
  const same = site === null ? headers.get("Origin") === new URL(url).origin : site === "same-origin";
  if (!same) throw refusal("cross-site", "A write by somebody who is signed in must come from this site's own pages.");
}
