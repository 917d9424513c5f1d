import type { After } from "../../src/snapshot/deadline.ts";

/** A clock that stands still until it is told to go on. Starts at an even hour. */
export class Clock {
  #now = Date.UTC(2026, 0, 1, 12);
  #timers: { at: number; run: () => void }[] = [];

  readonly now = (): number => this.#now;

  readonly after: After = (ms, run) => {
    const timer = { at: this.#now + ms, run };
    this.#timers.push(timer);
    return () => void (this.#timers = this.#timers.filter((one) => one !== timer));
  };

  /** How many timers are set. */
  get timers(): number {
    return this.#timers.length;
  }

  setBack(ms: number): void {
    this.#now -= ms;
    this.#timers = this.#timers.map((timer) => ({ ...timer, at: timer.at - ms }));
  }

  /** Lets `ms` pass: runs what comes due, in order, and lets everything settle that follows from each. */
  async pass(ms: number): Promise<void> {
    const end = this.#now + ms;
    for (;;) {
      await settled();
      const [next] = this.#timers.toSorted((a, b) => a.at - b.at);
      if (!next || next.at > end) break;
      this.#timers = this.#timers.filter((one) => one !== next);
      this.#now = Math.max(this.#now, next.at);
      next.run();
    }
    this.#now = end;
  }
}

/** Resolves when all that follows without waiting for time has happened. */
export function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
