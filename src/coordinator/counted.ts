import type { CountedSegment, SegmentView } from "../contract/admin.ts";
import { outlineOf } from "./outline.ts";

/** An answer of an object may have 32 MiB, and a character up to 2 bytes: this leaves room for a page of others. */
const LISTED_CHARACTERS = 4 * 1024 * 1024;

/**
 * A segment as it leaves the object. Lists that are too long are counted in their place, which no write takes for a
 * list: an answer that is sent back as it came can't empty them.
 */
export function counted(view: SegmentView): CountedSegment {
  const { include, exclude } = view.segment;
  const members = { include: include.length, exclude: exclude.length };
  let characters = 0;
  for (const list of [include, exclude]) for (const member of list) characters += member.length;
  return { ...view, segment: characters > LISTED_CHARACTERS ? outlineOf(view.segment) : view.segment, members };
}
