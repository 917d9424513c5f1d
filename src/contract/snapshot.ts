import type { Flag } from "./flag.ts";
import type { Metric } from "./metric.ts";
import type { PublishedSampling } from "./sampling.ts";
import type { Segment } from "./segment.ts";

/**
 * What travels from the Environment object to the isolates. Bodies are immutable; the pointer says which one is current.
 * Both are trusted when read (they were validated when written) apart from their format number.
 * docs/storage.md lists the keys.
 */
export const SNAPSHOT_FORMAT = 1;

/**
 * The formats that are read: the one that is written, and a newer one in the release that brings it, which still writes
 * the one before, because gates and clients that were deployed earlier read that (docs/upgrading.md).
 */
const READ_FORMATS: readonly unknown[] = [SNAPSHOT_FORMAT];

/** Whether this code can read what is of a format. */
export function readsFormat(format: unknown): boolean {
  return READ_FORMATS.includes(format);
}

/** An environment key as it travels: the SHA-256 of the whole key text as lower-case hex, never the key. */
export type PublishedKey = { id: string; kind: "client" | "server"; hash: string; origins: string[] };

/** A flag without what only people read. */
export type PublishedFlag = Omit<Flag, "description" | "owner" | "tags" | "kind">;

export function publishedFlag(flag: Flag): PublishedFlag {
  const { description: _d, owner: _o, tags: _t, kind: _k, ...published } = flag;
  return published;
}

/**
 * What a live release says of a flag: whose evaluations carry which cohort. `rule` is the released rule's id, or null for
 * the default; its people carry `<id>.<epoch>.t` and `.c` once `epoch` is not null. Each of `stages` is a rule of the
 * release's own, whose people carry `.t` with an epoch of their own, so that they are compared with nobody.
 */
export type PublishedRelease = {
  id: string;
  rule: string | null;
  epoch: number | null;
  stages: { rule: string; epoch: number }[];
  /** While it bakes: since when, epoch ms. What happened before belongs to another epoch. */
  since?: number;
  /** Whether what client keys report is evidence; false unless it is there. */
  trustClients?: boolean;
  /** Outcomes whose absence counts (guardrails `missing`), and how long they are waited for where the plan says it, ms. */
  expects?: { metric: string; windowMs?: number }[];
};

/** A segment with its listed members replaced by where their digests are: [first, count] in digests of the members body. */
export type PublishedSegment = Pick<Segment, "key" | "by" | "when"> & {
  include: [first: number, count: number];
  exclude: [first: number, count: number];
};

export type SnapshotBody = {
  format: typeof SNAPSHOT_FORMAT;
  environment: string;
  incarnation: string;
  version: number;
  /** Epoch milliseconds at which this version was committed. */
  at: number;
  keys: PublishedKey[];
  /** Live flags (archived ones are absent), sorted by key; `version` is the one at which the flag last changed. */
  flags: {
    version: number;
    flag: PublishedFlag;
    release?: PublishedRelease;
    /** Of kind experiment. */ experiment?: true;
  }[];
  segments: PublishedSegment[];
  /** Content address (SHA-256, hex) of the members body; null when no segment lists a member. */
  members: string | null;
  /** Present where a sample of contexts is kept. */
  sampling?: PublishedSampling;
  /** Present where outcomes have been defined. */
  metrics?: Metric[];
  /** What gates sign visitors' ids with. For gates alone: `/v1/snapshot` hasn't it. Absent in bodies from before there was one. */
  visitors?: string;
};

/**
 * What leads from any version from `since` on, before `version`, to `version`: flags and segments that were touched after
 * `since`, as they are in the body of `version`, the keys of those that it hasn't, and all else where any of that changed.
 */
export type SnapshotDelta = Pick<SnapshotBody, "format" | "environment" | "incarnation" | "version" | "at"> & {
  since: number;
  flags: SnapshotBody["flags"];
  segments: PublishedSegment[];
  removed: { flags: string[]; segments: string[] };
  rest?: SnapshotRest;
};
/** A body without what says which one it is, and without its flags and segments. */
export type SnapshotRest = Omit<
  SnapshotBody,
  "format" | "environment" | "incarnation" | "version" | "at" | "flags" | "segments"
>;

/** What is current in one environment. `stored`: the newest version whose body KV has acknowledged. */
export type Pointer = { format: typeof SNAPSHOT_FORMAT; incarnation: string; version: number; stored: number };

/** Which environments there are: name to incarnation. Written by Workspace only. */
export type EnvironmentMap = {
  format: typeof SNAPSHOT_FORMAT;
  version: number;
  environments: Record<string, string>;
  /** Beginnings of the SHA-256 of every admin token and session that may hold; absent in maps of version 0.1. */
  credentials?: string[];
};
/** How many hex digits of such a hash are published: too few to be one, enough that hardly any other begins so. */
export const CREDENTIAL_PREFIX = 8;

/** A revision names one state of one environment for ever: `<incarnation>.<version>`. */
export function formatRevision(incarnation: string, version: number): string {
  return `${incarnation}.${version}`;
}

/** Reads a revision, bare, quoted or as a weak validator; undefined when it isn't one. */
export function parseRevision(text: string): { incarnation: string; version: number } | undefined {
  const match = /^(?:W\/)?("?)([a-z0-9]{1,32})\.(\d{1,15})\1$/.exec(text);
  return match ? { incarnation: match[2]!, version: Number(match[3]) } : undefined;
}

/** KV keys and Durable Object names; nothing else builds them. */
export const keyOf = {
  map: "environments",
  pointer: (environment: string, incarnation: string) => `${environment}/${incarnation}/pointer`,
  body: (environment: string, incarnation: string, version: number) => `${environment}/${incarnation}/${version}`,
  members: (environment: string, incarnation: string, hash: string) => `${environment}/${incarnation}/members/${hash}`,
  environmentObject: (environment: string, incarnation: string) => `${environment}/${incarnation}`,
  workspaceObject: "workspace",
  /** `authority`: the name of the object that decides. */
  relayObject: (authority: string, region: string, shard: number) => `${authority}/${region}/${shard}`,
  counterObject: (environment: string, incarnation: string, shard: number) => `${environment}/${incarnation}/${shard}`,
} as const;

/** The name of the object that decides what the relay of this name holds. */
export function authorityOfRelay(relay: string): string {
  return relay.split("/").slice(0, -2).join("/");
}
