import { fromBase64url, toBase64url } from "./base64url.ts";
import { utf8ToBytes } from "./utf8.ts";
import { hmacSha256 } from "./hash.ts";

/*
 * A tester's override: a text that makes the gate serve one variant of one flag of one environment to whoever shows it,
 * until it expires. `v1.<flag>.<variant>.<expiry>.<HMAC-SHA-256>`: after the version, every part is base64url without
 * padding; flag, variant and expiry (epoch seconds in decimal) of their UTF-8. What is signed is the environment, a
 * line feed and all of the text before the last dot, so that nobody who may try things out in one environment can take
 * that to another.
 */

export type Override = { flag: string; variant: string; /** Epoch seconds. */ expiresAt: number };

/** An override lives no longer than this from now on, in seconds. */
export const LONGEST_OVERRIDE = 7 * 86_400;
/** Nothing longer is looked at: two names of 256 code points of 4 bytes, and the rest. */
const LONGEST_TEXT = 3_000;

/** The text of an override. */
export function sealOverride({ flag, variant, expiresAt }: Override, environment: string, secret: string): string {
  const claim = ["v1", ...[flag, variant, String(expiresAt)].map((part) => toBase64url(utf8ToBytes(part)))].join(".");
  return `${claim}.${toBase64url(signature(claim, environment, secret))}`;
}

/**
 * The variant that a text gives for a flag; undefined when it is for another flag, has expired, reaches further than 7
 * days, or wasn't signed with this secret for this environment. The signature is compared in constant time.
 *
 * @param now epoch milliseconds
 */
export function openOverride(
  text: string,
  flag: string,
  environment: string,
  secret: string,
  now: number,
): string | undefined {
  if (!claims(text, flag, now) || secret === "") return undefined;
  const end = text.lastIndexOf(".");
  const given = bytesOf(text.slice(end + 1));
  if (!given || !equal(given, signature(text.slice(0, end), environment, secret))) return undefined;
  return textOf(text.split(".")[2]!);
}

/** Whether a text says that it is a present override of a flag, so that it makes sense to check its signature. */
export function claims(text: string, flag: string, now: number): boolean {
  if (text.length > LONGEST_TEXT) return false;
  const [version, named, variant, expiry, signed, ...more] = text.split(".");
  if (version !== "v1" || !named || !variant || !expiry || !signed || more.length > 0) return false;
  if (textOf(named) !== flag) return false;
  const expiresAt = textOf(expiry);
  if (expiresAt === undefined || !/^\d{1,12}$/.test(expiresAt)) return false;
  const left = Number(expiresAt) * 1000 - now;
  return left > 0 && left <= LONGEST_OVERRIDE * 1000;
}

function signature(claim: string, environment: string, secret: string): Uint8Array {
  return hmacSha256(utf8ToBytes(secret), utf8ToBytes(`${environment}\n${claim}`));
}

/** In a time that depends on the lengths alone. */
function equal(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  let difference = 0;
  for (let i = 0; i < a.length; i++) difference |= a[i]! ^ b[i]!;
  return difference === 0;
}

/** undefined for a text that isn't base64url, or not as it is written here. */
function bytesOf(text: string): Uint8Array | undefined {
  try {
    const bytes = fromBase64url(text);
    return toBase64url(bytes) === text ? bytes : undefined;
  } catch {
    return undefined;
  }
}

function textOf(part: string): string | undefined {
  const bytes = bytesOf(part);
  if (!bytes) return undefined;
  try {
    return decodeURIComponent(Array.from(bytes, (byte) => `%${byte.toString(16).padStart(2, "0")}`).join(""));
  } catch {
    return undefined;
  }
}
