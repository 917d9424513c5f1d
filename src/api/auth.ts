import { network } from "../snapshot/network.ts";
import type { Bindings } from "./bindings.ts";
import { ADMIN_TOKEN_LENGTH } from "./set-up.ts";

/* What is common to every credential: where it is looked for, and what is done about those that fail. */

/** The credential in the headers, if there is one. */
export function credential(headers: Headers): string | undefined {
  const authorization = headers.get("Authorization");
  if (authorization !== null) {
    if (authorization.startsWith("Bearer ")) return authorization.slice(7).trim();
    const match = /^bearer +(.*)$/i.exec(authorization);
    if (match) return match[1];
  }
  return headers.get("X-API-Key") ?? undefined;
}

/** Whether this is the secret ADMIN_TOKEN, found out in a time that tells nothing about it: digests are compared. */
export async function isRootToken(presented: string, env: Bindings): Promise<boolean> {
  if (env.ADMIN_TOKEN === undefined || env.ADMIN_TOKEN.length < ADMIN_TOKEN_LENGTH) return false;
  const digest = (text: string) => crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  const [given, root] = await Promise.all([digest(presented), digest(env.ADMIN_TOKEN)]);
  return crypto.subtle.timingSafeEqual(given, root);
}

/** Counts one failed attempt of the caller's address, and says whether there have been too many in this minute. */
export async function tooManyFailures(headers: Headers, env: Bindings): Promise<boolean> {
  try {
    return !(await env.AUTH_FAILURES.limit({ key: network(headers.get("CF-Connecting-IP") ?? "") })).success;
  } catch {
    return false; // a limiter that is down must not decide who may come in
  }
}
