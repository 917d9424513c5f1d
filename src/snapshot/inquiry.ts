import { type After, within } from "./deadline.ts";

/** How long one source may take for one answer. */
const CALL_MS = 1_000;

/** One check: asks with deadlines, and remembers what went wrong on the way. */
export class Inquiry {
  readonly #problems: string[] = [];
  readonly began: number;
  readonly #now: () => number;
  readonly #after: After;
  readonly #until: number;

  /** @param until epoch ms by which all questions together are to be answered */
  constructor(now: () => number, after: After, until: number) {
    this.#now = now;
    this.#after = after;
    this.#until = until;
    this.began = now();
  }

  /** What went wrong so far; undefined when nothing did. */
  get problem(): string | undefined {
    return this.#problems.length === 0 ? undefined : this.#problems.join("; ");
  }

  get now(): number {
    return this.#now();
  }

  /** The answer; undefined, and a problem noted, when none came in time. */
  async ask<A>(what: string, call: () => Promise<A>): Promise<A | undefined> {
    try {
      return await within(call(), Math.max(0, Math.min(CALL_MS, this.#until - this.now)), this.#after);
    } catch (error) {
      return this.note(`${what} not answered`, error);
    }
  }

  /** What `read` makes of an answer; undefined, and a problem noted, when it refuses it. */
  async read<T>(what: string, read: () => T | Promise<T>): Promise<T | undefined> {
    try {
      return await read();
    } catch (error) {
      return this.note(`${what} not usable`, error);
    }
  }

  /** The error itself goes to the log only: anybody may read a problem, and a message may quote what it is about. */
  note(what: string, error?: unknown): undefined {
    console.warn(what, error);
    this.#problems.push(what);
  }
}
