import type { RequestState } from "../../contract/change-request.ts";
import { NAMED_CHANGES, type Watched, type WatchedTo } from "../../contract/watch.ts";
import type { AuditReader, Remark } from "../store/audit-reader.ts";

/** What whoever watches an environment is told of what came since. @param stateOf undefined: no such request any more */
export function watched(
  reader: AuditReader,
  version: number,
  after: WatchedTo | undefined,
  stateOf: (request: string) => RequestState | undefined,
): Watched {
  const since = after && reader.since(after);
  if (!since) return { version, sequence: reader.newestSequence(), releases: [], requests: [] };
  const { sequence, entries } = since;
  const [flags, segments] = [named(entries, "flag"), named(entries, "segment")];
  const releases = new Map(
    entries.flatMap(({ key, release }) =>
      release ? [[key, { flag: release.flag, id: key, state: release.to }] as const] : [],
    ),
  );
  const requests = keysOf(entries, "changeRequest").flatMap((id) => {
    const state = stateOf(id);
    return state ? [{ id, state }] : [];
  });
  return {
    version,
    sequence,
    ...(flags && { flags }),
    ...(segments && { segments }),
    releases: [...releases.values()],
    requests,
  };
}

function named(entries: readonly Remark[], kind: Remark["kind"]): string[] | undefined {
  const keys = keysOf(entries, kind);
  return keys.length > NAMED_CHANGES ? undefined : keys;
}

function keysOf(entries: readonly Remark[], kind: Remark["kind"]): string[] {
  return [...new Set(entries.filter((one) => one.kind === kind).map(({ key }) => key))].toSorted();
}
