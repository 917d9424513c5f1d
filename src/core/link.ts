import type { Clause } from "../contract/flag.ts";
import type { PublishedSegment, SnapshotBody, SnapshotDelta } from "../contract/snapshot.ts";
import type { AttributeTest, Scope, Test } from "./conditions.ts";
import type { Diagnostic } from "./diagnose.ts";
import { components } from "./graph.ts";
import type { Members } from "./members.ts";
import { CompiledFlag, CompiledSegment, type Node } from "./node.ts";

type PublishedEntry = SnapshotBody["flags"][number];

/**
 * Compiles the flags and segments of one snapshot as they are needed, together with all that they refer to, and finds
 * what is wrong with them on the way.
 */
export class Linker {
  found: Diagnostic[] = [];
  private readonly publishedFlags: ReadonlyMap<string, PublishedEntry>;
  private readonly publishedSegments: ReadonlyMap<string, PublishedSegment>;
  private readonly members: Members;
  private flags = new Map<string, CompiledFlag>();
  private segments = new Map<string, CompiledSegment>();
  /** By attribute, operator and values. Kept, so that what is compiled for a later version shares them too. */
  private clauses: Clauses = new Map();
  /** What refers to a flag or segment, by the name of that, which needn't exist. May have more than is there now. */
  private referrers: Referrers = new Map();
  /** How many nodes have been replaced since all was compiled anew. */
  private replaced = 0;

  constructor(body: SnapshotBody, members: Members) {
    this.publishedFlags = this.gather("flag", body.flags, ({ flag }) => flag.key);
    this.publishedSegments = this.gather("segment", body.segments, ({ key }) => key);
    this.members = members;
  }

  /** What has a key can be asked for; what hasn't even that harms nobody else. */
  private gather<P>(kind: "flag" | "segment", published: readonly P[], keyOf: (one: P) => unknown): Map<string, P> {
    const byKey = new Map<string, P>();
    for (const one of published) {
      let key: unknown;
      try {
        key = keyOf(one);
      } catch {
        // it isn't even an object
      }
      if (typeof key === "string") byKey.set(key, one);
      else this.found.push({ target: { kind, key: "" }, path: "", message: "can't be read" });
    }
    return byKey;
  }

  /**
   * The linker of a version that follows: it takes over what was settled and isn't touched, neither itself nor anything
   * that it refers to, however far. After many such steps it begins anew, so that nothing heaps up.
   *
   * @param members where they aren't the same
   */
  following(body: SnapshotBody, deltas: readonly SnapshotDelta[], members: Members | undefined): Linker {
    const next = new Linker(body, members ?? this.members);
    const touched = new Set<string>();
    const touch = (kind: Kind, key: string): unknown => touched.add(nameOf(kind, key));
    for (const { flags, segments, removed } of deltas) {
      for (const key of [...flags.map(({ flag }) => flag.key), ...removed.flags]) touch("flag", key);
      for (const key of [...segments.map((one) => one.key), ...removed.segments]) touch("segment", key);
    }
    if (members) for (const { key } of body.segments) touch("segment", key);
    for (const name of touched) for (const referrer of this.referrers.get(name) ?? []) touched.add(referrer);
    const replaced = this.replaced + touched.size;
    if (replaced > FEW + (body.flags.length + body.segments.length) / 2) return next;
    next.replaced = replaced;
    next.clauses = this.clauses;
    next.referrers = this.referrers;
    next.flags = settledOf(this.flags);
    next.segments = settledOf(this.segments);
    for (const name of touched) {
      const end = name.indexOf(" ");
      next[name.startsWith("flag ") ? "flags" : "segments"].delete(name.slice(end + 1));
    }
    const settled = this.found.filter(({ target: { kind, key } }) => key !== "" && !touched.has(nameOf(kind, key)));
    next.found = [...next.found, ...settled];
    return next;
  }

  /** Sorted by UTF-16 code units, as they usually are in a body. */
  flagKeys(): string[] {
    const keys = [...this.publishedFlags.keys()];
    return keys.every((key, i) => i === 0 || keys[i - 1]! < key) ? keys : keys.sort();
  }

  /** A flag in whatever stage it is. */
  flag(key: string): CompiledFlag | undefined {
    const known = this.flags.get(key);
    if (known !== undefined) return known;
    const published = this.publishedFlags.get(key);
    if (published === undefined) return undefined;
    const flag = new CompiledFlag(published);
    this.flags.set(key, flag);
    return flag;
  }

  segment(key: string): CompiledSegment | undefined {
    const known = this.segments.get(key);
    if (known !== undefined) return known;
    const published = this.publishedSegments.get(key);
    if (published === undefined) return undefined;
    const segment = new CompiledSegment(published, this.members);
    this.segments.set(key, segment);
    return segment;
  }

  settled(flag: CompiledFlag): CompiledFlag {
    if (flag.stage !== "settled") this.settle(flag);
    return flag;
  }

  /** Compiles a node and all that it refers to, as far as that has not been done. */
  private settle(root: Node): void {
    this.compile(root);
    if (root.references.length === 0) {
      this.close(root);
      return;
    }
    const unsettled = (node: Node): Node[] => {
      this.compile(node);
      return node.references.map(({ target }) => target).filter(({ stage }) => stage !== "settled");
    };
    for (const group of components([root], unsettled)) {
      const members = new Set(group);
      for (const node of group) {
        for (const { target, path } of node.references) {
          if (members.has(target)) node.refuse(path, "makes a cycle");
          else if (target.faults.length > 0) node.refuse(path, "refers to what can't be compiled");
          node.height = Math.max(node.height, target.height + 1);
          node.readsRequest ||= target.readsRequest;
        }
      }
      for (const node of group) this.close(node);
    }
  }

