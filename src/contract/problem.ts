import type { Issue } from "./json.ts";
import * as LIMITS from "./limits.ts";

/** Everything that an administration request can be refused for, with its status and title (RFC 9457). */
export const PROBLEMS = {
  "not-json": { status: 400, title: "The body is not JSON" },
  "bad-request": { status: 400, title: "The request can't be read" },
  unauthenticated: { status: 401, title: "A valid credential is needed" },
  forbidden: { status: 403, title: "This credential may not do that" },
  "cross-site": { status: 403, title: "This comes from another site" },
  "not-found": { status: 404, title: "Not found" },
  "method-not-allowed": { status: 405, title: "This method is not available here" },
  conflict: { status: 409, title: "The present state doesn't allow this" },
  archived: { status: 409, title: "The flag is archived" },
  "in-use": { status: 409, title: "Others depend on it" },
  "still-running": { status: 409, title: "The first request with this Idempotency-Key is still running" },
  "version-conflict": { status: 412, title: "It has changed meanwhile" },
  "too-large": { status: 413, title: "The body is too large" },
  "unsupported-media-type": { status: 415, title: "This content type is not accepted" },
  invalid: { status: 422, title: "The content is not valid" },
  "idempotency-mismatch": { status: 422, title: "This Idempotency-Key stands for another request" },
  "too-many-requests": { status: 429, title: "Too many requests" },
  internal: { status: 500, title: "Something went wrong here" },
  unavailable: { status: 503, title: "Not available at the moment" },
} as const;

export type ProblemType = keyof typeof PROBLEMS;

/** A refusal, before it becomes a response. `detail` is one sentence for a person. */
export type Problem = { type: ProblemType; detail: string; errors?: Issue[] };

/** A domain refusal as it crosses RPC: returned, never thrown. */
export type Refusal = { ok: false; problem: Problem };

/** The one answer for everything outside a caller's scope, so that it doesn't tell what exists there. */
export const OUT_OF_SCOPE: Problem = { type: "forbidden", detail: "This credential reaches only other environments." };

/** The JSON of a problem response. */
export function problemBody(problem: Problem): {
  type: string;
  title: string;
  status: number;
  detail: string;
  errors?: Issue[];
  more?: number;
} {
  const { status, title } = PROBLEMS[problem.type];
  const base = { type: `/problems/${problem.type}`, title, status, detail: problem.detail };
  if (!problem.errors) return base;
  const more = problem.errors.length - LIMITS.errors;
  return { ...base, errors: problem.errors.slice(0, LIMITS.errors), ...(more > 0 && { more }) };
}
