import type { EnvironmentView } from "../../contract/admin.ts";
import type { EnvironmentEntry, Standing } from "../../workspace/workspace.ts";
import type { Here } from "./call.ts";
import { ask } from "./remote.ts";

/** An environment as it is shown. */
export function environmentView(
  entry: EnvironmentEntry,
  { description, production, sites, version, revision, flags, propagated, ...settings }: Standing,
): EnvironmentView {
  const { name, createdAt } = entry;
  const { sampling, requiresApproval, approvalBy, expiresAt } = settings;
  const standing = { version, revision, flags, propagated, sampling, requiresApproval, approvalBy, createdAt };
  return { name, description, production, sites, ...standing, ...(expiresAt !== undefined && { expiresAt }) };
}

/** The same of what its own object says now. undefined: deleted meanwhile. */
export async function shown({ entry, object }: Here): Promise<EnvironmentView | undefined> {
  const standing = await ask(object.summary());
  return standing ? environmentView(entry, standing) : undefined;
}

/** The entity tag of an environment as a whole: what `If-Match` of a batch is held against. */
export function etagOf({ revision }: { revision: string }): string {
  return `"${revision}"`;
}
