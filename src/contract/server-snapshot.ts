import type { EventStream } from "./ofrep.ts";
import { type PublishedFlag, type PublishedSegment, SNAPSHOT_FORMAT, type SnapshotBody } from "./snapshot.ts";

/*
 * What a server that evaluates by itself is given (`GET /v1/snapshot`): of the published body what evaluation needs, and
 * nothing else. Properties are listed one by one, so that a new one of the body stays inside. Never its keys: change
 * streams are signed with their hashes, so whoever had those could open anybody's.
 */

export type ServedFlag = SnapshotBody["flags"][number];

/** The whole of an environment's flags and segments at one version. `members`: the hash of `GET /v1/members/{hash}`. */
export type ServerSnapshot = {
  format: typeof SNAPSHOT_FORMAT;
  environment: string;
  incarnation: string;
  version: number;
  /** Epoch milliseconds at which this version was committed. */
  at: number;
  flags: ServedFlag[];
  segments: PublishedSegment[];
  members: string | null;
  eventStreams: EventStream[];
};

/** What changed since a revision: `flags` and `segments` are those that are new or differ. */
export type ServerSnapshotDelta = ServerSnapshot & {
  since: string;
  removed: { flags: string[]; segments: string[] };
};

/** A flag as servers get it. */
export function servedFlag({ version, flag, release }: ServedFlag): ServedFlag {
  const served = { version, flag: evaluated(flag) };
  return release === undefined ? served : { ...served, release };
}

function evaluated(flag: PublishedFlag): PublishedFlag {
  const { key, type, variants, enabled, offVariant, prerequisites, rules, shadow, clientSide, metadata } = flag;
  const { default: fallback } = flag;
  return {
    key,
    type,
    variants,
    enabled,
    offVariant,
    prerequisites,
    rules,
    default: fallback,
    shadow,
    clientSide,
    metadata,
  };
}

/** A segment as servers get it: its listed members are where they are in the members' digests. */
export function servedSegment({ key, by, when, include, exclude }: PublishedSegment): PublishedSegment {
  return { key, by, when, include, exclude };
}
