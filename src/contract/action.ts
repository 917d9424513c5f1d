import type { Actor } from "./change.ts";
import type { Role } from "./role.ts";
import type { Operation } from "./routes.ts";

/** Something that somebody may do now, or why not. `action` is the name of the operation in the route table. */
export type Action = { action: Operation; allowed: boolean; why?: string };

/** Who asks, and what they may do. */
export type Caller = { actor: Actor; role: Role };
