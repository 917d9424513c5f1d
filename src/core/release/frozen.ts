import { type Freeze, minutesAhead, parseFreeze, WEEK_MINUTES } from "../../contract/freeze.ts";

const MINUTE = 60_000;
const DAY = 86_400_000;
/** Windows that follow on one another are gone through; a plan that is always frozen is looked at again then. */
const MOST_WINDOWS = 50;

/**
 * When the freeze that holds at an instant ends, in epoch milliseconds; null when none holds. Windows are on the clocks
 * of their zone. Each is one stretch of time: where the clocks show a minute twice it begins at the first and ends at
 * the second, and where they leave one out it begins or ends as they jump.
 */
export function frozenUntil(freeze: readonly string[], at: number): number | null {
  const windows = freeze.map(parseFreeze).filter((one) => one !== undefined);
  let open = at;
  for (let i = 0; i < MOST_WINDOWS; i++) {
    const ends = windows.map((one) => endOf(one, open)).filter((one) => one !== null);
    if (ends.length === 0) return open === at ? null : open;
    open = Math.max(...ends);
  }
  return open;
}

/** When the stretch of a window that holds at an instant ends; null when none does. */
function endOf({ zone, from, until }: Freeze, instant: number): number | null {
  const monday = Math.floor(shownAt(zone, instant) / WEEK_MINUTES) * WEEK_MINUTES;
  const length = (until - from + WEEK_MINUTES) % WEEK_MINUTES;
  // Around the turn of a week the clocks may go over it twice.
  for (const week of [monday - WEEK_MINUTES, monday, monday + WEEK_MINUTES]) {
    if (instant < passes(zone, week + from).first) break;
    const end = passes(zone, week + from + length).last;
    if (instant < end) return end;
  }
  return null;
}

/** 1970-01-01 was a Thursday. */
const MONDAY_TO_EPOCH = 3 * 24 * 60;

/** What the clocks of a zone show, in minutes since a Monday 00:00 on them. */
function shownAt(zone: string, instant: number): number {
  return Math.floor(instant / MINUTE) + MONDAY_TO_EPOCH + minutesAhead(zone, instant);
}

/** When the clocks of a zone show a minute: twice where they are set back over it, as they jump where they leave it out. */
function passes(zone: string, minute: number): { first: number; last: number } {
  const near = (minute - MONDAY_TO_EPOCH) * MINUTE; // then the clocks at Greenwich show it, others within a day
  const before = minutesAhead(zone, near - DAY);
  const after = minutesAhead(zone, near + DAY);
  const found = [before, after].map((ahead) => near - ahead * MINUTE).filter((one) => shownAt(zone, one) === minute);
  if (found.length > 0) return { first: Math.min(...found), last: Math.max(...found) };
  let [low, high] = [near - DAY, near + DAY]; // somewhere in between the clocks jump
  while (high - low > MINUTE) {
    const middle = Math.floor((low + high) / 2 / MINUTE) * MINUTE;
    if (minutesAhead(zone, middle) === before) low = middle;
    else high = middle;
  }
  return { first: high, last: high };
}
