import * as z from "zod/mini";
import { comment } from "./admin.ts";
import { environmentName, name } from "./names.ts";

/* Flags and segments on their way in and out: documents, and from one environment to another. */

/** How a document of Sluice's own format begins. */
export const NATIVE = { format: "sluice", formatVersion: 1 } as const;

/** The one format that the Worker takes, by its two names; others are converted before they are sent (src/interchange). */
const format = z._default(
  z.enum([NATIVE.format, "native"], "must be sluice, also called native: convert other formats with `sluice import`"),
  NATIVE.format,
);
const yes = z._default(z.enum(["true", "false"]), "false");

export const exportQuery = z.strictObject({ format });
export const importQuery = z.strictObject({
  format,
  dryRun: yes,
  partial: yes,
});

/**
 * A native document, before its flags and segments are looked at one by one. What says where it comes from is not
 * needed.
 */
export const nativeDocument = z.strictObject({
  format: z.literal(NATIVE.format),
  formatVersion: z.literal(NATIVE.formatVersion),
  environment: z.exactOptional(z.string()),
  revision: z.exactOptional(z.string()),
  flags: z._default(z.array(z.unknown()), []),
  segments: z._default(z.array(z.unknown()), []),
});

export const promotion = z.strictObject({
  from: environmentName,
  flags: z.exactOptional(z.array(name).check(z.minLength(1), z.maxLength(1_000))),
  include: z.exactOptional(z.array(z.enum(["share", "enabled"])).check(z.maxLength(2))),
  dryRun: z._default(z.boolean(), false),
  comment,
});
/** What decides of another environment's flags what is taken on. */
export type Promotion = Pick<z.output<typeof promotion>, "flags" | "include">;

/** What of a flag stayed as it was: pointers into it; the empty one is the whole flag. */
export type Kept = { flag: string; paths: string[] };

/** What an import left out, and why. `path` is a JSON Pointer into the document. */
export type RefusedImport = { flag?: string; segment?: string; path: string; reason: string };
