import * as z from "zod";
import type { Flag } from "./flag.ts";
import { LIMITS } from "./limits.ts";
import { environmentName, name } from "./names.ts";
import type { Segment } from "./segment.ts";
import { rolloutTarget } from "./change.ts";

/* Bodies and answers of the administration API. Every answer's resource is a plain JSON value. */

const comment = z.string().max(LIMITS.textLength).optional();

export const commentBody = z.strictObject({ comment });
export const rolloutBody = rolloutTarget.extend({ comment });
export const newEnvironment = z.strictObject({
  name: environmentName,
  description: z.string().max(LIMITS.textLength).default(""),
  copyFrom: environmentName.optional(),
  comment,
});
export const environmentPatch = z.strictObject({ description: z.string().max(LIMITS.textLength).optional(), comment });
const origin = z
  .string()
  .max(LIMITS.textLength)
  .regex(/^[a-z][a-z0-9+.-]*:\/\/[^/?#\s]+$/, "must be an origin such as https://example.com");
export const newKey = z
  .strictObject({
    kind: z.enum(["client", "server"]),
    name: name,
    origins: z.array(origin).max(100).default([]),
    comment,
  })
  .refine((key) => key.kind === "client" || key.origins.length === 0, {
    path: ["origins"],
    message: "can tie only a client key",
  });
const member = z.string().min(1).max(LIMITS.memberLength);
export const memberChanges = z.strictObject({
  add: z.array(member).default([]),
  remove: z.array(member).default([]),
  comment,
});

type Stamps = { version: number; createdAt: string; updatedAt: string; updatedBy: string };
export type FlagView = Stamps & { flag: Flag; archivedAt?: string };
export type SegmentView = Stamps & { segment: Segment };
export type EnvironmentView = {
  name: string;
  description: string;
  version: number;
  revision: string;
  flags: number;
  createdAt: string;
};
/** An environment key as it is listed; the secret exists only in the answer that created it. */
export type KeyView = {
  id: string;
  kind: "client" | "server";
  name: string;
  origins: string[];
  createdAt: string;
  createdBy: string;
};
