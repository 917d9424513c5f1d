import * as z from "zod";
import { problem, stale } from "./answers.ts";
import { FLAG_TYPES } from "./flag.ts";
import { PHASES } from "./release.ts";

/* The shapes of answers over several environments; like answers.ts, for the OpenAPI document and the tests only. */

const time = z.iso.datetime();
const cursor = z.string().optional().describe("Present when there is more: pass it as `cursor`");

export const flagLine = z
  .strictObject({
    environment: z.string(),
    unavailable: z.literal(true).optional().describe("This environment can't be reached; nothing else is known"),
    exists: z.boolean().optional().describe("Whether there is a flag by that key here, archived or not"),
    archived: z.literal(true).optional(),
    type: z.enum(FLAG_TYPES).optional(),
    kind: z.enum(["release", "experiment", "operational", "permission"]).optional(),
    enabled: z.boolean().optional(),
    sentence: z.string().max(160).optional().describe("What the flag does, cut at 160 characters"),
    serve: z
      .union([
        z.strictObject({ variant: z.string() }),
        z.strictObject({ codeDefault: z.literal(true) }),
        z.strictObject({ rollout: z.strictObject({}) }),
      ])
      .optional()
      .describe("What the default serves; of a rollout `percentage` has the share"),
    rules: z.int().min(0).optional().describe("How many rules it has"),
    percentage: z
      .number()
      .optional()
      .describe("Share of the default's rollout, or, where the default has none, of the first rule that has one"),
    release: z
      .strictObject({ id: z.string(), state: z.enum(PHASES), percentage: z.number() })
      .optional()
      .describe("The live one"),
    owner: z.string().optional(),
    tags: z.array(z.string()).max(5).optional().describe("The first five"),
    stale: stale.optional(),
    lastEvaluatedAt: time.optional(),
    version: z.int().min(0).optional().describe("Version of the environment at which the flag last changed"),
  })
  .describe("A flag in one environment: at most 500 bytes beside the names that people gave");
export const flagLines = z.strictObject({
  key: z.string(),
  environments: z.array(flagLine).describe("Every environment that the caller may enter, or those asked for, by name"),
});
export const flagsEverywhere = z.strictObject({ flags: z.array(flagLines), cursor });

export const createdFlag = z.strictObject({
  environments: z.array(
    z.strictObject({
      environment: z.string(),
      status: z.int().describe("What the same PUT there would have answered: 201, 202, 404, 409, 412, 422, 503"),
      version: z.int().min(0).optional().describe("Version of the environment after it"),
      problem: problem.optional().describe("Why it wasn't made there"),
    }),
  ),
});
