/* How much a candidate may run in this isolate: at once, a minute, and at all once it keeps failing. */

export type Limits = {
  /** Runs at the same time. Default 10. */
  concurrency: number;
  /** Runs begun in a minute. Default 600. */
  perMinute: number;
};

/** The breaker looks at so many runs, and opens when half of them failed. */
const LOOKED_AT = 20;
const TOO_MANY_FAILURES = LOOKED_AT / 2;
/** How long the shadow is off then. After it one run tries again, and its result decides. */
const OFF_MS = 60_000;
const MINUTE_MS = 60_000;

export class Budget {
  readonly #flag: string;
  readonly #limits: Limits;
  #running = 0;
  #minute = -Infinity;
  #begun = 0;
  /** Of the last runs, whether they failed. */
  #failures: boolean[] = [];
  #offUntil = -Infinity;
  #trying = false;

  /** @throws RangeError for limits that aren't whole numbers above 0 */
  constructor(flag: string, { concurrency = 10, perMinute = 600 }: Partial<Limits>) {
    for (const [name, limit] of Object.entries({ concurrency, perMinute }))
      if (!Number.isSafeInteger(limit) || limit < 1) throw new RangeError(`${name} is a whole number above 0`);
    this.#flag = flag;
    this.#limits = { concurrency, perMinute };
  }

  /** Why no run may begin at an epoch ms; undefined when one may. */
  refusal(now: number): "breaker" | "busy" | "budget" | undefined {
    if (this.#offUntil > -Infinity && (now < this.#offUntil || this.#trying)) return "breaker";
    if (this.#running >= this.#limits.concurrency) return "busy";
    return this.#minute === minuteOf(now) && this.#begun >= this.#limits.perMinute ? "budget" : undefined;
  }

  /** A run begins. @returns to be called with whether the candidate answered, and when it ended */
  begin(now: number): (answered: boolean, at: number) => void {
    if (this.#minute !== minuteOf(now)) {
      this.#minute = minuteOf(now);
      this.#begun = 0;
    }
    this.#begun++;
    this.#running++;
    const trial = this.#offUntil > -Infinity;
    if (trial) this.#trying = true;
    return (answered, at) => {
      this.#running--;
      if (trial) this.#retried(answered, at);
      else this.#ended(answered, at);
    };
  }

  #retried(answered: boolean, at: number): void {
    this.#trying = false;
    this.#failures = [];
    this.#offUntil = answered ? -Infinity : at + OFF_MS;
    if (answered) console.warn(`The shadow of ${this.#flag} is on again.`);
  }

  #ended(answered: boolean, at: number): void {
    this.#failures = [...this.#failures, !answered].slice(-LOOKED_AT);
    if (this.#failures.filter(Boolean).length < TOO_MANY_FAILURES || this.#offUntil > -Infinity) return;
    this.#offUntil = at + OFF_MS;
    console.warn(`The shadow of ${this.#flag} is off for ${OFF_MS / 1000} s: its candidate keeps failing.`);
  }
}

function minuteOf(now: number): number {
  return Math.floor(now / MINUTE_MS);
}
