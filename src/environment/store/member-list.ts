import { utf8Length } from "../../contract/json.ts";
import type { Listing, Segment } from "../../contract/segment.ts";
import { sha256Hex } from "../../core/hash.ts";
import { digestsOf, lowHash } from "../../core/members.ts";
import { murmur3 } from "../../core/murmur3.ts";

/*
 * Listed members as an environment's object holds them: pages of some thousand, stored by content and read when they
 * are needed. A list of a million is 40 MB of text, and an object has 128 MB for everything. Pages end where their last
 * member says so, so equal lists have equal pages, and a change makes new ones only near what it changes.
 */

/** A page ends after a member whose hash ends in this many zeros (every 2 048th), but is of at least and at most so many bytes. */
const LAST_BITS = 11;
const LEAST_BYTES = 32 * 1024;
const MOST_BYTES = 256 * 1024;
const LAST_SEED = 0x5eed_0003;

function endsPage(member: string, bytes: number): boolean {
  if (bytes < LEAST_BYTES) return false;
  return bytes >= MOST_BYTES || murmur3(member, LAST_SEED) << (32 - LAST_BITS) === 0;
}

/** A page in storage: SHA-256 of its text, a JSON array; how many members; how many bytes, as in `Listing`. */
export type PageEntry = readonly [ref: string, count: number, bytes: number];
/** A list in the text of a segment that is stored: a short one is there itself. */
export type RosterEntry = string[] | { count: number; pages: PageEntry[] };
const SHORT_BYTES = 4 * 1024;

/** Reads the text of a page that is stored. */
export type ReadPage = (ref: string) => Uint8Array;

/** Some members of a list, one after another. Never changed. */
export class Page {
  readonly ref: string;
  readonly length: number;
  readonly bytes: number;
  /** The text while it isn't stored, else how to read it. */
  #text: Uint8Array | ReadPage;
  #digests: BigUint64Array | undefined;

  constructor([ref, count, bytes]: PageEntry, text: Uint8Array | ReadPage) {
    this.ref = ref;
    this.length = count;
    this.bytes = bytes;
    this.#text = text;
  }

