import { fromBase64url, toBase64url } from "../../core/base64url.ts";
import { invalid } from "./refused.ts";

/*
 * A cursor says what the last item on a page was, so that the next page is what comes after it, which stays right while
 * others write. It is in base64url, so that nobody is tempted to build one.
 */

/** @param last key of the last item shown (any text without lone surrogates), or its number */
export function writeCursor(last: string | number): string {
  return toBase64url(new TextEncoder().encode(String(last)));
}

/** What a list of things with keys is asked for. @throws Refused 422 for what `writeCursor` can't have made */
export function afterKey(cursor: string | undefined): { after?: string } {
  return cursor === undefined ? {} : { after: readCursor(cursor) ?? refuse() };
}

/** The same for a list of numbered things. */
export function afterNumber(cursor: string | undefined): { after?: number } {
  if (cursor === undefined) return {};
  const last = readCursor(cursor) ?? refuse();
  return /^\d{1,15}$/.test(last) ? { after: Number(last) } : refuse();
}

/** Where in a list of members a page ended, and the version that it was of. */
export function afterPlace(cursor: string | undefined): { after?: { version: number; place: number } } {
  if (cursor === undefined) return {};
  const [, version, place] = /^(\d{1,15})\.(\d{1,15})$/.exec(readCursor(cursor) ?? "") ?? refuse();
  return { after: { version: Number(version), place: Number(place) } };
}

/** Where in the list of all releases a page ended. */
export function afterRelease(cursor: string | undefined): { after?: { live: number; createdAt: number; id: string } } {
  if (cursor === undefined) return {};
  const place = /^([01])\.(\d{1,15})\.([a-z0-9]{1,32})$/.exec(readCursor(cursor) ?? "") ?? refuse();
  return { after: { live: Number(place[1]), createdAt: Number(place[2]), id: place[3]! } };
}

function readCursor(cursor: string): string | undefined {
  try {
    const last = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(fromBase64url(cursor));
    return last !== "" && writeCursor(last) === cursor ? last : undefined;
  } catch {
    return undefined;
  }
}

function refuse(): never {
  throw invalid("The query", [{ path: "/cursor", message: "is not a cursor that this list gave" }]);
}

export type Page<T> = { items: T[]; next?: string };

/** One page of a list that is at hand, sorted by `keyOf`. */
export function pageOf<T>(
  all: readonly T[],
  keyOf: (item: T) => string,
  after: string | undefined,
  limit: number,
): Page<T> {
  const rest = after === undefined ? all : all.filter((item) => keyOf(item) > after);
  const items = rest.slice(0, limit);
  const last = items.at(-1);
  return rest.length > limit && last !== undefined ? { items, next: keyOf(last) } : { items };
}
