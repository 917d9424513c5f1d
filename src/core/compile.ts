import type { PublishedKey, SnapshotBody } from "../contract/snapshot.ts";
import type { Clause } from "../contract/flag.ts";
import type { AttributeTest, Scope, Test } from "./conditions.ts";
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
  private readonly keysByHash: ReadonlyMap<string, PublishedKey>;
  private readonly flagsByKey: ReadonlyMap<string, CompiledFlag>;
  private readonly segmentsByKey: ReadonlyMap<string, CompiledSegment>;
  private readonly sorted: { [audience in Audience]?: readonly CompiledFlag[] } = {};
  private readonly clauses = new Map<string, AttributeTest>();
  private readonly found: Diagnostic[] = [];

  constructor(body: SnapshotBody, members: Uint8Array | null) {
    this.environment = body.environment;
    this.incarnation = body.incarnation;
    this.version = body.version;
    this.at = body.at;
    this.keysByHash = new Map(body.keys.map((key) => [key.hash, key]));
    const lists = new Members(members);
    this.flagsByKey = this.gather("flag", body.flags, ({ flag, version }) => new CompiledFlag(flag, version));
    this.segmentsByKey = this.gather("segment", body.segments, (segment) => new CompiledSegment(segment, lists));
  }

  /** What has a name can be asked for; what hasn't even that harms nobody else. */
  private gather<P, N extends Node>(
    kind: "flag" | "segment",
    published: readonly P[],
    make: (one: P) => N,
  ): Map<string, N> {
    const nodes = new Map<string, N>();
    for (const one of published) {
      try {
        const node = make(one);
        nodes.set(node.key, node);
      } catch {
        this.found.push({ target: { kind, key: "" }, path: "", message: "can't be read" });
      }
    }
    return nodes;
  }

  /** The environment key with this hash (of the whole key text: SHA-256, lower-case hex). */
  key(hash: string): PublishedKey | undefined {
    return this.keysByHash.get(hash);
  }

  /** A flag ready to evaluate; undefined when there is none by that name, or this audience may not see it. */
  flag(key: string, audience: Audience): CompiledFlag | undefined {
    const flag = this.flagsByKey.get(key);
    if (flag === undefined || (audience === "client" && !flag.clientSide)) return undefined;
    if (!flag.settled) this.settle(flag);
    return flag;
  }

  /** All flags that this audience may see, sorted by key. */
  flags(audience: Audience): readonly CompiledFlag[] {
    return (this.sorted[audience] ??= [...this.flagsByKey.keys()]
      .sort()
      .flatMap((key) => this.flag(key, audience) ?? []));
  }

  /** Whether any flag that this audience may see looks at attributes that the edge takes from the request. */
  readsRequest(audience: Audience): boolean {
    return this.flags(audience).some((flag) => flag.readsRequest);
  }

  /** What is wrong with the flags and segments that have been asked for so far. */
  get diagnostics(): readonly Diagnostic[] {
    return this.found;
  }

  /** Compiles a node and all that it refers to. */
  private settle(root: Node): void {
    const successors = (node: Node): Node[] => {
      this.compile(node);
      return node.references.map(({ target }) => target).filter((target) => !target.settled);
    };
    for (const group of components([root], successors)) {
      const members = new Set(group);
      for (const node of group) {
        for (const { target, path } of node.references) {
          if (members.has(target)) node.faults.push({ path, message: "makes a cycle" });
          else if (target.faults.length > 0) node.faults.push({ path, message: "refers to what can't be compiled" });
          node.height = Math.max(node.height, target.height + 1);
          node.readsRequest ||= target.readsRequest;
        }
      }
      for (const node of group) this.close(node);
    }
  }

  private close(node: Node): void {
    node.settled = true;
    if (node.faults.length === 0) return;
    const kind = node instanceof CompiledFlag ? "flag" : "segment";
    for (const fault of node.faults) this.found.push({ target: { kind, key: node.key }, ...fault });
    if (node instanceof CompiledFlag) node.break();
  }

  private compile(node: Node): void {
    const refer = <N extends Node>(targets: ReadonlyMap<string, N>, key: string, path: string): N | undefined => {
      const target = targets.get(key);
      if (target === undefined) node.faults.push({ path, message: "refers to what doesn't exist" });
      else node.references.push({ target, path });
      return target;
    };
    const scope: Scope = {
      segment: (key, path) => refer(this.segmentsByKey, key, path) ?? NEVER,
      flag: (key, variants, path) => refer(this.flagsByKey, key, path)?.serving(variants) ?? NEVER,
      clause: (clause, make) => this.share(clause, make, () => node.faults.length),
      readsRequest: () => {
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

  /** Equal clauses share a test, unless something is wrong with them: that has to be found wherever they are. */
  private share(clause: Clause, make: () => AttributeTest, faults: () => number): AttributeTest {
    if (clause.values.length > SHORT_LIST) return make();
    const text = JSON.stringify(clause);
    const found = this.clauses.get(text);
    if (found !== undefined) {
      found.share();
      return found;
    }
    const before = faults();
    const made = make();
    if (faults() === before) this.clauses.set(text, made);
    return made;
  }
}

/** Longer lists of values are rarely equal, and not worth comparing. */
const SHORT_LIST = 16;

/** Stands for what is missing while the rest is looked at. */
const NEVER: Test = { holds: () => false };
