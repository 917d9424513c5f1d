import { hexOf } from "../core/hash.ts";

/*
 * Secrets as text: environment keys are `slc_<client|server>_<environment>_<secret>`, admin tokens
 * `slc_admin_<secret>`. An environment's name has no underscore, so the parts can't be confused. Only the SHA-256 of
 * the whole text is ever stored.
 */

export type KeyKind = "client" | "server";

const KEY = /^slc_(client|server)_([a-z0-9-]{1,32})_[A-Za-z0-9]{16,128}$/;

/** What a key says about itself, before anybody checks it; undefined for a text that isn't formed like one. */
export function parseKey(text: string): { kind: KeyKind; environment: string } | undefined {
  const match = KEY.exec(text);
  if (!match) return undefined;
  return { kind: match[1] === "client" ? "client" : "server", environment: match[2]! };
}

/** A new key with 160 random bits. */
export function mintKey(kind: KeyKind, environment: string): string {
  return `slc_${kind}_${environment}_${mintSecret()}`;
}

const ADMIN_TOKEN = /^slc_admin_[0-9a-f]{40}$/;

/** Whether a text is formed like an admin token, so that nobody need be asked about one that isn't. */
export function isAdminToken(text: string): boolean {
  return ADMIN_TOKEN.test(text);
}

/** A new admin token with 160 random bits. */
export function mintAdminToken(): string {
  return `slc_admin_${mintSecret()}`;
}

/** 160 random bits as 40 hexadecimal digits. */
export function mintSecret(): string {
  return hexOf(crypto.getRandomValues(new Uint8Array(20)));
}

/** A new id of a key or token, 14 of a-z and 0-9: sorted by them, they are in the order in which they were made. */
export function mintId(now: number): string {
  const [random = 0] = crypto.getRandomValues(new Uint32Array(1));
  return now.toString(36).padStart(9, "0") + (random % 36 ** 5).toString(36).padStart(5, "0");
}

/** What is stored of a key: SHA-256 of its UTF-8 text, as lower-case hex. */
export async function hashKey(text: string): Promise<string> {
  return hexOf(new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text))));
}
