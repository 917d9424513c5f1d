import { type JsonObject, isJsonObject } from "../../contract/json.ts";
import type { ServerSnapshot, ServerSnapshotDelta } from "../../contract/server-snapshot.ts";
import { formatRevision, SNAPSHOT_FORMAT } from "../../contract/snapshot.ts";
import { compile, type Snapshot } from "../../core/compile.ts";

/*
 * What a process holds of an environment, and how an answer of `GET /v1/snapshot` changes it. Pure: what was fetched
 * goes in, what is held then comes out. Versions never go backward within an incarnation.
 */

/** One version, ready to evaluate, and the document that it was made of. */
export type Held = {
  readonly document: ServerSnapshot;
  readonly members: Uint8Array | null;
  readonly snapshot: Snapshot;
};

/** An answer that can't be used, and why. `newerFormat`: this client is older than what it is sent. */
export class UnusableAnswer extends Error {
  readonly newerFormat: boolean;
  constructor(message: string, newerFormat = false) {
    super(message);
    this.name = "UnusableAnswer";
    this.newerFormat = newerFormat;
  }
}

export function revisionOf({ incarnation, version }: Pick<ServerSnapshot, "incarnation" | "version">): string {
  return formatRevision(incarnation, version);
}

/**
 * Reads an answer, and makes the whole of one that says only what changed. undefined: it says what changed since a
 * version that isn't held, so the whole must be asked for.
 *
 * @throws UnusableAnswer
 */
export function documentOf(answer: unknown, held: Held | undefined): ServerSnapshot | undefined {
  if (!isJsonObject(answer)) throw new UnusableAnswer("The answer is not a snapshot.");
  const { format } = answer;
  if (format !== SNAPSHOT_FORMAT) {
    const newer = typeof format === "number" && format > SNAPSHOT_FORMAT;
    throw new UnusableAnswer(
      `The snapshot has format ${JSON.stringify(format)}; this client reads ${SNAPSHOT_FORMAT}.`,
      newer,
    );
  }
  if (!isSnapshot(answer)) throw new UnusableAnswer("The answer is not a snapshot.");
  if (!("since" in answer)) return answer;
  const delta = answer as ServerSnapshotDelta;
  if (held === undefined || revisionOf(held.document) !== delta.since) return undefined;
  return patched(held.document, delta);
}

function isSnapshot(answer: JsonObject): answer is JsonObject & ServerSnapshot {
  const { environment, incarnation, version, flags, segments, members, eventStreams } = answer;
  const texts = [environment, incarnation].every((text) => typeof text === "string");
  const lists = [flags, segments, eventStreams].every(Array.isArray);
  return texts && lists && Number.isSafeInteger(version) && (members === null || typeof members === "string");
}

function patched(whole: ServerSnapshot, delta: ServerSnapshotDelta): ServerSnapshot {
  const { format, environment, incarnation, version, at, members, eventStreams, removed } = delta;
  const flags = new Map(whole.flags.map((one) => [one.flag.key, one]));
  for (const key of removed.flags) flags.delete(key);
  for (const one of delta.flags) flags.set(one.flag.key, one);
  const segments = new Map(whole.segments.map((one) => [one.key, one]));
  for (const key of removed.segments) segments.delete(key);
  for (const one of delta.segments) segments.set(one.key, one);
  const now = { flags: [...flags.values()], segments: [...segments.values()] };
  return { format, environment, incarnation, version, at, ...now, members, eventStreams };
}

/** Whether a document may take the place of what is held: never an older version of the same incarnation. */
export function mayFollow(document: ServerSnapshot, held: Held | undefined): boolean {
  if (held === undefined || held.document.incarnation !== document.incarnation) return true;
  return document.version > held.document.version;
}

/** Makes a document ready to evaluate. @param members the digests that it names; null where it names none */
export function hold(document: ServerSnapshot, members: Uint8Array | null): Held {
  const { format, environment, incarnation, version, at, flags, segments } = document;
  const body = { format, environment, incarnation, version, at, keys: [], flags, segments, members: document.members };
  return { document, members, snapshot: compile(body, members) };
}

/** The keys of flags that may answer differently: their definition changed, or a segment that they look at. Sorted. */
export function changedFlags(before: Held | undefined, after: Held): string[] {
  if (before === undefined) return after.document.flags.map(({ flag }) => flag.key).toSorted();
  const was = new Map(before.document.flags.map((one) => [one.flag.key, one]));
  const segments = changedSegments(before, after);
  const changed = new Set<string>();
  for (const one of after.document.flags) {
    const { key } = one.flag;
    const old = was.get(key);
    was.delete(key);
    if (old === one) {
      if (segments && namesSegment(one)) changed.add(key);
    } else if (old === undefined || JSON.stringify(old) !== JSON.stringify(one) || (segments && namesSegment(one)))
      changed.add(key);
  }
  for (const key of was.keys()) changed.add(key);
  return [...changed].toSorted();
}

function changedSegments(before: Held, after: Held): boolean {
  if (before.document.members !== after.document.members) return true;
  return JSON.stringify(before.document.segments) !== JSON.stringify(after.document.segments);
}

function namesSegment(one: ServerSnapshot["flags"][number]): boolean {
  return JSON.stringify(one.flag.rules).includes('"segment":');
}
