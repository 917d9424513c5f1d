import type { Actor } from "../../contract/change.ts";
import * as LIMITS from "../../contract/limits.ts";
import type { Notice, WebhookEvent } from "../../contract/webhook.ts";
import { difference } from "./difference.ts";
import type { EnvironmentState, Entry } from "../store/state.ts";
import { outlined } from "../write/outline.ts";

/* What webhooks are told of a write: each flag and segment that it changed. */

/** What a change of what is evaluated is called. */
export const OF_CHANGES: readonly WebhookEvent[] = ["flag.changed", "flag.archived", "segment.changed"];
/** Longer values than this, as JSON text in characters, are left out of a message: it names the place. */
const LONGEST_VALUE = 1_000;

/** A message for each flag and segment that a write changed; of very many the last one counts the rest. */
export function changesTold(
  { head }: Pick<EnvironmentState, "head">,
  entries: readonly Entry[],
  actor: Actor,
  comment: string,
): Notice[] {
  const told = entries.flatMap((entry): Notice[] => {
    if (entry.kind !== "flag" && entry.kind !== "segment") return [];
    const { kind, key } = entry;
    const { sentence, changes } = difference({ kind, key }, outlined(entry.before), outlined(entry.after));
    const archived = kind === "flag" && entry.after === null;
    const why = comment === "" ? "" : ` ${comment}`;
    const text = `${actor.name} ${archived ? "archived" : "changed"} the ${kind} ${key} in ${head.name}. ${sentence}${why}`;
    const about = kind === "flag" ? { flag: key } : { segment: key };
    return [
      {
        type: archived ? "flag.archived" : `${kind}.changed`,
        timestamp: new Date(head.at).toISOString(),
        data: { environment: head.name, text, actor, ...about, version: head.version, changes: changes.map(short) },
      },
    ];
  });
  const more = told.length - LIMITS.noticesOfWrite;
  if (more <= 0) return told;
  const kept = told.slice(0, LIMITS.noticesOfWrite);
  const last = kept.at(-1)!;
  return [...kept.slice(0, -1), { ...last, data: { ...last.data, text: `${last.data.text} And ${more} more.` } }];
}

function short<T extends { path: string; before: unknown; after: unknown }>({ path, before, after }: T) {
  const long = [before, after].some((value) => (JSON.stringify(value)?.length ?? 0) > LONGEST_VALUE);
  return long ? { path } : { path, before, after };
}
