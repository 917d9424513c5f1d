import type { FlagView, KeyView, SegmentView } from "../contract/admin.ts";
import type { Actor } from "../contract/change.ts";
import type { Flag } from "../contract/flag.ts";
import type { Segment } from "../contract/segment.ts";
import type { Circumstances, Replayed } from "../contract/write.ts";

/* The words of the Environment object's RPC. Everything here is plain data that survives structured clone. */

/**
 * The circumstances of a write. `ifMatch` and `ifNoneMatch` are held against the resource when the write is a single
 * change, and against the whole environment when it is a batch.
 */
export type Write = Circumstances & {
  /** The changes came as a list: issues point into it (`/changes/0/flag/rules/1`), whatever its length. */
  batch?: boolean;
};

/** What a successful write of any kind says. `changed` is false when there was nothing to do. */
export type Written = Replayed & { ok: true; version: number; revision: string; changed: boolean };

/** `flag` or `segment`, with its entity tag, is there when the write was a single change that left one. */
export type Applied = Written & { created: boolean; flag?: FlagView; segment?: SegmentView; etag?: string };

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
/** `after` is the sequence of the last entry of the page before. */
export type LogQuery = { after?: number; limit: number };

/** A new environment key. `hash` is the SHA-256 of the whole key text as lower-case hex. */
export type NewKey = { id: string; kind: "client" | "server"; name: string; origins: string[]; hash: string };

export type TargetKind = "flag" | "segment" | "key" | "environment";

/** One entry of the change log as it is shown. `before` and `after` are whole resources, null where there was none in force. */
export type LogEntry = {
  sequence: number;
  version: number;
  /** RFC 3339. */
  at: string;
  actor: Actor;
  action: string;
  target: { kind: TargetKind; key: string };
  comment: string;
  before: Flag | Segment | KeyView | null;
  after: Flag | Segment | KeyView | null;
};

export type Summary = { version: number; revision: string; flags: number; createdAt: string };
export type Copy = { flags: Flag[]; segments: Segment[] };
