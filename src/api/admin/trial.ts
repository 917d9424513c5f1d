import { evaluateBody, previewBody } from "../../contract/evaluation.ts";
import { jsonResponse } from "../respond.ts";
import { type Handlers, valid } from "./call.ts";
import { batchIn } from "./change.ts";
import { refusal } from "./refused.ts";
import { ask, done, LONG_MS } from "./remote.ts";

/* Trying out: what flags serve, and what changes would change. Nothing is written. */

export const trialHandlers = {
  async evaluate(call) {
    const { context, flag } = await call.body(evaluateBody);
    const { object } = await call.here();
    const flags = await ask(object.explain(context, flag));
    if (!flags) throw refusal("not-found", "There is no such flag.");
    return jsonResponse({ flags });
  },

  async preview(call) {
    const { changes, contexts } = valid("The body", previewBody, batchIn(await call.json()));
    const { object } = await call.here();
    const { flags } = await done(object.preview(changes, contexts), LONG_MS);
    return jsonResponse({ flags });
  },
} satisfies Handlers;
