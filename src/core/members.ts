import type { ListedSegment, Listing } from "../contract/segment.ts";
import { murmur3, murmur3After } from "./murmur3.ts";

/*
 * Listed members of segments, published apart from the flags as 64-bit digests: MurmurHash3 of the member, and of the
 * member behind two bytes, so that blocks of four bytes begin elsewhere. Another seed alone is not enough for the second
 * half: with seeds 0x5eed0001 and 0x5eed0002, 34 pairs of numbers below two million collided in both at once.
 * All lists of an environment share one body of bytes, each list sorted, eight little-endian bytes a digest with the high
 * word last. Of a million members one stranger in 18 million million is taken for a member.
 */

/** The low half of a member's digest. */
export const lowHash = (text: string): number => murmur3(text, 0x5eed_0001);
const highHash = murmur3After("id", 0x5eed_0002);
const DIGEST_BYTES = 8;

export type MemberLists = readonly Pick<ListedSegment, "key" | "include" | "exclude">[];
type Range = [first: number, count: number];

/** The digests of members, in their order. */
export function digestsOf(members: Listing): BigUint64Array {
  const digests = new BigUint64Array(members.length);
  const words = new Uint32Array(digests.buffer);
  let index = 0;
  for (const member of members) {
    words[index++] = lowHash(member);
    words[index++] = highHash(member);
  }
  return digests;
}

/** The members body of an environment, and where in it each segment's lists are, counted in digests. */
export function packMembers(lists: MemberLists): {
  bytes: Uint8Array;
  ranges: Map<string, { include: Range; exclude: Range }>;
} {
  const most = lists.reduce((sum, list) => sum + list.include.length + list.exclude.length, 0);
  const digests = new BigUint64Array(most);
  let end = 0;
  const add = (members: Listing): Range => {
    const first = end;
    let next = first;
    for (const piece of members.digests?.() ?? [digestsOf(members)]) {
      digests.set(piece, next);
      next += piece.length;
    }
    for (const digest of digests.subarray(first, next).sort()) {
      if (end === first || digests[end - 1] !== digest) digests[end++] = digest;
    }
    return [first, end - first];
  };
  const ranges = new Map<string, { include: Range; exclude: Range }>();
  for (const list of lists) ranges.set(list.key, { include: add(list.include), exclude: add(list.exclude) });
  return { bytes: new Uint8Array(digests.buffer, 0, end * DIGEST_BYTES), ranges };
}

/** The members body as it was loaded. */
export class Members {
  private readonly words: Uint32Array;

  constructor(bytes: Uint8Array | null) {
    const whole = bytes === null ? new Uint8Array(0) : bytes.byteOffset % 4 === 0 ? bytes : bytes.slice();
    this.words = new Uint32Array(whole.buffer, whole.byteOffset, Math.floor(whole.byteLength / DIGEST_BYTES) * 2);
  }

  /** One list; undefined when the body doesn't hold that range. */
  list([first, count]: readonly [number, number]): MemberList | undefined {
    if (count === 0) return new MemberList(this.words.subarray(0, 0));
    const inside = Number.isSafeInteger(first) && Number.isSafeInteger(count) && first >= 0 && count >= 0;
    if (!inside || 2 * (first + count) > this.words.length) return undefined;
    return new MemberList(this.words.subarray(2 * first, 2 * (first + count)));
  }
}

/**
 * A sorted list of digests with a directory by their leading bits: slot s says where the digests beginning with s
 * start. Digests are spread evenly, so a slot holds two to four of them, however long the list. The directory is made
 * at first use: half a byte to two bytes a member.
 */
export class MemberList {
  private readonly words: Uint32Array;
  private slots: Uint32Array | null = null;
  private shift = 0;

  constructor(words: Uint32Array) {
    this.words = words;
  }

  get size(): number {
    return this.words.length / 2;
  }

  has(low: number, high: number): boolean {
    const words = this.words;
    if (words.length === 0) return false;
    const slots = this.slots ?? this.direct();
    const slot = this.shift === 32 ? 0 : high >>> this.shift;
    const end = slots[slot + 1]!;
    for (let i = slots[slot]!; i < end; i++) if (words[2 * i + 1] === high && words[2 * i] === low) return true;
    return false;
  }

  private direct(): Uint32Array {
    const bits = Math.max(0, Math.floor(Math.log2(this.size)) - 1);
    const shift = 32 - bits;
    const slots = new Uint32Array(2 ** bits + 1);
    let slot = 0;
    for (let i = 0; i < this.size; i++) {
      const wanted = shift === 32 ? 0 : this.words[2 * i + 1]! >>> shift;
      while (slot < wanted) slots[++slot] = i;
    }
    while (slot < 2 ** bits) slots[++slot] = this.size;
    this.shift = shift;
    this.slots = slots;
    return slots;
  }
}

/** Whether a text is in a list; the second list is looked at with the same digest. */
export function listedIn(text: string, exclude: MemberList, include: MemberList): "exclude" | "include" | "neither" {
  const low = lowHash(text);
  const high = highHash(text);
  if (exclude.has(low, high)) return "exclude";
  return include.has(low, high) ? "include" : "neither";
}
