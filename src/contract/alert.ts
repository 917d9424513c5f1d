import * as z from "zod/mini";
import { comment } from "./admin.ts";
import type { Phase } from "./release.ts";

/* Somebody else's monitoring says that a release does harm. It is signed with the release's own secret. */

/** What it wants. Nothing else can be had with that secret. */
export const alert = z.strictObject({ action: z.enum(["pause", "unrelease"]), comment });
export type Alert = z.output<typeof alert>;

/** `duplicate`: a message with this id was taken before; nothing was done. */
export type AlertView = { release: string; state: Phase; duplicate: boolean };
