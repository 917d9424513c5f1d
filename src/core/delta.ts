import type { SnapshotBody, SnapshotDelta } from "../contract/snapshot.ts";

/* What a delta makes of a body. Neither is changed: what isn't touched is shared. */

type Resources = Pick<SnapshotBody, "flags" | "segments">;
const keyOfFlag = ({ flag }: SnapshotBody["flags"][number]): string => flag.key;
const keyOfSegment = ({ key }: { key: string }): string => key;

/** The body that a delta leads to. @throws when it doesn't lead on from this one, or isn't whole */
export function applied(body: SnapshotBody, delta: SnapshotDelta): SnapshotBody {
  const { format, environment, incarnation } = body;
  const { version, at, rest } = delta;
  const now = { version, at, ...resources(body, delta) };
  return rest === undefined ? { ...body, ...now } : { format, environment, incarnation, ...now, ...rest };
}

/** Several deltas as one, each following the one before. @throws when one doesn't */
export function joined(deltas: readonly SnapshotDelta[]): SnapshotDelta {
  return deltas.reduce((before, delta) => {
    const { flags, segments } = resources(before, delta);
    const { rest = before.rest } = delta;
    const removed = {
      flags: gone(before.removed.flags, delta.removed.flags, flags.map(keyOfFlag)),
      segments: gone(before.removed.segments, delta.removed.segments, segments.map(keyOfSegment)),
    };
    return { ...delta, since: before.since, flags, segments, removed, ...(rest && { rest }) };
  });
}

function resources(before: SnapshotBody | SnapshotDelta, delta: SnapshotDelta): Resources {
  const same = (["format", "environment", "incarnation"] as const).every((name) => before[name] === delta[name]);
  if (!same || delta.since > before.version || delta.version <= before.version)
    throw new Error(`${delta.since} to ${delta.version} doesn't lead on from ${before.version}`);
  return {
    flags: replaced(before.flags, keyOfFlag, delta.flags, delta.removed.flags),
    segments: replaced(before.segments, keyOfSegment, delta.segments, delta.removed.segments),
  };
}

function gone(before: readonly string[], now: readonly string[], there: readonly string[]): string[] {
  const left = new Set([...before, ...now]);
  for (const key of there) left.delete(key);
  return [...left];
}

/** A list sorted by key, with some put into it and some taken out. */
function replaced<P>(list: P[], keyOf: (one: P) => string, put: readonly P[], removed: readonly string[]): P[] {
  if (put.length === 0 && removed.length === 0) return list;
  const byKey = new Map(put.map((one) => [keyOf(one), one]));
  const without = new Set(removed);
  const left = removed.length === 0 ? list : list.filter((one) => !without.has(keyOf(one)));
  const all = left.map((one) => {
    const key = keyOf(one);
    const other = byKey.get(key);
    return other !== undefined && byKey.delete(key) ? other : one;
  });
  if (byKey.size === 0) return all;
  return [...all, ...byKey.values()].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
}
