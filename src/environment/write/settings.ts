import { equal } from "./equal.ts";
import type { SettingsPatch } from "../rpc.ts";
import type { Entry, Settings } from "../store/state.ts";

/** The settings that are shown, and in the log. */
export function told({ description, production, sites, sampling, requiresApproval, approvalBy }: Settings) {
  return { description, production, sites: [...sites], sampling, requiresApproval, approvalBy };
}

/** Whether a change of settings would let through what needs consent as they are. */
export function loosens({ requiresApproval, approvalBy }: Settings, patch: SettingsPatch): boolean {
  if (requiresApproval === 0) return false;
  const lower = (patch.requiresApproval ?? requiresApproval) < requiresApproval;
  return lower || (approvalBy === "access" && patch.approvalBy === "any");
}

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
  const approvalBy = patch.approvalBy ?? before.approvalBy;
  const resampled = !equal(before.sampling, sampling);
  const was = told(before);
  const { production = before.production, sites = was.sites } = patch;
  const is = { description, production, sites, sampling, requiresApproval, approvalBy };
  if (equal(was, is)) return undefined;
  const salt = resampled ? crypto.randomUUID() : before.salt;
  const entry: Entry = { action: "patchEnvironment", kind: "environment", key: environment, before: was, after: is };
  return { settings: { ...before, ...is, salt }, entry, resampled };
}
