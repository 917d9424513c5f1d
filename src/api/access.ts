import { fromBase64url } from "../core/base64url.ts";
import { type AccessRoles, accessRole } from "../contract/access-roles.ts";
import type { Role } from "../contract/role.ts";

/*
 * Cloudflare Access signs people in before a request gets here and adds a JWT, `Cf-Access-Jwt-Assertion`. The header
 * alone proves nothing (anyone who reaches the Worker by another way could send one): its signature, issuer, audience
 * and expiry do.
 */

export type AccessSettings = { teamDomain: string; audience: string; roles: AccessRoles };
/** `role` is undefined for somebody whom Access knows and ACCESS_ROLES doesn't: signed in, and allowed nothing. */
export type Person = { id: string; name: string; groups: string[]; role: Role | undefined };
export type Verdict = { person: Person } | { refused: true } | { unavailable: true };

/** The issuer of a team's tokens, from its domain with or without the scheme. */
export function issuerOf(teamDomain: string): string {
  return `https://${teamDomain.replace(/^https?:\/\//, "").replace(/\/+$/, "")}`;
}

/** Where a team publishes the keys that sign its tokens; Access rotates them every six weeks. */
export function keysAddress(teamDomain: string): URL {
  return new URL("/cdn-cgi/access/certs", issuerOf(teamDomain));
}

/** The key by an id, RS256; undefined where none is published by it. Rejects when the keys themselves can't be had. */
export type PublishedKeys = (kid: string) => Promise<CryptoKey | undefined>;
type Claims = { [claim: string]: unknown };

/**
 * Checks an assertion (RFC 7519, as a JWS in compact form). Refused: a bad or absent signature, another algorithm than
 * Access signs with, another issuer or audience, no expiry or one that passed. `unavailable` when the keys themselves
 * can't be had.
 *
 * @param now epoch milliseconds
 */
export async function verifyAssertion(
  assertion: string,
  settings: AccessSettings,
  keys: PublishedKeys,
  now: number,
): Promise<Verdict> {
  const parts = assertion.split(".");
  const [header, claims, signature] = [claimsIn(parts[0]), claimsIn(parts[1]), bytesIn(parts[2])];
  if (parts.length !== 3 || !header || !claims || !signature) return REFUSED;
  // The algorithm is ours and never the token's; whatever it says must be understood (RFC 7515, 4.1.11) isn't.
  const { alg, kid, crit } = header;
  if (alg !== "RS256" || typeof kid !== "string" || crit !== undefined) return REFUSED;
  try {
    const key = await keys(kid);
    if (!key || !(await crypto.subtle.verify(RS256, key, signature, utf8(`${parts[0]}.${parts[1]}`)))) return REFUSED;
  } catch {
    return { unavailable: true };
  }
  const person = isFor(claims, settings, now / 1000) ? personOf(claims, settings.roles) : undefined;
  return person ? { person } : REFUSED;
}

const REFUSED: Verdict = { refused: true };
const RS256 = { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" };

/** @param now epoch seconds, as claims count */
function isFor({ iss, aud, exp, iat, nbf }: Claims, { teamDomain, audience }: AccessSettings, now: number): boolean {
  if (iss !== issuerOf(teamDomain) || !(Array.isArray(aud) ? aud : [aud]).includes(audience)) return false;
  if (typeof exp !== "number" || typeof iat !== "number" || !(exp > now)) return false;
  return nbf === undefined || (typeof nbf === "number" && nbf <= now);
}

/** How long keys are kept, how soon those of an unknown id are asked for again, and how long the answer may take. */
const [KEPT_MS, AGAIN_MS, FETCH_MS] = [600_000, 30_000, 5_000];

/** The keys that a team publishes: fetched when one is asked for that isn't known, and when they have got old. */
export function publishedKeys(address: URL): PublishedKeys {
  let held: { at: number; keys: Map<string, CryptoKey> } | undefined;
  return async (kid) => {
    const age = held ? Date.now() - held.at : Infinity;
    if (!held || age >= KEPT_MS || (!held.keys.has(kid) && age >= AGAIN_MS))
      held = { keys: await fetchKeys(address), at: Date.now() };
    return held.keys.get(kid);
  };
}

async function fetchKeys(address: URL): Promise<Map<string, CryptoKey>> {
  const response = await fetch(address.href, { redirect: "manual", signal: AbortSignal.timeout(FETCH_MS) });
  if (response.status !== 200) throw new Error(`the keys of Access were answered with ${response.status}`);
  const { keys } = await response.json<{ keys: (JsonWebKey & { kid?: string })[] }>();
  const fitting = keys.filter(
    ({ kty, alg = "RS256", use = "sig" }) => kty === "RSA" && alg === "RS256" && use === "sig",
  );
  const entries = fitting.map(async ({ kid = "", n, e }): Promise<[string, CryptoKey]> => {
    const jwk = { kty: "RSA", n, e } as JsonWebKey;
    return [kid, await crypto.subtle.importKey("jwk", jwk, RS256, false, ["verify"])];
  });
  return new Map(await Promise.all(entries));
}

function claimsIn(part: string | undefined): Claims | undefined {
  try {
    const claims: unknown = JSON.parse(
      new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytesIn(part)),
    );
    return typeof claims === "object" && claims !== null && !Array.isArray(claims) ? (claims as Claims) : undefined;
  } catch {
    return undefined;
  }
}

/** Bytes of base64url without padding; undefined for other text. */
function bytesIn(part: string | undefined): Uint8Array<ArrayBuffer> | undefined {
  if (part === undefined || !/^[\w-]+$/.test(part)) return undefined;
  try {
    return fromBase64url(part);
  } catch {
    return undefined;
  }
}

function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

function personOf(payload: Claims, roles: AccessRoles): Person | undefined {
  const { email, common_name: service, groups } = payload;
  const id = typeof email === "string" && email !== "" ? email : service;
  if (typeof id !== "string" || id === "") return undefined;
  const names = (Array.isArray(groups) ? groups : []).filter((group) => typeof group === "string");
  return { id, name: id, groups: names, role: accessRole(id, names, roles) };
}
