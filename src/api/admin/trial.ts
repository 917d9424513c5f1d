import { evaluateBody, previewBody } from "../../contract/evaluation.ts";
import { parseInstant } from "../../contract/instant.ts";
import { jsonResponse } from "../respond.ts";
import { type Handlers, valid } from "./call.ts";
import { batchIn } from "./change.ts";
import { refusal } from "./refused.ts";
import { done, LONG_MS } from "./remote.ts";

/* Trying out: what flags serve, and what changes would change. Nothing is written. */

export const trialHandlers = {
  async evaluate(call) {
    const { context, flag, at } = await call.body(evaluateBody);
    const { object } = await call.here();
    const { flags } = await done(object.explain(context, flag, at === undefined ? undefined : pointIn(at)), LONG_MS);
    if (!flags)
      throw refusal("not-found", at === undefined ? "There is no such flag." : "There was no such thing then.");
    return jsonResponse({ flags });
  },

  async preview(call) {
    const { changes, contexts } = valid("The body", previewBody, batchIn(await call.json()));
    const { object } = await call.here();
    const { flags } = await done(object.preview(changes, contexts), LONG_MS);
    return jsonResponse({ flags });
  },
} satisfies Handlers;

function pointIn(at: number | string): { version: number } | { instant: number } {
  return typeof at === "number" ? { version: at } : { instant: Math.floor(parseInstant(at)!) };
}
