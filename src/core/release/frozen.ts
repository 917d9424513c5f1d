import { type Freeze, parseFreeze, WEEK_MINUTES, weekMinute } from "../../contract/freeze.ts";

const MINUTE = 60_000;
const QUARTER = 15 * MINUTE;
/** Windows that follow on one another are gone through; a plan that is always frozen is looked at again then. */
const MOST_WINDOWS = 50;

/**
 * When the freeze that holds at an instant ends, in epoch milliseconds; null when none holds. Windows are on the
 * clocks of their zone: where those change, a window is an hour longer or shorter, and one that would end in a
 * missing hour ends with it.
 */
export function frozenUntil(freeze: readonly string[], at: number): number | null {
  const windows = freeze.map(parseFreeze).filter((one) => one !== undefined);
  let open = at;
  for (let i = 0; i < MOST_WINDOWS; i++) {
    const window = windows.find((one) => isInside(one, open));
    if (!window) return open === at ? null : open;
    open = endOf(window, open);
  }
  return open;
}

function isInside({ zone, from, until }: Freeze, instant: number): boolean {
  const minute = weekMinute(zone, instant);
  return from < until ? from <= minute && minute < until : from <= minute || minute < until;
}

function endOf(window: Freeze, instant: number): number {
  const { zone, until } = window;
  const ahead = (until - weekMinute(zone, instant) + WEEK_MINUTES) % WEEK_MINUTES;
  const guess = Math.floor(instant / MINUTE) * MINUTE + ahead * MINUTE;
  // Between here and there the clocks may have changed.
  const off = (until - weekMinute(zone, guess) + WEEK_MINUTES * 1.5) % WEEK_MINUTES;
  const end = guess + (off - WEEK_MINUTES / 2) * MINUTE;
  if (end > instant && !isInside(window, end)) return end;
  // The end is in an hour that the clocks jump over, and jumps are at quarters of an hour.
  let later = Math.floor(instant / QUARTER) * QUARTER + QUARTER;
  while (isInside(window, later)) later += QUARTER;
  return later;
}
