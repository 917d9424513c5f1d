import type { CharacterSet } from "./characters.ts";
import { type Assertion, type Node, parse } from "./syntax.ts";

/*
 * Whether a text has a part that a regular expression describes, in time that grows with the length of the text times
 * that of the expression, whatever they are. The expression becomes a nondeterministic automaton (Thompson 1968), and
 * the sets of its steps that texts really lead to become states of a deterministic one, made as they are needed and
 * thrown away when they take too much memory (Cox, "Regular Expression Matching Can Be Simple And Fast", 2007).
 */

/** Memory that the states of one pattern may take, in bytes, roughly: texts come from anyone. */
const MOST_BYTES = 512 * 1024;
/** What a state takes besides its steps, which it has twice, and what each further character that isn't ASCII adds. */
const STATE_BYTES = 1_500;
const OTHER_BYTES = 48;
/** Within one text so often; after that it is matched without making states. */
const MOST_CLEARINGS = 2;

/** What came before: where a text begins, after a line's end, after a word's character, anything else. */
const BEGIN = 0;
const NEWLINE = 1;
const WORD = 2;
const OTHER = 3;
type Before = typeof BEGIN | typeof NEWLINE | typeof WORD | typeof OTHER;
/** In place of the next code point where there is none. */
const END = -1;
const LINE_FEED = 0x0a;

/** A step: a character to be read, two ways to go on, a place to be at, or the end. Steps are named by number. */
type Step =
  | { do: "read"; set: number; next: number }
  | { do: "fork"; next: number; other: number }
  | { do: "assert"; assertion: Assertion; next: number }
  | { do: "match" };

/** Its steps as a set of bits, and where it leads to by code point. */
type State = {
  readonly steps: Uint32Array;
  readonly before: Before;
  readonly ascii: (State | null | undefined)[];
  readonly others: Map<number, State | null>;
};

/** The pattern has more steps than it may have. */
export class TooLarge extends Error {
  override readonly name = "TooLarge";
}

export class Pattern {
  readonly #steps: Step[];
  readonly #sets: CharacterSet[];
  readonly #start: number;
  /** Whether anything depends on what is around a place. */
  readonly #asserts: boolean;
  #states = new Map<string, State>();
  #bytes = 0;
  #clearings = 0;
  #first: State | null | undefined;

  /**
   * @param pattern in RE2's syntax
   * @param most how many steps it may be compiled to, one for failing included, as RE2 counts
   * @throws SyntaxError that says what is wrong and where; TooLarge
   */
  constructor(pattern: string, ignoreCase: boolean, most: number) {
    const program = new Program(most);
    this.#start = program.add(parse(pattern, ignoreCase), program.step({ do: "match" }));
    this.#steps = program.steps;
    this.#sets = program.sets;
    this.#asserts = this.#steps.some((step) => step.do === "assert");
  }

  /** Whether the pattern matches somewhere in the text. */
  test(text: string): boolean {
    this.#clearings = 0;
    this.#first ??= this.#stateOf(this.#closed(new Uint32Array((this.#steps.length + 31) >> 5), this.#start), BEGIN);
    let state: State | null = this.#first;
    for (let at = 0; state && at < text.length; at++) {
      const code = text.codePointAt(at)!;
      if (code > 0xffff) at++;
      state = this.#follow(state, code);
    }
    return state === null || this.#follow(state, END) === null;
  }

