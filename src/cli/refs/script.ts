import type { ParserOptions, ParserPlugin } from "@babel/parser";
import {
  addName,
  type Confidence,
  type How,
  isGenerated,
  isTelling,
  type Known,
  literalConfidence,
  mentions,
  type Names,
  nothingSeen,
  placesIn,
  type Seen,
} from "./find.ts";
import { extensionOf } from "./lexer.ts";
import { calledName, nameOf, type Node, nodesOf, textOfKey, unwrapped } from "./nodes.ts";
import { valuesOf } from "./values.ts";

/* Reads flags off the syntax tree of TypeScript and JavaScript: calls, hooks, components, decorators, accessors. */

type Parse = (text: string, options: ParserOptions) => unknown;

const METHOD = /^get(?:Boolean|String|Number|Object)(?:Value|Details)$/;
const HOOK =
  /^use(?:Suspense)?(?:(?:Boolean|String|Number|Object)?Flag(?:Value|Details)?|BooleanFlag\w*|StringFlag\w*|NumberFlag\w*|ObjectFlag\w*)$/;
/** Decorators of NestJS and whatever else has a flag in its name take `flagKey`; Sluice's gates take `flag`. */
const OPTION: [called: RegExp, property: string][] = [
  [/Flag/, "flagKey"],
  [/^(?:gate|canary|shadow)$/, "flag"],
];

