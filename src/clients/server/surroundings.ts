/*
 * What a client needs of the world around it. Handed in, so that a day of lost connections passes in a test within a
 * second.
 */

export type Surroundings = {
  fetch: (address: string, init: RequestInit) => Promise<Response>;
  /** Epoch milliseconds. */
  now: () => number;
  /** Runs something once, `ms` from now, unless the returned function is called before. Keeps no process alive. */
  after: (ms: number, run: () => void) => () => void;
  /** From 0 to 1, 1 excluded. */
  random: () => number;
};

export const REAL: Surroundings = {
  fetch: (address, init) => fetch(address, init),
  now: Date.now,
  after: (ms, run) => {
    const timer: unknown = setTimeout(run, ms);
    if (typeof timer === "object" && timer !== null && "unref" in timer && typeof timer.unref === "function")
      timer.unref();
    return () => clearTimeout(timer as ReturnType<typeof setTimeout>);
  },
  random: Math.random,
};
