import * as z from "zod/mini";
import { condition, conditionIssues } from "./flag.ts";
import * as LIMITS from "./limits.ts";
import { name } from "./names.ts";

const text = z.string().check(z.maxLength(LIMITS.textLength));
const member = z.string().check(z.minLength(1), z.maxLength(LIMITS.memberLength));
/** A long list is answered as its count: sent back like that, it must not become an empty list. */
const A_LIST =
  "must be a list; one that was answered as a count is kept by a PATCH without it, or changed at …/members";
const members = z.array(member, A_LIST).check(z.maxLength(LIMITS.members));

/** The properties of a segment, before its condition is checked against the limits. */
export const segmentFields = z.strictObject({
  key: name,
  name: z._default(text, ""),
  include: z._default(members, []),
  exclude: z._default(members, []),
  by: z._default(z.string().check(z.minLength(1), z.maxLength(LIMITS.nameLength)), "targetingKey"),
  when: z._default(condition, { any: [] }),
  description: z._default(text, ""),
});

/** A named set of contexts: `exclude` wins over `include`, `include` over `when`. */
export const segment = segmentFields.check(
  z.superRefine(({ when }, context) => {
    for (const { path, message } of conditionIssues(when))
      context.addIssue({ code: "custom", path: ["when", ...path], message });
  }),
);

export type Segment = z.output<typeof segment>;

/**
 * Members in their order: a list as it was sent, or one that is read piece by piece. `bytes`: of its JSON in UTF-8, each
 * member with its quotes and a comma. `digests`: of the members, piece by piece (core/members.ts).
 */
export type Listing = Iterable<string> & {
  readonly length: number;
  readonly bytes?: number;
  digests?(): Iterable<BigUint64Array>;
};

/** A segment whose lists needn't be in memory. */
export type ListedSegment = Omit<Segment, "include" | "exclude"> & Record<"include" | "exclude", Listing>;
