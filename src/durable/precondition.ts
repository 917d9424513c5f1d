import type { Problem } from "../contract/problem.ts";

/** `If-Match` and `If-None-Match` as they were sent. */
export type Preconditions = { ifMatch?: string | undefined; ifNoneMatch?: string | undefined };

/**
 * Holds the preconditions of a write against what is there (RFC 9110, section 13).
 *
 * Both headers take lists and `*`. `If-Match` compares strongly, so that no weak tag matches, and an empty one names
 * nothing, so that nothing matches; `If-None-Match` compares weakly.
 *
 * @param tag opaque tag of the resource as it is now, without quotes; undefined when it doesn't exist
 */
export function unmet({ ifMatch, ifNoneMatch }: Preconditions, tag: string | undefined): Problem | undefined {
  if (ifMatch !== undefined && !names(ifMatch, tag, STRONG))
    return {
      type: "version-conflict",
      detail:
        tag === undefined ? "It doesn't exist, so it can't match." : "It isn't at the version in If-Match any more.",
    };
  if (ifNoneMatch !== undefined && names(ifNoneMatch, tag, ANY))
    return { type: "version-conflict", detail: "It exists already, at a version that If-None-Match excludes." };
  return undefined;
}

/** The tags of a list. What is between quotes may be anything, a comma too. */
const ANY = /(?:W\/)?"([^"]*)"/g;
const STRONG = /(?:W\/"[^"]*")|"([^"]*)"/g;

/** Whether a header's list of entity tags names this one. */
function names(header: string, tag: string | undefined, tags: RegExp): boolean {
  if (tag === undefined) return false;
  return header.trim() === "*" || [...header.matchAll(tags)].some(([, opaque]) => opaque === tag);
}
