import type { EnvironmentView, KeyView } from "../contract/admin.ts";
import type { Actor } from "../contract/change.ts";
import type { Refusal } from "../contract/problem.ts";
import { formatRevision, keyOf } from "../contract/snapshot.ts";
import type { Replayed } from "../contract/write.ts";
import type { LastChange } from "../durable/conflict.ts";
import type { RelayObjects } from "../relay/relay.ts";
import type { EnvironmentEntry } from "./register.ts";

/* The words of Workspace's RPC, and what it needs of others. */

/** Where an environment stands, as its own object says. */
export type Standing = Omit<EnvironmentView, "name" | "createdAt">;

/** What Workspace needs of the Environment objects; Environment satisfies it. */
export type EnvironmentObjects = {
  getByName(name: string): {
    seed(
      copy: ReadableStream<Uint8Array> | null,
      write: { actor: Actor; comment: string },
      settings: Omit<NewEnvironment, "name" | "copyFrom">,
    ): Promise<{ ok: true } | Refusal>;
    transfer(): Promise<{ ok: true; text: ReadableStream<Uint8Array> } | Refusal>;
    summary(): Promise<(Standing & LastChange) | null>;
    destroy(): Promise<void>;
  };
};

export type NewEnvironment = {
  name: string;
  description: string;
  production?: boolean;
  sites?: string[];
  /** When it ends by itself, epoch milliseconds. */
  expiresAt?: number;
  /** What it begins with: `hash` is the SHA-256 of the key's text. */
  keys?: (Pick<KeyView, "id" | "kind" | "name" | "origins"> & { hash: string })[];
  /** The environment whose flags and segments it begins with. */
  copyFrom?: string | undefined;
};
/** `standing` is that of the moment of the write. */
export type Found = Replayed & { ok: true; environment: EnvironmentEntry; standing: Standing };
/** Tokens are parts of Workspace: a revision names one state of it, as others do of an environment. */
export type TokenWritten = Replayed & { ok: true; version: number; revision: string };

/** What every answer to a write of tokens says of where it left Workspace. */
export function writtenAt(version: number): TokenWritten {
  return { ok: true, version, revision: formatRevision(keyOf.workspaceObject, version) };
}

/** What Workspace is bound to. */
export type Bound = { SNAPSHOTS: KVNamespace; ENVIRONMENT: EnvironmentObjects; RELAY: RelayObjects };
