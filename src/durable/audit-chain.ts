import type { Actor } from "../contract/change.ts";
import { sha256Hex } from "../core/hash.ts";

/*
 * The chain that makes a log tell of itself: entries are only added, and each carries a hash over itself and the hash
 * before it, so that an entry that is edited, removed or put in shows from there on. An environment's log is its audit
 * log and the history of its versions at once; Workspace's tells of environments and admin tokens.
 */

/** One row of a log. `at` in epoch milliseconds; `before` and `after` name or hold what was in force, null for nothing. */
export type LogRow<Kind extends string = string> = {
  sequence: number;
  version: number;
  at: number;
  actor: Actor;
  action: string;
  target: { kind: Kind; key: string };
  comment: string;
  before: string | null;
  after: string | null;
  hash: string;
};

/** What the first entry is chained to. */
export const GENESIS = "0".repeat(64);

/** That a tester's override was made is in the log as this action, of its flag. */
export const OVERRIDDEN = "createOverride";

/** That a release got a secret for alerts is in the log as this action, of its flag. */
export const ALERT_SECRET = "createAlertSecret";

/** Attempts that were refused are in the log as this action. Of one actor no more than so many within so long, in ms. */
export const REFUSED = "refused";
export const MOST_REFUSED = { count: 20, within: 3_600_000 };

/** The hash of an entry: SHA-256 over the JSON text of the previous hash and every field, in this order. */
export function entryHash(previous: string, entry: Omit<LogRow, "hash">): string {
  const { sequence, version, at, actor, action, target, comment, before, after } = entry;
  const fields = [previous, sequence, version, at, actor.id, actor.name, actor.via];
  return sha256Hex(JSON.stringify([...fields, action, target.kind, target.key, comment, before, after]));
}

/** Goes through a whole log in order. The sequence of the first entry that doesn't fit; undefined when all do. */
export function firstBroken(entries: Iterable<LogRow>): number | undefined {
  let previous = GENESIS;
  let sequence = 0;
  for (const entry of entries) {
    sequence += 1;
    if (entry.sequence !== sequence || entry.hash !== entryHash(previous, entry)) return sequence;
    previous = entry.hash;
  }
  return undefined;
}
