import { after as realAfter, type After, sleep } from "../snapshot/deadline.ts";

/*
 * Publishing what was committed. An object commits together with its version; how far publishing has come is a number
 * beside it. As long as the second is behind the first there is something to do, whatever crashed in between: the mark
 * is the difference, and can't be lost. An alarm set in the same transaction brings the work back.
 */

/** Stored under `outbox`. Times in epoch milliseconds. */
export type Progress = {
  /** The newest version whose pointer KV has acknowledged. */
  published: number;
  /** When the pointer is to be put once more, in case an older put landed after a newer one. */
  againAt: number | null;
  /** Failures in a row, and when to try after them. */
  failures: number;
  retryAt: number | null;
};
const KEY = "outbox";
const NOTHING: Progress = { published: 0, againAt: null, failures: 0, retryAt: null };

/** KV takes one write a second to a key; changes in between are published together. */
const SPACING_MS = 1_000;
const AGAIN_AFTER_MS = 90_000;
/** When the alarm looks after a publication that was begun in the background. */
const RESCUE_AFTER_MS = 2_000;
const LONGEST_RETRY_MS = 60_000;

export type OutboxOptions = {
  now: () => number;
  after?: After;
  /** Synchronous storage of the owner's, part of the transaction that is open. */
  storage: { get<T>(key: string): T | undefined; put<T>(key: string, value: T): void };
  /** The newest committed version; 0 when there is nothing to publish. */
  current: () => number;
  /** Puts what is current, its pointer last; every call inside has a deadline. @returns the version that was put */
  publish: () => Promise<number>;
  /**
   * Work that gets its turn between publications, never at the same time as one. It is told whether something waits to
   * be published, and then does little. Must not reject.
   */
  rest?: { due: () => number | null; run: (waiting: () => boolean) => Promise<void> };
};

export class Outbox {
  readonly #options: Required<Omit<OutboxOptions, "rest">> & Pick<OutboxOptions, "rest">;
  #flight: Promise<void> | undefined;
  /** When the last publication ended. */
  #last = -Infinity;

  constructor(options: OutboxOptions) {
    this.#options = { after: realAfter, ...options };
  }

  /** To be called in the transaction that commits a version. @returns when an alarm must look, epoch ms */
  mark(): number {
    const now = this.#options.now();
    this.#save({ againAt: now + AGAIN_AFTER_MS });
    return now + RESCUE_AFTER_MS;
  }

  /** Nothing is to be published any more. */
  forget(): void {
    this.#save({ againAt: null, failures: 0, retryAt: null });
  }

  /** Whether something was committed that isn't published yet. */
  behind(): boolean {
    return this.progress.published < this.#options.current();
  }

  /** Does what is due. One run at a time: a run that is under way sees what is committed meanwhile. Never rejects. */
  run(): Promise<void> {
    this.#flight ??= this.#drain().finally(() => (this.#flight = undefined));
    return this.#flight;
  }

  /** When an alarm will have something to do, epoch ms; null when nothing is left. */
  due(): number | null {
    const { now, current, rest } = this.#options;
    const { published, againAt, retryAt } = this.progress;
    // What is further off than any pause was written down before the clock was set back.
    const retry = retryAt === null ? null : Math.min(retryAt, now() + LONGEST_RETRY_MS);
    const behind = published < current() ? (retry ?? now() + RESCUE_AFTER_MS) : null;
    const again = againAt === null ? null : Math.max(Math.min(againAt, now() + AGAIN_AFTER_MS), retry ?? 0);
    const times = [behind, again, rest?.due() ?? null].filter((time) => time !== null);
    return times.length === 0 ? null : Math.min(...times);
  }

  get progress(): Progress {
    return this.#options.storage.get<Progress>(KEY) ?? NOTHING;
  }

  #save(change: Partial<Progress>): void {
    this.#options.storage.put(KEY, { ...this.progress, ...change });
  }

  async #drain(): Promise<void> {
    const { now, after } = this.#options;
    let went = true;
    do {
      if (this.#waiting()) {
        const pause = this.#last + SPACING_MS - now();
        if (pause > 0) await sleep(Math.min(pause, SPACING_MS), after); // the clock may have been set back
        went = await this.#publish();
      }
      await this.#rest(); // each time: it may go on like this for ever
    } while (went && this.#waiting());
  }

  #waiting(): boolean {
    const { published, againAt } = this.progress;
    return published < this.#options.current() || (againAt !== null && againAt <= this.#options.now());
  }

  async #rest(): Promise<void> {
    const { now, rest } = this.#options;
    if (rest && (rest.due() ?? Infinity) <= now()) await rest.run(() => this.#waiting());
  }

  async #publish(): Promise<boolean> {
    const { now, publish } = this.#options;
    const { againAt } = this.progress;
    const again = againAt !== null && againAt <= now();
    try {
      const published = await publish();
      this.#save({ published, failures: 0, retryAt: null });
      // A change meanwhile has set a later time, which stands.
      if (again && this.progress.againAt === againAt) this.#save({ againAt: null });
      return true;
    } catch {
      const failures = this.progress.failures + 1;
      this.#save({ failures, retryAt: now() + Math.min(LONGEST_RETRY_MS, SPACING_MS * 2 ** (failures - 1)) });
      return false;
    } finally {
      this.#last = now();
    }
  }
}
