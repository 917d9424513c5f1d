/*
 * Environment keys as text: `slc_<client|server>_<environment>_<secret>`. An environment's name has no underscore, so
 * the parts can't be confused. Only the SHA-256 of the whole text is ever stored.
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
  return `slc_${kind}_${environment}_${hex(crypto.getRandomValues(new Uint8Array(20)))}`;
}

/** What is stored of a key: SHA-256 of its UTF-8 text, as lower-case hex. */
export async function hashKey(text: string): Promise<string> {
  return hex(new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text))));
}

function hex(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += byte.toString(16).padStart(2, "0");
  return text;
}
