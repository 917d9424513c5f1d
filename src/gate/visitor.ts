/*
 * Who an anonymous visitor is: a random id in a cookie of the site's own. The id is kept, never what it was served, so
 * that a change of the flag acts at once.
 */

/** `__Host-`: set by this very host over HTTPS, for all of its paths, by nobody else. */
export const VISITOR_COOKIE = "__Host-sluice-id";
const LIFETIME_S = 365 * 86_400;
const ID = /^[0-9A-Za-z-]{16,64}$/;

export type Visitor = { id: string; /** To be sent along when the id is new. */ setCookie?: string };

/** @param cookies the Cookie header of a request */
export function visitorOf(cookies: string | null): Visitor {
  const known = cookie(cookies, VISITOR_COOKIE);
  if (known !== undefined && ID.test(known)) return { id: known };
  const id = crypto.randomUUID();
  const setCookie = `${VISITOR_COOKIE}=${id}; Path=/; Max-Age=${LIFETIME_S}; Secure; HttpOnly; SameSite=Lax`;
  return { id, setCookie };
}

/** The value of a cookie in a Cookie header; the first one where there are several. */
export function cookie(header: string | null, name: string): string | undefined {
  if (header === null || !header.includes(name)) return undefined;
  for (const pair of header.split(";")) {
    const [key, value] = halves(pair);
    if (key === name) return value;
  }
  return undefined;
}

/** A Cookie header without the cookies of a name; undefined when none are left. */
export function withoutCookie(header: string, name: string): string | undefined {
  const rest = header.split(";").filter((pair) => halves(pair)[0] !== name);
  return rest.length === 0 ? undefined : rest.join(";").trim();
}

function halves(pair: string): [name: string, value: string] {
  const at = pair.indexOf("=");
  return at < 0 ? [pair.trim(), ""] : [pair.slice(0, at).trim(), pair.slice(at + 1).trim()];
}
