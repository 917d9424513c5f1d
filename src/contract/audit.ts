import * as z from "zod/mini";
import { type KeyView, pageQuery, type SegmentOutline } from "./admin.ts";
import type { Actor } from "./change.ts";
import { dateTime, type Flag } from "./flag.ts";
import { parseInstant } from "./instant.ts";
import * as LIMITS from "./limits.ts";

/* What the log of an environment is asked, and what it tells. */

const text = z.string().check(z.maxLength(LIMITS.textLength));
const instant = z.pipe(
  dateTime,
  z.transform((value: string) => parseInstant(value)!),
);

/** Which entries are shown; a filter that is absent lets all through. */
export const auditQuery = z.extend(pageQuery, {
  flag: z.exactOptional(text),
  actor: z.exactOptional(text),
  action: z.exactOptional(text),
  since: z.exactOptional(instant),
  until: z.exactOptional(instant),
});

/** The same of Workspace's log. */
export const workspaceAuditQuery = z.omit(auditQuery, { flag: true });

/** What an entry or a diff shows as before and after: null where nothing was in force. */
export type Shown = Flag | SegmentOutline | KeyView | { [setting: string]: unknown } | null;

export type TargetKind =
  | "flag"
  | "segment"
  | "key"
  | "metric"
  | "release"
  | "plan"
  | "webhook"
  | "changeRequest"
  | "scheduledChange"
  | "environment";
/** `changes`: the places that differ; empty where there is nothing to compare. */
export type Difference = {
  target: { kind: TargetKind; key: string };
  before: Shown;
  after: Shown;
  changes: FieldChange[];
  /** What it comes to, for a person. */
  sentence: string;
};
/** The same place in a resource before and after; null also where there is nothing. */
export type FieldChange = { path: string; before: unknown; after: unknown };

/** One entry of the log. `at` is RFC 3339. An attempt that was refused has the version that it found. */
export type AuditEntry = Omit<Difference, "changes" | "sentence"> & {
  sequence: number;
  version: number;
  at: string;
  actor: Actor;
  action: string;
  comment: string;
};

/** Whether a log is whole; if not, the sequence of the first entry that is missing or isn't what it was. */
export type Verdict = { ok: true; entries: number; head: string } | { ok: false; brokenAt: number };

export type VersionEntry = { version: number; at: string; actor: Actor; summary: string };
