import { commentBody } from "../../contract/admin.ts";
import { newSession } from "../../contract/session.ts";
import { jsonResponse } from "../respond.ts";
import type { Handlers } from "./call.ts";
import { describe } from "./me.ts";

/* Signing in to the dashboard, and out of it. */

export const sessionHandlers = {
  /** Reached by callers that nobody is yet: the token in the body says who they are. */
  async createSession(call) {
    const { token } = await call.body(newSession);
    const { principal, cookie } = await call.signIn(token);
    return jsonResponse(describe(principal), 200, { "Set-Cookie": cookie });
  },

  async deleteSession(call) {
    await call.body(commentBody);
    const cookie = await call.signOut();
    return new Response(null, { status: 204, headers: cookie === undefined ? {} : { "Set-Cookie": cookie } });
  },
} satisfies Handlers;
