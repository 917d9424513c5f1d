import { Hono } from "hono";
import { includes } from "../../contract/role.ts";
import type { Operation } from "../../contract/routes.ts";
import { authenticateAdmin } from "../auth.ts";
import type { Bindings } from "../bindings.ts";
import { jsonResponse, problemResponse } from "../respond.ts";
import { auditHandlers } from "./audit.ts";
import { Call } from "./call.ts";
import { changeHandlers } from "./change.ts";
import { environmentHandlers } from "./environments.ts";
import { flagHandlers } from "./flags.ts";
import { interchangeHandlers } from "./interchange.ts";
import { keyHandlers } from "./keys.ts";
import { refusal, Refused } from "./refused.ts";
import { resolve } from "./route.ts";
import { segmentHandlers } from "./segments.ts";
import { trialHandlers } from "./trial.ts";

const PREFIX = "/admin/v1";

const HANDLERS: Record<Operation, (call: Call) => Promise<Response>> = {
  whoAmI: async ({ principal }) => {
    const { actor, role, environments } = principal;
    return jsonResponse({ ...actor, role, environments });
  },
  ...environmentHandlers,
  ...flagHandlers,
  ...segmentHandlers,
  ...changeHandlers,
  ...auditHandlers,
  ...trialHandlers,
  ...interchangeHandlers,
  ...keyHandlers,
};

/** The administration API, mounted below `/admin/v1`. */
export const adminApp = new Hono<{ Bindings: Bindings }>();

adminApp.all("*", async (context) => {
  const response = await answer(context.req.raw, context.env);
  response.headers.set("Cache-Control", "no-store");
  return response;
});

/** Who, what, whether they may, and how it is sent: all of that before anything is read from the body. */
async function answer(request: Request, bindings: Bindings): Promise<Response> {
  const principal = await authenticateAdmin(request, bindings);
  if ("type" in principal) return problemResponse(principal);
  const route = resolve(request.method, new URL(request.url).pathname.slice(PREFIX.length));
  if ("problem" in route)
    return problemResponse(route.problem, route.allow === undefined ? {} : { Allow: route.allow });
  try {
    const call = new Call(request, route, principal, bindings);
    if (route.env !== "") call.enter(route.env);
    if (!includes(principal.role, route.role)) throw refusal("forbidden", "Not with this credential.");
    if (!isRead(request.method)) insistOnJson(request.headers);
    return await HANDLERS[route.operation](call);
  } catch (error) {
    if (error instanceof Refused) return problemResponse(error.problem);
    throw error;
  }
}

function isRead(method: string): boolean {
  return method === "GET" || method === "HEAD";
}

/** Also of an empty body: a page of another origin can't send this type without asking first. */
function insistOnJson(headers: Headers): void {
  if (!/^application\/(?:merge-patch\+)?json\s*(?:;|$)/i.test(headers.get("Content-Type") ?? ""))
    throw refusal(
      "unsupported-media-type",
      "A write needs Content-Type: application/json or application/merge-patch+json.",
    );
}
