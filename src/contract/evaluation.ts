import * as z from "zod";
import { changeList } from "./change.ts";
import { deeperThan, isJsonObject, type JsonObject, type JsonValue, utf8Length } from "./json.ts";
import { LIMITS } from "./limits.ts";
import { name } from "./names.ts";
import type { Reason } from "./ofrep.ts";

/* Trying out what flags serve: what is sent, and what comes back. */

/**
 * An evaluation context as an administrator writes it: the limits and the meaning are those of an evaluation request,
 * but nothing is added by the edge. A `targetingKey` that is neither text nor a safe integer counts as absent.
 */
const evaluationContext = z
  .custom<JsonObject>(isJsonObject, "must be an object")
  .refine((value) => !deeperThan(value, LIMITS.contextDepth), `must be at most ${LIMITS.contextDepth} levels deep`)
  .refine(
    (value) => utf8Length(JSON.stringify(value)) <= LIMITS.contextBytes,
    `must be at most ${LIMITS.contextBytes} bytes of JSON`,
  )
  .transform(({ targetingKey, ...rest }): JsonObject => {
    const usable = typeof targetingKey === "string" || Number.isSafeInteger(targetingKey);
    return usable ? { targetingKey: targetingKey!, ...rest } : rest;
  })
  .meta({ type: "object", additionalProperties: true });

export const evaluateBody = z.strictObject({ context: evaluationContext, flag: name.exactOptional() });
export const previewBody = z.strictObject({
  changes: changeList,
  contexts: z.array(evaluationContext).max(LIMITS.previewContexts).exactOptional(),
});

/** What a flag serves to one context. Without value and variant, the default in the code applies. */
export type Served = { value?: JsonValue; variant?: string; reason: Reason; ruleId?: string };

/** What a batch of changes would do to one flag. null: there is no such flag, or it is archived. */
export type Effect = {
  key: string;
  /** For how many of the contexts value or variant would be another. */
  changed: number;
  of: number;
  examples: { context: JsonObject; before: Served | null; after: Served | null }[];
};
