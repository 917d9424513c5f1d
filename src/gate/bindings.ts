import type { FlagService } from "../contract/service.ts";
import type { Batch } from "../metrics/batch.ts";
import { type Flags, LocalFlags, RemoteFlags } from "./flags.ts";

/** Where flags are evaluated: in this isolate, from a snapshot of its own, or by FlagService, asked for each request. */
export type Evaluation = "local" | "service";

/** What a Worker with a gate binds: a service binding to FlagService, and the secret that overrides are signed with. */
export type GateBindings = { FLAGS: FlagService; OVERRIDE_SECRET?: string };

/** One for each binding, as long as the isolate: what is held is shared by all gates. */
const made = { local: new WeakMap<object, Flags>(), service: new WeakMap<object, Flags>() };

/** The flags of the binding `FLAGS`; undefined where nothing is bound by that name. */
export function flagsOf(env: object, evaluation: Evaluation): Flags | undefined {
  const service = serviceOf(env);
  if (!service) return undefined;
  let flags = made[evaluation].get(service);
  if (!flags) {
    flags = evaluation === "local" ? new LocalFlags(service) : new RemoteFlags(service);
    made[evaluation].set(service, flags);
  }
  return flags;
}

/** What is bound to FlagService; it has a part for gates alone. */
export function serviceOf(env: object): BoundService | undefined {
  const { FLAGS: service } = env as { FLAGS?: BoundService };
  return typeof service === "object" || typeof service === "function" ? (service ?? undefined) : undefined;
}

export type BoundService = FlagService & { report(incarnation: string, batch: Batch): Promise<void> };

export function overrideSecretOf(env: object): string | undefined {
  const { OVERRIDE_SECRET: secret } = env as Partial<GateBindings>;
  return secret === "" ? undefined : secret;
}
