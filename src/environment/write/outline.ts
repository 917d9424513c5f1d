import type { SegmentOutline } from "../../contract/admin.ts";
import type { Flag } from "../../contract/flag.ts";
import type { ListedSegment } from "../../contract/segment.ts";
import { isFlag } from "../../core/references.ts";

/** A segment as logs and diffs show it: listed members counted, because there may be a million of them. */
export function outlineOf({ include, exclude, ...segment }: ListedSegment): SegmentOutline {
  return { ...segment, include: { count: include.length }, exclude: { count: exclude.length } };
}

/** A flag as it is, a segment with its members counted. */
export function outlined(resource: Flag | ListedSegment | null): Flag | SegmentOutline | null {
  return resource === null || isFlag(resource) ? resource : outlineOf(resource);
}
