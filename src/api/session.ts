import { ROOT_TOKEN } from "../contract/session.ts";
import { keyOf } from "../contract/snapshot.ts";
import { ask } from "./admin/remote.ts";
import { NOTHING_AFTERWARDS, type Principal, principalOf, ROOT } from "./admin-token.ts";
import type { Bindings } from "./bindings.ts";
import { hashKey, mintSecret } from "./keys.ts";
import { asking, snapshots } from "./snapshots.ts";

/*
 * The dashboard's session: a cookie that stands for an admin token, so that no script of a page ever holds one. It is
 * looked at below /admin/v1 and nowhere else. See docs/adr/121-session.md.
 */

const SECRET = /^[0-9a-f]{40}$/;

/**
 * What the cookie is called for an address. Cookies don't know ports, so on this machine the port is in the name: two
 * servers that are tried side by side must not sign each other's people out. undefined: a browser would send it in the
 * open, or not at all.
 */
export function cookieName({ protocol, hostname, port }: URL): string | undefined {
  if (protocol === "https:") return "__Host-sluice-session";
  return isLoopback(hostname) ? `sluice-session-${port || "80"}` : undefined;
}

function isLoopback(hostname: string): boolean {
  return /^(?:localhost|.+\.localhost|127(?:\.\d{1,3}){3}|\[::1\])$/.test(hostname);
}

/** The secret in the session's cookie; undefined where there is no such cookie, or one that isn't formed like one. */
export function sessionCookie({ headers, url }: Request): string | undefined {
  const sent = headers.get("Cookie");
  const name = sent === null ? undefined : cookieName(new URL(url));
  if (sent === null || name === undefined) return undefined;
  const prefix = `${name}=`;
  const found = sent.split(";").flatMap((one) => {
    const pair = one.trim();
    return pair.startsWith(prefix) ? [pair.slice(prefix.length)] : [];
  });
  return found.find((secret) => SECRET.test(secret));
}

/** Whose session this is; undefined for one that is none, or none any more. @throws Refused 503 */
export async function bySession(secret: string, env: Bindings): Promise<Principal | undefined> {
  const [hash, rootHash] = await Promise.all([hashKey(secret), hashOfRoot(secret, env)]);
  if (!(await snapshots(env).mayHold(hash, asking(env, NOTHING_AFTERWARDS)))) return undefined;
  const open = await ask(workspace(env).session(hash, rootHash));
  if (!open) return undefined;
  return { ...(open.token ? principalOf(open.token) : ROOT), session: { endsAt: open.endsAt } };
}

/**
 * Opens a session for whoever has shown a token; undefined when that is none any more.
 *
 * @param now epoch milliseconds
 * @returns the `Set-Cookie` of the answer
 * @throws Refused 503
 */
export async function openSession(
  { actor }: Principal,
  name: string,
  env: Bindings,
  now: number,
): Promise<string | undefined> {
  const secret = mintSecret();
  const root = actor.via === "root";
  const rootHash = root ? await hashOfRoot(secret, env) : undefined;
  const session = { hash: await hashKey(secret), token: root ? ROOT_TOKEN : actor.id, ...(rootHash && { rootHash }) };
  const open = await ask(workspace(env).openSession(session, actor));
  snapshots(env).noteMap();
  return open ? setCookie(name, secret, Math.max(1, Math.floor((open.endsAt - now) / 1000))) : undefined;
}

/** Ends a session. @throws Refused 503 */
export async function endSession(secret: string, env: Bindings): Promise<void> {
  await ask(workspace(env).endSession(await hashKey(secret)));
}

/** The `Set-Cookie` that has a browser keep a secret for so many seconds; 0 has it forget the one it has. */
export function setCookie(name: string, secret: string, seconds: number): string {
  const secure = name.startsWith("__Host-") ? "; Secure" : "";
  return `${name}=${secret}; Path=/; Max-Age=${seconds}; HttpOnly; SameSite=Strict${secure}`;
}

/** Salted by the session's own secret, which is nowhere stored: whoever finds it can't try texts for the root token. */
async function hashOfRoot(secret: string, { ADMIN_TOKEN: root }: Bindings): Promise<string | undefined> {
  return root ? hashKey(JSON.stringify([secret, root])) : undefined;
}

function workspace(env: Bindings): ReturnType<Bindings["WORKSPACE"]["getByName"]> {
  return env.WORKSPACE.getByName(keyOf.workspaceObject);
}
