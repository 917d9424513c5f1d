import type { Actor } from "../contract/change.ts";
import type { Problem } from "../contract/problem.ts";
import type { Role, Scope } from "../contract/role.ts";
import type { Bindings } from "./bindings.ts";

/** Who makes an administration request, and what they may do where. */
export type Principal = { actor: Actor; role: Role; environments: Scope };

const UNAUTHENTICATED: Problem = { type: "unauthenticated", detail: "A valid admin token is needed." };

/**
 * Who calls the administration API, or the refusal. `Authorization: Bearer …` or `X-API-Key`; with both, Bearer wins.
 * For now the root token (the secret ADMIN_TOKEN) is the only one there is.
 */
export async function authenticateAdmin(request: Request, env: Bindings): Promise<Principal | Problem> {
  const presented = credential(request.headers);
  if (presented === undefined) return UNAUTHENTICATED;
  if (env.ADMIN_TOKEN !== undefined && env.ADMIN_TOKEN !== "" && (await equal(presented, env.ADMIN_TOKEN)))
    return { actor: { id: "root", name: "root token", via: "root" }, role: "admin", environments: ["*"] };
  if (await tooManyFailures(request.headers, env))
    return { type: "too-many-requests", detail: "Too many failed attempts from this address." };
  return UNAUTHENTICATED;
}

/** The credential in the headers, if there is one. */
export function credential(headers: Headers): string | undefined {
  const authorization = headers.get("Authorization");
  if (authorization !== null && /^bearer +/i.test(authorization)) return authorization.replace(/^bearer +/i, "").trim();
  return headers.get("X-API-Key") ?? undefined;
}

/** Whether two secrets are the same, in a time that tells nothing about either: their digests are compared. */
async function equal(a: string, b: string): Promise<boolean> {
  const encoder = new TextEncoder();
  const [x, y] = await Promise.all([a, b].map((text) => crypto.subtle.digest("SHA-256", encoder.encode(text))));
  return crypto.subtle.timingSafeEqual(x!, y!);
}

/** Counts one failed attempt of the caller's address, and says whether there have been too many. */
export async function tooManyFailures(headers: Headers, env: Bindings): Promise<boolean> {
  try {
    return !(await env.AUTH_FAILURES.limit({ key: headers.get("CF-Connecting-IP") ?? "unknown" })).success;
  } catch {
    return false; // a limiter that is down must not decide who may come in
  }
}
