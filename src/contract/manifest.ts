import * as z from "zod/mini";
import { text } from "./admin.ts";
import { name } from "./names.ts";

/* What the OpenFeature CLI pushes: a flag of its manifest. */

const TYPES = ["boolean", "string", "integer", "float", "object"] as const;
export const manifestUpdate = z.strictObject({
  key: name,
  type: z.enum(TYPES),
  name: z.optional(z.string().check(z.describe("Not kept: a flag has its key"))),
  description: z.optional(z.nullable(text)),
  defaultValue: z.optional(z.unknown().check(z.describe("A value of the type"))),
});
export const newManifestFlag = z
  .extend(manifestUpdate, { defaultValue: z.unknown().check(z.describe("A value of the type")) })
  .check(
    z.refine(({ type, defaultValue }) => isOf(defaultValue, type), {
      path: ["defaultValue"],
      message: "must be of the type",
    }),
  );

function isOf(value: unknown, type: (typeof TYPES)[number]): boolean {
  if (type === "integer") return Number.isSafeInteger(value);
  if (type === "float") return typeof value === "number";
  return type === "object"
    ? typeof value === "object" && value !== null && !Array.isArray(value)
    : typeof value === type;
}
