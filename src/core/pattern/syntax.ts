import { CharacterSet, type Item } from "./characters.ts";
import { CONTROL, PERL, POSIX } from "./classes.ts";

/*
 * The syntax of RE2 (https://github.com/google/re2/wiki/Syntax) as Perl-like programs use it, read into a tree. What
 * only says which of several matches is the one, such as `*?` for `*`, is read and forgotten: all that is ever asked is
 * whether there is a match. For the same reason groups remember nothing.
 */

export type Assertion = "beginText" | "endText" | "beginLine" | "endLine" | "boundary" | "noBoundary";

export type Node =
  | { kind: "character"; set: CharacterSet }
  | { kind: "assertion"; assertion: Assertion }
  | { kind: "sequence"; parts: Node[] }
  | { kind: "choice"; options: Node[] }
  /** `most`: Infinity when there is no limit. */
  | { kind: "repeat"; body: Node; least: number; most: number };

type Flags = { fold: boolean; lines: boolean; dotAll: boolean };

/** No repetition goes further, nor do nested ones together. */
const MOST_REPEATS = 1_000;

/** @throws SyntaxError that says what is wrong and where */
export function parse(pattern: string, ignoreCase: boolean): Node {
  return new Parser(pattern, ignoreCase).whole();
}

class Parser {
  readonly #source: string[];
  #at = 0;
  #flags: Flags;
  readonly #names = new Set<string>();

  constructor(pattern: string, ignoreCase: boolean) {
    this.#source = Array.from(pattern);
    this.#flags = { fold: ignoreCase, lines: false, dotAll: false };
  }

