import { foldCase } from "../../core/fold.ts";
import type { CountedSegment, FlagView } from "../../contract/admin.ts";
import { counted } from "../write/counted.ts";
import { type HeldSegment, MemberList } from "../store/member-list.ts";
import type { FlagQuery, MembersPage, MembersQuery, SegmentQuery } from "../rpc.ts";
import { byKey, type State, type StoredSegment } from "../store/state.ts";

/* Pages of resources, sorted by key: "what comes after this key" stays right while others write. */

/** A page ends early when its JSON gets longer than this: an answer of an object may have 32 MiB. */
const PAGE_CHARACTERS = 8 * 1024 * 1024;

/** @param show what is done only with those that are on the page */
export function listFlags<T = FlagView>(
  views: Iterable<FlagView>,
  query: FlagQuery,
  show: (view: FlagView) => T,
): { flags: T[]; next?: string } {
  const found = Array.from(views).filter((view) => fits(view, query));
  const { items, next } = page(found, ({ flag }) => flag.key, show, query);
  return next === undefined ? { flags: items } : { flags: items, next };
}

export function listSegments({ segments }: State, query: SegmentQuery): { segments: CountedSegment[]; next?: string } {
  const found = Array.from(segments.values()).filter(({ segment: { key, name, description } }) =>
    contains([key, name, description], query.q),
  );
  const { items, next } = page(found, ({ segment }) => segment.key, counted, query);
  return next === undefined ? { segments: items } : { segments: items, next };
}

/** Members of a list in their order, as it is or as it was: `at` gives the segment at an earlier version. */
export function listMembers(
  now: StoredSegment,
  { list, limit, after }: MembersQuery,
  at: (version: number) => HeldSegment | undefined,
): MembersPage {
  const { version, place } = after ?? { version: now.version, place: 0 };
  const then = version === now.version ? now.segment : at(version);
  const roster = then?.[list] ?? MemberList.EMPTY;
  const members = roster.slice(place, limit);
  const next = { version, place: place + members.length };
  return { members, count: roster.length, version, ...(next.place < roster.length && { next }) };
}

function fits({ flag, archivedAt, stale }: FlagView, { q, tag, kind, owner, state }: FlagQuery): boolean {
  const archived = archivedAt !== undefined;
  if (archived !== (state === "archived")) return false;
  if (state === "enabled" && !flag.enabled) return false;
  if (state === "disabled" && flag.enabled) return false;
  if (state === "stale" && !stale) return false;
  if (tag !== undefined && !flag.tags.includes(tag)) return false;
  if (kind !== undefined && flag.kind !== kind) return false;
  if (owner !== undefined && flag.owner !== owner) return false;
  return contains([flag.key, flag.description, flag.owner, ...flag.tags], q);
}

function contains(texts: string[], q: string | undefined): boolean {
  if (q === undefined) return true;
  const wanted = foldCase(q);
  return texts.some((text) => foldCase(text).includes(wanted));
}

/** At most `limit` items after a key, as they are shown, and fewer when they are long. */
function page<T, S>(
  all: T[],
  keyOf: (item: T) => string,
  show: (item: T) => S,
  { after, limit }: { after?: string; limit: number },
) {
  const keyed = all.map((item) => ({ key: keyOf(item), item }));
  const rest = (after === undefined ? keyed : keyed.filter(({ key }) => key > after)).toSorted(byKey);
  const items: S[] = [];
  let characters = 0;
  for (const { item } of rest.slice(0, limit)) {
    const shown = show(item);
    characters += JSON.stringify(shown).length;
    if (items.length > 0 && characters > PAGE_CHARACTERS) break;
    items.push(shown);
  }
  const next = rest.length > items.length ? rest[items.length - 1]?.key : undefined;
  return { items, next };
}
