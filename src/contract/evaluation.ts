import * as z from "zod/mini";
import { changeList } from "./change.ts";
import { dateTime } from "./flag.ts";
import { deeperThan, isJsonObject, type JsonObject, type JsonValue, utf8Length } from "./json.ts";
import * as LIMITS from "./limits.ts";
import { name } from "./names.ts";
import type { Reason } from "./ofrep.ts";

/* Trying out what flags serve: what is sent, and what comes back. */

/**
 * An evaluation context as an administrator writes it: the limits and the meaning are those of an evaluation request,
 * but nothing is added by the edge. A `targetingKey` that is neither text nor a safe integer counts as absent.
 */
const evaluationContext = z.pipe(
  z.custom<JsonObject>(isJsonObject, "must be an object").check(
    z.refine((value) => !deeperThan(value, LIMITS.contextDepth), `must be at most ${LIMITS.contextDepth} levels deep`),
    z.refine(
      (value) => utf8Length(JSON.stringify(value)) <= LIMITS.contextBytes,
      `must be at most ${LIMITS.contextBytes} bytes of JSON`,
    ),
    z.meta({ type: "object", additionalProperties: true }),
  ),
  z.transform(({ targetingKey, ...rest }: JsonObject): JsonObject => {
    const usable = typeof targetingKey === "string" || Number.isSafeInteger(targetingKey);
    return usable ? { targetingKey: targetingKey!, ...rest } : rest;
  }),
);

export const evaluateBody = z.strictObject({
  context: evaluationContext,
  flag: z.exactOptional(name),
  at: z.exactOptional(z.union([z.int().check(z.minimum(1)), dateTime])),
});
export const previewBody = z.strictObject({
  changes: changeList,
  contexts: z.exactOptional(z.array(evaluationContext).check(z.maxLength(LIMITS.previewContexts))),
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
