import { utf8ToBytes } from "../../core/utf8.ts";
import { hmacSha256 } from "../../core/hash.ts";

/*
 * Signatures by the scheme of Standard Webhooks (specification v1.0): HMAC-SHA-256 over `<id>.<timestamp>.<body>`, with
 * the secret's bytes as key, as `v1,<base64>`.
 */

/** How far a message's time may be from ours, in seconds. */
const TOLERANCE = 300;
/** More signatures aren't looked at, nor longer ids. */
const MOST_SIGNATURES = 10;
const LONGEST_ID = 256;

export type SignedHeaders = { id: string; timestamp: string; signature: string };

/** The header `webhook-signature` of a message. @param timestamp epoch seconds @param secret `whsec_…` */
export function sign(secret: string, id: string, timestamp: number, body: string): string {
  return `v1,${base64(mac(secret, id, String(timestamp), body))}`;
}

/**
 * Whether a message was signed with this secret, at most 5 minutes ago, or ahead. Signatures are compared in a time
 * that depends on their lengths alone. Whether its id came before is the caller's to know.
 *
 * @param now epoch milliseconds
 */
export function isSigned(
  secret: string,
  { id, timestamp, signature }: SignedHeaders,
  body: string,
  now: number,
): boolean {
  if (id === "" || id.length > LONGEST_ID || !/^\d{1,12}$/.test(timestamp)) return false;
  if (Math.abs(Math.floor(now / 1000) - Number(timestamp)) > TOLERANCE) return false;
  const expected = base64(mac(secret, id, timestamp, body));
  const given = signature.split(" ").slice(0, MOST_SIGNATURES);
  return given.filter((one) => equal(one, `v1,${expected}`)).length > 0;
}

/** A new secret with 256 random bits. */
export function mintSecret(): string {
  return `whsec_${base64(crypto.getRandomValues(new Uint8Array(32)))}`;
}

const TOKEN = "slc_alert_";

/** What monitors send that can't sign: it follows from the secret, so that either goes when the secret does. */
export function tokenOf(secret: string): string {
  const bytes = hmacSha256(keyOf(secret), utf8ToBytes("alert token"));
  return `${TOKEN}${base64(bytes).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "")}`;
}

/** Whether a token belongs to this secret; compared in a time that depends on its length alone. */
export function isTokenOf(secret: string, token: string): boolean {
  return equal(tokenOf(secret), token);
}

/** Whether a text is a token for alerts, whoever's. */
export function looksLikeToken(text: string): boolean {
  return text.startsWith(TOKEN);
}

function keyOf(secret: string): Uint8Array {
  return Uint8Array.from(atob(secret.slice("whsec_".length)), (char) => char.charCodeAt(0));
}

function mac(secret: string, id: string, timestamp: string, body: string): Uint8Array {
  return hmacSha256(keyOf(secret), utf8ToBytes(`${id}.${timestamp}.${body}`));
}

function base64(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes));
}

function equal(a: string, b: string): boolean {
  if (a.length !== b.length) return false;
  let difference = 0;
  for (let i = 0; i < a.length; i++) difference |= a.charCodeAt(i) ^ b.charCodeAt(i);
  return difference === 0;
}
