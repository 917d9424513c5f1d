import type * as z from "zod";
import { type Issue, pointer, unrepresentable } from "./json.ts";

export type Parsed<T> = { ok: true; value: T } | { ok: false; issues: Issue[] };

/** Validates a parsed JSON document against a schema. Issues carry JSON Pointers and never repeat what was sent. */
export function parse<S extends z.ZodType>(schema: S, input: unknown): Parsed<z.output<S>> {
  const foreign = unrepresentable(input);
  if (foreign) return { ok: false, issues: [foreign] };
  const result = schema.safeParse(input);
  if (result.success) return { ok: true, value: result.data };
  return { ok: false, issues: flatten(result.error.issues, []) };
}

type ZodIssue = z.core.$ZodIssue;

function flatten(issues: readonly ZodIssue[], prefix: PropertyKey[]): Issue[] {
  return issues.flatMap((issue): Issue[] => {
    const path = [...prefix, ...issue.path];
    if (issue.code === "unrecognized_keys")
      return issue.keys.map((key) => ({ path: pointer([...path, key]), message: "is not a known property" }));
    if (issue.code === "invalid_union" && issue.errors.length > 0) return flatten(closest(issue.errors), path);
    if (issue.code === "invalid_key")
      return issue.issues.map((inner) => ({ path: pointer(path), message: inner.message }));
    return [{ path: pointer(path), message: plain(issue) }];
  });
}

/**
 * The branch of a union that the writer most likely meant: the one with the fewest complaints about the shape itself
 * (a property too many, or one missing), and among those the fewest in all.
 */
function closest(branches: readonly (readonly ZodIssue[])[]): readonly ZodIssue[] {
  const misfit = (branch: readonly ZodIssue[]): number =>
    branch.reduce((sum, issue) => {
      if (issue.code === "unrecognized_keys") return sum + 100 * issue.keys.length;
      if (issue.code === "invalid_type" && issue.path.length <= 1) return sum + 100;
      return sum + 1;
    }, 0);
  return branches.reduce((best, branch) => (misfit(branch) < misfit(best) ? branch : best));
}

function plain(issue: ZodIssue): string {
  return issue.message.replace(/^Invalid input: /, "").replace(/^Invalid /, "invalid ");
}
