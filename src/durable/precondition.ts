import type { Problem } from "../contract/problem.ts";

/** `If-Match` and `If-None-Match` as they were sent. */
export type Preconditions = { ifMatch?: string | undefined; ifNoneMatch?: string | undefined };

/**
 * Holds the preconditions of a write against what is there (RFC 9110, section 13).
 *
 * Both headers take lists and `*`. Tags are compared by their opaque part alone: a proxy that compresses weakens a
 * tag on its way out, and the version inside still names exactly one state.
 *
 * @param tag opaque tag of the resource as it is now, without quotes; undefined when it doesn't exist
 */
export function unmet({ ifMatch, ifNoneMatch }: Preconditions, tag: string | undefined): Problem | undefined {
  if (ifMatch !== undefined && !names(ifMatch, tag))
    return {
      type: "version-conflict",
      detail:
        tag === undefined ? "It doesn't exist, so it can't match." : "It isn't at the version in If-Match any more.",
    };
  if (ifNoneMatch !== undefined && names(ifNoneMatch, tag))
    return { type: "version-conflict", detail: "It exists already, at a version that If-None-Match excludes." };
  return undefined;
}

/** Whether a header's list of entity tags names this one. Commas can't be part of the tags made here. */
function names(header: string, tag: string | undefined): boolean {
  if (tag === undefined) return false;
  return header.split(",").some((part) => {
    const one = part.trim();
    return one === "*" || one.replace(/^W\//, "").replace(/^"(.*)"$/, "$1") === tag;
  });
}