/** Whether a script can be about flags at all: most can't, and needn't be parsed. */
export function mayAsk(text: string, { keys, constants, accessors }: Known): boolean {
  if (/get(?:Boolean|String|Number|Object)(?:Value|Details)|\buse\w*Flag|flagKey|FeatureFlag|sluice/.test(text))
    return true;
  for (const [, , value] of text.matchAll(/(["'`])((?:(?!\1)[^\\\n]){1,256})\1/g)) if (keys.has(value!)) return true;
  for (const [word] of text.matchAll(/[\p{L}\p{N}_$.\-:/]+/gu)) {
    if (keys.has(word) || accessors.has(word) || constants.has(word)) return true;
    if (constants.size > 0 && constants.has(word.split(".").slice(-2).join("."))) return true;
  }
  return false;
}

/** @throws where it can't be parsed at all */
export function readScript(parse: Parse, file: string, text: string, known: Known): Seen {
  const script = /\.(?:vue|svelte|html?)$/i.test(file) ? scriptsOf(text) : text;
  const tree = parsed(parse, file, script) as { program: Node; comments?: Node[] };
  const reader = new Reader(file, text, known);
  reader.read(tree.program);
  for (const { start, end } of tree.comments ?? []) reader.comment(start, end);
  return reader.seen;
}

/** By what its name says that it is; a file of JavaScript may have TypeScript in it all the same. */
function parsed(parse: Parse, file: string, script: string): unknown {
  const typed = /^(?:[cm]?tsx?|vue|svelte)$/.test(extensionOf(file));
  const jsx = !/^[cm]?ts$/.test(extensionOf(file));
  if (typed) return parse(script, optionsOf(script, "typescript", jsx));
  try {
    return parse(script, optionsOf(script, "flow", jsx));
  } catch {
    return parse(script, optionsOf(script, "typescript", false));
  }
}

/** The scripts of a component; all else is blank, so that places stay. */
function scriptsOf(text: string): string {
  const blank = (other: string): string => other.replaceAll(/[^\n]/g, " ");
  let at = 0;
  let script = "";
  for (const match of text.matchAll(/(<script\b[^>]*>)([^]*?)<\/script>/gi)) {
    const begin = match.index + match[1]!.length;
    script += `${blank(text.slice(at, begin))}${match[2]!}`;
    at = begin + match[2]!.length;
  }
  return script + blank(text.slice(at));
}

function optionsOf(text: string, language: "typescript" | "flow", jsx: boolean): ParserOptions {
  const more: ParserPlugin[] = jsx ? ["jsx"] : [];
  return {
    sourceType: /\b(?:import|export)\b/.test(text) ? "module" : "unambiguous",
    allowImportExportEverywhere: true,
    allowReturnOutsideFunction: true,
    allowAwaitOutsideFunction: true,
    allowUndeclaredExports: true,
    errorRecovery: true,
    plugins: [language, ...more, ["decorators", { allowCallParenthesized: true }], "explicitResourceManagement"],
  };
}

class Reader {
  readonly seen = nothingSeen();
  readonly #known: Known;
  readonly #text: string;
  readonly #place: ReturnType<typeof placesIn>;
  readonly #generated: boolean;
  /** Whether it takes something of Sluice's, whose methods have common names. */
  readonly #ofSluice: boolean;
  /** Names of this file with the keys they stand for. */
  readonly #own: Names = new Map();
  /** Local name → imported name. */
  readonly #imported = new Map<string, string>();
  readonly #taken = new Set<number>();
  /** Where a constant gets its text, by its name; and those places whose constants are asked by, here or elsewhere. */
  readonly #given = new Map<string, number>();
  readonly #used = new Set<number>();

  constructor(file: string, text: string, known: Known) {
    this.#known = known;
    this.#text = text;
    this.#place = placesIn(file, text);
    this.#generated = isGenerated(text);
    this.#ofSluice = /["']sluice(?:\/\w+)?["']|\bFlagService\b/.test(text);
  }

  read(program: Node): void {
    const all = [...nodesOf(program)];
    for (const { node, parents } of all) this.#declare(node, parents);
    for (const { node, parents } of all) this.#evaluate(node, parents);
    for (const { node, parents } of all) this.#mention(node, parents);
  }

  comment(start: number, end: number): void {
    for (const [at, key] of mentions(this.#text, start, end, this.#known.keys))
      this.#found(at, key, "mention", "possible");
  }

  #found(at: number, key: string, how: How, confidence: Confidence): void {
    this.seen.finds.push({
      ...this.#place(at),
      key,
      how: this.#generated && how !== "mention" ? "generated" : how,
      confidence,
    });
  }

  /** Constants, enumerations and imports. */
  #declare(node: Node, parents: readonly Node[]): void {
    if (node.type === "ImportSpecifier")
      this.#imported.set(nameOf(node["local"])!, nameOf(node["imported"]) ?? textOfKey(node["imported"]) ?? "");
    if (node.type === "TSEnumDeclaration") {
      const members = (node["members"] ?? (node["body"] as Node | undefined)?.["members"] ?? []) as Node[];
      for (const member of members)
        this.#constant(
          `${nameOf(node["id"])}.${nameOf(member["id"]) ?? textOfKey(member["id"])}`,
          member["initializer"],
          parents,
        );
    }
    if (node.type !== "VariableDeclarator" || parents.at(-1)?.["kind"] !== "const") return;
    const name = nameOf(node["id"]);
    const value = unwrapped(node["init"]);
    if (name === undefined || value === undefined) return;
    if (value.type !== "ObjectExpression") return this.#constant(name, value, parents);
    for (const property of value["properties"] as Node[])
      if (property.type === "ObjectProperty" && property["computed"] !== true)
        this.#constant(`${name}.${nameOf(property["key"]) ?? textOfKey(property["key"])}`, property["value"], parents);
  }

  #constant(name: string, value: unknown, parents: readonly Node[]): void {
    const literal = unwrapped(value);
    const key = textOfKey(literal);
    if (key === undefined) return;
    this.#given.set(name, literal!.start);
    addName(this.#own, name, key);
    if (parents.some(({ type }) => type === "ExportNamedDeclaration")) {
      addName(this.seen.constants, name, key);
      if (isTelling(key)) this.#used.add(literal!.start);
    }
  }

  #evaluate(node: Node, parents: readonly Node[]): void {
    if (node.type === "JSXOpeningElement") return this.#component(node);
    if (node.type !== "CallExpression" && node.type !== "OptionalCallExpression" && node.type !== "NewExpression")
      return;
    const args = (node["arguments"] ?? []) as Node[];
    const callee = unwrapped(node["callee"]);
    const said = calledName(callee);
    if (said === undefined) return;
    const name = callee?.type === "Identifier" ? (this.#imported.get(said) ?? said) : said;
    const [first] = args;
    if (METHOD.test(name) && first) return this.#asked(first, parents, "call", args.length > 1);
    if (HOOK.test(name) && callee?.type === "Identifier" && first && unwrapped(first)?.type !== "ObjectExpression")
      return this.#asked(first, parents, "hook", args.length > 1);
    if (name === "evaluate" && callee?.type !== "Identifier" && first && this.#ofSluice)
      return this.#asked(first, parents, "call", true, true);
    for (const [called, property] of OPTION)
      if (called.test(name) && (property === "flagKey" || this.#ofSluice))
        for (const argument of args) this.#options(argument, property, parents);
    this.#accessor(node, callee, name);
  }

  #component(node: Node): void {
    const name = nameOf(node["name"]) ?? "";
    if (!/Flag/.test(name)) return;
    for (const attribute of node["attributes"] as Node[]) {
      if (attribute.type !== "JSXAttribute" || nameOf(attribute["name"]) !== "flagKey") continue;
      const value = attribute["value"] as Node | null;
      if (value)
        this.#asked(
          value.type === "JSXExpressionContainer" ? (value["expression"] as Node) : value,
          [],
          "component",
          true,
        );
    }
  }

  /** `{ flagKey: "key" }`, however deep in an argument. */
  #options(argument: Node, property: string, parents: readonly Node[]): void {
    for (const { node } of nodesOf(argument))
      if (node.type === "ObjectProperty" && nameOf(node["key"]) === property)
        this.#asked(node["value"] as Node, parents, "call", true);
  }

  /** @param sure whether it is an evaluation whatever it asks for @param quiet whether what isn't text is passed over */
  #asked(argument: Node, parents: readonly Node[], how: How, sure: boolean, quiet = false): void {
    for (const value of valuesOf(argument, (name) => this.#resolved(name))) {
      if ("pattern" in value) {
        if (!quiet && sure) this.seen.dynamic.push({ ...this.#place(value.node.start), pattern: value.pattern });
        continue;
      }
      if (value.key === "" || (!sure && !this.#known.keys.has(value.key))) continue;
      this.#taken.add(value.node.start);
      this.#found(value.node.start, value.key, how, value.sure ? "certain" : "likely");
      if (this.#generated) this.#nameAccessor(value.key, parents);
    }
  }

  #resolved(name: string): { keys: Set<string>; sure: boolean } | undefined {
    const own = this.#own.get(name);
    if (own !== undefined) {
      this.#used.add(this.#given.get(name)!);
      return { keys: own, sure: own.size === 1 };
    }
    const [head = "", ...rest] = name.split(".");
    const elsewhere = this.#known.constants.get([this.#imported.get(head) ?? head, ...rest].join("."));
    return elsewhere && { keys: elsewhere, sure: elsewhere.size === 1 && this.#imported.has(head) };
  }

  /** The nearest name that a generated function has: a property's, a method's, a variable's. */
  #nameAccessor(key: string, parents: readonly Node[]): void {
    for (const parent of parents.toReversed()) {
      const name =
        parent.type === "ObjectProperty" ||
        parent.type === "ObjectMethod" ||
        parent.type === "ClassMethod" ||
        parent.type === "ClassProperty"
          ? nameOf(parent["key"])
          : parent.type === "VariableDeclarator" || parent.type === "FunctionDeclaration"
            ? nameOf(parent["id"])
            : undefined;
      if (name !== undefined) return addName(this.seen.accessors, name, key);
    }
  }

  #accessor(node: Node, callee: Node | undefined, name: string): void {
    const keys = this.#generated ? undefined : this.#known.accessors.get(name);
    if (keys === undefined) return;
    const sure = keys.size === 1 && (callee?.type === "Identifier" ? this.#imported.has(nameOf(callee) ?? "") : true);
    for (const key of keys) this.#found(callee?.start ?? node.start, key, "accessor", sure ? "certain" : "likely");
  }

  /** A string that is a key, elsewhere than in an evaluation; and constants that say one. */
  #mention(node: Node, parents: readonly Node[]): void {
    const key = textOfKey(node);
    if (key === undefined || this.#taken.has(node.start) || !this.#known.keys.has(key)) return;
    if (/^(?:Import|Export)\w*Declaration$/.test(parents.at(-1)?.type ?? "")) return;
    this.#found(node.start, key, "literal", this.#used.has(node.start) ? "certain" : literalConfidence(key));
  }
}
