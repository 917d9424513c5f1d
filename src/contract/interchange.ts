import * as z from "zod";
import { comment } from "./admin.ts";
import { environmentName, name } from "./names.ts";

/* Flags and segments on their way in and out: documents, and from one environment to another. */

/** How a document of Sluice's own format begins. */
export const NATIVE = { format: "sluice", formatVersion: 1 } as const;

/** The formats that are known by name; others follow with their importers. */
const format = z
  .enum([NATIVE.format], "must be sluice, the only format so far")
  .default(NATIVE.format)
  .describe("Format of the document");
const yes = z.enum(["true", "false"]).default("false");

export const exportQuery = z.object({ format });
export const importQuery = z.object({
  format,
  dryRun: yes.describe("Answer as the import would, and write nothing"),
  partial: yes.describe("Leave out what isn't valid, and import the rest"),
});

/**
 * A native document, before its flags and segments are looked at one by one. What says where it comes from is not
 * needed.
 */
export const nativeDocument = z.strictObject({
  format: z.literal(NATIVE.format),
  formatVersion: z.literal(NATIVE.formatVersion),
  environment: z.string().exactOptional(),
  revision: z.string().exactOptional(),
  flags: z.array(z.unknown()).default([]),
  segments: z.array(z.unknown()).default([]),
});

export const promotion = z.strictObject({
  from: environmentName,
  flags: z.array(name).min(1).max(1_000).exactOptional().describe("Without it, all flags"),
  dryRun: z.boolean().default(false),
  comment,
});

/** What an import left out, and why. `path` is a JSON Pointer into the document. */
export type RefusedImport = { flag?: string; segment?: string; path: string; reason: string };
