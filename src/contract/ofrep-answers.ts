import * as z from "zod";

/* The shapes of answers to evaluations (OFREP 0.3); like answers.ts, for the OpenAPI document and the tests only. */

const evaluationMetadata = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]));
const ofrepErrorCode = z.enum(["PARSE_ERROR", "INVALID_CONTEXT", "FLAG_NOT_FOUND", "GENERAL"]);
export const evaluation = z.strictObject({
  key: z.string(),
  value: z.unknown().optional().describe("Absent: the default in the caller's code applies"),
  variant: z.string().optional(),
  reason: z.enum(["STATIC", "DEFAULT", "TARGETING_MATCH", "SPLIT", "DISABLED"]),
  metadata: evaluationMetadata,
});
export const ofrepError = z.strictObject({
  key: z.string().optional(),
  errorCode: ofrepErrorCode,
  errorDetails: z.string(),
});
export const bulk = z.strictObject({
  flags: z.array(z.union([evaluation, ofrepError.required({ key: true })])),
  metadata: evaluationMetadata,
  eventStreams: z.array(z.strictObject({ type: z.literal("sse"), url: z.url(), inactivityDelaySec: z.int().min(1) })),
});
