import type { Snapshot } from "../core/compile.ts";
import { within } from "../snapshot/deadline.ts";
import type { Afterwards, Bindings } from "./bindings.ts";
import { asking } from "./snapshots.ts";

/* What a snapshot was made of, for who wants to make it once more elsewhere. */

/** How long a source may take. */
const CALL_MS = 2_000;

/** The text of the body that a snapshot was made of, or of a newer one. @throws when it can't be had */
export async function bodyText(snapshot: Snapshot, env: Bindings, ctx: Afterwards): Promise<string> {
  const { environment, incarnation, version } = snapshot;
  const { relay, stored } = asking(env, ctx).sources;
  const answer = await given(relay.environment(environment, incarnation, { holds: version - 1 }));
  const relayed = answer && "body" in answer ? answer.body : undefined;
  const text = relayed ?? (await given(stored.body(environment, incarnation, version)));
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
  const { relay, stored } = asking(env, ctx).sources;
  for (const source of [relay, stored]) {
    const members = await given(source.members(environment, incarnation, hash));
    if (members) return members;
  }
  return null;
}

/** What a source gives in time; null when it doesn't. */
function given<T>(answer: Promise<T>): Promise<T | null> {
  return within(answer, CALL_MS).catch(() => null);
}
