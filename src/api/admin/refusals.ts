import * as LIMITS from "../../contract/limits.ts";
import type { Role } from "../../contract/role.ts";
import type { Call } from "./call.ts";
import { ask } from "./remote.ts";
import type { Route } from "./route.ts";

/**
 * Puts an attempt that was refused for its role into the log of the environment that it was for, if there is one, else
 * into Workspace's. The refusal stands whether or not that can be done.
 */
export async function noteRefusal(call: Call, { operation, env, key }: Route, needed: Role): Promise<void> {
  const { actor, role } = call.principal;
  const what = key === "" ? operation : `${operation} ${JSON.stringify(key.slice(0, LIMITS.nameLength))}`;
  const attempt = `${what} needs the role ${needed}, and was tried with ${role}.`;
  try {
    if (env === "") return await ask(call.workspace.refused(targetOf(call, operation), attempt, actor));
    const entry = await ask(call.workspace.environment(env));
    if (entry) await ask(call.open(entry).object.refused(attempt, actor));
  } catch {
    // `ask` has logged it.
  }
}

function targetOf({ key }: Call, operation: Route["operation"]): { kind: "token" | "environment"; key: string } {
  return { kind: operation === "createToken" || operation === "deleteToken" ? "token" : "environment", key };
}
