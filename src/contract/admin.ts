import * as z from "zod/mini";
import type { Action } from "./action.ts";
import { changeList, rolloutTarget } from "./change.ts";
import { dateTime, type Flag, rule } from "./flag.ts";
import * as LIMITS from "./limits.ts";
import { environmentName, name } from "./names.ts";
import { type Role, role, type Scope, scope } from "./role.ts";
import { type Sampling, samplingPatch } from "./sampling.ts";
import type { ReleaseOutline } from "./release.ts";
import type { Segment } from "./segment.ts";

/* Bodies, queries and answers of the administration API. Every answer's resource is a plain JSON value. */

export const text = z.string().check(z.maxLength(LIMITS.textLength));

/** Why something was done, for the audit log. */
export const comment = z.exactOptional(text);

const dryRun = z._default(z.boolean(), false);
/** Back to a version: what becomes of the flags that are being released. */
export const versionRestoring = z.strictObject({
  dryRun,
  releases: z._default(z.enum(["keep", "cancel"]), "keep"),
  comment,
});
/** Back to a version with one flag; without `version`, out of the archive as it is. */
export const flagRestoring = z.strictObject({
  version: z.exactOptional(z.int().check(z.minimum(1))),
  dryRun,
  comment,
});
export const commentBody = z.strictObject({ comment });
export const rolloutBody = z.extend(rolloutTarget, { comment });
/** A new rule; it comes last where `before`, the id of another, is left out. */
export const newRule = z.strictObject({ rule, before: z.exactOptional(name), comment });
/** All rules of a flag by their ids, in the order in which they are to be tried. */
export const ruleOrder = z.strictObject({ order: z.array(name).check(z.maxLength(LIMITS.rules)), comment });
export const batchBody = z.strictObject({ changes: changeList, comment });
/** As browsers write it: lower case, no path, and no port where it is the scheme's own. */
const origin = text.check(
  z.regex(
    /^(?!https:.*:443$|http:.*:80$)[a-z][a-z0-9+.-]*:\/\/[^/?#@\s\p{Lu}]+$/u,
    "must be an origin such as https://example.com",
  ),
);
/** Origins that testers' links may open. */
const sites = z.array(origin).check(z.maxLength(100));

export const newEnvironment = z.strictObject({
  name: environmentName,
  description: z._default(text, ""),
  copyFrom: z.exactOptional(environmentName),
  production: z.exactOptional(z.boolean()),
  sites: z.exactOptional(sites),
  expiresAt: z.exactOptional(dateTime),
  comment,
});
export const environmentPatch = z.strictObject({
  description: z.exactOptional(text),
  sampling: z.exactOptional(samplingPatch),
  requiresApproval: z.exactOptional(z.int().check(z.minimum(0), z.maximum(LIMITS.approvals))),
  approvalBy: z.exactOptional(z.enum(["any", "access"])),
  production: z.exactOptional(z.boolean()),
  sites: z.exactOptional(sites),
  expiresAt: z.exactOptional(dateTime),
  comment,
});
/** The query that a deletion needs: the environment's name once more. */
export const environmentRemoval = z.strictObject({ confirm: z.exactOptional(z.string()) });

export const newKey = z
  .strictObject({
    kind: z.enum(["client", "server"]),
    name,
    origins: z._default(z.array(origin).check(z.maxLength(100)), []),
    comment,
  })
  .check(
    z.refine((key) => key.kind === "client" || key.origins.length === 0, {
      path: ["origins"],
      message: "can tie only a client key",
    }),
  );

/** A tester's override; `expiresAt` is a day from now unless it is said, 7 days at most. */
export const newOverride = z.strictObject({ flag: name, variant: name, expiresAt: z.exactOptional(dateTime), comment });

export const newToken = z.strictObject({
  name,
  role,
  environments: scope,
  expiresAt: z.exactOptional(dateTime),
  agent: z.exactOptional(z.literal(true, "must be true, or be left out")),
  comment,
});

/** What an Idempotency-Key may be. */
export const idempotencyKey = z
  .string()
  .check(z.regex(/^[\x20-\x7e]{1,255}$/, "must be 1 to 255 printable ASCII characters"));

const member = z.string().check(z.minLength(1), z.maxLength(LIMITS.memberLength));
export const memberChanges = z.strictObject({
  add: z._default(z.array(member), []),
  remove: z._default(z.array(member), []),
  comment,
});

/** How many items a page may have, as the query says it. */
export function itemsUpTo(most: number, usual: number) {
  const whole = z.pipe(z.string().check(z.regex(/^\d{1,9}$/, "must be a whole number")), z.transform(Number));
  return z._default(z.pipe(whole, z.number().check(z.minimum(1), z.maximum(most))), usual);
}

/** How a list pages. A cursor is opaque: a client hands back the one it was given. */
export const pageQuery = z.strictObject({
  limit: itemsUpTo(LIMITS.page, LIMITS.usualPage),
  cursor: z.exactOptional(z.string().check(z.maxLength(4 * LIMITS.textLength))),
});
export const membersQuery = z.extend(pageQuery, {
  limit: itemsUpTo(LIMITS.membersPage, LIMITS.usualMembersPage),
  list: z._default(z.enum(["include", "exclude"]), "include"),
});

export const FLAG_STATES = ["enabled", "disabled", "archived", "stale"] as const;

/** Which flags a list shows; a filter that is absent lets all through. */
export const flagQuery = z.extend(pageQuery, {
  q: z.exactOptional(text),
  tag: z.exactOptional(text),
  kind: z.exactOptional(z.enum(["release", "experiment", "operational", "permission"])),
  owner: z.exactOptional(text),
  state: z.exactOptional(z.enum(FLAG_STATES)),
});

type Stamps = { version: number; createdAt: string; updatedAt: string; updatedBy: string };
/** Since when a flag has outlived its use, and what shows it. */
export type Stale = { since: string; why: "rolled-out" | "rolled-back" | "forgotten" | "dead" | "overdue" };
export type FlagView = Stamps & {
  flag: Flag;
  archivedAt?: string;
  lastEvaluatedAt?: string;
  release?: ReleaseOutline;
  stale?: Stale;
  /** What whoever asked may do with it now; absent where nobody did. */
  actions?: Action[];
};
export type SegmentView = Stamps & { segment: Segment };
/** A segment whose listed members are only counted. */
export type SegmentOutline = Omit<Segment, "include" | "exclude"> & Record<"include" | "exclude", { count: number }>;
/**
 * A segment as it is answered: with how many members it lists, which is how far an addition in chunks has come. Lists
 * that are too long for one answer are counted in their place.
 */
export type CountedSegment = Stamps & {
  segment: Segment | SegmentOutline;
  members: { include: number; exclude: number };
};
/** Whose consent counts: anybody's who may make the change, or only that of people signed in by Access. */
export type ApprovalBy = "any" | "access";
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
  /** How many others have to consent to a change of what is evaluated. */
  requiresApproval: number;
  approvalBy: ApprovalBy;
  production: boolean;
  sites: string[];
  /** When it ends by itself. */
  expiresAt?: string;
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
  /** It writes at `/mcp` only. */
  agent?: true;
  createdAt: string;
  createdBy: string;
};