  get text(): string {
    return new TextDecoder().decode(this.#text instanceof Uint8Array ? this.#text : this.#text(this.ref));
  }

  members(): string[] {
    return JSON.parse(this.text);
  }

  [Symbol.iterator](): Iterator<string> {
    return this.members()[Symbol.iterator]();
  }

  /** Eight bytes a member, kept once they were made: what to publish is made of them whenever a list changes. */
  digests(): BigUint64Array {
    return (this.#digests ??= digestsOf({ length: this.length, [Symbol.iterator]: () => this[Symbol.iterator]() }));
  }

  /** Stores the text unless that was done, and forgets it: from now on it is read. */
  keep(store: (ref: string, text: Uint8Array) => void, read: ReadPage): void {
    if (!(this.#text instanceof Uint8Array)) return;
    store(this.ref, this.#text);
    this.#text = read;
  }
}

/** A list of members. Never changed, only followed by another that shares most of its pages. */
export class MemberList implements Listing {
  static readonly EMPTY: MemberList = new MemberList([]);
  readonly pages: readonly Page[];
  readonly length: number;
  readonly bytes: number;

  constructor(pages: readonly Page[]) {
    this.pages = pages;
    this.length = pages.reduce((sum, page) => sum + page.length, 0);
    this.bytes = pages.reduce((sum, page) => sum + page.bytes, 0);
  }

  static of(members: Iterable<string>): MemberList {
    const binder = new Binder();
    for (const member of members) binder.add(member);
    return binder.end();
  }

  static from(entry: RosterEntry, read: ReadPage): MemberList {
    return Array.isArray(entry)
      ? MemberList.of(entry)
      : new MemberList(entry.pages.map((page) => new Page(page, read)));
  }

  /** How the list is written down. Only of long ones the pages have to be stored. */
  get entry(): RosterEntry {
    if (this.bytes <= SHORT_BYTES) return [...this];
    return { count: this.length, pages: this.pages.map(({ ref, length, bytes }) => [ref, length, bytes]) };
  }

  keep(store: (ref: string, text: Uint8Array) => void, read: ReadPage): void {
    if (this.bytes > SHORT_BYTES) for (const page of this.pages) page.keep(store, read);
  }

  *[Symbol.iterator](): Generator<string> {
    for (const page of this.pages) yield* page.members();
  }

  *digests(): Generator<BigUint64Array> {
    for (const page of this.pages) yield page.digests();
  }

  /** The JSON text of the list, in pieces. */
  *text(): Generator<string> {
    yield "[";
    for (const [index, { text }] of this.pages.entries()) yield (index === 0 ? "" : ",") + text.slice(1, -1);
    yield "]";
  }

  /** At most `limit` members from a place on. */
  slice(from: number, limit: number): string[] {
    const found: string[] = [];
    let skip = from;
    for (const page of this.pages) {
      if (skip >= page.length) {
        skip -= page.length;
        continue;
      }
      found.push(...page.members().slice(skip, skip + limit - found.length));
      skip = 0;
      if (found.length === limit) break;
    }
    return found;
  }

  equals(other: MemberList): boolean {
    return (
      this.pages.length === other.pages.length && this.pages.every(({ ref }, index) => ref === other.pages[index]?.ref)
    );
  }

  /** Without those who are to be removed; those to be added who weren't there come last. Reads only what it may concern. */
  changed(add: Iterable<string>, remove: ReadonlySet<string>): MemberList {
    const added = new Set(add);
    const touched = new Set<number>();
    for (const members of [added, remove]) for (const member of members) touched.add(lowHash(member));
    const binder = new Binder();
    for (const page of this.pages) {
      const kept = concerns(page, touched)
        ? page.members().filter((member) => {
            added.delete(member);
            return !remove.has(member);
          })
        : undefined;
      if (kept === undefined || kept.length === page.length) binder.take(page);
      else for (const member of kept) binder.add(member);
    }
    for (const member of added) binder.add(member);
    return binder.end();
  }
}

/** Whether one of these may be on a page, by the low halves of their digests. */
function concerns(page: Page, touched: ReadonlySet<number>): boolean {
  if (touched.size === 0) return false;
  const digests = page.digests();
  const words = new Uint32Array(digests.buffer, digests.byteOffset, 2 * digests.length);
  for (let low = 0; low < words.length; low += 2) if (touched.has(words[low]!)) return true;
  return false;
}

/** Makes a list of members, or of whole pages, that come one after another. */
class Binder {
  readonly #pages: Page[] = [];
  /** The last page was taken as it was. If it was the last one of its list, it may not be at its end. */
  #taken = false;
  #pieces: string[] = [];
  #bytes = 0;

  /** The next page of a list that all of the pages so far were taken or made from. */
  take(page: Page): void {
    if (this.#pieces.length > 0) {
      for (const member of page) this.#put(member);
      return;
    }
    this.#pages.push(page);
    this.#taken = true;
  }

  add(member: string): void {
    if (this.#taken) this.#reopen();
    this.#put(member);
  }

  end(): MemberList {
    this.#close();
    return new MemberList(this.#pages);
  }

  /** Makes the last page anew, which is the same one if it was at its end. */
  #reopen(): void {
    this.#taken = false;
    for (const member of this.#pages.pop() ?? []) this.#put(member);
  }

  #put(member: string): void {
    const piece = JSON.stringify(member);
    this.#pieces.push(piece);
    this.#bytes += utf8Length(piece) + 1;
    if (endsPage(member, this.#bytes)) this.#close();
  }

  #close(): void {
    if (this.#pieces.length === 0) return;
    const text = new TextEncoder().encode(`[${this.#pieces.join(",")}]`);
    this.#pages.push(new Page([sha256Hex(text), this.#pieces.length, this.#bytes], text));
    this.#pieces = [];
    this.#bytes = 0;
  }
}

/** A segment as it is held. */
export type HeldSegment = Omit<Segment, "include" | "exclude"> & Record<"include" | "exclude", MemberList>;
/** A segment as its stored text has it. */
export type SegmentEntry = Omit<Segment, "include" | "exclude"> & Record<"include" | "exclude", RosterEntry>;

export function hold(segment: Segment): HeldSegment {
  return { ...segment, include: MemberList.of(segment.include), exclude: MemberList.of(segment.exclude) };
}

export function entryOf(segment: HeldSegment): SegmentEntry {
  return { ...segment, include: segment.include.entry, exclude: segment.exclude.entry };
}

export function heldFrom(entry: SegmentEntry, read: ReadPage): HeldSegment {
  return { ...entry, include: MemberList.from(entry.include, read), exclude: MemberList.from(entry.exclude, read) };
}

/** The JSON text of a segment with its members, in pieces. */
export function* segmentText({ include, exclude, ...rest }: HeldSegment): Generator<string> {
  yield `${JSON.stringify(rest).slice(0, -1)},"include":`;
  yield* include.text();
  yield ',"exclude":';
  yield* exclude.text();
  yield "}";
}
