import type { Problem } from "../contract/problem.ts";

/** Who last changed something, and when. */
export type LastChange = { version: number; updatedBy: string; updatedAt: string };

/** The refusal of a write whose preconditions fail, with what changed meanwhile. Others are left as they are. */
export function withNews(problem: Problem, last: LastChange | undefined): Problem {
  if (problem.type !== "version-conflict" || !last) return problem;
  const { version, updatedBy, updatedAt } = last;
  return { ...problem, detail: `${problem.detail} It is at version ${version}, made by ${updatedBy} at ${updatedAt}.` };
}
