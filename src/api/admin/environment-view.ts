import type { EnvironmentView, Propagated } from "../../contract/admin.ts";
import type { Here } from "./call.ts";
import { ask } from "./remote.ts";

/** There are no relays yet for a version to arrive at. */
const NO_RELAYS: Propagated = { relays: 0, of: 0 };

/** An environment as it is shown; its version and counts come from its own object. undefined: deleted meanwhile. */
export async function environmentView({ entry, object }: Here): Promise<EnvironmentView | undefined> {
  const summary = await ask(object.summary());
  if (!summary) return undefined;
  const { name, description, createdAt } = entry;
  const { version, revision, flags } = summary;
  return { name, description, version, revision, flags, propagated: NO_RELAYS, createdAt };
}

/** The entity tag of an environment as a whole: what `If-Match` of a batch is held against. */
export function etagOf({ revision }: { revision: string }): string {
  return `"${revision}"`;
}
