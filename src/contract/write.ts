import type { Caller } from "./action.ts";
import type { Actor } from "./change.ts";
import type { Role } from "./role.ts";

/** What an Idempotency-Key stands for: `fingerprint` is a digest of everything that makes it the same request. */
export type Idempotency = { key: string; fingerprint: string };

/** The circumstances of a write, whatever it writes. */
export type WriteContext = {
  actor: Actor;
  /** What the actor may do, for the answer to say what they may do next. Whether they may do this was judged before. */
  role?: Role;
  /** For the log; empty when there is none. */
  comment: string;
  /** `If-Match` and `If-None-Match` as they were sent. */
  ifMatch?: string;
  ifNoneMatch?: string;
  idempotency?: Idempotency;
};

/** What a write's result has when it is one that was given before. */
export type Replayed = { replayed?: true };

/** Who writes, as somebody who is told what they may do. undefined: nobody is. */
export function callerOf({ actor, role }: WriteContext): Caller | undefined {
  return role && { actor, role };
}
