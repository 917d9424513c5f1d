import { LARGEST_SUM } from "./writer.ts";

/** Why a flag can't be written for flagd: what a person is told for each word of the writer's. */
export const REASONS = {
  reference: "flagd would take a value's $ref for a reference.",
  prerequisites: "flagd has no prerequisites.",
  "code default": "flagd can't serve the code's default from a rule of a flag that has a default.",
  long: "Written out for flagd, this flag would become too long.",
  "long segments": "Written out for flagd, the segments would become too long.",
  hash: "flagd's second generation of bucketing has another hash.",
  several: "flagd hashes one attribute, not the first of several.",
  ranges: "flagd's weights aren't fine enough for ranges.",
  sum: `flagd's weights may add up to ${LARGEST_SUM}, these make more.`,
  flag: "flagd can't ask what another flag serves.",
  bucket: "flagd has no buckets in conditions.",
  cycle: "The segment refers to itself.",
  segment: "The segment isn't in the document.",
  digests: "Of the segment's listed members only digests are known here.",
  members: "The segment lists more than 10 000 members.",
  seconds: "flagd's time is in whole seconds.",
  case: "flagd doesn't ignore case.",
  name: "flagd can't read an attribute of this name.",
  operator: "flagd can't say this operator exactly.",
};

export type Why = keyof typeof REASONS;
