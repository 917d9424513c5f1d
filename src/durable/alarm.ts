/** An alarm that is further off than this is set for then: no work waits so long. */
const FURTHEST_MS = 366 * 86_400_000;

/**
 * The alarm of an object: the one place that sets it (a lint rule sees to that), because a promise to go on later that is
 * dropped is work that is never done.
 */
export class Alarm {
  readonly #ctx: Pick<DurableObjectState, "storage" | "abort">;
  readonly #now: () => number;

  constructor(ctx: Pick<DurableObjectState, "storage" | "abort">, now: () => number = () => Date.now()) {
    this.#ctx = ctx;
    this.#now = now;
  }

  /**
   * Sets the alarm, as a part of the open transaction if one is. A time that has passed means now. The platform holds
   * every answer until it is stored; should it not be, the object begins anew from what is.
   *
   * @param at epoch milliseconds
   * @throws RangeError for what is no time, which fails the transaction
   */
  set(at: number): void {
    if (Number.isNaN(at)) throw new RangeError("an alarm needs a time");
    const now = this.#now();
    const time = Math.ceil(Math.min(Math.max(at, now, 1), now + FURTHEST_MS));
    this.#ctx.storage.setAlarm(time).catch((error: unknown) => {
      console.error("an alarm could not be set", error);
      this.#ctx.abort("an alarm could not be set");
    });
  }
}
