import * as z from "zod";
import { condition, conditionIssues } from "./flag.ts";
import { LIMITS } from "./limits.ts";
import { name } from "./names.ts";

const member = z.string().min(1).max(LIMITS.memberLength);
const members = z.array(member).max(LIMITS.members);

/** The properties of a segment, before its condition is checked against the limits. */
export const segmentFields = z.strictObject({
  key: name,
  name: z.string().max(LIMITS.textLength).default(""),
  include: members.default([]),
  exclude: members.default([]),
  by: z.string().min(1).max(LIMITS.nameLength).default("targetingKey"),
  when: condition.default({ any: [] }),
  description: z.string().max(LIMITS.textLength).default(""),
});

/** A named set of contexts: `exclude` wins over `include`, `include` over `when`. */
export const segment = segmentFields.superRefine((value, context) => {
  for (const { path, message } of conditionIssues(value.when))
    context.addIssue({ code: "custom", path: ["when", ...path], message });
});

export type Segment = z.output<typeof segment>;
