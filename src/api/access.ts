import { errors, jwtVerify, type JWTPayload, type JWTVerifyGetKey } from "jose";
import * as z from "zod/mini";
import { type Role, role, stronger } from "../contract/role.ts";

/*
 * Cloudflare Access signs people in before a request gets here and adds a JWT, `Cf-Access-Jwt-Assertion`. The header
 * alone proves nothing (anyone who reaches the Worker by another way could send one): its signature, issuer, audience
 * and expiry do.
 */

/** E-mail address, `*@domain`, or value of the `groups` claim → role. */
export type AccessRoles = ReadonlyMap<string, Role>;
export type AccessSettings = { teamDomain: string; audience: string; roles: AccessRoles };
/** `role` is undefined for somebody whom Access knows and ACCESS_ROLES doesn't: signed in, and allowed nothing. */
export type Person = { id: string; name: string; role: Role | undefined };
export type Verdict = { person: Person } | { refused: true } | { unavailable: true };

const rolesText = z.record(z.string().check(z.minLength(1)), role);

/** Reads the ACCESS_ROLES variable (JSON text); undefined when it isn't a map to roles, which must allow nobody. */
export function parseAccessRoles(text: string): AccessRoles | undefined {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return undefined;
  }
  const parsed = rolesText.safeParse(json);
  if (!parsed.success) return undefined;
  return new Map(Object.entries(parsed.data).map(([who, what]) => [who.toLowerCase(), what]));
}

/** The issuer of a team's tokens, from its domain with or without the scheme. */
export function issuerOf(teamDomain: string): string {
  return `https://${teamDomain.replace(/^https?:\/\//, "").replace(/\/+$/, "")}`;
}

/** Where a team publishes the keys that sign its tokens; Access rotates them every six weeks. */
export function keysAddress(teamDomain: string): URL {
  return new URL("/cdn-cgi/access/certs", issuerOf(teamDomain));
}

/**
 * Checks an assertion against a key set. Refused: a bad or absent signature, another algorithm than Access signs with,
 * another issuer or audience, no expiry or one that passed. `unavailable` when the keys themselves can't be had.
 *
 * @param now epoch milliseconds
 */
export async function verifyAssertion(
  assertion: string,
  settings: AccessSettings,
  keys: JWTVerifyGetKey,
  now: number,
): Promise<Verdict> {
  try {
    const { payload } = await jwtVerify(assertion, keys, {
      algorithms: ["RS256"],
      issuer: issuerOf(settings.teamDomain),
      audience: settings.audience,
      requiredClaims: ["exp", "iat"],
      currentDate: new Date(now),
    });
    const person = personOf(payload, settings.roles);
    return person ? { person } : { refused: true };
  } catch (error) {
    return isRefusal(error) ? { refused: true } : { unavailable: true };
  }
}

/** Everything that is wrong with the token itself. What is left (no connection, no key document) is not its fault. */
function isRefusal(error: unknown): boolean {
  if (error instanceof errors.JWKSTimeout || error instanceof errors.JWKSInvalid) return false;
  return error instanceof errors.JOSEError && error.code !== "ERR_JOSE_GENERIC";
}

function personOf(payload: JWTPayload, roles: AccessRoles): Person | undefined {
  const { email, common_name: service, groups } = payload;
  const id = typeof email === "string" && email !== "" ? email : service;
  if (typeof id !== "string" || id === "") return undefined;
  return { id, name: id, role: roleOf(id.toLowerCase(), Array.isArray(groups) ? groups : [], roles) };
}

/** An address of its own decides alone (it may restrict); else the strongest role of the domain and the groups. */
function roleOf(id: string, groups: unknown[], roles: AccessRoles): Role | undefined {
  const own = roles.get(id);
  if (own) return own;
  const candidates = [`*@${id.slice(id.lastIndexOf("@") + 1)}`, ...groups.filter((group) => typeof group === "string")];
  return candidates
    .map((candidate) => roles.get(candidate.toLowerCase()))
    .reduce<Role | undefined>((best, one) => (best && one ? stronger(best, one) : (best ?? one)), undefined);
}
