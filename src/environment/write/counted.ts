import type { CountedSegment, SegmentOutline } from "../../contract/admin.ts";
import { outlineOf } from "./outline.ts";
import type { Segment } from "../../contract/segment.ts";
import type { HeldSegment } from "../store/member-list.ts";
import type { StoredSegment } from "../store/state.ts";

/** Longer lists aren't shown: an answer of an object may have 32 MiB, and this leaves room for a page of others. */
const LISTED_BYTES = 4 * 1024 * 1024;

/** A segment as it leaves the object, with how many members it lists. */
export function counted(stored: StoredSegment): CountedSegment {
  const { include, exclude } = stored.segment;
  return { ...stored, segment: listed(stored.segment), members: { include: include.length, exclude: exclude.length } };
}

/**
 * A segment with its members. Lists that are too long are counted in their place, which no write takes for a list: an
 * answer that is sent back as it came can't empty them.
 */
export function listed(segment: HeldSegment): Segment | SegmentOutline {
  const { include, exclude } = segment;
  if (include.bytes + exclude.bytes > LISTED_BYTES) return outlineOf(segment);
  return { ...segment, include: [...include], exclude: [...exclude] };
}
