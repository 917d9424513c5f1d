/** Lets the object see to others before it goes on with something long. */
export function takeTurns(): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, 0);
  });
}

/**
 * Answers long questions one at a time, in the order in which they came. What is short, a write above all, waits for a
 * slice of one of them and never for a slice of each.
 */
export class Line {
  readonly #most: number;
  readonly #longestMs: number;
  readonly #now: () => number;
  readonly #waiting: (() => void)[] = [];
  #busy = false;

  /** @param most how many may wait, and how long at most */
  constructor(most: number, longestMs: number, now: () => number = Date.now) {
    this.#most = most;
    this.#longestMs = longestMs;
    this.#now = now;
  }

  /** What the work comes to; undefined where too many wait, or it would begin too late. */
  async answer<T>(work: () => T | Promise<T>): Promise<T | undefined> {
    const came = this.#now();
    if (this.#busy) {
      if (this.#waiting.length >= this.#most) return undefined;
      await new Promise<void>((resolve) => void this.#waiting.push(resolve));
    }
    this.#busy = true;
    try {
      return this.#now() - came > this.#longestMs ? undefined : await work();
    } finally {
      await takeTurns();
      const next = this.#waiting.shift();
      if (next) next();
      else this.#busy = false;
    }
  }
}
