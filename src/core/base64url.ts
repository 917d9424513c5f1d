/** Of the platform, wherever this runs; the language's own library doesn't declare them. */
declare const atob: (text: string) => string;
declare const btoa: (bytes: string) => string;

/** base64url (RFC 4648 § 5) without padding. At most some thousand bytes. */
export function toBase64url(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");
}

/**
 * The bytes that base64url says. It forgives what `atob` does, padding and the letters of base64 among it: where only one
 * text may say the same bytes, compare with `toBase64url` of them.
 *
 * @throws DOMException for other text
 */
export function fromBase64url(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (char) => char.charCodeAt(0));
}
