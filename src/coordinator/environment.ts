import { DurableObject } from "cloudflare:workers";
import type { FlagView, KeyView, SegmentView } from "../contract/admin.ts";
import type { Change } from "../contract/change.ts";
import type { Refusal } from "../contract/problem.ts";
import type { Pointer } from "../contract/snapshot.ts";
import type { Applied, Copy, FlagQuery, LogEntry, LogQuery, NewKey, SegmentQuery, Summary, Write, Written } from "./rpc.ts";

/** The one writer of an environment. Its name is `<environment>/<incarnation>`. */
export class Environment extends DurableObject<{ SNAPSHOTS: KVNamespace }> {
  async pointer(): Promise<Pointer | null> {
    throw new Error("not yet");
  }
  async body(_version: number): Promise<string | null> {
    throw new Error("not yet");
  }
  async members(_hash: string): Promise<ArrayBuffer | null> {
    throw new Error("not yet");
  }
  async apply(_changes: Change[], _write: Write): Promise<Applied | Refusal> {
    throw new Error("not yet");
  }
  async flag(_key: string): Promise<{ view: FlagView; etag: string } | null> {
    throw new Error("not yet");
  }
  async flags(_query: FlagQuery): Promise<{ flags: FlagView[]; next?: string }> {
    throw new Error("not yet");
  }
  async segment(_key: string): Promise<{ view: SegmentView; etag: string } | null> {
    throw new Error("not yet");
  }
  async segments(_query: SegmentQuery): Promise<{ segments: SegmentView[]; next?: string }> {
    throw new Error("not yet");
  }
  async keys(): Promise<KeyView[]> {
    throw new Error("not yet");
  }
  async createKey(_key: NewKey, _write: Write): Promise<(Written & { key: KeyView }) | Refusal> {
    throw new Error("not yet");
  }
  async deleteKey(_id: string, _write: Write): Promise<Written | Refusal> {
    throw new Error("not yet");
  }
  async history(_key: string, _query: LogQuery): Promise<{ entries: LogEntry[]; next?: number }> {
    throw new Error("not yet");
  }
  async summary(): Promise<Summary | null> {
    throw new Error("not yet");
  }
  async seed(_copy: Copy, _write: Write): Promise<Written | Refusal> {
    throw new Error("not yet");
  }
  async exportAll(): Promise<Copy> {
    throw new Error("not yet");
  }
  async destroy(): Promise<void> {
    throw new Error("not yet");
  }
}

type Call =
  | "pointer"
  | "body"
  | "members"
  | "apply"
  | "flag"
  | "flags"
  | "segment"
  | "segments"
  | "keys"
  | "createKey"
  | "deleteKey"
  | "history"
  | "summary"
  | "seed"
  | "exportAll"
  | "destroy";

/**
 * The namespace as its callers see it. (The platform's own stub type maps every answer through a recursive type that
 * is too deep for condition trees; a stub is used through this one.)
 */
export type EnvironmentObjects = { getByName(name: string): Pick<Environment, Call> };
