import type { Snapshot } from "../core/compile.ts";
import { within } from "../snapshot/deadline.ts";
import type { Source } from "../snapshot/store.ts";
import type { Afterwards, Bindings } from "./bindings.ts";
import { asking } from "./snapshots.ts";

/* What a snapshot was made of, for who wants to make it once more elsewhere. */

/** How long a source may take. */
const CALL_MS = 2_000;

/** The text of the body that a snapshot was made of, or of a newer one. @throws when it can't be had */
export async function bodyText(snapshot: Snapshot, env: Bindings, ctx: Afterwards): Promise<string> {
  const { environment, incarnation, version } = snapshot;
  const { stored, authority } = asking(env, ctx).sources;
  const from = (source: Source) => within(source.body(environment, incarnation, version), CALL_MS).catch(() => null);
  const text = (await from(authority)) ?? (await from(stored));
  if (text === null) throw new Error("the body can't be had at the moment");
  return text;
}

/** The listed members of this hash; null when they can't be had. */
export async function membersBytes(
  snapshot: Snapshot,
  hash: string,
  env: Bindings,
  ctx: Afterwards,
): Promise<ArrayBuffer | null> {
  const { environment, incarnation } = snapshot;
  const { stored, authority } = asking(env, ctx).sources;
  const from = (source: Source) => within(source.members(environment, incarnation, hash), CALL_MS).catch(() => null);
  return (await from(authority)) ?? (await from(stored));
}
