import { claims, openOverride } from "../core/override.ts";
import { overrideSecretOf } from "./bindings.ts";
import type { Exchange } from "./exchange.ts";
import type { Flags, Served } from "./flags.ts";
import { cookie, withoutCookie } from "./visitor.ts";

/* A tester's override in a request (core/override.ts): looked at, and taken out before anybody behind the gate sees it. */

export const OVERRIDE = "Sluice-Override";
/** Only so many are looked at: each of them costs a signature. */
const MOST = 10;

/**
 * What a request carries as overrides, whether or not they are worth anything; undefined for the most, that carry none.
 * Several flags may be overridden at once: by several headers, or with commas between.
 */
export function presentedIn(headers: Headers, cookies: string | null): string[] | undefined {
  const header = headers.get(OVERRIDE);
  const kept = cookie(cookies, OVERRIDE);
  if (header === null && kept === undefined) return undefined;
  return `${header ?? ""},${kept ?? ""}`
    .split(",")
    .map((one) => one.trim())
    .filter((one) => one !== "")
    .slice(0, MOST);
}

/** The request without its overrides. */
export function withoutOverride(request: Request): Request {
  const headers = new Headers(request.headers);
  headers.delete(OVERRIDE);
  const cookies = headers.get("Cookie");
  if (cookies !== null) {
    const rest = withoutCookie(cookies, OVERRIDE);
    if (rest === undefined) headers.delete("Cookie");
    else headers.set("Cookie", rest);
  }
  // A body that somebody before the gate has read can't be passed on, and a request that has one can't be copied.
  return request.bodyUsed
    ? new Request(request.url, { method: request.method, headers, redirect: request.redirect })
    : new Request(request, { headers });
}

/** What one of these serves of a flag; undefined when none does, no secret is set, or there is no such variant. */
export async function overridden(
  presented: readonly string[],
  flag: string,
  flags: Flags,
  { env, ctx }: Exchange,
  now: number,
): Promise<Served | undefined> {
  const secret = overrideSecretOf(env);
  const claiming = presented.filter((text) => claims(text, flag, now));
  if (secret === undefined || claiming.length === 0) return undefined;
  const where = await flags.whereabouts(ctx);
  if (where === undefined) return undefined;
  for (const text of claiming) {
    const variant = openOverride(text, flag, where.environment, secret, now);
    const value = variant === undefined ? undefined : await flags.variant(flag, variant, ctx);
    if (variant !== undefined && value !== undefined) return { value, variant, version: 0, cohort: "" };
  }
  return undefined;
}
