/*
 * The one way to write several things at once. What an object remembers of its tables is right only as long as they are
 * as it left them: after a transaction that failed nothing of it is.
 */

export class Transactions {
  readonly #storage: Pick<DurableObjectStorage, "transactionSync">;
  readonly #memories: (() => void)[] = [];

  constructor(storage: Pick<DurableObjectStorage, "transactionSync">) {
    this.#storage = storage;
  }

  /** Names a memory of what is stored. @param drop forgets it, so that it is read anew; must not throw */
  follow(drop: () => void): void {
    this.#memories.push(drop);
  }

  /** Runs work in a transaction, within the one that is open if one is. When it throws, nothing was written or is remembered. */
  run<T>(work: () => T): T {
    try {
      return this.#storage.transactionSync(work);
    } catch (error) {
      for (const drop of this.#memories) drop();
      throw error;
    }
  }
}
