import * as z from "zod/mini";
import { comment } from "./admin.ts";
import { environmentName, name } from "./names.ts";

/* Flags and segments on their way in and out: documents, and from one environment to another. */

/** How a document of Sluice's own format begins. */
export const NATIVE = { format: "sluice", formatVersion: 1 } as const;

/** The one format that the Worker takes, by its two names; others are converted before they are sent (src/interchange). */
const format = z._default(
  z
    .enum([NATIVE.format, "native"], "must be sluice, also called native: convert other formats with `sluice import`")
    .check(z.describe("Format of the document; both names mean the same")),
  NATIVE.format,
);
const yes = (what: string) => z._default(z.enum(["true", "false"]).check(z.describe(what)), "false");

export const exportQuery = z.strictObject({ format });
export const importQuery = z.strictObject({
  format,
  dryRun: yes("Answer as the import would, and write nothing"),
  partial: yes("Leave out what isn't valid, and import the rest"),
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
  flags: z.exactOptional(z.array(name).check(z.minLength(1), z.maxLength(1_000), z.describe("Without it, all flags"))),
  include: z.exactOptional(
    z
      .array(z.enum(["share", "enabled"]))
      .check(
        z.maxLength(2),
        z.describe("What of how far a flag has got comes along too; without it the shares and `enabled` of here stay"),
      ),
  ),
  dryRun: z._default(z.boolean().check(z.describe("Answer as the promotion would, and write nothing")), false),
  comment,
});
/** What decides of another environment's flags what is taken on. */
export type Promotion = Pick<z.output<typeof promotion>, "flags" | "include">;

/** What of a flag stayed as it was: pointers into it; the empty one is the whole flag. */
export type Kept = { flag: string; paths: string[] };

/** What an import left out, and why. `path` is a JSON Pointer into the document. */
export type RefusedImport = { flag?: string; segment?: string; path: string; reason: string };
