import { spend } from "../run.ts";
import type { CharacterSet } from "./characters.ts";

/*
 * What a pattern remembers between texts: its states, where each leads, and which characters it doesn't tell apart.
 * Texts come from anyone, so everything in here is counted and has an end: of one pattern, and of all of them together.
 */

/** Memory that one pattern may take, and all that are in use, in bytes, roughly. */
const MOST_BYTES = 512 * 1024;
const MOST_BYTES_OF_ALL = 8 * 1024 * 1024;
/** What a state takes besides its steps, which it has twice; what a class does besides its sets; a way from one to the other. */
const STATE_BYTES = 600;
const CLASS_BYTES = 400;
const WAY_BYTES = 16;
/** Places for characters that aren't ASCII; which class one is of is remembered in the one that its code leads to. */
const PLACES = 1_024;
const PLACES_BYTES = 8 * PLACES;

/** What came before: where a text begins, after a line's end, after a word's character, anything else. */
export const BEGIN = 0;
export const NEWLINE = 1;
export const WORD = 2;
export const OTHER = 3;
export type Before = typeof BEGIN | typeof NEWLINE | typeof WORD | typeof OTHER;
const LINE_FEED = 0x0a;

/** Characters that no set of the pattern tells apart, or the end of a text. `sets`: the sets that they are in, as bits. */
export type Class = {
  readonly number: number;
  readonly end: boolean;
  readonly kind: Before;
  readonly sets: Uint32Array;
  /** As of a state. The end of a text always means the same. */
  readonly epoch: number;
};

/** Its steps as a set of bits, and where it leads by the number of a class. */
export type State = {
  readonly steps: Uint32Array;
  readonly before: Before;
  readonly ways: (State | null | undefined)[];
  /** When it was made; after a clearing it means nothing any more. -1: it isn't remembered. */
  readonly epoch: number;
};

let bytesOfAll = 0;
/** Those that hold anything. */
const holders = new Set<StateCache>();

export class StateCache {
  /** How often it has been cleared; set to 0 by who wants to know. */
  clearings = 0;
  readonly end: Class;
  readonly #sets: readonly CharacterSet[];
  /** Whether it matters what kind of character one is. */
  readonly #asserts: boolean;
  readonly #costOfClass: number;
  #epoch = 0;
  #bytes = 0;
  #states = new Map<string, State>();
  #classes = new Map<string, Class>();
  #ascii: (Class | undefined)[] = [];
  #codes: Uint32Array | null = null;
  #found: (Class | undefined)[] = [];

  constructor(sets: readonly CharacterSet[], asserts: boolean) {
    this.#sets = sets;
    this.#asserts = asserts;
    this.#costOfClass = 4 + sets.reduce((sum, { cost }) => sum + cost, 0);
    this.end = { number: 0, end: true, kind: OTHER, sets: new Uint32Array(0), epoch: -1 };
  }

  /** The class of a character, by its code point. */
  classOf(code: number): Class {
    if (code < 128) return (this.#ascii[code] ??= this.#find(code));
    const place = code & (PLACES - 1);
    if (this.#codes?.[place] === code) return this.#found[place]!;
    if (this.#codes === null) {
      this.#take(PLACES_BYTES);
      this.#codes = new Uint32Array(PLACES);
    }
    const found = this.#find(code);
    if (found.epoch !== this.#epoch || this.#codes === null) return found; // there was a clearing
    this.#codes[place] = code;
    this.#found[place] = found;
    return found;
  }

  #find(code: number): Class {
    spend(this.#costOfClass);
    const sets = new Uint32Array((this.#sets.length + 31) >> 5);
    for (let i = 0; i < this.#sets.length; i++) if (this.#sets[i]!.has(code)) sets[i >> 5]! |= 1 << (i & 31);
    const kind = this.#asserts ? kindOf(code) : OTHER;
    const key = keyOf(kind, sets);
    const known = this.#classes.get(key);
    if (known !== undefined) return known;
    this.#take(CLASS_BYTES + 8 * sets.length);
    const made = { number: this.#classes.size + 1, end: false, kind, sets, epoch: this.#epoch };
    this.#classes.set(key, made);
    return made;
  }

  /** Whether a state can still be followed. */
  knows(state: State | null | undefined): boolean {
    return state === null || (state !== undefined && state.epoch === this.#epoch);
  }

  /** Where a state leads by a class; undefined when that isn't known. */
  after(state: State, one: Class): State | null | undefined {
    return this.#present(state, one) ? state.ways[one.number] : undefined;
  }

  remember(state: State, one: Class, next: State | null): void {
    if (!this.#present(state, one)) return;
    const grown = one.number + 1 - state.ways.length;
    if (grown > 0) this.#take(grown * WAY_BYTES);
    if (this.#present(state, one)) state.ways[one.number] = next;
  }

  #present(state: State, one: Class): boolean {
    return state.epoch === this.#epoch && (one.end || one.epoch === this.#epoch);
  }

  /** The state with these steps, which is the same one as long as it is remembered. */
  state(steps: Uint32Array, before: Before, remembered: boolean): State {
    if (!remembered) return { steps, before, ways: [], epoch: -1 };
    const key = keyOf(before, steps);
    const known = this.#states.get(key);
    if (known !== undefined) return known;
    this.#take(STATE_BYTES + 8 * steps.length);
    const made: State = { steps, before, ways: [], epoch: this.#epoch };
    this.#states.set(key, made);
    return made;
  }

  #take(bytes: number): void {
    if (this.#bytes + bytes > MOST_BYTES) this.#clear();
    else if (bytesOfAll + bytes > MOST_BYTES_OF_ALL) for (const holder of holders) holder.#clear();
    this.#bytes += bytes;
    bytesOfAll += bytes;
    holders.add(this);
  }

  #clear(): void {
    bytesOfAll -= this.#bytes;
    this.#bytes = 0;
    this.#epoch++;
    this.clearings++;
    this.#states = new Map();
    this.#classes = new Map();
    this.#ascii = [];
    this.#codes = null;
    this.#found = [];
    holders.delete(this);
  }
}

/** What all patterns remember at present, in bytes, roughly: for tests of its bound. */
export function bytesRemembered(): number {
  return bytesOfAll;
}

function keyOf(kind: Before, bits: Uint32Array): string {
  return kind + String.fromCharCode(...new Uint16Array(bits.buffer));
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
