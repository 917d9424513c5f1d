import type { Actor } from "../../contract/change.ts";
import type { Refusal } from "../../contract/problem.ts";
import { equal } from "./equal.ts";
import type { SettingsPatch } from "../rpc.ts";
import type { Entry, Settings } from "../store/state.ts";

/** The settings that are shown, and in the log. */
export function told({ description, production, sites, sampling, requiresApproval, approvalBy, ends }: Settings) {
  const expiry = ends && { expiresAt: new Date(ends.at).toISOString() };
  return { description, production, sites: [...sites], sampling, requiresApproval, approvalBy, ...expiry };
}

/** Whether a change of settings would let through what needs consent as they are. */
export function loosens({ requiresApproval, approvalBy }: Settings, patch: SettingsPatch): boolean {
  if (requiresApproval === 0) return false;
  const lower = (patch.requiresApproval ?? requiresApproval) < requiresApproval;
  return lower || (approvalBy === "access" && patch.approvalBy === "any");
}

/**
 * Why settings can't be changed so, whoever asks: only what was made to end has an end, and what is production never
 * ends by itself.
 */
export function refusedEnd(
  { ends, production }: Settings,
  patch: Pick<SettingsPatch, "expiresAt" | "production">,
): Refusal | undefined {
  const path =
    patch.expiresAt !== undefined && ends === null
      ? "/expiresAt"
      : ends !== null && (patch.production ?? production)
        ? "/production"
        : undefined;
  if (path === undefined) return undefined;
  const message =
    path === "/production" ? "must be false where an end is set" : "can be set only where it was made with one";
  return { ok: false, problem: { type: "invalid", detail: "The body isn't valid.", errors: [{ path, message }] } };
}

/**
 * The settings after a change, with what the log says of it; undefined when nothing changes. `resampled`: contexts that
 * were kept under the old setting, and the salt of their hashes, are not to be used any more.
 */
export function reconfigured(
  environment: string,
  before: Settings,
  patch: SettingsPatch,
  actor: Actor,
): { settings: Settings; entry: Entry; resampled: boolean } | undefined {
  const description = (patch.description ?? before.description).toWellFormed();
  const sampling = { ...before.sampling, ...patch.sampling };
  const requiresApproval = patch.requiresApproval ?? before.requiresApproval;
  const approvalBy = patch.approvalBy ?? before.approvalBy;
  const resampled = !equal(before.sampling, sampling);
  const was = told(before);
  const { production = before.production, sites = was.sites, expiresAt: at = before.ends?.at } = patch;
  const ends = at === undefined ? null : at === before.ends?.at ? before.ends : { at, by: actor };
  const next = { description, production, sites, sampling, requiresApproval, approvalBy, ends };
  const is = told({ ...before, ...next });
  if (equal(was, is)) return undefined;
  const salt = resampled ? crypto.randomUUID() : before.salt;
  const entry: Entry = { action: "patchEnvironment", kind: "environment", key: environment, before: was, after: is };
  return { settings: { ...before, ...next, salt }, entry, resampled };
}
