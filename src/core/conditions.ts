import type { Condition } from "../contract/flag.ts";
import { type Context, compilePath, namesRequest, read } from "./attributes.ts";
import { compileBucket } from "./buckets.ts";
import { compileOperator } from "./operators.ts";

/** A compiled condition. `now` is in epoch milliseconds. */
export type Test = (context: Context, now: number) => boolean;

/** What a condition can refer to, once it is compiled. */
export type SegmentTarget = { contains(context: Context, now: number): boolean };
export type FlagTarget = { serves(variants: readonly string[], context: Context, now: number): boolean };

/** What compiling a condition needs from outside, and tells it. Paths are JSON Pointers into the resource. */
export type Scope = {
  segment(key: string, path: string): SegmentTarget;
  flag(key: string, variants: readonly string[], path: string): FlagTarget;
  attribute(path: string): void;
  refuse(path: string, message: string): void;
};

const always: Test = () => true;
const never: Test = () => false;

export function compileCondition(node: Condition, scope: Scope, path: string): Test {
  if ("all" in node) return all(node.all.map((child, i) => compileCondition(child, scope, `${path}/all/${i}`)));
  if ("any" in node) return any(node.any.map((child, i) => compileCondition(child, scope, `${path}/any/${i}`)));
  if ("not" in node) {
    const inner = compileCondition(node.not, scope, `${path}/not`);
    return (context, now) => !inner(context, now);
  }
  if ("segment" in node) {
    const segment = scope.segment(node.segment, `${path}/segment`);
    return (context, now) => segment.contains(context, now);
  }
  if ("flag" in node) {
    const { variants } = node;
    const flag = scope.flag(node.flag, variants, path);
    return (context, now) => flag.serves(variants, context, now);
  }
  if ("bucket" in node) {
    declare(scope, node.bucket.by);
    return compileBucket(node.bucket);
  }
  const attribute = compilePath(node.attribute);
  declare(scope, node.attribute);
  const test = compileOperator(node, (index, message) => scope.refuse(`${path}/values/${index}`, message));
  return (context) => {
    const value = read(context, attribute);
    return value !== undefined && test(value);
  };
}

/** Tells the scope which attributes are read. */
export function declare(scope: Pick<Scope, "attribute">, by: string | readonly string[]): void {
  for (const path of typeof by === "string" ? [by] : by) if (namesRequest(path)) scope.attribute(path);
}

export function all(tests: readonly Test[]): Test {
  if (tests.length === 0) return always;
  if (tests.length === 1) return tests[0]!;
  return (context, now) => {
    for (let i = 0; i < tests.length; i++) if (!tests[i]!(context, now)) return false;
    return true;
  };
}

function any(tests: readonly Test[]): Test {
  if (tests.length === 0) return never;
  if (tests.length === 1) return tests[0]!;
  return (context, now) => {
    for (let i = 0; i < tests.length; i++) if (tests[i]!(context, now)) return true;
    return false;
  };
}
