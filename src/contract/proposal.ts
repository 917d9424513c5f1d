import * as z from "zod/mini";
import { changeList } from "./change.ts";
import { promotion } from "./interchange.ts";
import { name } from "./names.ts";
import { newRelease } from "./release.ts";

/* Changes that are looked at before they are made: proposed, and committed by whoever proposed them. */

const exactly = "must have exactly one of changes, release and promote";

/** What is proposed, as the route of each takes it. */
export const proposalBody = z
  .strictObject({
    changes: z.exactOptional(changeList),
    release: z.exactOptional(z.extend(newRelease, { flag: name })),
    promote: z.exactOptional(z.omit(promotion, { dryRun: true })),
  })
  .check(z.refine((body) => Object.keys(body).length === 1, exactly));

export type Proposed = z.output<typeof proposalBody>;

/** How long one can be committed, in milliseconds. */
export const PROPOSAL_MS = 15 * 60_000;
