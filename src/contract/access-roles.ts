import * as z from "zod/mini";
import { type Role, role, stronger } from "./role.ts";

/** E-mail address, `*@domain`, or value of the `groups` claim → role. */
export type AccessRoles = ReadonlyMap<string, Role>;

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

/** An address of its own decides alone (it may restrict); else the strongest role of the domain and the groups. */
export function accessRole(address: string, groups: readonly string[], roles: AccessRoles): Role | undefined {
  const id = address.toLowerCase();
  const own = roles.get(id);
  if (own) return own;
  return [`*@${id.slice(id.lastIndexOf("@") + 1)}`, ...groups]
    .map((candidate) => roles.get(candidate.toLowerCase()))
    .reduce<Role | undefined>((best, one) => (best && one ? stronger(best, one) : (best ?? one)), undefined);
}
