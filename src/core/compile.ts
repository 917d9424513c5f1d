import type { PublishedKey, SnapshotBody } from "../contract/snapshot.ts";
import type { FlagTarget, Scope, SegmentTarget } from "./conditions.ts";
import type { Diagnostic } from "./diagnose.ts";
import { components } from "./graph.ts";
import { Members } from "./members.ts";
import { CompiledFlag, CompiledSegment, type Node } from "./node.ts";
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
  readonly #keys: ReadonlyMap<string, PublishedKey>;
  readonly #flags: ReadonlyMap<string, CompiledFlag>;
  readonly #segments: ReadonlyMap<string, CompiledSegment>;
  readonly #sorted: { [audience in Audience]?: readonly CompiledFlag[] } = {};
  readonly #diagnostics: Diagnostic[] = [];

  constructor(body: SnapshotBody, members: Uint8Array | null) {
    this.environment = body.environment;
    this.incarnation = body.incarnation;
    this.version = body.version;
    this.at = body.at;
    this.#keys = new Map(body.keys.map((key) => [key.hash, key]));
    this.#flags = new Map(body.flags.map(({ flag, version }) => [flag.key, new CompiledFlag(flag, version)]));
    const lists = new Members(members);
    this.#segments = new Map(body.segments.map((segment) => [segment.key, new CompiledSegment(segment, lists)]));
  }

  /** The environment key with this hash (of the whole key text: SHA-256, lower-case hex). */
  key(hash: string): PublishedKey | undefined {
    return this.#keys.get(hash);
  }

  /** A flag ready to evaluate; undefined when there is none by that name, or this audience may not see it. */
  flag(key: string, audience: Audience): CompiledFlag | undefined {
    const flag = this.#flags.get(key);
    if (flag === undefined || (audience === "client" && !flag.clientSide)) return undefined;
    if (!flag.settled) this.#settle(flag);
    return flag;
  }

  /** All flags that this audience may see, sorted by key. */
  flags(audience: Audience): readonly CompiledFlag[] {
    return (this.#sorted[audience] ??= [...this.#flags.keys()]
      .sort()
      .flatMap((key) => this.flag(key, audience) ?? []));
  }

  /** Whether any flag that this audience may see looks at attributes that the edge takes from the request. */
  readsRequest(audience: Audience): boolean {
    return this.flags(audience).some((flag) => flag.readsRequest);
  }

  /** What is wrong with the flags and segments that have been asked for so far. */
  get diagnostics(): readonly Diagnostic[] {
    return this.#diagnostics;
  }

  /** Compiles a node and all that it refers to. */
  #settle(root: Node): void {
    const successors = (node: Node): Node[] => {
      this.#compile(node);
      return node.references.map(({ target }) => target).filter((target) => !target.settled);
    };
    for (const group of components([root], successors)) {
      const cyclic = group.length > 1 || group[0]!.references.some(({ target }) => target === group[0]);
      for (const node of group) {
        for (const { target, path } of node.references) {
          if (cyclic && group.includes(target)) node.faults.push({ path, message: "makes a cycle" });
          else if (target.broken) node.faults.push({ path, message: "refers to what can't be compiled" });
          node.height = Math.max(node.height, target.height + 1);
          node.readsRequest ||= target.readsRequest;
        }
      }
      for (const node of group) this.#close(node);
    }
  }

  #close(node: Node): void {
    node.settled = true;
    const kind = node instanceof CompiledFlag ? "flag" : "segment";
    for (const fault of node.faults) this.#diagnostics.push({ target: { kind, key: node.key }, ...fault });
  }

  #compile(node: Node): void {
    const refer = <N extends Node>(targets: ReadonlyMap<string, N>, key: string, path: string): N | undefined => {
      const target = targets.get(key);
      if (target === undefined) node.faults.push({ path, message: "refers to what doesn't exist" });
      else node.references.push({ target, path });
      return target;
    };
    const scope: Scope = {
      segment: (key, path): SegmentTarget => refer(this.#segments, key, path) ?? NOTHING,
      flag: (key, _variants, path): FlagTarget => refer(this.#flags, key, path) ?? NOTHING,
      attribute: () => {
        node.readsRequest = true;
      },
      refuse: (path, message) => node.faults.push({ path, message }),
    };
    try {
      node.compile(scope);
    } catch {
      node.faults.push({ path: "", message: "can't be compiled" });
    }
  }
}

/** Stands for what is missing while the rest of a flag is looked at. */
const NOTHING: SegmentTarget & FlagTarget = { contains: () => false, serves: () => false };
