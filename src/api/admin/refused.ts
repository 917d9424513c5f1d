import type { Issue } from "../../contract/json.ts";
import type { Problem, ProblemType } from "../../contract/problem.ts";
import type { Role } from "../../contract/role.ts";

/** Thrown where a request can't go on; the mount turns it into the response. Never crosses an RPC. */
export class Refused extends Error {
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.detail);
    this.problem = problem;
  }
}

/** A refusal for the caller's role, which the audit log tells of. */
export class Forbidden extends Refused {
  readonly needed: Role;

  constructor(needed: Role) {
    super({ type: "forbidden", detail: `This needs the role ${needed}.` });
    this.needed = needed;
  }
}

export function refusal(type: ProblemType, detail: string): Refused {
  return new Refused({ type, detail });
}

/** 422 with the places that are wrong. `what` begins the sentence: "The body", "The query". */
export function invalid(what: string, errors: Issue[]): Refused {
  return new Refused({ type: "invalid", detail: `${what} is not valid.`, errors });
}
