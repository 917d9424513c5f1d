import type { Clause } from "../contract/flag.ts";
import type { AttributeTest, Scope, Test } from "./conditions.ts";
import type { Diagnostic } from "./diagnose.ts";
import { components } from "./graph.ts";
import { CompiledFlag, type CompiledSegment, type Node } from "./node.ts";

/**
 * Compiles the flags and segments of one snapshot as they are needed, together with all that they refer to, and finds
 * what is wrong with them on the way. As a scope it speaks for the node that is being compiled.
 */
export class Linker implements Scope {
  readonly found: Diagnostic[] = [];
  private readonly flags: ReadonlyMap<string, CompiledFlag>;
  private readonly segments: ReadonlyMap<string, CompiledSegment>;
  /** By attribute, operator and values. */
  private readonly clauses = new Map<string, Map<string, Map<Scalar | null, AttributeTest>>>();
  private node: Node | null = null;

  constructor(flags: ReadonlyMap<string, CompiledFlag>, segments: ReadonlyMap<string, CompiledSegment>) {
    this.flags = flags;
    this.segments = segments;
  }

  /** Compiles a node and all that it refers to, as far as that has not been done. */
  settle(root: Node): void {
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

  /** Everything has been compiled: what only compiling needs is given up. */
  finish(): void {
    this.clauses.clear();
  }

  private compile(node: Node): void {
    if (node.stage !== "published") return;
    node.stage = "compiled";
    this.node = node;
    try {
      node.compile(this);
    } catch {
      node.refuse("", "can't be compiled");
    }
  }

  private close(node: Node): void {
    node.stage = "settled";
    if (node.faults.length === 0) return;
    const kind = node instanceof CompiledFlag ? "flag" : "segment";
    for (const fault of node.faults) this.found.push({ target: { kind, key: node.key }, ...fault });
    node.break();
  }

  segment(key: string, path: string): Test {
    return this.refer(this.segments.get(key), path) ?? NEVER;
  }

  flag(key: string, variants: readonly string[], path: string): Test {
    return this.refer(this.flags.get(key), path)?.serving(variants) ?? NEVER;
  }

  private refer<N extends Node>(target: N | undefined, path: string): N | undefined {
    if (target === undefined) this.refuse(path, "refers to what doesn't exist");
    else this.node!.refer(target, path);
    return target;
  }

  /** Equal clauses share a test, unless something is wrong with them: that has to be found wherever they are. */
  clause(clause: Clause, make: () => AttributeTest): AttributeTest {
    const values = identityOf(clause.values);
    if (values === undefined) return make();
    const alike = this.alike(clause);
    const found = alike.get(values);
    if (found !== undefined) {
      found.share();
      return found;
    }
    const faults = this.node!.faults.length;
    const made = make();
    if (this.node!.faults.length === faults) alike.set(values, made);
    return made;
  }

  /** The tests with this clause's attribute and operator, by their values. */
  private alike(clause: Clause): Map<Scalar | null, AttributeTest> {
    const operator = "ignoreCase" in clause && clause.ignoreCase ? `${clause.operator} i` : clause.operator;
    let operators = this.clauses.get(clause.attribute);
    if (operators === undefined) this.clauses.set(clause.attribute, (operators = new Map()));
    let alike = operators.get(operator);
    if (alike === undefined) operators.set(operator, (alike = new Map()));
    return alike;
  }

  readsRequest(): void {
    this.node!.readsRequest = true;
  }

  refuse(path: string, message: string): void {
    this.node!.refuse(path, message);
  }
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
  if (values.length > SHORT_LIST || !values.every(isScalar)) return undefined;
  const [first = null] = values;
  if (values.length <= 1 && !(typeof first === "string" && first.startsWith(" "))) return first;
  let text = "";
  for (const value of values) text += typeof value === "string" ? ` ${value.length}:${value}` : ` ${value}`;
  return text;
}

/** In a body that came another way, a value may be anything. */
function isScalar(value: unknown): value is Scalar {
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean";
}

/** Stands for what is missing while the rest is looked at. */
const NEVER: Test = { holds: () => false };
