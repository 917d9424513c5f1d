import type { Refusal } from "../contract/problem.ts";
import type { WriteContext } from "../contract/write.ts";
import { STILL_RUNNING } from "./refusals.ts";

/** When a write that waits was cancelled. */
const LONGEST_MS = 90_000;

/** Writes with an Idempotency-Key that wait for something. Lost with the object, and so are those writes. */
export class Running {
  readonly #since = new Map<string, number>();

  /** Keeps a write from being made twice at the same time. */
  async alone<T>({ actor, idempotency }: WriteContext, make: () => Promise<T | Refusal>): Promise<T | Refusal> {
    if (!idempotency) return make();
    const slot = JSON.stringify([actor.via, actor.id, idempotency.key]);
    if (Date.now() - (this.#since.get(slot) ?? -Infinity) < LONGEST_MS) return STILL_RUNNING;
    this.#since.set(slot, Date.now());
    try {
      return await make();
    } finally {
      this.#since.delete(slot);
    }
  }
}
