import * as LIMITS from "../contract/limits.ts";
import { servedFlag, servedSegment } from "../contract/server-snapshot.ts";
import { formatRevision, SNAPSHOT_FORMAT } from "../contract/snapshot.ts";
import type { Snapshot } from "../core/compile.ts";
import { murmur3 } from "../core/murmur3.ts";

/*
 * The texts of `GET /v1/snapshot`: the whole of a version, and what changed since another one that this isolate has
 * answered before. Made once for each version and kept as long as it is held.
 */

/** The texts of flags or segments by key, in their order. */
type Texts = ReadonlyMap<string, string>;
/** What was in a version: by key a hash of each text. */
type Remembered = { flags: ReadonlyMap<string, string>; segments: ReadonlyMap<string, string> };
type Made = { flags: Texts; segments: Texts; whole: string; deltas: Map<string, string> };

const made = new WeakMap<Snapshot, Made>();
const texts = new WeakMap<object, string>();
/** By environment and revision, oldest first. */
const remembered = new Map<string, Remembered>();
let resources = 0;

/** The members of the answer but `eventStreams`, as JSON without the closing brace. */
export function wholeText(snapshot: Snapshot): string {
  return textsOf(snapshot).whole;
}

/**
 * The same of what changed since a revision, with `since` and `removed`; undefined where this isolate doesn't know what
 * was in force then.
 */
export function deltaText(snapshot: Snapshot, since: { incarnation: string; version: number }): string | undefined {
  const { environment, incarnation, version } = snapshot;
  if (since.incarnation !== incarnation || since.version > version) return undefined;
  const now = textsOf(snapshot);
  const revision = formatRevision(since.incarnation, since.version);
  const known = now.deltas.get(revision);
  if (known !== undefined) return known;
  const then = remembered.get(`${environment} ${revision}`);
  if (then === undefined) return undefined;
  const removed = { flags: removedSince(then.flags, now.flags), segments: removedSince(then.segments, now.segments) };
  const text = frame(snapshot, changedSince(then.flags, now.flags), changedSince(then.segments, now.segments), {
    since: revision,
    removed,
  });
  now.deltas.set(revision, text);
  return text;
}

function textsOf(snapshot: Snapshot): Made {
  const known = made.get(snapshot);
  if (known !== undefined) return known;
  const { flags: flagsOf, segments: segmentsOf } = snapshot.published;
  const flags = new Map(flagsOf.map((one) => [one.flag.key, textOf(one, servedFlag)]));
  const segments = new Map(segmentsOf.map((one) => [one.key, textOf(one, servedSegment)]));
  const whole = frame(snapshot, [...flags.values()], [...segments.values()], {});
  const now = { flags, segments, whole, deltas: new Map<string, string>() };
  made.set(snapshot, now);
  remember(snapshot, now);
  return now;
}

/** What hasn't changed is the same object in the next version, and its text isn't written again. */
function textOf<P extends object>(one: P, served: (one: P) => object): string {
  let text = texts.get(one);
  if (text === undefined) texts.set(one, (text = JSON.stringify(served(one))));
  return text;
}

function frame(snapshot: Snapshot, flags: string[], segments: string[], more: object): string {
  const { environment, incarnation, version, at } = snapshot;
  const head = JSON.stringify({ format: SNAPSHOT_FORMAT, environment, incarnation, version, at, ...more });
  const members = JSON.stringify(snapshot.published.members);
  return `${head.slice(0, -1)},"flags":[${flags.join(",")}],"segments":[${segments.join(",")}],"members":${members}`;
}

/** Keeps the hashes of a version. The oldest versions go when there are too many resources. */
function remember({ environment, incarnation, version }: Snapshot, { flags, segments }: Made): void {
  const name = `${environment} ${formatRevision(incarnation, version)}`;
  if (remembered.has(name)) return;
  remembered.set(name, { flags: hashes(flags), segments: hashes(segments) });
  resources += flags.size + segments.size;
  for (const [oldest, held] of remembered) {
    if (resources <= LIMITS.rememberedResources || oldest === name) return;
    remembered.delete(oldest);
    resources -= held.flags.size + held.segments.size;
  }
}

function hashes(texts: Texts): ReadonlyMap<string, string> {
  return new Map(Array.from(texts, ([key, text]) => [key, hashOf(text)]));
}

/** 64 bits: two versions of one flag that differ are taken for the same once in 10^19. */
function hashOf(text: string): string {
  return `${murmur3(text, 1)}.${murmur3(text, 2)}`;
}

function changedSince(then: ReadonlyMap<string, string>, now: Texts): string[] {
  return [...now].filter(([key, text]) => then.get(key) !== hashOf(text)).map(([, text]) => text);
}

function removedSince(then: ReadonlyMap<string, string>, now: Texts): string[] {
  return [...then.keys()].filter((key) => !now.has(key));
}
