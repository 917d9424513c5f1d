/*
 * What was decided for one visitor must not reach another through a cache between. So whatever passes a gate is for its
 * visitor's own cache only, a page is asked for anew each time, and only what its origin promises never to change passes
 * as it is. Names promise nothing: people give files names that look like hashes.
 */

/** These speak to shared caches alone. */
const FOR_SHARED_CACHES = ["CDN-Cache-Control", "Cloudflare-CDN-Cache-Control", "Surrogate-Control"];
/** What says how long a page may be used; `no-cache` stands in their place. */
const FRESHNESS = /^(?:max-age|stale-while-revalidate|stale-if-error|immutable|must-revalidate|no-cache)\b/i;
const SHARED = /^(?:public|private|s-maxage|proxy-revalidate)\b/i;

/** What a response says of caching, and whether it is a page. Read once: each look at a header leaves the engine. */
export type Said = { control: string | null; page: boolean };

export function saidBy(headers: Headers): Said {
  const type = headers.get("Content-Type");
  const page = type !== null && /^\s*(?:text\/html|application\/xhtml\+xml)\b/i.test(type);
  return { control: headers.get("Cache-Control"), page };
}

/** Thirty days. */
const FOR_EVER_S = 30 * 86_400;

/**
 * Whether a response may stay in shared caches although it was chosen for a visitor: its origin says that what is at this
 * address never changes, and for a long time, and it is no page.
 */
export function isForEver(status: number, { control, page }: Said): boolean {
  if (status !== 200 && status !== 206 && status !== 304) return false;
  if (page || control === null || /\b(?:private|no-store|no-cache)\b/i.test(control)) return false;
  if (!/(?:^|,)\s*immutable\s*(?:,|$)/i.test(control)) return false;
  const age = /(?:^|,)\s*max-age\s*=\s*"?(\d+)"?\s*(?:,|$)/i.exec(control)?.[1];
  return age !== undefined && Number(age) >= FOR_EVER_S;
}

/** Changes the headers of a response so that it is for its visitor only. */
export function keepPrivate(headers: Headers, said: Said): void {
  for (const name of FOR_SHARED_CACHES) if (headers.has(name)) headers.delete(name);
  headers.set("Cache-Control", privately(said));
  const vary = headers.get("Vary");
  if (vary === null) headers.set("Vary", "Cookie");
  else if (!/(?:^|,)\s*(?:\*|cookie)\s*(?:,|$)/i.test(vary)) headers.set("Vary", `${vary}, Cookie`);
}

/** For what nobody may keep. */
export function keepNowhere(headers: Headers): void {
  for (const name of FOR_SHARED_CACHES) if (headers.has(name)) headers.delete(name);
  headers.set("Cache-Control", "private, no-store");
}

/** What was answered to the few things that origins say, so that it is worked out once. */
const answered = { page: new Map<string, string>(), other: new Map<string, string>() };
const ANSWERED = 200;

function privately({ control, page }: Said): string {
  if (control === null) return page ? "private, no-cache" : "private";
  const known = page ? answered.page : answered.other;
  let answer = known.get(control);
  if (answer === undefined) {
    if (known.size >= ANSWERED) known.clear();
    known.set(control, (answer = withoutShared(control, page)));
  }
  return answer;
}

function withoutShared(control: string, page: boolean): string {
  const said = control.split(",").map((directive) => directive.trim());
  if (said.some((directive) => /^no-store\b/i.test(directive))) return control;
  const kept = said.filter((one) => one !== "" && !SHARED.test(one) && !(page && FRESHNESS.test(one)));
  return ["private", ...(page ? ["no-cache"] : []), ...kept].join(", ");
}

/** The response with its headers changed; a copy of it where they can't be, as of one that was fetched. */
export function withHeaders(response: Response, change: (headers: Headers) => void): Response {
  if (response.status === 101) return response; // an upgraded connection, which nothing caches
  try {
    change(response.headers);
    return response;
  } catch {
    const copy = new Response(response.body, response);
    change(copy.headers);
    return copy;
  }
}
