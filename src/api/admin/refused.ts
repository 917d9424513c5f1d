import type { Issue } from "../../contract/json.ts";
import type { Problem, ProblemType } from "../../contract/problem.ts";

/** Thrown where a request can't go on; the mount turns it into the response. Never crosses an RPC. */
export class Refused extends Error {
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.detail);
    this.problem = problem;
  }
}

export function refusal(type: ProblemType, detail: string): Refused {
  return new Refused({ type, detail });
}

/** 422 with the places that are wrong. `what` begins the sentence: "The body", "The query". */
export function invalid(what: string, errors: Issue[]): Refused {
  return new Refused({ type: "invalid", detail: `${what} is not valid.`, errors });
}
