import type { Actor } from "./change.ts";

/** What an Idempotency-Key stands for: `fingerprint` is a digest of everything that makes it the same request. */
export type Idempotency = { key: string; fingerprint: string };

/** The circumstances of a write, whatever it writes. */
export type WriteContext = {
  actor: Actor;
  /** For the log; empty when there is none. */
  comment: string;
  /** `If-Match` and `If-None-Match` as they were sent. */
  ifMatch?: string;
  ifNoneMatch?: string;
  idempotency?: Idempotency;
};

/** What a write's result has when it is one that was given before. */
export type Replayed = { replayed?: true };
