import { sha256Hex } from "../../core/hash.ts";
import type { Flag } from "../../contract/flag.ts";
import { streamOf } from "../store/document-stream.ts";
import {
  entryOf,
  type HeldSegment,
  heldFrom,
  Page,
  type PageEntry,
  type ReadPage,
  MemberList,
} from "../store/member-list.ts";
import type { Whole } from "../store/state.ts";

/*
 * Flags and segments on their way from one environment's object to another: lines of JSON. A flag or a segment is a
 * line; behind a segment come the pages of its long lists, each a line, in the order in which the segment names them.
 */

const NEWLINE = 10;
type Line = { flag: Flag } | { segment: ReturnType<typeof entryOf> };

export function transferStream({ flags, segments }: Whole): ReadableStream<Uint8Array> {
  return streamOf(lines(flags, segments));
}

function* lines(flags: Iterable<Flag>, segments: Iterable<HeldSegment>): Generator<string> {
  for (const flag of flags) yield `${JSON.stringify({ flag } satisfies Line)}\n`;
  for (const segment of segments) {
    yield `${JSON.stringify({ segment: entryOf(segment) } satisfies Line)}\n`;
    for (const list of [segment.include, segment.exclude])
      if (!Array.isArray(list.entry)) for (const { text } of list.pages) yield `${text}\n`;
  }
}

/**
 * What a stream carries. Pages that are stored here already are read from there, the others stay in memory until they
 * are stored.
 *
 * @param has whether a page is stored here
 * @throws when the stream ends early, or a page isn't what its reference says
 */
export async function readTransfer(
  stream: ReadableStream<Uint8Array>,
  has: (ref: string) => boolean,
  read: ReadPage,
): Promise<Whole> {
  const whole: Whole = { flags: [], segments: [] };
  const decoder = new TextDecoder();
  const source = linesOf(stream);
  for await (const text of source) {
    const line: Line = JSON.parse(decoder.decode(text));
    if ("flag" in line) {
      whole.flags.push(line.flag);
      continue;
    }
    const segment = heldFrom(line.segment, read);
    for (const name of ["include", "exclude"] as const) {
      const entry = line.segment[name];
      if (Array.isArray(entry)) continue;
      const pages: Page[] = [];
      for (const page of entry.pages) pages.push(received(page, (await source.next()).value, has, read));
      segment[name] = new MemberList(pages);
    }
    whole.segments.push(segment);
  }
  return whole;
}

function received(entry: PageEntry, text: Uint8Array | undefined, has: (ref: string) => boolean, read: ReadPage): Page {
  const [ref] = entry;
  if (text === undefined || sha256Hex(text) !== ref) throw new Error("a page of members has not come whole");
  return new Page(entry, has(ref) ? read : text);
}

/** The lines of a stream, each a copy of its own. */
async function* linesOf(stream: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array, undefined> {
  let begun: Uint8Array[] = [];
  const reader = stream.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    let rest: Uint8Array = value;
    for (let end = rest.indexOf(NEWLINE); end >= 0; end = rest.indexOf(NEWLINE)) {
      yield joined([...begun, rest.subarray(0, end)]);
      begun = [];
      rest = rest.subarray(end + 1);
    }
    if (rest.length > 0) begun.push(rest);
  }
  if (begun.length > 0) throw new Error("a line has not come whole");
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let end = 0;
  for (const part of parts) {
    whole.set(part, end);
    end += part.length;
  }
  return whole;
}
