import * as z from "zod/mini";
import { comment } from "./admin.ts";
import type { Phase } from "./release.ts";

/* Somebody else's monitoring says that a release does harm. It is signed with the release's own secret. */

/** What it wants. Nothing else can be had with that secret. */
export const alert = z.strictObject({ action: z.enum(["pause", "unrelease"]), comment });
export type Alert = z.output<typeof alert>;

/** What a monitor wants that can't choose its body: it says so in the address. */
export const alertQuery = z.strictObject({ action: alert.shape.action });

/** How much of a monitor's body is kept as the cause, in characters. */
const KEPT_CHARACTERS = 1_000;

/** What a monitor's own body comes to; null when it says that something is over. */
export function alertOf(action: Alert["action"], body: unknown): Alert | null {
  const status = typeof body === "object" && body !== null && "status" in body ? body.status : undefined;
  if (typeof status === "string" && status.toLowerCase() === "resolved") return null;
  const text = typeof body === "string" ? body : JSON.stringify(body);
  return { action, comment: text.slice(0, KEPT_CHARACTERS).toWellFormed() };
}

/** `duplicate`: a message with this id was taken before; nothing was done. */
export type AlertView = { release: string; state: Phase; duplicate: boolean };
