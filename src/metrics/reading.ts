import { within } from "../snapshot/deadline.ts";
import type { Counted } from "./counter.ts";
import type { BinQuery } from "./store.ts";

/* Reading counters: page by page, each with a deadline, and without those that don't answer. */

/** How long one counter may take for a page, in milliseconds. */
const PAGE_MS = 5_000;

/** A counter as it is read. */
export type Readable = { read(query: BinQuery): Promise<Counted> };

/** All pages of one counter, one after the other, so that who adds them up holds one at a time. */
export async function* pagesOf(counter: Readable, query: BinQuery): AsyncGenerator<Counted> {
  for (let after: string | undefined; ;) {
    const page = await within(counter.read(after === undefined ? query : { ...query, after }), PAGE_MS);
    yield page;
    if (page.next === undefined) return;
    after = page.next;
  }
}

/**
 * What one counter has, as one. Minutes that close between two pages are taken to be open: what a page said before
 * can be without them.
 *
 * @throws what the counter throws, or that it doesn't answer
 */
export async function readWhole(counter: Readable, query: BinQuery): Promise<Counted> {
  let whole: Counted | undefined;
  for await (const page of pagesOf(counter, query)) {
    if (whole === undefined) whole = { rows: page.rows, openFrom: page.openFrom, unitsBefore: page.unitsBefore };
    else for (const row of page.rows) whole.rows.push(row);
  }
  return whole!;
}

/** What the counters have that can be read, and the places of those that can't, and why one of them can't. */
export type Read = { counted: Counted[]; unread: number[]; error?: unknown };

/**
 * Reads all counters that answer. Which counter has what is decided by hashes that have nothing to do with who is on
 * which side, so what the others have is less, and not something else.
 */
export async function readAll(counters: readonly Readable[], query: BinQuery): Promise<Read> {
  const answers = await Promise.allSettled(counters.map((counter) => readWhole(counter, query)));
  const read: Read = { counted: [], unread: [] };
  for (const [place, answer] of answers.entries()) {
    if (answer.status === "fulfilled") read.counted.push(answer.value);
    else {
      read.unread.push(place);
      read.error = answer.reason;
    }
  }
  return read;
}
