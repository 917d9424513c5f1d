import * as z from "zod/mini";
import { comment, pageQuery } from "./admin.ts";
import type { Difference } from "./audit.ts";
import type { Actor } from "./change.ts";
import type { Effect } from "./evaluation.ts";
import type { Plan } from "./plan.ts";

/* Changes that wait for the consent of others, where an environment wants that. */

/** `outdated`: what it would change was changed by somebody else meanwhile; it has to be asked for anew. */
export const REQUEST_STATES = ["open", "applied", "rejected", "outdated"] as const;
export type RequestState = (typeof REQUEST_STATES)[number];

export const requestQuery = z.extend(pageQuery, { state: z.exactOptional(z.enum(REQUEST_STATES)) });
export const decision = z.strictObject({ comment });

/** Consent, or what ended it. */
export type Decided = { by: Actor; at: string; comment: string };

/** Times are RFC 3339. */
export type ChangeRequestView = {
  id: string;
  state: RequestState;
  /** What was asked for: the operation, and the things that it would change. */
  action: string;
  targets: Difference["target"][];
  author: Actor;
  comment: string;
  createdAt: string;
  /** When it is to be made, where that isn't at once. */
  applyAt?: string;
  /** Version of the environment that it was asked for at. */
  version: number;
  /** How many others have to consent. */
  required: number;
  approvals: Decided[];
  decided?: Decided;
  /** The version that it made. */
  appliedVersion?: number;
};

/** The same with what it would do, while it is open. `flags`: for whom, of the sample of recent contexts. */
export type ChangeRequestDetail = ChangeRequestView & {
  diff?: Difference[];
  preview?: { flags: Effect[] };
  release?: { flag: string; rule?: string; startAt?: string; planName?: string; plan: Plan };
  plan?: { name: string; plan: Plan };
};
