import * as z from "zod/mini";
import * as LIMITS from "./limits.ts";

/*
 * Whether an environment keeps a sample of the contexts that were evaluated, for previews, and what of them.
 * docs/privacy.md says what is kept where and for how long.
 */

const paths = z
  .array(z.string().check(z.minLength(1), z.maxLength(LIMITS.nameLength)))
  .check(z.maxLength(LIMITS.sampledPaths));

/** What is given takes the place of what was; the rest stays. */
export const samplingPatch = z.strictObject({
  enabled: z.exactOptional(z.boolean()),
  redact: z.exactOptional(paths),
  hash: z.exactOptional(paths),
});
export type SamplingPatch = z.output<typeof samplingPatch>;

export type Sampling = { enabled: boolean; redact: string[]; hash: string[] };
export const NO_SAMPLING: Sampling = { enabled: false, redact: [], hash: [] };

/** How it travels in the snapshot, where it is enabled. The salt is another one after every change of the setting. */
export type PublishedSampling = { redact: string[]; hash: string[]; salt: string };
