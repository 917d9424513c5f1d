import { Hono } from "hono";
import { adminApp } from "./admin/mount.ts";
import type { Bindings } from "./bindings.ts";
import { refuse } from "./respond.ts";

/** The whole HTTP surface as one fetch handler. */
export function createApp(): { fetch(request: Request, env: Bindings, ctx: ExecutionContext): Promise<Response> } {
  const app = new Hono<{ Bindings: Bindings }>();
  app.route("/admin/v1", adminApp);
  app.notFound(() => refuse("not-found", "There is nothing at this address."));
  return { fetch: async (request, env, ctx) => app.fetch(request, env, ctx) };
}
