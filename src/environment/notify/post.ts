import { REST } from "../../contract/plan.ts";
import type { Outcome } from "../../contract/webhook.ts";

/* Asking somebody else's server: where that may be, and how long it may take. Nobody reaches inside through us. */

/** How long a receiver may take to answer. */
export const POST_MS = 5_000;

/** Names that are nobody's on the public net (RFC 2606, 6761, 6762, 7686, 8375, and what networks use inside). */
const INSIDE =
  /(?:^|\.)(?:localhost|localdomain|local|internal|intranet|lan|home|corp|private|test|invalid|onion|arpa|alt)$/;
const LOOPBACK = /^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])$/;

/**
 * Why nothing is sent to an address; undefined when it may be: https on port 443 to a public host name, without user
 * info. `allowLocal`: also http and any port on this machine itself.
 */
export function refusedAddress(address: string, allowLocal: boolean): string | undefined {
  const url = URL.parse(address);
  if (!url || address !== address.trim()) return "must be an absolute URL";
  if (address.endsWith(`/${REST}`)) return "is shown shortened; the whole address is needed";
  const { protocol, port, username, password } = url;
  const host = url.hostname.replace(/\.$/, "");
  if (username !== "" || password !== "" || /^[a-z]+:\/*[^/?#]*@/i.test(address)) return "must have no user info";
  if (allowLocal && LOOPBACK.test(host) && (protocol === "http:" || protocol === "https:")) return undefined;
  if (protocol !== "https:") return "must be https";
  if (port !== "") return "must be on port 443";
  if (host.startsWith("[") || /^[\d.]+$/.test(host)) return "must have a host name, not an IP address";
  if (
    !/^(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?$/.test(host) ||
    INSIDE.test(host)
  )
    return "must have a public host name";
  return undefined;
}

/**
 * Posts a text and says what came of it. Redirects are not followed, so they are answers like any other; of a body
 * nothing is read. Never rejects.
 */
export async function post(
  address: string,
  headers: Record<string, string>,
  body: string,
  allowLocal: boolean,
  timeoutMs = POST_MS,
): Promise<Outcome> {
  if (refusedAddress(address, allowLocal) !== undefined) return { error: "address" };
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(), timeoutMs); // AbortSignal.timeout would keep the object up to its end
  try {
    const response = await fetch(address, { method: "POST", headers, body, redirect: "manual", signal: late.signal });
    await response.body?.cancel().catch(() => {});
    return { status: response.status };
  } catch {
    return { error: late.signal.aborted ? "timeout" : "unreachable" };
  } finally {
    clearTimeout(timer);
  }
}
