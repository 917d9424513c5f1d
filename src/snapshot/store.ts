import type { Snapshot } from "../core/compile.ts";
import type { EnvironmentMap, Pointer } from "../contract/snapshot.ts";

/** One place that snapshots can be had from. Every call is a fresh I/O of the calling request; each may reject or hang. */
export type Source = {
  /** null: the environment is deleted (authority), or nothing is known of it (stored). */
  pointer(environment: string, incarnation: string): Promise<Pointer | null>;
  body(environment: string, incarnation: string, version: number): Promise<string | null>;
  members(environment: string, incarnation: string, hash: string): Promise<ArrayBuffer | null>;
  map(): Promise<EnvironmentMap | null>;
};
export type Sources = { authority: Source; stored: Source };

/** `confirmedAt`: epoch ms at which the snapshot was last known to be current. */
export type Held = { snapshot: Snapshot; confirmedAt: number };
export type Lookup = { held: Held } | { missing: "environment" | "unavailable" };

/** The request that asks: its own I/O, its own clock. */
export type Asking = { sources: Sources; waitUntil(work: Promise<unknown>): void; now(): number };
export type AskingFor = Asking & { atLeast?: { incarnation: string; version: number } };

export type Health = {
  map: { version: number; ageMs: number } | null;
  environments: { environment: string; incarnation: string; version: number; ageMs: number; problem?: string }[];
};

export class SnapshotStore {
  constructor(_options: { freshnessMs: number; sleep?: (ms: number) => Promise<void> }) {}

  /** What to answer from. Synchronous while memory is fresh: the warm path must not await. */
  current(_environment: string, _asking: AskingFor): Lookup | Promise<Lookup> {
    throw new Error("not yet");
  }
  /** The same after one freshness check now (at most one a second per environment): for a key that isn't known. */
  confirm(_environment: string, _asking: Asking): Lookup | Promise<Lookup> {
    throw new Error("not yet");
  }
  /** A write went through this isolate: its next evaluation loads at least that version. */
  noteWrite(_environment: string, _incarnation: string, _version: number): void {}
  /** The set of environments changed through this isolate. */
  noteMap(): void {}
  health(_now: number): Health {
    throw new Error("not yet");
  }
}