  /** A node asks for a flag or a segment that may or may not exist. */
  refers(node: Node, kind: "flag" | "segment", key: string): void {
    const name = nameOf(kind, key);
    const known = this.referrers.get(name);
    if (known) known.add(nameOf(kindOf(node), node.key));
    else this.referrers.set(name, new Set([nameOf(kindOf(node), node.key)]));
  }

  private compile(node: Node): void {
    if (node.stage !== "published") return;
    node.stage = "compiled";
    try {
      node.compile(new NodeScope(this, node));
    } catch {
      node.refuse("", "can't be compiled");
    }
  }

  private close(node: Node): void {
    node.stage = "settled";
    if (node.faults.length === 0) return;
    for (const fault of node.faults) this.found.push({ target: { kind: kindOf(node), key: node.key }, ...fault });
    node.break();
  }

  /** The tests with this clause's attribute and operator, by their values. */
  alike(clause: Clause): Map<Scalar | null, AttributeTest> {
    const operator = identityOfOperator(clause);
    let operators = this.clauses.get(clause.attribute);
    if (operators === undefined) this.clauses.set(clause.attribute, (operators = new Map()));
    let alike = operators.get(operator);
    if (alike === undefined) operators.set(operator, (alike = new Map()));
    return alike;
  }
}

type Kind = "flag" | "segment";
type Clauses = Map<string, Map<string, Map<Scalar | null, AttributeTest>>>;
type Referrers = Map<string, Set<string>>;

/** So many nodes may be replaced however few there are. */
const FEW = 64;

function nameOf(kind: Diagnostic["target"]["kind"], key: string): string {
  return `${kind} ${key}`;
}

function kindOf(node: Node): Kind {
  return node instanceof CompiledFlag ? "flag" : "segment";
}

function settledOf<N extends Node>(nodes: ReadonlyMap<string, N>): Map<string, N> {
  const settled = new Map(nodes);
  for (const [key, node] of nodes) if (node.stage !== "settled") settled.delete(key);
  return settled;
}

/** Speaks for a node while it is being compiled. */
class NodeScope implements Scope {
  private readonly linker: Linker;
  private readonly node: Node;

  constructor(linker: Linker, node: Node) {
    this.linker = linker;
    this.node = node;
  }

  segment(key: string, path: string): Test {
    this.linker.refers(this.node, "segment", key);
    return this.refer(this.linker.segment(key), path) ?? NEVER;
  }

  flag(key: string, variants: readonly string[], path: string): Test {
    this.linker.refers(this.node, "flag", key);
    return this.refer(this.linker.flag(key), path)?.serving(variants) ?? NEVER;
  }

  private refer<N extends Node>(target: N | undefined, path: string): N | undefined {
    if (target === undefined) this.refuse(path, "refers to what doesn't exist");
    else this.node.refer(target, path);
    return target;
  }

  /**
   * Equal clauses share a test, unless something is wrong with them: that has to be found wherever they are. A test
   * that can be shared remembers its answer whether or not it is: what a run spends depends on the body alone, and not
   * on what else was compiled so far, or before a delta.
   */
  clause(clause: Clause, make: () => AttributeTest): AttributeTest {
    const values = identityOf(clause.values);
    if (values === undefined) return make();
    const alike = this.linker.alike(clause);
    const found = alike.get(values);
    if (found !== undefined) return found;
    const faults = this.node.faults.length;
    const made = make();
    if (this.node.faults.length === faults) {
      made.remember();
      alike.set(values, made);
    }
    return made;
  }

  readsRequest(): void {
    this.node.readsRequest = true;
  }

  cost(steps: number): void {
    this.node.cost(steps);
  }

  refuse(path: string, message: string): void {
    this.node.refuse(path, message);
  }
}

/** The operator and how it compares, beside the values. */
function identityOfOperator(clause: Clause): string {
  const scheme = clause.operator === "version" ? ` ${clause.scheme}` : "";
  const as = clause.as === undefined || clause.as === "each" ? "" : ` as ${clause.as}`;
  return `${clause.operator}${scheme}${as}${"ignoreCase" in clause && clause.ignoreCase ? " i" : ""}`;
}

type Scalar = string | number | boolean;

/** Longer lists of values are rarely equal, and not worth comparing. */
const SHORT_LIST = 16;

/**
 * The same for lists of the same values, different for others, undefined for lists that aren't worth it: null for no
 * value, a single value itself, several as a text. That text begins with a space, so a single text that does is
 * treated as several; lengths keep texts in it apart.
 */
function identityOf(values: readonly Scalar[]): Scalar | null | undefined {
  if (values.length > SHORT_LIST) return undefined;
  let text = "";
  for (const value of values) {
    if (!isScalar(value)) return undefined;
    if (values.length === 1 && !(typeof value === "string" && value.startsWith(" "))) return value;
    text += typeof value === "string" ? ` ${value.length}:${value}` : ` ${value}`;
  }
  return values.length === 0 ? null : text;
}

/** In a body that came another way, a value may be anything. */
function isScalar(value: unknown): value is Scalar {
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean";
}

/** Stands for what is missing while the rest is looked at. */
const NEVER: Test = { holds: () => false };
