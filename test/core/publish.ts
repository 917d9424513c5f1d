import type { Flag } from "../../src/contract/flag.ts";
import type { Segment } from "../../src/contract/segment.ts";
import { publishedFlag, SNAPSHOT_FORMAT, type SnapshotBody } from "../../src/contract/snapshot.ts";
import { compile, type Snapshot } from "../../src/core/compile.ts";
import { packMembers } from "../../src/core/members.ts";

/** The bodies of an environment, and what an isolate makes of them after a journey as text and bytes. */
export function publish(flags: readonly Flag[], segments: readonly Segment[], version = 7): Snapshot {
  const { body, members } = bodies(flags, segments, version);
  return compile(JSON.parse(JSON.stringify(body)) as SnapshotBody, members);
}

export function bodies(
  flags: readonly Flag[],
  segments: readonly Segment[],
  version = 7,
): { body: SnapshotBody; members: Uint8Array } {
  const { bytes, ranges } = packMembers(segments.map(({ key, include, exclude }) => ({ key, include, exclude })));
  const body: SnapshotBody = {
    format: SNAPSHOT_FORMAT,
    environment: "production",
    incarnation: "abcdefghijkl",
    version,
    at: 0,
    keys: [],
    flags: flags.map((flag) => ({ version, flag: publishedFlag(flag) })),
    segments: segments.map(({ key, by, when }) => ({ key, by, when, ...ranges.get(key)! })),
    members: bytes.length === 0 ? null : "0".repeat(64),
  };
  return { body, members: bytes };
}
