/** Who listens to a relay over WebSockets. */
export class Listeners {
  readonly #ctx: DurableObjectState;

  constructor(ctx: DurableObjectState) {
    this.#ctx = ctx;
  }

  /** Whether anybody listens. */
  get any(): boolean {
    return this.#ctx.getWebSockets().length > 0;
  }

  /** The relay holds a newer version, body and all. */
  newer(_version: number): void {}

  /** The environment is deleted: everybody is to go. */
  deleted(): void {}
}
