import { newOverride } from "../../contract/admin.ts";
import { parseInstant } from "../../contract/instant.ts";
import { LONGEST_OVERRIDE, sealOverride } from "../../core/override.ts";
import { written } from "./answer.ts";
import type { Handlers } from "./call.ts";
import { etagOf } from "./environment-view.ts";
import { invalid, refusal } from "./refused.ts";
import { done } from "./remote.ts";

/** Seconds. */
const USUAL = 86_400;

export const overrideHandlers = {
  async createOverride(call) {
    const { flag, variant, expiresAt: wanted, comment } = await call.body(newOverride);
    const { object } = await call.here();
    const secret = call.overrideSecret;
    if (secret === undefined)
      throw refusal("conflict", "Overrides are off here: the secret OVERRIDE_SECRET isn't set.");
    const now = Date.now() / 1000;
    const expiresAt = Math.floor(wanted === undefined ? now + USUAL : parseInstant(wanted)! / 1000);
    if (expiresAt <= now || expiresAt - now > LONGEST_OVERRIDE)
      throw invalid("The body", [{ path: "/expiresAt", message: "must be later than now, by 7 days at most" }]);
    const shown = { flag, variant, expiresAt: new Date(expiresAt * 1000).toISOString() };
    const result = await done(object.overridden(shown, call.write(comment)));
    const override = sealOverride({ flag, variant, expiresAt }, call.env, secret);
    const view = result.replayed ? shown : { ...shown, override };
    return written(view, { ...result, etag: etagOf(result) }, 201);
  },
} satisfies Handlers;
