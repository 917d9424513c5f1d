/* Addresses as they were sent, taken apart without building a URL object: every evaluation passes here. */

const SLASH = 47;

/** Where the path begins in an absolute http(s) URL. A doubled leading slash is forgiven: the last one counts. */
export function pathStart(url: string): number {
  let start = url.indexOf("/", 8);
  while (url.charCodeAt(start + 1) === SLASH) start++;
  return start;
}

/** What an address below `/ofrep` means. `query` is without its question mark. */
export type Target = { query: string } & (
  | { route: "single"; key: string }
  | { route: "broken" } // a single route whose key has a broken percent-encoding
  | { route: "bulk" }
  | { route: "stream" }
  | { route: "none" }
);

const FLAGS = "/ofrep/v1/evaluate/flags";
/** Where changes are announced. */
export const STREAM_PATH = "/ofrep/v1/stream";

/**
 * @param url absolute, as the request has it
 * @param start where its path begins
 */
export function targetOf(url: string, start: number): Target {
  const mark = url.indexOf("?", start);
  const end = mark === -1 ? url.length : mark;
  const query = mark === -1 ? "" : url.slice(mark + 1);
  if (!url.startsWith(FLAGS, start)) {
    const streams = end - start === STREAM_PATH.length && url.startsWith(STREAM_PATH, start);
    return { route: streams ? "stream" : "none", query };
  }
  const rest = start + FLAGS.length;
  if (rest >= end) return { route: "bulk", query };
  if (url.charCodeAt(rest) !== SLASH) return { route: "none", query };
  const tail = url.slice(rest + 1, end);
  if (tail === "") return { route: "bulk", query };
  const key = decode(tail);
  return key === undefined ? { route: "broken", query } : { route: "single", key, query };
}

function decode(text: string): string | undefined {
  if (!text.includes("%")) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