  whole(): Node {
    const node = this.#choice();
    if (this.#at < this.#source.length) throw this.#error("unexpected )");
    return node;
  }

  /** Everything up to the `)` that isn't its own, or to the end. Flags that change in it go back with it. */
  #choice(): Node {
    const outside = this.#flags;
    const options = [this.#sequence()];
    while (this.#take("|")) options.push(this.#sequence());
    this.#flags = outside;
    return options.length === 1 ? options[0]! : { kind: "choice", options };
  }

  #sequence(): Node {
    const parts: Node[] = [];
    let repeated = false;
    for (;;) {
      const next = this.#peek();
      if (next === undefined || next === "|" || next === ")") return { kind: "sequence", parts };
      const bounds = this.#bounds();
      if (bounds) {
        this.#take("?"); // not greedy, which makes no difference to whether there is a match
        this.#repeat(parts, bounds, repeated);
      } else this.#one(parts);
      repeated = bounds !== undefined;
    }
  }

  /** Reads a repetition operator; a brace that is none is a character like others. */
  #bounds(): { least: number; most: number } | undefined {
    if (this.#take("*")) return { least: 0, most: Infinity };
    if (this.#take("+")) return { least: 1, most: Infinity };
    if (this.#take("?")) return { least: 0, most: 1 };
    if (this.#peek() !== "{") return undefined;
    const rest = this.#source.slice(this.#at).join("");
    const match = /^\{(0|[1-9]\d*)(,(0|[1-9]\d*)?)?\}/.exec(rest);
    if (!match) return undefined;
    const [text, first, comma, second] = match;
    const least = Number(first);
    const most = comma === undefined ? least : second === undefined ? Infinity : Number(second);
    if (least > MOST_REPEATS || (most !== Infinity && most > MOST_REPEATS) || least > most)
      throw this.#error(`${text} is not a valid number of times`);
    this.#at += text.length;
    return { least, most };
  }

  #repeat(parts: Node[], bounds: { least: number; most: number }, repeated: boolean): void {
    const body = parts.pop();
    if (!body) throw this.#error("there is nothing to repeat");
    if (repeated) throw this.#error("a repetition can't be repeated without a group");
    const node: Node = { kind: "repeat", body, ...bounds };
    if (!repeatsWithin(node, MOST_REPEATS)) throw this.#error(`nested repetitions go beyond ${MOST_REPEATS} times`);
    parts.push(node);
  }

  /** Reads one thing that isn't an operator. Flags add nothing. */
  #one(parts: Node[]): void {
    const { lines, dotAll } = this.#flags;
    const next = this.#next();
    if (next === "(") {
      const group = this.#group();
      if (group) parts.push(group);
    } else if (next === "[") parts.push(this.#set());
    else if (next === "^") parts.push(assertion(lines ? "beginLine" : "beginText"));
    else if (next === "$") parts.push(assertion(lines ? "endLine" : "endText"));
    else if (next === ".") {
      const ranges = dotAll ? [] : [[0x0a, 0x0a] as const];
      parts.push({ kind: "character", set: new CharacterSet([{ part: { ranges }, negated: false }], true, false) });
    } else if (next === "\\") this.#escaped(parts);
    else parts.push(this.#literal(next.codePointAt(0)!));
  }

  #group(): Node | undefined {
    if (!this.#take("?")) return this.#grouped(this.#flags);
    const named = /^P?<([^>]*)>/.exec(this.#source.slice(this.#at).join(""));
    if (named) {
      const [text, name = ""] = named;
      if (!/^\w+$/.test(name)) throw this.#error(`${name} can't be the name of a group`);
      if (this.#names.has(name)) throw this.#error(`there are two groups named ${name}`);
      this.#names.add(name);
      this.#at += Array.from(text).length;
      return this.#grouped(this.#flags);
    }
    const flags = this.#newFlags();
    if (this.#take(":")) return this.#grouped(flags);
    if (!this.#take(")")) throw this.#error("these aren't flags");
    this.#flags = flags;
    return undefined;
  }

  #grouped(flags: Flags): Node {
    const outside = this.#flags;
    this.#flags = flags;
    const body = this.#choice();
    this.#flags = outside;
    if (!this.#take(")")) throw this.#error("a ) is missing");
    return body;
  }

  #newFlags(): Flags {
    const flags = { ...this.#flags };
    let [on, seen] = [true, true];
    for (;;) {
      const next = this.#peek();
      if (next === "i") flags.fold = on;
      else if (next === "m") flags.lines = on;
      else if (next === "s") flags.dotAll = on;
      else if (next === "-" && on) on = false;
      else if (next !== "U") {
        if (!seen) throw this.#error("these aren't flags");
        return flags;
      }
      seen = next !== "-";
      this.#at++;
    }
  }

  #escaped(parts: Node[]): void {
    const next = this.#peek();
    if (next === "A") parts.push(assertion("beginText"));
    else if (next === "z") parts.push(assertion("endText"));
    else if (next === "b") parts.push(assertion("boundary"));
    else if (next === "B") parts.push(assertion("noBoundary"));
    else if (next === "Q") {
      this.#at++;
      while (this.#at < this.#source.length && !this.#takeText("\\E")) parts.push(this.#literal(this.#code()));
      return;
    } else {
      const item = this.#classEscape();
      parts.push(item ? this.#character([item], false) : this.#literal(this.#escapedCode()));
      return;
    }
    this.#at++;
  }

  /** `\d`, `\pL` and the like, after the backslash; undefined, and nothing read, when it is something else. */
  #classEscape(): Item | undefined {
    const letter = this.#peek();
    if (letter === undefined || !/^[dswDSWpP]$/.test(letter)) return undefined;
    this.#at++;
    const lower = letter.toLowerCase();
    let negated = letter !== lower;
    if (lower !== "p") return { part: PERL[lower]!, negated };
    let name = this.#next();
    if (name === "{") {
      const end = this.#source.indexOf("}", this.#at);
      if (end < 0) throw this.#error("a } is missing");
      name = this.#source.slice(this.#at, end).join("");
      this.#at = end + 1;
    }
    if (name.startsWith("^")) [name, negated] = [name.slice(1), !negated];
    return { part: { property: name }, negated };
  }

  #set(): Node {
    const negated = this.#take("^");
    const items: Item[] = [];
    for (let first = true; first || this.#peek() !== "]"; first = false) {
      const item = this.#posix() ?? (this.#peek() === "\\" ? this.#classInSet() : undefined);
      items.push(item ?? { part: { ranges: [this.#range()] }, negated: false });
    }
    this.#at++;
    return this.#character(items, negated);
  }

  #classInSet(): Item | undefined {
    this.#at++;
    const item = this.#classEscape();
    if (!item) this.#at--;
    return item;
  }

  #posix(): Item | undefined {
    if (this.#peek() !== "[" || this.#source[this.#at + 1] !== ":") return undefined;
    const match = /^\[:(.*?):\]/su.exec(this.#source.slice(this.#at).join(""));
    if (!match) return undefined;
    const [text, name = ""] = match;
    const negated = name.startsWith("^");
    const bare = negated ? name.slice(1) : name;
    if (!Object.hasOwn(POSIX, bare)) throw this.#error(`there is no class ${text}`);
    this.#at += Array.from(text).length;
    return { part: POSIX[bare]!, negated };
  }

  #range(): [from: number, to: number] {
    const from = this.#codeInSet();
    if (this.#peek() !== "-" || this.#source[this.#at + 1] === "]" || this.#at + 1 >= this.#source.length)
      return [from, from];
    this.#at++;
    const to = this.#codeInSet();
    if (to < from) throw this.#error("a range ends before it begins");
    return [from, to];
  }

  #codeInSet(): number {
    if (this.#at >= this.#source.length) throw this.#error("a ] is missing");
    return this.#take("\\") ? this.#escapedCode() : this.#code();
  }

  /** The character that stands for itself or is named by its code, after a backslash. */
  #escapedCode(): number {
    const next = this.#next();
    if (Object.hasOwn(CONTROL, next)) return CONTROL[next]!;
    const rest = this.#source.slice(this.#at - 1, this.#at + 2).join("");
    // A single digit from 1 on would be a reference to a group, which can't be matched in linear time.
    const octal = /^(?:0[0-7]{0,2}|[1-7][0-7]{1,2})/.exec(rest)?.[0];
    if (octal !== undefined) {
      this.#at += octal.length - 1;
      return Number.parseInt(octal, 8);
    }
    if (next === "x") return this.#hexadecimal();
    if (next < "\x80" && !/[0-9A-Za-z]/.test(next)) return next.codePointAt(0)!;
    throw this.#error(`\\${next} is no escape`);
  }

  #hexadecimal(): number {
    const rest = this.#source.slice(this.#at).join("");
    const match = /^(?:\{([0-9A-Fa-f]+)\}|([0-9A-Fa-f]{2}))/.exec(rest);
    const code = Number.parseInt(match?.[1] ?? match?.[2] ?? "", 16);
    if (!match || code > 0x10ffff) throw this.#error("\\x is followed by no character's code");
    this.#at += match[0].length;
    return code;
  }

  #literal(code: number): Node {
    return this.#character([{ part: { ranges: [[code, code]] }, negated: false }], false);
  }

  #character(items: readonly Item[], negated: boolean): Node {
    try {
      return { kind: "character", set: new CharacterSet(items, negated, this.#flags.fold) };
    } catch {
      throw this.#error("there is no such property of characters");
    }
  }

  #peek(): string | undefined {
    return this.#source[this.#at];
  }

  #next(): string {
    const next = this.#source[this.#at];
    if (next === undefined) throw this.#error("it ends too early");
    this.#at++;
    return next;
  }

  #code(): number {
    return this.#next().codePointAt(0)!;
  }

  #take(character: string): boolean {
    if (this.#peek() !== character) return false;
    this.#at++;
    return true;
  }

  #takeText(text: string): boolean {
    if (this.#source.slice(this.#at, this.#at + text.length).join("") !== text) return false;
    this.#at += text.length;
    return true;
  }

  #error(what: string): SyntaxError {
    return new SyntaxError(`${what}, at character ${this.#at + 1}`);
  }
}

function assertion(kind: Assertion): Node {
  return { kind: "assertion", assertion: kind };
}

/** Whether repetitions within repetitions make no more copies than that. `*`, `+` and `?` make none. */
function repeatsWithin(node: Node, limit: number): boolean {
  switch (node.kind) {
    case "repeat": {
      const copies = node.most === Infinity ? node.least : node.most;
      return node.most === 0 || (copies <= limit && repeatsWithin(node.body, Math.floor(limit / Math.max(1, copies))));
    }
    case "sequence":
      return node.parts.every((part) => repeatsWithin(part, limit));
    case "choice":
      return node.options.every((option) => repeatsWithin(option, limit));
    case "character":
    case "assertion":
      return true;
  }
}