  /** The state after a character, or after the text; null when there is a match. */
  #follow(state: State, code: number): State | null {
    const ascii = code >= 0 && code < 128;
    const known = ascii ? state.ascii[code] : state.others.get(code);
    if (known !== undefined) return known;
    const next = this.#advance(state, code);
    if (ascii) state.ascii[code] = next;
    else {
      state.others.set(code, next);
      this.#bytes += OTHER_BYTES;
    }
    return next;
  }

  #advance({ steps, before }: State, code: number): State | null {
    const here = this.#asserts ? this.#arrived(steps, before, code) : steps;
    if (this.#matched(here)) return null;
    const next = new Uint32Array(steps.length);
    if (code !== END) {
      const verdicts = new Uint8Array(this.#sets.length); // 0 not asked yet, 1 in, 2 out
      eachOf(here, (number) => {
        const step = this.#steps[number]!;
        if (step.do !== "read") return;
        if (verdicts[step.set] === 0) verdicts[step.set] = this.#sets[step.set]!.has(code) ? 1 : 2;
        if (verdicts[step.set] === 1) this.#closed(next, step.next);
      });
      this.#closed(next, this.#start); // a match may begin anywhere
    }
    return this.#stateOf(next, this.#asserts ? kindOf(code) : OTHER);
  }

  /** Steps at a place of which what comes next is known: assertions that hold there are passed. */
  #arrived(steps: Uint32Array, before: Before, code: number): Uint32Array {
    const here = steps.slice();
    eachOf(steps, (number) => this.#pass(here, number, before, code));
    return here;
  }

  #pass(here: Uint32Array, number: number, before: Before, code: number): void {
    const waiting = [number];
    for (let one = waiting.pop(); one !== undefined; one = waiting.pop()) {
      const step = this.#steps[one]!;
      if (step.do !== "assert" || !holds(step.assertion, before, code)) continue;
      const added: number[] = [];
      this.#closed(here, step.next, added);
      waiting.push(...added);
    }
  }

  #matched(steps: Uint32Array): boolean {
    return (steps[0]! & 1) === 1; // the first step that is made is the match
  }

  /** Adds a step and all that are reached from it without reading or asserting anything. */
  #closed(steps: Uint32Array, from: number, added?: number[]): Uint32Array {
    const waiting = [from];
    for (let number = waiting.pop(); number !== undefined; number = waiting.pop()) {
      const bit = 1 << (number & 31);
      if (steps[number >> 5]! & bit) continue;
      steps[number >> 5]! |= bit;
      added?.push(number);
      const step = this.#steps[number]!;
      if (step.do === "fork") waiting.push(step.other, step.next);
    }
    return steps;
  }

  #stateOf(steps: Uint32Array, before: Before): State | null {
    if (this.#matched(steps)) return null;
    if (this.#clearings > MOST_CLEARINGS) return { steps, before, ascii: [], others: new Map() };
    const key = before + String.fromCharCode(...new Uint16Array(steps.buffer));
    let state = this.#states.get(key);
    if (state) return state;
    this.#bytes += STATE_BYTES + 8 * steps.length;
    if (this.#bytes > MOST_BYTES) {
      this.#states.clear();
      this.#first = undefined;
      this.#bytes = 0;
      this.#clearings++;
    }
    state = { steps, before, ascii: [], others: new Map() };
    this.#states.set(key, state);
    return state;
  }
}

function eachOf(steps: Uint32Array, call: (number: number) => void): void {
  for (let word = 0; word < steps.length; word++)
    for (let bits = steps[word]!; bits !== 0; bits &= bits - 1) call((word << 5) + 31 - Math.clz32(bits & -bits));
}

function kindOf(code: number): Before {
  if (code === LINE_FEED) return NEWLINE;
  return isWord(code) ? WORD : OTHER;
}

function isWord(code: number): boolean {
  return (
    (code >= 0x61 && code <= 0x7a) || (code >= 0x41 && code <= 0x5a) || (code >= 0x30 && code <= 0x39) || code === 0x5f
  );
}

function holds(assertion: Assertion, before: Before, code: number): boolean {
  switch (assertion) {
    case "beginText":
      return before === BEGIN;
    case "endText":
      return code === END;
    case "beginLine":
      return before === BEGIN || before === NEWLINE;
    case "endLine":
      return code === END || code === LINE_FEED;
    case "boundary":
      return (before === WORD) !== isWord(code);
    case "noBoundary":
      return (before === WORD) === isWord(code);
  }
}

/** Steps are made from the end: each knows what comes after it. */
class Program {
  readonly steps: Step[] = [];
  readonly sets: CharacterSet[] = [];
  readonly #numbers = new Map<string, number>();
  readonly #most: number;

  constructor(most: number) {
    this.#most = most;
  }

  step(step: Step): number {
    if (this.steps.length + 1 >= this.#most) throw new TooLarge();
    return this.steps.push(step) - 1;
  }

  /** Where to begin for a node after which it goes on at `next`. */
  add(node: Node, next: number): number {
    switch (node.kind) {
      case "character":
        return this.step({ do: "read", set: this.#number(node.set), next });
      case "assertion":
        return this.step({ do: "assert", assertion: node.assertion, next });
      case "sequence":
        return node.parts.reduceRight((after, part) => this.add(part, after), next);
      case "choice":
        return node.options
          .map((option) => this.add(option, next))
          .reduceRight((other, option) => this.step({ do: "fork", next: option, other }));
      case "repeat":
        return this.#repeat(node, next);
    }
  }

  #repeat({ body, least, most }: Node & { kind: "repeat" }, next: number): number {
    let begin = next;
    let copies = least;
    if (most === Infinity) {
      const fork: Step = { do: "fork", next, other: next };
      const number = this.step(fork);
      fork.next = this.add(body, number);
      begin = least === 0 ? number : fork.next;
      copies = Math.max(0, least - 1);
    } else
      for (let optional = least; optional < most; optional++)
        begin = this.step({ do: "fork", next: this.add(body, begin), other: next });
    for (let copy = 0; copy < copies; copy++) begin = this.add(body, begin);
    return begin;
  }

  #number(set: CharacterSet): number {
    let number = this.#numbers.get(set.key);
    if (number === undefined) this.#numbers.set(set.key, (number = this.sets.push(set) - 1));
    return number;
  }
}
