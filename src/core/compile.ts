import type { PublishedSampling } from "../contract/sampling.ts";
import type { PublishedKey, SnapshotBody } from "../contract/snapshot.ts";
import type { Diagnostic } from "./diagnose.ts";
import { Linker } from "./link.ts";
import { Members } from "./members.ts";
import { CompiledFlag, CompiledSegment } from "./node.ts";
import type { Audience } from "./outcome.ts";

export { type Diagnostic, diagnose } from "./diagnose.ts";
export type { CompiledFlag } from "./node.ts";
export type { Audience } from "./outcome.ts";

/**
 * Makes a published body ready to evaluate. Takes the body over: it must not be changed afterwards. Flags are compiled
 * when they are first asked for, so this costs little. One that can't be compiled answers an error; the others are
 * untouched.
 */
export function compile(body: SnapshotBody, members: Uint8Array | null): Snapshot {
  return new Snapshot(body, members);
}

/** One version of one environment, ready to evaluate. Immutable but for what it makes at first use and keeps. */
export class Snapshot {
  readonly environment: string;
  readonly incarnation: string;
  readonly version: number;
  /** Epoch milliseconds at which this version was committed. */
  readonly at: number;
  /** What may be kept of a sample of contexts; null where none is wanted. */
  readonly sampling: PublishedSampling | null;
  private readonly keysByHash: ReadonlyMap<string, PublishedKey>;
  private readonly flagsByKey: ReadonlyMap<string, CompiledFlag>;
  private readonly linker: Linker;
  private readonly sorted: { [audience in Audience]?: readonly CompiledFlag[] } = {};

  constructor(body: SnapshotBody, members: Uint8Array | null) {
    this.environment = body.environment;
    this.incarnation = body.incarnation;
    this.version = body.version;
    this.at = body.at;
    this.sampling = body.sampling ?? null;
    this.keysByHash = new Map(body.keys.map((key) => [key.hash, key]));
    const unreadable: Diagnostic[] = [];
    const lists = new Members(members);
    this.flagsByKey = gather("flag", body.flags, ({ flag, version }) => new CompiledFlag(flag, version), unreadable);
    const segments = gather("segment", body.segments, (one) => new CompiledSegment(one, lists), unreadable);
    this.linker = new Linker(this.flagsByKey, segments);
    this.linker.found.push(...unreadable);
  }

  /** The environment key with this hash (of the whole key text: SHA-256, lower-case hex). */
  key(hash: string): PublishedKey | undefined {
    return this.keysByHash.get(hash);
  }

  /** A flag ready to evaluate; undefined when there is none by that name, or this audience may not see it. */
  flag(key: string, audience: Audience): CompiledFlag | undefined {
    const flag = this.flagsByKey.get(key);
    if (flag === undefined || (audience === "client" && !flag.clientSide)) return undefined;
    if (flag.stage !== "settled") this.linker.settle(flag);
    return flag;
  }

  /** All flags that this audience may see, sorted by key. */
  flags(audience: Audience): readonly CompiledFlag[] {
    return (this.sorted[audience] ??= this.sort(audience));
  }

  private sort(audience: Audience): readonly CompiledFlag[] {
    const keys = [...this.flagsByKey.keys()].sort();
    const flags = keys.map((key) => this.flag(key, audience)).filter((flag) => flag !== undefined);
    if (audience === "server") this.linker.finish();
    return flags;
  }

  /** Whether any flag that this audience may see looks at attributes that the edge takes from the request. */
  readsRequest(audience: Audience): boolean {
    return this.flags(audience).some((flag) => flag.readsRequest);
  }

  /** What is wrong with the flags and segments that have been asked for so far. */
  get diagnostics(): readonly Diagnostic[] {
    return this.linker.found;
  }
}

/** What has a name can be asked for; what hasn't even that harms nobody else. */
function gather<P, N extends { key: string }>(
  kind: "flag" | "segment",
  published: readonly P[],
  make: (one: P) => N,
  unreadable: Diagnostic[],
): Map<string, N> {
  const nodes = new Map<string, N>();
  for (const one of published) {
    try {
      const node = make(one);
      nodes.set(node.key, node);
    } catch {
      unreadable.push({ target: { kind, key: "" }, path: "", message: "can't be read" });
    }
  }
  return nodes;
}
