import type { ApprovalBy, FlagView, KeyView } from "../../contract/admin.ts";
import type { Actor } from "../../contract/change.ts";
import type { Flag } from "../../contract/flag.ts";
import type { Metric } from "../../contract/metric.ts";
import type { Plan } from "../../contract/plan.ts";
import { NO_SAMPLING, type Sampling } from "../../contract/sampling.ts";
import { formatRevision } from "../../contract/snapshot.ts";
import type { Release } from "../../core/release/state.ts";
import type { Written } from "../rpc.ts";
import type { HeldSegment } from "./member-list.ts";
import type { StoredPlan } from "./release-store.ts";

/* What is in force in an environment, as it is kept in memory, and what a write of it is. */

/** The resources of an environment, archived flags among them. A state is never changed, only followed by another. */
export type State = {
  readonly flags: ReadonlyMap<string, StoredFlag>;
  readonly segments: ReadonlyMap<string, StoredSegment>;
};
export type StoredFlag = FlagView;
export type StoredSegment = Omit<FlagView, "flag" | "archivedAt" | "lastEvaluatedAt" | "stale"> & {
  segment: HeldSegment;
};
/** Of an environment that has nothing yet. */
export const EMPTY: State = { flags: new Map(), segments: new Map() };

/** What every resource that changes is marked with. `at` in epoch milliseconds. */
export type Stamp = { version: number; at: number; by: string };

/** One effective change. What isn't in force, because it isn't there or is archived, is null. */
export type ResourceWrite = { action: string; key: string } & (
  | { kind: "flag"; before: Flag | null; after: Flag | null }
  | { kind: "segment"; before: HeldSegment | null; after: HeldSegment | null }
);

/** What takes part in evaluation: live flags and all segments. */
export type Whole = { flags: Flag[]; segments: HeldSegment[] };

/** What of a state takes part in evaluation. */
export function wholeOf({ flags, segments }: State): Whole {
  const live = Array.from(flags.values(), inForce).filter((flag) => flag !== null);
  return { flags: live, segments: Array.from(segments.values(), (stored) => stored.segment) };
}

/** The flag as it takes part in evaluation; null when it doesn't. */
export function inForce(stored: StoredFlag | undefined): Flag | null {
  return stored && stored.archivedAt === undefined ? stored.flag : null;
}

/** Which environment this is and where it stands. Times in epoch milliseconds. */
export type Head = { name: string; incarnation: string; version: number; at: number; createdAt: number };
export type StoredKey = KeyView & { hash: string };

/** Everything that is in force, as it is kept in memory. Never changed, only followed by another. */
export type EnvironmentState = {
  readonly head: Head;
  readonly state: State;
  readonly keys: readonly StoredKey[];
  readonly settings: Settings;
  /** For each flag its latest release, live or ended. */
  readonly releases: ReadonlyMap<string, Release>;
  readonly plans: ReadonlyMap<string, StoredPlan>;
};

/** `salt`: for the hashes in sampled contexts; never shown. */
export type Settings = {
  readonly description: string;
  readonly sampling: Sampling;
  readonly salt: string;
  readonly requiresApproval: number;
  readonly approvalBy: ApprovalBy;
  /** Whether pages and commands ask before they write here. */
  readonly production: boolean;
  /** Origins that testers' links may open. */
  readonly sites: readonly string[];
  /** When it ends by itself (epoch ms), and who said so; null: never. */
  readonly ends: { readonly at: number; readonly by: Actor } | null;
  /** Outcomes that have been defined, sorted by name. */
  readonly metrics: readonly Metric[];
};
/** Of an environment in which nobody has set anything. */
/** An environment of this name is production unless somebody says else. */
export const PRODUCTION = "production";
export const NO_SETTINGS: Settings = {
  description: "",
  sampling: NO_SAMPLING,
  salt: "",
  requiresApproval: 0,
  approvalBy: "any",
  production: false,
  sites: [],
  ends: null,
  metrics: [],
};

/** What a write puts into the log: changes of resources, and of what isn't in the state. `by`: whose it is, where not the writer's. */
export type Entry = { by?: { actor: Actor; comment: string } } & Recorded;
type Recorded =
  | ResourceWrite
  | { action: string; kind: "release"; key: string; before: null; after: object }
  | { action: string; kind: "plan"; key: string; before: Plan | null; after: Plan | null }
  | { action: string; kind: "key"; key: string; before: KeyView | null; after: KeyView | null }
  | { action: string; kind: "webhook"; key: string; before: object | null; after: object | null }
  | { action: string; kind: "metric"; key: string; before: Metric | null; after: Metric | null }
  | { action: string; kind: "environment"; key: string; before: object | null; after: object | null };

/** What every answer to a write says of where it left the environment. */
export function writtenAt(present: EnvironmentState): Omit<Written, "changed"> {
  return { ok: true, version: present.head.version, revision: revisionOf(present) };
}

export function revisionOf({ head }: EnvironmentState): string {
  return formatRevision(head.incarnation, head.version);
}

/** The opaque part of a resource's entity tag: the revision at which it last changed. */
export function tagOf({ head }: EnvironmentState, view: { version: number }): string {
  return formatRevision(head.incarnation, view.version);
}

/** The order of everything that is sorted: by UTF-16 code units. */
export function byKey(a: { key: string }, b: { key: string }): number {
  return a.key < b.key ? -1 : a.key > b.key ? 1 : 0;
}
