/*
 * What a person is told who set a gate up wrong, or whose gate lives on something old: in the log, in words that say what
 * to do, and not with each request.
 */

const told = new Map<string, number>();
const MINUTE_MS = 60_000;
/** Reasons that are remembered; the flags of a program are few. */
const REASONS = 1_000;

/** Says something once as long as the isolate lives. */
export function warnOnce(message: string, details: object): void {
  if (isNew(message, details, -Infinity, 0)) console.warn(message, details);
}

/** Says something once a minute. @param now epoch milliseconds */
export function warnEachMinute(message: string, about: object, details: object, now: number): void {
  if (isNew(message, about, now - MINUTE_MS, now)) console.warn(message, { ...about, ...details });
}

function isNew(message: string, details: object, since: number, now: number): boolean {
  const name = `${message} ${JSON.stringify(details)}`;
  const last = told.get(name);
  if (last !== undefined && last > since && last <= now) return false;
  if (told.size >= REASONS) told.clear();
  told.set(name, now);
  return true;
}
