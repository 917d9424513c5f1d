import * as z from "zod";
import { difference, effects, flagView } from "./answers.ts";

/* The shapes of answers to promotions and restorings; like answers.ts, for the OpenAPI document and the tests only. */

const kept = z
  .array(
    z.strictObject({
      flag: z.string(),
      paths: z.array(z.string()).describe("JSON Pointers into the flag; the empty one is the whole flag"),
    }),
  )
  .describe(
    "What stayed as it was here: shares and `enabled` that were not asked for, and flags that are being released",
  );
const previewed = effects.optional().describe("For whom of the sample of recent contexts it would change something");
export const promoted = z.strictObject({
  diff: z.array(difference),
  kept,
  preview: previewed.describe("Of a dry run: for whom of the sample of recent contexts it would change something"),
});
export const restored = z.strictObject({ diff: z.array(difference), kept, preview: previewed });
export const restoredFlag = flagView.extend({ diff: z.array(difference).optional(), preview: previewed });
