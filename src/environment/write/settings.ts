import { equal } from "./equal.ts";
import type { Entry, Settings } from "../store/audit-log.ts";
import type { SettingsPatch } from "../rpc.ts";

/**
 * The settings after a change, with what the log says of it; undefined when nothing changes. `resampled`: contexts that
 * were kept under the old setting, and the salt of their hashes, are not to be used any more.
 */
export function reconfigured(
  environment: string,
  before: Settings,
  patch: SettingsPatch,
): { settings: Settings; entry: Entry; resampled: boolean } | undefined {
  const description = (patch.description ?? before.description).toWellFormed();
  const sampling = { ...before.sampling, ...patch.sampling };
  const requiresApproval = patch.requiresApproval ?? before.requiresApproval;
  const resampled = !equal(before.sampling, sampling);
  if (!resampled && description === before.description && requiresApproval === before.requiresApproval)
    return undefined;
  const salt = resampled ? crypto.randomUUID() : before.salt;
  const was = {
    description: before.description,
    sampling: before.sampling,
    requiresApproval: before.requiresApproval,
  };
  const is = { description, sampling, requiresApproval };
  const entry: Entry = { action: "patchEnvironment", kind: "environment", key: environment, before: was, after: is };
  return { settings: { ...before, ...is, salt }, entry, resampled };
}
