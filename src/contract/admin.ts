import * as z from "zod";
import { changeList, rolloutTarget } from "./change.ts";
import { dateTime, type Flag } from "./flag.ts";
import { LIMITS } from "./limits.ts";
import { environmentName, name } from "./names.ts";
import { type Role, role, type Scope, scope } from "./role.ts";
import { type Sampling, samplingPatch } from "./sampling.ts";
import type { Segment } from "./segment.ts";

/* Bodies, queries and answers of the administration API. Every answer's resource is a plain JSON value. */

const text = z.string().max(LIMITS.textLength);

/** Why something was done, for the audit log. */
export const comment = text.exactOptional();

export const commentBody = z.strictObject({ comment });
export const rolloutBody = rolloutTarget.extend({ comment });
export const batchBody = z.strictObject({ changes: changeList, comment });
export const newEnvironment = z.strictObject({
  name: environmentName,
  description: text.default(""),
  copyFrom: environmentName.exactOptional(),
  comment,
});
export const environmentPatch = z.strictObject({
  description: text.exactOptional(),
  sampling: samplingPatch.exactOptional(),
  comment,
});
/** The query that a deletion needs: the environment's name once more. */
export const environmentRemoval = z.object({ confirm: z.string().exactOptional() });

/** As browsers write it: lower case, no path, and no port where it is the scheme's own. */
const origin = text.regex(
  /^(?!https:.*:443$|http:.*:80$)[a-z][a-z0-9+.-]*:\/\/[^/?#@\s\p{Lu}]+$/u,
  "must be an origin such as https://example.com",
);
export const newKey = z
  .strictObject({
    kind: z.enum(["client", "server"]),
    name,
    origins: z.array(origin).max(100).default([]),
    comment,
  })
  .refine((key) => key.kind === "client" || key.origins.length === 0, {
    path: ["origins"],
    message: "can tie only a client key",
  });

export const newToken = z.strictObject({
  name,
  role,
  environments: scope,
  expiresAt: dateTime.exactOptional(),
  comment,
});

/** What an Idempotency-Key may be. */
export const idempotencyKey = z.string().regex(/^[\x20-\x7e]{1,255}$/, "must be 1 to 255 printable ASCII characters");

const member = z.string().min(1).max(LIMITS.memberLength);
export const memberChanges = z.strictObject({
  add: z.array(member).default([]),
  remove: z.array(member).default([]),
  comment,
});

/** How a list pages. A cursor is opaque: a client hands back the one it was given. */
export const pageQuery = z.object({
  limit: z
    .string()
    .regex(/^\d{1,9}$/, "must be a whole number")
    .transform(Number)
    .pipe(z.number().min(1).max(LIMITS.page))
    .default(LIMITS.usualPage),
  cursor: z
    .string()
    .max(4 * LIMITS.textLength)
    .exactOptional(),
});

export const FLAG_STATES = ["enabled", "disabled", "archived", "stale"] as const;

/** Which flags a list shows; a filter that is absent lets all through. */
export const flagQuery = pageQuery.extend({
  q: text.exactOptional(),
  tag: text.exactOptional(),
  kind: z.enum(["release", "experiment", "operational", "permission"]).exactOptional(),
  owner: text.exactOptional(),
  state: z.enum(FLAG_STATES).exactOptional(),
});

type Stamps = { version: number; createdAt: string; updatedAt: string; updatedBy: string };
/** Since when a flag has outlived its use, and what shows it. */
export type Stale = { since: string; why: "rolled-out" | "rolled-back" | "forgotten" | "dead" | "overdue" };
export type FlagView = Stamps & { flag: Flag; archivedAt?: string; lastEvaluatedAt?: string; stale?: Stale };
export type SegmentView = Stamps & { segment: Segment };
/** On how many of the relays the current version has arrived. */
export type Propagated = { relays: number; of: number };
export type EnvironmentView = {
  name: string;
  description: string;
  version: number;
  revision: string;
  flags: number;
  propagated: Propagated;
  sampling: Sampling;
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

/** An admin token as it is listed; the secret exists only in the answer that created it. Times are RFC 3339. */
export type TokenView = {
  id: string;
  name: string;
  role: Role;
  environments: Scope;
  /** From then on it is refused. */
  expiresAt?: string;
  createdAt: string;
  createdBy: string;
};
