import type { Actor } from "../contract/change.ts";
import { sha256Hex } from "./hash.ts";
import type { TargetKind } from "./rpc.ts";
import type { TextRef } from "./texts.ts";

/*
 * The change log: what was done, by whom, and what was in force before and after. It is the audit log and the history
 * of versions at once. Entries are only added. Each carries a hash over itself and the hash before it, so that an
 * entry that is edited, removed or put in shows from there on.
 */

/** One row of the log. `at` in epoch milliseconds; texts by reference, null where nothing was in force. */
export type LogRow = {
  sequence: number;
  version: number;
  at: number;
  actor: Actor;
  action: string;
  target: { kind: TargetKind; key: string };
  comment: string;
  before: TextRef | null;
  after: TextRef | null;
  hash: string;
};

/** What the first entry is chained to. */
export const GENESIS = "0".repeat(64);

/** The hash of an entry: SHA-256 over the JSON text of the previous hash and every field, in this order. */
export function entryHash(previous: string, entry: Omit<LogRow, "hash">): string {
  const { sequence, version, at, actor, action, target, comment, before, after } = entry;
  const fields = [previous, sequence, version, at, actor.id, actor.name, actor.via];
  const text = JSON.stringify([...fields, action, target.kind, target.key, comment, before, after]);
  return sha256Hex(new TextEncoder().encode(text));
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
