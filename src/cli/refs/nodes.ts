/* Walks an ESTree of @babel/parser: which nodes stand in which, and what they are called. */

/** A node of the tree, as far as it is looked at. */
export type Node = { type: string; start: number; end: number; [field: string]: unknown };

/** All nodes, each with those that it is in, outermost first. Without recursion: a tree may be as deep as its file is long. */
export function* nodesOf(root: Node): Generator<{ node: Node; parents: readonly Node[] }> {
  type Link = { node: Node; above: Link | undefined };
  const waiting: Link[] = [{ node: root, above: undefined }];
  for (let link = waiting.pop(); link !== undefined; link = waiting.pop()) {
    yield { node: link.node, parents: parentsOf(link.above) };
    const below: Node[] = [];
    for (const [field, value] of Object.entries(link.node)) {
      if (field === "loc" || field === "extra" || field.endsWith("Comments")) continue;
      for (const one of Array.isArray(value) ? value : [value]) if (isNode(one)) below.push(one);
    }
    for (const node of below.toReversed()) waiting.push({ node, above: link });
  }
  function parentsOf(link: Link | undefined): Node[] {
    const found: Node[] = [];
    for (let one = link; one !== undefined && found.length < 12; one = one.above) found.push(one.node);
    return found.toReversed();
  }
}

function isNode(value: unknown): value is Node {
  return (
    typeof value === "object" &&
    value !== null &&
    typeof (value as Node).type === "string" &&
    typeof (value as Node).start === "number"
  );
}

/** The name of an identifier, of whichever kind. */
export function nameOf(node: unknown): string | undefined {
  if (!isNode(node)) return undefined;
  return node.type === "Identifier" || node.type === "JSXIdentifier" ? (node["name"] as string) : undefined;
}

/** An expression without what only its types or brackets say. */
export function unwrapped(value: unknown): Node | undefined {
  let node = isNode(value) ? value : undefined;
  while (
    node !== undefined &&
    /^(?:TSAsExpression|TSSatisfiesExpression|TSNonNullExpression|TSTypeAssertion|TypeCastExpression|ParenthesizedExpression|TSInstantiationExpression)$/.test(
      node.type,
    )
  )
    node = node["expression"] as Node;
  if (node?.type === "CallExpression" && /^(?:freeze|seal)$/.test(calledName(unwrapped(node["callee"])) ?? ""))
    return unwrapped((node["arguments"] as Node[])[0]);
  return node;
}

/** The last name of what is called: `client.getBooleanValue` → getBooleanValue. */
export function calledName(callee: Node | undefined): string | undefined {
  if (callee === undefined) return undefined;
  if (callee.type === "MemberExpression" || callee.type === "OptionalMemberExpression")
    return callee["computed"] === true ? textOfKey(callee["property"]) : nameOf(callee["property"]);
  return nameOf(callee);
}

/** The text of a literal without anything put into it. */
export function textOfKey(value: unknown): string | undefined {
  const node = value as Node | undefined;
  if (node?.type === "StringLiteral") return node["value"] as string;
  if (node?.type !== "TemplateLiteral") return undefined;
  const quasis = node["quasis"] as { value: { cooked: string | null } }[];
  return quasis.length === 1 ? (quasis[0]!.value.cooked ?? undefined) : undefined;
}
