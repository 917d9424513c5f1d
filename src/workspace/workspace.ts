import { DurableObject } from "cloudflare:workers";
import type { Actor } from "../contract/change.ts";
import type { Flag } from "../contract/flag.ts";
import type { Refusal } from "../contract/problem.ts";
import type { Segment } from "../contract/segment.ts";
import type { EnvironmentMap } from "../contract/snapshot.ts";

/** What Workspace needs of the Environment objects; the coordinator's class satisfies it. */
export type EnvironmentObjects = {
  getByName(name: string): {
    seed(
      copy: { flags: Flag[]; segments: Segment[] },
      write: { actor: Actor; comment: string },
    ): Promise<{ ok: true } | Refusal>;
    exportAll(): Promise<{ flags: Flag[]; segments: Segment[] }>;
    destroy(): Promise<void>;
  };
};

/** An environment as Workspace knows it. Its version and counts are asked of its own object. */
export type EnvironmentEntry = { name: string; incarnation: string; description: string; createdAt: string };
export type NewEnvironment = { name: string; description: string; copyFrom?: string; comment?: string };
export type EnvironmentPatch = { description?: string; comment?: string };

/** Which environments there are. One object, named `workspace`. */
export class Workspace extends DurableObject<{ SNAPSHOTS: KVNamespace; ENVIRONMENT: EnvironmentObjects }> {
  async map(): Promise<EnvironmentMap> {
    throw new Error("not yet");
  }
  /** Sorted by name. */
  async environments(): Promise<EnvironmentEntry[]> {
    throw new Error("not yet");
  }
  async environment(_name: string): Promise<EnvironmentEntry | null> {
    throw new Error("not yet");
  }
  async createEnvironment(
    _spec: NewEnvironment,
    _actor: Actor,
  ): Promise<{ ok: true; environment: EnvironmentEntry } | Refusal> {
    throw new Error("not yet");
  }
  async patchEnvironment(
    _name: string,
    _patch: EnvironmentPatch,
    _actor: Actor,
  ): Promise<{ ok: true; environment: EnvironmentEntry } | Refusal> {
    throw new Error("not yet");
  }
  async deleteEnvironment(_name: string, _actor: Actor, _comment?: string): Promise<{ ok: true } | Refusal> {
    throw new Error("not yet");
  }
}

/** The namespace as its callers see it. */
export type WorkspaceObjects = {
  getByName(
    name: string,
  ): Pick<
    Workspace,
    "map" | "environments" | "environment" | "createEnvironment" | "patchEnvironment" | "deleteEnvironment"
  >;
};
