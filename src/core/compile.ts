import { milliseconds } from "../contract/duration.ts";
import type { Metric } from "../contract/metric.ts";
import type { PublishedSampling } from "../contract/sampling.ts";
import type { PublishedKey, SnapshotBody, SnapshotDelta } from "../contract/snapshot.ts";
import { applied } from "./delta.ts";
import type { Diagnostic } from "./diagnose.ts";
import { firstAfter, windowEdges } from "./edges.ts";
import { Linker } from "./link.ts";
import { Members } from "./members.ts";
import type { CompiledFlag } from "./node.ts";
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
  /** Outcomes that have been defined, by name. */
  readonly metrics: ReadonlyMap<string, Metric>;
  private readonly keysByHash: ReadonlyMap<string, PublishedKey>;
  private readonly linker: Linker;
  private readonly sorted: { [audience in Audience]?: readonly CompiledFlag[] } = {};
  /** What gates sign visitors' ids with; undefined in a body from before there was one. For gates alone. */
  readonly visitorSecret: string | undefined;
  private readonly body: SnapshotBody;
  /** The digests of listed members; null where no segment lists any. */
  readonly members: Uint8Array | null;
  private edges: readonly number[] | null = null;
  private released: ReadonlyMap<string, string> | null = null;
  private expecting: ReadonlyMap<string, number> | null = null;

  /** @param linker of the same flags and segments */
  constructor(body: SnapshotBody, members: Uint8Array | null, linker = new Linker(body, new Members(members))) {
    this.environment = body.environment;
    this.incarnation = body.incarnation;
    this.version = body.version;
    this.at = body.at;
    this.sampling = body.sampling ?? null;
    this.metrics = new Map(body.metrics?.map((metric) => [metric.name, metric]));
    this.keysByHash = new Map(body.keys.map((key) => [key.hash, key]));
    this.linker = linker;
    this.visitorSecret = body.visitors;
    this.body = body;
    this.members = members;
  }

  /** What was published of flags and segments, for who makes it ready to evaluate elsewhere. Not to be changed. */
  get published(): Readonly<Pick<SnapshotBody, "format" | "flags" | "segments" | "members">> {
    return this.body;
  }

  /**
   * The version that deltas lead to, one after another: the same as if it had been compiled from its body. What was
   * compiled stays so, unless they touch it or what it refers to.
   *
   * @param members those that the new version goes with
   * @throws when one doesn't lead on from the version before it, or isn't whole
   */
  following(deltas: readonly SnapshotDelta[], members: Uint8Array | null): Snapshot {
    const body = deltas.reduce(applied, this.body);
    const same = body.members === this.body.members;
    const linker = this.linker.following(body, deltas, same ? undefined : new Members(members));
    const next = new Snapshot(body, members, linker);
    for (const audience of ["client", "server"] as const) if (this.sorted[audience]) next.flags(audience);
    return next;
  }

  /** The environment key with this hash (of the whole key text: SHA-256, lower-case hex). */
  key(hash: string): PublishedKey | undefined {
    return this.keysByHash.get(hash);
  }

  /** The flag with this live release, by the release's id. */
  releasedFlag(id: string): CompiledFlag | undefined {
    this.released ??= new Map(
      this.published.flags.flatMap(({ flag, release }) => (release ? [[release.id, flag.key]] : [])),
    );
    const key = this.released.get(id);
    return key === undefined ? undefined : this.flag(key, "server");
  }

  /** Outcomes whose absence counts in a live release, and how long they are waited for, in milliseconds. */
  get expected(): ReadonlyMap<string, number> {
    return (this.expecting ??= this.expect());
  }

  /** The environment key with this id. */
  keyById(id: string): PublishedKey | undefined {
    for (const key of this.keysByHash.values()) if (key.id === id) return key;
    return undefined;
  }

  /**
   * When answers change next although nothing is written: the first edge of a rule's window after `now` (both epoch
   * milliseconds); undefined when none is to come.
   */
  nextEdge(now: number): number | undefined {
    return firstAfter((this.edges ??= windowEdges(this.published)), now);
  }

  /** A flag ready to evaluate; undefined when there is none by that name, or this audience may not see it. */
  flag(key: string, audience: Audience): CompiledFlag | undefined {
    const flag = this.linker.flag(key);
    if (flag === undefined || (audience === "client" && !flag.clientSide)) return undefined;
    return this.linker.settled(flag);
  }

  /** All flags that this audience may see, sorted by key. */
  flags(audience: Audience): readonly CompiledFlag[] {
    return (this.sorted[audience] ??= this.sort(audience));
  }

  private expect(): ReadonlyMap<string, number> {
    const expected = new Map<string, number>();
    for (const { release } of this.published.flags)
      for (const { metric, windowMs } of release?.expects ?? []) {
        const waits = windowMs ?? milliseconds(this.metrics.get(metric)?.window ?? "60s");
        expected.set(metric, Math.max(waits, expected.get(metric) ?? 0));
      }
    return expected;
  }

  private sort(audience: Audience): readonly CompiledFlag[] {
    return this.linker
      .flagKeys()
      .map((key) => this.flag(key, audience))
      .filter((flag) => flag !== undefined);
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
