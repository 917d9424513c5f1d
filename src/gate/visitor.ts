import { toBase64url } from "../core/base64url.ts";
import { hmacSha256 } from "../core/hash.ts";

/*
 * Who an anonymous visitor is: a random id in a cookie of the site's own, signed with the environment's secret. The id is
 * kept, never what it was served, so that a change of the flag acts at once. The signature says that a gate has given it
 * out before: whoever makes ids up is served by them, and isn't counted as people.
 */

/** `__Host-`: set by this very host over HTTPS, for all of its paths, by nobody else. */
export const VISITOR_COOKIE = "__Host-sluice-id";
const LIFETIME_S = 365 * 86_400;
const ID = /^([0-9A-Za-z-]{16,64})(?:\.([0-9A-Za-z_-]{22}))?$/;
/** Of the MAC as many bytes are kept, which as base64url are 22 characters. */
const MAC_BYTES = 16;

export type Visitor = {
  id: string;
  /** Whether a gate of this environment has given the id out. */
  known: boolean;
  /** To be sent along where the id is new, or wasn't signed. */
  setCookie?: string;
};

/**
 * Who sends these cookies. Without a secret nobody is known and no cookie is set.
 *
 * @param cookies the Cookie header of a request
 * @param secret the environment's
 */
export function visitorOf(cookies: string | null, secret: string | undefined): Visitor {
  const [, given, mac] = ID.exec(cookie(cookies, VISITOR_COOKIE) ?? "") ?? [];
  const id = given ?? crypto.randomUUID();
  if (secret === undefined) return { id, known: false };
  if (given !== undefined && mac !== undefined && isSigned(given, mac, secret)) return { id, known: true };
  const value = `${id}.${macOf(id, secret)}`;
  return {
    id,
    known: false,
    setCookie: `${VISITOR_COOKIE}=${value}; Path=/; Max-Age=${LIFETIME_S}; Secure; HttpOnly; SameSite=Lax`,
  };
}

/** Signatures that were found right, so that each is worked out once while its visitor stays. */
const right = new Set<string>();
const REMEMBERED = 2_000;

function isSigned(id: string, mac: string, secret: string): boolean {
  const claim = `${secret} ${id} ${mac}`;
  if (right.has(claim)) return true;
  if (!equal(mac, macOf(id, secret))) return false;
  if (right.size >= REMEMBERED) right.clear();
  right.add(claim);
  return true;
}

/** In time that doesn't depend on where two texts of one length differ. */
function equal(one: string, other: string): boolean {
  let difference = one.length ^ other.length;
  for (let i = 0; i < one.length; i++) difference |= one.charCodeAt(i) ^ other.charCodeAt(i);
  return difference === 0;
}

/** The signature of an id, as it stands behind the dot in the cookie. */
export function macOf(id: string, secret: string): string {
  const bytes = new TextEncoder();
  const mac = hmacSha256(bytes.encode(secret), bytes.encode(`visitor ${id}`)).subarray(0, MAC_BYTES);
  return toBase64url(mac);
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
