import { spend } from "../run.ts";
import { type Before, BEGIN, type Class, NEWLINE, OTHER, type State, StateCache, WORD } from "./cache.ts";
import type { CharacterSet } from "./characters.ts";
import { type Assertion, type Node, parse } from "./syntax.ts";

/*
 * Whether a text has a part that a regular expression describes, in time that grows with the length of the text times
 * that of the expression, whatever they are. The expression becomes a nondeterministic automaton (Thompson 1968), and
 * the sets of its steps that texts really lead to become states of a deterministic one, made as they are needed and
 * thrown away when they take too much memory (Cox, "Regular Expression Matching Can Be Simple And Fast", 2007). What is
 * done is counted against the budget of the evaluation (run.ts): a step for a few characters, and one for each step of
 * the expression that is looked at where the next state isn't known yet.
 */

/** Going on where the way is known takes little. */
const CHARACTERS_A_STEP = 4;
/** Within one text so often; after that it is matched without making states. */
const MOST_CLEARINGS = 2;

/** A step: a character to be read, two ways to go on, a place to be at, or the end. Steps are named by number. */
type Step =
  | { do: "read"; set: number; next: number }
  | { do: "fork"; next: number; other: number }
  | { do: "assert"; assertion: Assertion; next: number }
  | { do: "match" };

/** The pattern has more steps than it may have. */
export class TooLarge extends Error {
  override readonly name = "TooLarge";
}

export class Pattern {
  readonly #steps: Step[];
  readonly #start: number;
  /** Whether anything depends on what is around a place. */
  readonly #asserts: boolean;
  readonly #cache: StateCache;
  #first: State | null | undefined;
  /** Steps looked at that haven't been counted yet. */
  #looked = 0;

  /**
   * @param pattern in RE2's syntax
   * @param most how many steps it may be compiled to, one for failing included, as RE2 counts
   * @throws SyntaxError that says what is wrong and where; TooLarge
   */
  constructor(pattern: string, ignoreCase: boolean, most: number) {
    const program = new Program(most);
    this.#start = program.add(parse(pattern, ignoreCase), program.step({ do: "match" }));
    this.#steps = program.steps;
    this.#asserts = this.#steps.some((step) => step.do === "assert");
    this.#cache = new StateCache(program.sets, this.#asserts);
  }

  /** How many steps it was compiled to, one for failing included. */
  get size(): number {
    return this.#steps.length + 1;
  }

  /** Whether the pattern matches somewhere in the text. Throws when the budget of the evaluation is used up. */
  test(text: string): boolean {
    spend(text.length / CHARACTERS_A_STEP + 1);
    const cache = this.#cache;
    cache.clearings = 0;
    if (!cache.knows(this.#first)) {
      const steps = this.#closed(new Uint32Array((this.#steps.length + 31) >> 5), this.#start);
      this.#first = this.#stateOf(steps, BEGIN);
    }
    let state: State | null = this.#first!;
    for (let at = 0; state && at < text.length; at++) {
      const code = text.codePointAt(at)!;
      if (code > 0xffff) at++;
      state = this.#follow(state, cache.classOf(code));
    }
    return state === null || this.#follow(state, cache.end) === null;
  }

  /** The state after a character of this class, or after the text; null when there is a match. */
  #follow(state: State, one: Class): State | null {
    const known = this.#cache.after(state, one);
    if (known !== undefined) return known;
    const next = this.#advance(state, one);
    this.#cache.remember(state, one, next);
    return next;
  }

  #advance({ steps, before }: State, one: Class): State | null {
    const here = this.#asserts ? this.#arrived(steps, before, one) : steps;
    if (this.#matched(here)) return null;
    const next = new Uint32Array(steps.length);
    if (!one.end) {
      eachOf(here, (number) => {
        this.#looked++;
        const step = this.#steps[number]!;
        if (step.do === "read" && (one.sets[step.set >> 5]! >>> (step.set & 31)) & 1) this.#closed(next, step.next);
      });
      this.#closed(next, this.#start); // a match may begin anywhere
    }
    spend(this.#looked + steps.length + 8);
    this.#looked = 0;
    return this.#stateOf(next, this.#asserts ? one.kind : OTHER);
  }

  /** Steps at a place of which what comes next is known: assertions that hold there are passed. */
  #arrived(steps: Uint32Array, before: Before, one: Class): Uint32Array {
    const here = steps.slice();
    eachOf(steps, (number) => this.#pass(here, number, before, one));
    return here;
  }

  #pass(here: Uint32Array, number: number, before: Before, one: Class): void {
    const waiting = [number];
    for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
      this.#looked++;
      const step = this.#steps[at]!;
      if (step.do !== "assert" || !holds(step.assertion, before, one)) continue;
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
      this.#looked++;
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
    return this.#cache.state(steps, before, this.#cache.clearings <= MOST_CLEARINGS);
  }
}

function eachOf(steps: Uint32Array, call: (number: number) => void): void {
  for (let word = 0; word < steps.length; word++)
    for (let bits = steps[word]!; bits !== 0; bits &= bits - 1) call((word << 5) + 31 - Math.clz32(bits & -bits));
}

function holds(assertion: Assertion, before: Before, { end, kind }: Class): boolean {
  switch (assertion) {
    case "beginText":
      return before === BEGIN;
    case "endText":
      return end;
    case "beginLine":
      return before === BEGIN || before === NEWLINE;
    case "endLine":
      return end || kind === NEWLINE;
    case "boundary":
      return (before === WORD) !== (kind === WORD);
    case "noBoundary":
      return (before === WORD) === (kind === WORD);
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
