/*
 * Time that passes only when the simulation says so: `Date.now` and `setTimeout` of everything that runs in this process
 * are the simulation's, while it is installed.
 */

type Timer = { at: number; order: number; run: () => void };

const real = { now: Date.now, setTimeout: globalThis.setTimeout, clearTimeout: globalThis.clearTimeout };

export class Time {
  /** Epoch ms as nobody but the simulation sees it: it only goes forward. */
  #true = Date.UTC(2026, 0, 1, 12);
  /** How far the clocks are off. */
  #skew = 0;
  readonly #heap: Timer[] = [];
  #order = 0;

  readonly now = (): number => Math.floor(this.#true + this.#skew);

  get trueNow(): number {
    return this.#true;
  }

  /** All clocks jump; whoever waits for a timer waits as long as before. */
  jump(ms: number): void {
    this.#skew += ms;
  }

  readonly after = (ms: number, run: () => void): (() => void) => {
    const timer = { at: this.#true + Math.max(0, ms), order: this.#order++, run };
    push(this.#heap, timer);
    return () => void (timer.run = nothing);
  };

  sleep(ms: number): Promise<void> {
    return new Promise((resolve) => void this.after(ms, resolve));
  }

  install(): void {
    Date.now = this.now;
    const set = (run: () => void, ms = 0): (() => void) => this.after(ms, run);
    const clear = (cancel?: () => void): void => cancel?.();
    Object.assign(globalThis, { setTimeout: set, clearTimeout: clear });
  }

  remove(): void {
    Date.now = real.now;
    Object.assign(globalThis, { setTimeout: real.setTimeout, clearTimeout: real.clearTimeout });
  }

  /** Lets `ms` pass, and everything happen that happens meanwhile, in order. */
  async pass(ms: number): Promise<void> {
    const end = this.#true + ms;
    await settled();
    for (let next = this.#heap[0]; next && next.at <= end; next = this.#heap[0]) {
      pop(this.#heap);
      if (next.run === nothing) continue;
      this.#true = next.at;
      next.run();
      await settled();
    }
    this.#true = end;
  }

  /** Lets time pass until something has happened. @param most ms after which that counts as never */
  async until<T>(work: Promise<T>, most = 600_000): Promise<T> {
    const end = this.#true + most;
    let over = false;
    const finish = (): void => void (over = true);
    work.then(finish, finish);
    await settled();
    while (!over) {
      const next = this.#heap[0];
      if (!next || next.at > end) throw new Error("never happens");
      await this.pass(next.at - this.#true);
    }
    return work;
  }
}

function nothing(): void {}

/** Everything that follows without waiting for time has happened: microtasks go first. */
function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

const before = (a: Timer, b: Timer): boolean => a.at < b.at || (a.at === b.at && a.order < b.order);

function push(heap: Timer[], timer: Timer): void {
  let i = heap.length;
  for (let above; i > 0 && before(timer, heap[(above = (i - 1) >> 1)]!); i = above) heap[i] = heap[above]!;
  heap[i] = timer;
}

function pop(heap: Timer[]): void {
  const last = heap.pop()!;
  if (heap.length === 0) return;
  let i = 0;
  for (;;) {
    let child = 2 * i + 1;
    if (child >= heap.length) break;
    if (child + 1 < heap.length && before(heap[child + 1]!, heap[child]!)) child += 1;
    if (!before(heap[child]!, last)) break;
    heap[i] = heap[child]!;
    i = child;
  }
  heap[i] = last;
}
