import type { PublishedSegment } from "../contract/snapshot.ts";
import type { Snapshot } from "../core/compile.ts";
import { evaluate } from "../core/evaluate.ts";
import { writeFlagd } from "../interchange/flagd/writer.ts";

/*
 * An environment's flags as flagd reads them, for flagds and flagd's in-process providers that fetch them again and again.
 * Made once for each version and kept as long as it is held.
 */

/** `text`: the definitions as JSON. `omitted`: the flags that aren't in it, with the first reason. */
export type FlagdFeed = { text: string; omitted: readonly Omitted[] };
type Omitted = { key: string; code: string; path: string };

const made = new WeakMap<Snapshot, FlagdFeed>();

/** What this version is for flagd. What it can't say exactly is left out, and named. */
export function flagdFeed(snapshot: Snapshot): FlagdFeed {
  let feed = made.get(snapshot);
  if (feed === undefined) made.set(snapshot, (feed = make(snapshot)));
  return feed;
}

function make(snapshot: Snapshot): FlagdFeed {
  const { flags, segments } = snapshot.published;
  const omitted: Omitted[] = [];
  const sound = flags.map(({ flag }, index) => {
    const compiled = snapshot.flag(flag.key, "server");
    if (compiled !== undefined && evaluate(compiled, {}, 0).errorCode !== "PARSE_ERROR") return flag;
    omitted.push({ key: flag.key, code: "malformed", path: `/flags/${index}` });
    return null;
  });
  const { written, evaluators, left } = writeFlagd(sound, segments.map(grouped));
  for (const { flag: key, issues } of left) omitted.push({ key, code: issues[0]!.code, path: issues[0]!.path });
  omitted.sort((a, b) => (a.key < b.key ? -1 : 1));
  return { text: JSON.stringify({ flags: written, $evaluators: Object.fromEntries(evaluators) }), omitted };
}

/** Of listed members the edge has digests only. */
function grouped({ key, by, when, include, exclude }: PublishedSegment) {
  const listed = ([, count]: [number, number]): [] | null => (count === 0 ? [] : null);
  return { key, by, when, include: listed(include), exclude: listed(exclude) };
}
