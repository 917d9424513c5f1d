import * as z from "zod/mini";
import type { RequestState } from "./change-request.ts";
import type { Phase } from "./release.ts";

/* What the administration stream tells: names only. Whoever watches asks for what changed. */

/** Where in an environment's log a watcher is: at the end of a version, or at one entry. */
export type WatchedTo = { version: number } | { sequence: number };

/** What came since. `flags` and `segments` are absent where they are too many, or nobody knows. */
export type Watched = {
  version: number;
  sequence: number;
  flags?: string[];
  segments?: string[];
  releases: { flag: string; id: string; state: Phase }[];
  requests: { id: string; state: RequestState }[];
};

/** Names in one event; of more, none are said. */
export const NAMED_CHANGES = 100;

/** `since`: what `Last-Event-ID` says, for a first connection, which can't send that header. */
export const watchQuery = z.strictObject({
  since: z.exactOptional(z.string().check(z.regex(/^\d{1,15}$/, "must be a version"))),
});
