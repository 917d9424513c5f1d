import type { Actor } from "../contract/change.ts";
import type { Role, Scope } from "../contract/role.ts";
import { keyOf } from "../contract/snapshot.ts";
import type { HeldToken } from "../workspace/tokens.ts";
import { ask } from "./admin/remote.ts";
import { isRootToken } from "./auth.ts";
import type { Bindings } from "./bindings.ts";
import { hashKey, isAdminToken } from "./keys.ts";
import { asking, snapshots } from "./snapshots.ts";

/**
 * Who makes an administration request, and what they may do where. `until` is RFC 3339: the end of their credential.
 * `session`: they are known by the dashboard's cookie, which has an end of its own (epoch milliseconds).
 */
export type Principal = {
  actor: Actor;
  role: Role;
  environments: Scope;
  until?: string;
  session?: { endsAt: number };
  /** Of a person whom Access signed in: what their role may depend on. */
  groups?: readonly string[];
  /** Of an agent, which writes at `/mcp` only; who made its token. */
  agent?: { madeBy: string };
};

export const ROOT: Principal = {
  actor: { id: "root", name: "root token", via: "root" },
  role: "admin",
  environments: ["*"],
};

/** Whoever asks for the map waits for it. */
export const NOTHING_AFTERWARDS = { waitUntil: () => {} };

/**
 * Whose admin token this is; undefined for a text that is none, or none any more. Workspace is asked every time, so
 * that a revoked token is refused at once; not about the root token, nor about what isn't even formed like a token, nor
 * about one that Workspace hasn't published the beginning of: guesses must not take the time of the one object.
 *
 * @throws Refused 503 when Workspace can't be asked
 */
export async function holderOf(presented: string, env: Bindings): Promise<Principal | undefined> {
  if (await isRootToken(presented, env)) return ROOT;
  if (!isAdminToken(presented)) return undefined;
  const hash = await hashKey(presented);
  if (!(await snapshots(env).mayHold(hash, asking(env, NOTHING_AFTERWARDS)))) return undefined;
  const token = await ask(env.WORKSPACE.getByName(keyOf.workspaceObject).authenticate(hash));
  return token ? principalOf(token) : undefined;
}

/** Who somebody is by their token, whichever way they showed that they have it. */
export function principalOf(token: HeldToken): Principal {
  const { id, name, role, environments, expiresAt, agent, createdBy, family } = token;
  return {
    actor: { id, name, via: "token", family },
    role,
    environments,
    ...(expiresAt !== undefined && { until: expiresAt }),
    ...(agent && { agent: { madeBy: createdBy } }),
  };
}
