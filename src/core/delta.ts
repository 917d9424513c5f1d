import type { SnapshotBody, SnapshotDelta } from "../contract/snapshot.ts";

/* What a delta makes of a body. Neither is changed: what isn't touched is shared. */

/** The body that a delta leads to. @throws when it doesn't lead on from this one, or isn't whole */
export function applied(body: SnapshotBody, delta: SnapshotDelta): SnapshotBody {
  const { format, environment, incarnation } = body;
  const { since, version, at, removed, rest = body } = delta;
  const same = delta.format === format && delta.environment === environment && delta.incarnation === incarnation;
  if (!same || since > body.version || version <= body.version)
    throw new Error(`${since} to ${version} doesn't lead on from ${body.version}`);
  const flags = replaced(body.flags, ({ flag }) => flag.key, delta.flags, removed.flags);
  const segments = replaced(body.segments, ({ key }) => key, delta.segments, removed.segments);
  return { ...rest, format, environment, incarnation, version, at, flags, segments };
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
