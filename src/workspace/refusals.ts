import * as LIMITS from "../contract/limits.ts";
import { OUT_OF_SCOPE, type Refusal } from "../contract/problem.ts";

/* What Workspace refuses, each with the one answer that it has. */

export const UNKNOWN: Refusal = { ok: false, problem: { type: "not-found", detail: "There is no such environment." } };
export const TAKEN: Refusal = {
  ok: false,
  problem: { type: "conflict", detail: "There is an environment by that name already." },
};
export const TOO_MANY_ENDING: Refusal = {
  ok: false,
  problem: {
    type: "conflict",
    detail: `There can be at most ${LIMITS.endingEnvironments} environments that end by themselves; delete some.`,
  },
};
export const NO_SOURCE: Refusal = {
  ok: false,
  problem: {
    type: "invalid",
    detail: "There is no environment to copy from.",
    errors: [{ path: "/copyFrom", message: "is not the name of an environment" }],
  },
};
export const UNFINISHED: Refusal = {
  ok: false,
  problem: { type: "unavailable", detail: "The environment could not be set up. Nothing was created." },
};

export const NO_TOKEN: Refusal = { ok: false, problem: { type: "not-found", detail: "There is no such token." } };
export const BEYOND: Refusal = { ok: false, problem: OUT_OF_SCOPE };
export const STILL_RUNNING: Refusal = {
  ok: false,
  problem: { type: "still-running", detail: "The first request with this Idempotency-Key hasn't been answered yet." },
};
export const TOO_MANY_TOKENS: Refusal = {
  ok: false,
  problem: { type: "conflict", detail: `There can be at most ${LIMITS.tokens} admin tokens; revoke some.` },
};
