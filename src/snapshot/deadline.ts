/** Runs something once, `ms` from now, unless the returned function is called before. */
export type After = (ms: number, run: () => void) => () => void;

export const after: After = (ms, run) => {
  const timer = setTimeout(run, ms);
  return () => clearTimeout(timer);
};

/** What `within` rejects with when the time is up. */
export class Late extends Error {
  constructor(ms: number) {
    super(`no answer within ${ms} ms`);
  }
}

/**
 * What `work` comes to, or a rejection with `Late` after `ms`. Calls to KV and to objects can't be cancelled, so one
 * that hangs is left behind, and what it comes to later is of no interest.
 */
export function within<T>(work: Promise<T>, ms: number, timer: After = after): Promise<T> {
  return new Promise((resolve, reject) => {
    const cancel = timer(ms, () => reject(new Late(ms)));
    work.then(resolve, reject).finally(cancel);
  });
}

export function sleep(ms: number, timer: After = after): Promise<void> {
  return new Promise((resolve) => timer(ms, resolve));
}
