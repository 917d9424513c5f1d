import type { CountedSegment, SegmentView } from "../contract/admin.ts";

/** An answer of an object may have 32 MiB, and a character up to 2 bytes: this leaves room for a page of others. */
const LISTED_CHARACTERS = 4 * 1024 * 1024;

/** A segment as it leaves the object. */
export function counted(view: SegmentView): CountedSegment {
  const { include, exclude, ...rest } = view.segment;
  const members = { include: include.length, exclude: exclude.length };
  let characters = 0;
  for (const list of [include, exclude]) for (const member of list) characters += member.length;
  return { ...view, segment: characters > LISTED_CHARACTERS ? rest : view.segment, members };
}
