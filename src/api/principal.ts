import type { Problem } from "../contract/problem.ts";
import { parseAccessRoles } from "../contract/access-roles.ts";
import { type AccessSettings, keysAddress, publishedKeys, type PublishedKeys, verifyAssertion } from "./access.ts";
import { holderOf, type Principal } from "./admin-token.ts";
import { credential, tooManyFailures } from "./auth.ts";
import type { Afterwards, Bindings } from "./bindings.ts";
import { identify } from "./caller.ts";
import { failed } from "./failure.ts";
import { parseKey } from "./keys.ts";
import { bySession, sessionCookie } from "./session.ts";

export const UNAUTHENTICATED: Problem = { type: "unauthenticated", detail: "A valid admin token is needed." };
const TOO_MANY: Problem = { type: "too-many-requests", detail: "Too many failed attempts from this address." };
const WRONG_KIND: Problem = {
  type: "forbidden",
  detail: "Administration needs an admin token, not an environment key.",
};
const NO_ROLE: Problem = { type: "forbidden", detail: "You are signed in, and have no role here." };
const NO_KEYS: Problem = {
  type: "unavailable",
  detail: "The keys that Access signs with can't be had at the moment.",
};

/**
 * Who calls the administration API, or the refusal. A token (`Authorization: Bearer …` or `X-API-Key`; with both,
 * Bearer wins) counts before the dashboard's cookie and an assertion of Cloudflare Access, whether or not it is valid:
 * who shows a credential wants to be known by it. Cookie and assertion come by themselves: one that has ended leaves
 * it to the other.
 *
 * @param ctx asked for only where the warm path of environment keys is walked
 * @throws Refused 503 when Workspace can't be asked
 */
export async function authenticateAdmin(
  request: Request,
  env: Bindings,
  ctx: () => Afterwards,
): Promise<Principal | Problem> {
  const presented = credential(request.headers);
  if (presented !== undefined) return byToken(presented, request, env, ctx);
  const cookie = request.headers.has("Authorization") ? undefined : sessionCookie(request);
  const holder = cookie === undefined ? undefined : await bySession(cookie, env);
  if (holder) return holder;
  const assertion = request.headers.get("Cf-Access-Jwt-Assertion");
  const settings = accessSettings(env);
  if (assertion !== null && settings !== undefined) return byAssertion(assertion, settings, request.headers, env);
  return cookie === undefined ? UNAUTHENTICATED : refuse(request.headers, env);
}

/** Who signs in with a token, or the refusal. */
export async function authenticateToken(token: string, headers: Headers, env: Bindings): Promise<Principal | Problem> {
  return (await holderOf(token, env)) ?? refuse(headers, env);
}

async function byToken(
  presented: string,
  request: Request,
  env: Bindings,
  ctx: () => Afterwards,
): Promise<Principal | Problem> {
  const holder = await holderOf(presented, env);
  if (holder) return holder;
  return parseKey(presented) ? notByKey(request, env, ctx()) : refuse(request.headers, env);
}

/** A valid environment key is a right credential of the wrong kind; any other is none. */
async function notByKey(request: Request, env: Bindings, ctx: Afterwards): Promise<Problem> {
  const caller = await identify(request, null, env, ctx);
  if (!failed(caller)) return WRONG_KIND;
  switch (caller.status) {
    case 403:
      return WRONG_KIND;
    case 429:
      return TOO_MANY;
    case 503:
      return { type: "unavailable", detail: caller.errorDetails };
    default:
      return UNAUTHENTICATED;
  }
}

async function byAssertion(
  assertion: string,
  settings: AccessSettings,
  headers: Headers,
  env: Bindings,
): Promise<Principal | Problem> {
  const verdict = await verifyAssertion(assertion, settings, keysOf(settings.teamDomain), Date.now());
  if ("unavailable" in verdict) return NO_KEYS;
  if ("refused" in verdict) return refuse(headers, env);
  const { id, name, groups, role } = verdict.person;
  return role === undefined ? NO_ROLE : { actor: { id, name, via: "access" }, role, environments: ["*"], groups };
}

async function refuse(headers: Headers, env: Bindings): Promise<Problem> {
  return (await tooManyFailures(headers, env)) ? TOO_MANY : UNAUTHENTICATED;
}

/** undefined: Access is off. Roles that can't be read allow nobody. */
function accessSettings(env: Bindings): AccessSettings | undefined {
  const { ACCESS_TEAM_DOMAIN: teamDomain, ACCESS_AUD: audience, ACCESS_ROLES: roles } = env;
  if (!teamDomain || !audience) return undefined;
  return { teamDomain, audience, roles: parseAccessRoles(roles ?? "{}") ?? new Map() };
}

let keys: { teamDomain: string; set: PublishedKeys } | undefined;

/** The keys of a team, fetched when one is asked for that isn't known, and kept as long as the isolate. */
function keysOf(teamDomain: string): PublishedKeys {
  if (keys?.teamDomain !== teamDomain) keys = { teamDomain, set: publishedKeys(keysAddress(teamDomain)) };
  return keys.set;
}
