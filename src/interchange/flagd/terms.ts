import { isRecord } from "../documents.ts";
import { type Place, refuse } from "../report.ts";

/*
 * JsonLogic as flagd's engines read it, taken apart: literals, variables, and operations with their arguments. An object
 * with one property is an operation; its only argument needn't be in a list.
 */

export type Literal = string | number | boolean | null;

export type Variable = {
  kind: "variable";
  path: string;
  /** What stands for it where it is absent. */
  fallback: Literal;
};

/** `listed`: its arguments are in a list, as they needn't be where there is one. */
export type Operation = {
  kind: "operation";
  name: string;
  arguments: readonly unknown[];
  listed: boolean;
  place: Place;
};

export type Term =
  | { kind: "literal"; value: Literal }
  | { kind: "list"; items: readonly unknown[] }
  | Variable
  | { kind: "timestamp" }
  | Operation;

/** What a flag's expressions are read in. */
export type Reading = {
  flagKey: string;
  /** How much of the definition may still be looked at: references can make a short text a long expression. */
  budget: { left: number };
};

/** Reads one node. @throws Refusal of what isn't an expression here */
export function read(node: unknown, place: Place, { flagKey, budget }: Reading): Term {
  if (budget.left-- <= 0)
    refuse("limit", place, "The expressions of this flag are too long once references are put in.");
  if (node === undefined || node === null) return { kind: "literal", value: null };
  if (typeof node === "string" || typeof node === "number" || typeof node === "boolean")
    return { kind: "literal", value: node };
  if (Array.isArray(node)) return { kind: "list", items: node };
  if (!isRecord(node)) return refuse("jsonlogic", place, "This is no expression.");
  const names = Object.keys(node);
  if (names.length !== 1)
    return refuse("jsonlogic", place, "An expression must be an object with exactly one property, the operation.");
  const name = names[0]!;
  const inner = node[name];
  const at = [...place, name];
  if (name === "var") return variable(inner, at, flagKey);
  const listed = Array.isArray(inner);
  return { kind: "operation", name, arguments: listed ? inner : [inner], listed, place: at };
}

function variable(inner: unknown, place: Place, flagKey: string): Term {
  const [path, fallback = null, ...more] = Array.isArray(inner) ? inner : [inner];
  if (typeof path !== "string" || path === "" || more.length > 0)
    return refuse("jsonlogic", place, "A variable must be named by a text.");
  if (path === "$flagd.flagKey") return { kind: "literal", value: flagKey };
  if (path === "$flagd.timestamp") return { kind: "timestamp" };
  if (path.startsWith("$flagd") || path.includes("../") || path.includes("\\"))
    return refuse("jsonlogic", place, `The variable ${JSON.stringify(path.slice(0, 100))} has no counterpart here.`);
  if (!isLiteral(fallback)) return refuse("jsonlogic", place, "What stands for an absent variable must be a literal.");
  return { kind: "variable", path, fallback };
}

export function isLiteral(value: unknown): value is Literal {
  return value === null || typeof value === "string" || typeof value === "number" || typeof value === "boolean";
}

/** The place of an argument. */
export function argumentPlace({ place, listed }: Operation, index: number): Place {
  return listed ? [...place, index] : place;
}
