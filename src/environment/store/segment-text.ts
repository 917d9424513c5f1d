import type { SegmentOutline } from "../../contract/admin.ts";
import { entryOf, type HeldSegment, heldFrom, type RosterEntry, type SegmentEntry } from "./member-list.ts";
import type { TextRef, ContentStore } from "./content-store.ts";

/* Segments in storage: a text with the lists' pages by reference, and those pages. */

/** Stores a segment, and the pages of its lists that aren't stored yet. */
export function putSegment(texts: ContentStore, segment: HeldSegment): TextRef {
  for (const list of [segment.include, segment.exclude])
    list.keep(
      (ref, text) => texts.store(ref, text),
      (ref) => texts.bytes(ref),
    );
  return texts.put(JSON.stringify(entryOf(segment)));
}

/** A stored segment; its lists are read when they are needed. */
export function getSegment(texts: ContentStore, ref: TextRef): HeldSegment {
  return heldFrom(entryAt(texts, ref), (page) => texts.bytes(page));
}

/** A stored segment with its members counted; no list is read. */
export function getOutline(texts: ContentStore, ref: TextRef): SegmentOutline {
  const { include, exclude, ...segment } = entryAt(texts, ref);
  return { ...segment, include: { count: countOf(include) }, exclude: { count: countOf(exclude) } };
}

/** The pages that a stored segment refers to. */
export function pagesOf(texts: ContentStore, ref: TextRef): TextRef[] {
  const { include, exclude } = entryAt(texts, ref);
  return [include, exclude].flatMap((list) => (Array.isArray(list) ? [] : list.pages.map(([page]) => page)));
}

function entryAt(texts: ContentStore, ref: TextRef): SegmentEntry {
  return JSON.parse(texts.get(ref));
}

function countOf(list: RosterEntry): number {
  return Array.isArray(list) ? list.length : list.count;
}
