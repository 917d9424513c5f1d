import { Hono } from "hono/tiny";
import { pathStart } from "./address.ts";
import { adminApp, manifest } from "./admin/mount.ts";
import type { Bindings } from "./bindings.ts";
import { events } from "./events.ts";
import { health } from "./health.ts";
import { mcp } from "./mcp/mount.ts";
import { ofrep } from "./ofrep.ts";
import { isOwnFile, page, PAGES } from "./pages.ts";
import { requestId } from "./request-id.ts";
import { refuse } from "./respond.ts";
import { isForServers, servers } from "./servers.ts";

/**
 * Answers are data: nothing in them is to be run, framed, guessed at, or read by the page of another site. Files bring
 * headers of their own (public/_headers), and so do evaluations, which pages of other sites read.
 */
const SECURITY_HEADERS = {
  "Content-Security-Policy": "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  "Cross-Origin-Resource-Policy": "same-origin",
  "Referrer-Policy": "no-referrer",
  "Strict-Transport-Security": "max-age=31536000",
  "X-Content-Type-Options": "nosniff",
};

export type App = { fetch(request: Request, env: Bindings, ctx: ExecutionContext): Promise<Response> };

/** The whole HTTP surface: evaluation, events, administration, health, the pages of the dashboard, and files. */
export function createApp(): App {
  const routes = new Hono<{ Bindings: Bindings }>();
  routes.route("/admin/v1", adminApp);
  routes.all("/openfeature/*", ({ req, env, executionCtx }) => manifest(req.raw, env, () => executionCtx));
  routes.get("/healthz", ({ req, env, executionCtx }) => health(req.raw, env, executionCtx));
  routes.all("/mcp", ({ req, env }) => mcp(req.raw, env));
  routes.all("/healthz", () => refuse("method-not-allowed", "Available here: GET, HEAD.", { Allow: "GET, HEAD" }));
  routes.on("GET", PAGES, ({ req, env }) => page(req.raw, env));
  routes.on(["POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"], PAGES, () =>
    refuse("method-not-allowed", "Available here: GET, HEAD.", { Allow: "GET, HEAD" }),
  );
  routes.notFound(({ req, env }) => file(req.raw, env));
  routes.onError((error) => {
    throw error; // to the one place below that knows the Request-Id
  });

  async function others(request: Request, env: Bindings, ctx: ExecutionContext, start: number): Promise<Response> {
    const id = requestId();
    try {
      return finish(await routes.fetch(request, env, ctx), request, id);
    } catch (error) {
      const path = request.url.slice(start).split("?", 1)[0];
      console.error("request failed", { requestId: id, method: request.method, path }, error);
      return finish(
        refuse("internal", "Something went wrong here; the log knows more by the Request-Id."),
        request,
        id,
      );
    }
  }

  return {
    // Evaluations don't pass through the router or what is added to the rest: theirs is the path that must be short.
    fetch(request, env, ctx) {
      const start = pathStart(request.url);
      if (isBelow("/ofrep", request.url, start)) return ofrep(request, env, ctx, start);
      if (isForServers(request.url, start)) return servers(request, env, ctx, start);
      return isBelow("/v1", request.url, start) ? events(request, env, ctx, start) : others(request, env, ctx, start);
    },
  };
}

function isBelow(prefix: string, url: string, start: number): boolean {
  if (!url.startsWith(prefix, start)) return false;
  const next = url.charAt(start + prefix.length);
  return next === "" || next === "/" || next === "?";
}

/** A static file, which can only be read; what isn't one is nothing. */
async function file(request: Request, env: Bindings): Promise<Response> {
  const reads = request.method === "GET" || request.method === "HEAD";
  const response = await env.ASSETS.fetch(reads ? request : new Request(request.url, { method: "HEAD" }));
  if (response.status === 404 || !isOwnFile(request.url))
    return refuse("not-found", "There is nothing at this address.");
  return reads ? response : refuse("method-not-allowed", "Available here: GET, HEAD.", { Allow: "GET, HEAD" });
}

/** What every response has, and a body only where the method asks for one. */
function finish(response: Response, request: Request, id: string): Response {
  const headers = new Headers(response.headers);
  headers.set("Request-Id", id);
  for (const [name, value] of Object.entries(SECURITY_HEADERS)) if (!headers.has(name)) headers.set(name, value);
  return new Response(request.method === "HEAD" ? null : response.body, { status: response.status, headers });
}
