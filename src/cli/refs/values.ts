import { nameOf, type Node, textOfKey, unwrapped } from "./nodes.ts";

/* What an expression can be as a flag's key: texts, or a pattern where it is put together while the program runs. */

export type Value = { node: Node; key: string; sure: boolean } | { node: Node; pattern: string };
/** The keys that a name, or a name's property (`FLAGS.checkout`), stands for. */
export type Resolve = (name: string) => { keys: Set<string>; sure: boolean } | undefined;

/** How many parts of an expression are looked at: a key has no more. */
const PARTS = 64;

/** Both arms of a choice are values. */
export function valuesOf(expression: Node, resolve: Resolve): Value[] {
  const found: Value[] = [];
  const waiting: unknown[] = [expression];
  while (waiting.length > 0 && found.length < PARTS) {
    const node = unwrapped(waiting.pop());
    if (node === undefined) continue;
    if (node.type === "ConditionalExpression") waiting.push(node["alternate"], node["consequent"]);
    else if (node.type === "LogicalExpression") waiting.push(node["right"], node["left"]);
    else found.push(...oneOf(node, resolve));
  }
  return found;
}

function oneOf(node: Node, resolve: Resolve): Value[] {
  const text = textOfKey(node);
  if (text !== undefined) return [{ node, key: text, sure: true }];
  const name = pathOf(node);
  const resolved = name === undefined ? undefined : resolve(name);
  if (resolved !== undefined) return [...resolved.keys].map((key) => ({ node, key, sure: resolved.sure }));
  const parts = partsOf(node, resolve);
  return parts.every(({ whole }) => whole)
    ? [{ node, key: parts.map((part) => part.text).join(""), sure: true }]
    : [
        {
          node,
          pattern: parts
            .map((part) => part.text)
            .join("")
            .replaceAll(/\*+/g, "*"),
        },
      ];
}

type Part = { text: string; whole: boolean };

/** The pieces of a template or a sum, `*` for those that aren't known. */
function partsOf(root: Node, resolve: Resolve): Part[] {
  const parts: Part[] = [];
  const waiting: unknown[] = [root];
  while (waiting.length > 0 && parts.length < PARTS) {
    const node = unwrapped(waiting.pop());
    const text = textOfKey(node);
    const name = node && pathOf(node);
    const keys = name === undefined ? undefined : resolve(name)?.keys;
    if (text !== undefined) parts.push({ text, whole: true });
    else if (keys?.size === 1) parts.push({ text: [...keys][0]!, whole: true });
    else if (node?.type === "BinaryExpression" && node["operator"] === "+") waiting.push(node["right"], node["left"]);
    else if (node?.type === "TemplateLiteral") {
      const expressions = node["expressions"] as Node[];
      const quasis = (node["quasis"] as { value: { cooked: string | null } }[]).map(({ value }) => value.cooked ?? "*");
      parts.push({ text: quasis.join("*"), whole: expressions.length === 0 });
    } else parts.push({ text: "*", whole: false });
  }
  return waiting.length > 0 ? [...parts, { text: "*", whole: false }] : parts;
}

/** `NAME`, or `NAME.property`, or `NAME["property"]`. */
function pathOf(node: Node): string | undefined {
  if (node.type === "Identifier") return nameOf(node);
  if (node.type !== "MemberExpression") return undefined;
  const object = nameOf(node["object"]);
  const property = node["computed"] === true ? textOfKey(node["property"]) : nameOf(node["property"]);
  return object === undefined || property === undefined ? undefined : `${object}.${property}`;
}
