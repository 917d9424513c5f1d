import type { HealthProblem } from "../contract/health.ts";
import { parseAccessRoles } from "../contract/access-roles.ts";
import type { Bindings } from "./bindings.ts";

/* What is set up, and what of it is wrong. Said on /healthz by codes, and in the log with what to do. */

/** A shorter root token isn't taken: it could be guessed. */
export const ADMIN_TOKEN_LENGTH = 16;

const ADVICE: Partial<Record<HealthProblem, string>> = {
  "admin-token-missing": "nobody can administrate: set the secret ADMIN_TOKEN, or Cloudflare Access",
  "admin-token-short": `the secret ADMIN_TOKEN has fewer than ${ADMIN_TOKEN_LENGTH} characters and isn't taken: set a longer one`,
  "access-incomplete": "Access is off: it needs both ACCESS_TEAM_DOMAIN and ACCESS_AUD",
  "access-roles-unreadable": "nobody who signs in by Access has a role: ACCESS_ROLES is no JSON object of roles",
  "newer-schema": "what is stored was written by a later version of Sluice and isn't touched: deploy that version",
};

const said = new Set<HealthProblem>();
/** When an object last refused because what it has is newer than this code, epoch ms. */
let newerSeenAt = -Infinity;
const NEWER_MS = 600_000;

/** An object refused because what it has is newer than this code. */
export function noteNewerSchema(): void {
  newerSeenAt = Date.now();
  say("newer-schema");
}

/** What is wrong with how this Worker was set up, or deployed, as far as this isolate knows. Each is logged once. */
export function problemsOfSetUp(env: Bindings): HealthProblem[] {
  const { ADMIN_TOKEN: token = "", ACCESS_TEAM_DOMAIN: team, ACCESS_AUD: audience, ACCESS_ROLES: roles } = env;
  const found: HealthProblem[] = [];
  if (token === "" && !(team && audience)) found.push("admin-token-missing");
  if (token !== "" && token.length < ADMIN_TOKEN_LENGTH) found.push("admin-token-short");
  if (Boolean(team) !== Boolean(audience)) found.push("access-incomplete");
  if (team && audience && roles && parseAccessRoles(roles) === undefined) found.push("access-roles-unreadable");
  if (Date.now() - newerSeenAt < NEWER_MS) found.push("newer-schema");
  for (const problem of found) say(problem);
  return found;
}

function say(problem: HealthProblem): void {
  if (said.has(problem)) return;
  said.add(problem);
  console.warn(`${problem}: ${ADVICE[problem]}`);
}
