import * as z from "zod/mini";
import { batchBody, pageQuery } from "./admin.ts";
import type { Actor, Change } from "./change.ts";
import { dateTime } from "./condition.ts";

/* Changes that are made at a time that somebody chose. */

export const SCHEDULED_STATES = ["waiting", "applied", "failed", "cancelled"] as const;
export type ScheduledState = (typeof SCHEDULED_STATES)[number];

/** The body of `POST …/changes`: with `applyAt` they are made then, and not now. */
export const changesBody = z.extend(batchBody, {
  applyAt: z.exactOptional(dateTime.check(z.describe("RFC 3339, up to a year ahead: the changes are made then"))),
});

export const scheduledQuery = z.extend(pageQuery, { state: z.exactOptional(z.enum(SCHEDULED_STATES)) });

/** Times are RFC 3339. `why`: what it failed for. `version`: the one that it made. */
export type ScheduledView = {
  id: string;
  applyAt: string;
  changes: Change[];
  by: Actor;
  comment: string;
  state: ScheduledState;
  why?: string;
  version?: number;
};

/** How far ahead something can be scheduled, in milliseconds. */
export const SCHEDULED_AHEAD_MS = 366 * 86_400_000;
