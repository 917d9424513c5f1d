import type { ApprovalBy, CountedSegment, FlagView, Propagated } from "../contract/admin.ts";
import type { Difference } from "../contract/audit.ts";
import type { ChangeRequestDetail } from "../contract/change-request.ts";
import type { Effect } from "../contract/evaluation.ts";
import type { Flag } from "../contract/flag.ts";
import type { Kept } from "../contract/interchange.ts";
import type { JsonObject } from "../contract/json.ts";
import type { Role } from "../contract/role.ts";
import type { Sampling, SamplingPatch } from "../contract/sampling.ts";
import type { WriteContext, Replayed } from "../contract/write.ts";
import type { LastChange } from "../durable/conflict.ts";
import type { LeftOut } from "./write/plan-write.ts";

/* The words of the Environment object's RPC. Everything here is plain data that survives structured clone. */

/**
 * The circumstances of a write. `ifMatch` and `ifNoneMatch` are held against the resource when the write is a single
 * change, and against the whole environment when it is a batch.
 */
export type Write = WriteContext & {
  /** The changes came as a list: issues point into it (`/changes/0/flag/rules/1`), whatever its length. */
  batch?: boolean;
  /** What the log calls it, where that is more than its single changes say. */
  action?: string;
  /** Leave out what isn't valid, and do the rest. Only for changes that are puts. */
  partial?: boolean;
  /** Do everything but write. */
  dryRun?: boolean;
  /** Answer with what differs. */
  diff?: boolean;
  /** It makes what was proposed by this name, once; `source`: a digest of what comes from elsewhere. */
  proposal?: { id: string; source?: string };
};

/** What came of proposing something: nothing but that it can be committed until `expiresAt` (RFC 3339). */
export type ProposalAnswer = Written & {
  proposal: string;
  expiresAt: string;
  diff: Difference[];
  preview: { flags: Effect[] };
  needs: "nothing" | "approval" | Role;
};

/**
 * What a successful write of any kind says. `changed` is false when there was nothing to do. `postponed`: it waits for
 * the consent of others; nothing was done.
 */
export type Written = Replayed & {
  ok: true;
  version: number;
  revision: string;
  changed: boolean;
  postponed?: ChangeRequestDetail;
};

/**
 * `flag` or `segment`, with its entity tag, is there when the write was a single change that left one; `summary`, of the
 * environment as the write left it, when it was a batch.
 */
export type Applied = Written &
  Report & { created: boolean; flag?: FlagView; segment?: CountedSegment; etag?: string; summary?: Summary };

/** What else a write says when it was asked: `diff` and `partial` above, and what a promotion or a restoring kept. */
export type Report = { diff?: Difference[]; leftOut?: LeftOut[]; kept?: Kept[]; preview?: { flags: Effect[] } };

export type FlagQuery = {
  /** The last key of the page before. */
  after?: string;
  /** 1 to 500. */
  limit: number;
  /** Text to be found in the key, description, owner or a tag, whatever its case. */
  q?: string;
  tag?: string;
  kind?: Flag["kind"];
  owner?: string;
  /** Without it, everything but archived flags. */
  state?: "enabled" | "disabled" | "archived" | "stale";
};
export type SegmentQuery = Pick<FlagQuery, "after" | "limit" | "q">;
/** Where in a list the page before ended, and the version that it was of: a list is paged as it was at the first page. */
export type MembersPlace = { version: number; place: number };
export type MembersQuery = { list: "include" | "exclude"; limit: number; after?: MembersPlace };
/** `count`: of the whole list. */
export type MembersPage = { members: string[]; count: number; version: number; next?: MembersPlace };
/** `after` is the sequence, or the version, that the page before ended with. */
export type LogQuery = { after?: number; limit: number };
/** `actor`: id or name. Times in epoch milliseconds, both inclusive. */
export type AuditQuery = LogQuery & { flag?: string; actor?: string; action?: string; since?: number; until?: number };

/** A new environment key. `hash` is the SHA-256 of the whole key text as lower-case hex. */
export type NewKey = { id: string; kind: "client" | "server"; name: string; origins: string[]; hash: string };

/** An override that is about to be signed. `expiresAt`: RFC 3339. */
export type NewOverride = { flag: string; variant: string; expiresAt: string };

/** `text`: UTF-8 of the JSON text of a native document (contract/interchange.ts), or of a transfer (transfer.ts). */
export type Exported = { ok: true; revision: string; text: ReadableStream<Uint8Array> };

/**
 * What an isolate saw: when which flags were last evaluated by themselves, when all were for an audience (epoch ms), and
 * redacted contexts with the salt of the setting under which they were redacted.
 */
export type UsageReport = {
  flags: [key: string, at: number][];
  bulk: { client?: number; server?: number };
  contexts: JsonObject[];
  salt: string;
};

/** What an environment is called and keeps, beside flags, segments and keys. What isn't given stays. */
export type SettingsPatch = {
  description?: string;
  sampling?: SamplingPatch;
  requiresApproval?: number;
  approvalBy?: ApprovalBy;
  production?: boolean;
  sites?: string[];
  /** Epoch milliseconds. */
  expiresAt?: number;
};
export type Summary = LastChange & {
  description: string;
  sampling: Sampling;
  requiresApproval: number;
  approvalBy: ApprovalBy;
  production: boolean;
  sites: string[];
  expiresAt?: string;
  revision: string;
  flags: number;
  propagated: Propagated;
  createdAt: string;
};
