/** RFC 3339 `date-time`, upper or lower case, with its parts. */
const DATE_TIME = /^(\d{4})-(\d\d)-(\d\d)[Tt](\d\d):(\d\d):(\d\d)(?:\.(\d+))?(?:[Zz]|([+-])(\d\d):(\d\d))$/;

const MINUTE = 60_000;
const DAY = 86_400_000;
/** Years 0 to 99 mean 1900 to 1999 to `Date.UTC`; one cycle of the Gregorian calendar later they mean themselves. */
const CYCLE_YEARS = 400;
const CYCLE = 146_097 * DAY;

/** An instant as exactly as it was written: whole epoch milliseconds, and the decimal digits after them, without zeros at the end. */
export type Instant = { ms: number; finer: string };

/**
 * The instant of an RFC 3339 date-time, years 0000 to 9999; undefined when the text isn't one. A day that the calendar
 * doesn't have is refused. Second 60 is accepted where a leap second can be (the last second of a month in UTC) and is
 * the same instant as the second after it, as in POSIX time.
 */
export function readInstant(text: string): Instant | undefined {
  const match = DATE_TIME.exec(text);
  if (match === null) return undefined;
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const [fraction = "", sign, offsetHour, offsetMinute] = match.slice(7);
  if (month < 1 || month > 12 || day < 1 || day > daysIn(year, month)) return undefined;
  if (hour > 23 || minute > 59 || second > 60) return undefined;
  let offset = 0;
  if (sign !== undefined) {
    if (Number(offsetHour) > 23 || Number(offsetMinute) > 59) return undefined;
    offset = (Number(offsetHour) * 60 + Number(offsetMinute)) * (sign === "-" ? -MINUTE : MINUTE);
  }
  const whole = Date.UTC(year + CYCLE_YEARS, month - 1, day, hour, minute, second) - CYCLE - offset;
  if (second === 60 && !startsMonth(whole)) return undefined;
  return { ms: whole + Number(fraction.slice(0, 3).padEnd(3, "0")), finer: withoutLastZeros(fraction.slice(3)) };
}

/**
 * The same in epoch milliseconds, for comparing with a clock that shows whole ones: what is written finer is somewhere
 * between the two that it is between, and never one of them.
 */
export function parseInstant(text: string): number | undefined {
  const instant = readInstant(text);
  if (instant === undefined) return undefined;
  const { ms, finer } = instant;
  if (finer === "") return ms;
  const near = ms + Number(`0.${finer}`);
  return near > ms && near < ms + 1 ? near : ms + 0.5;
}

/** Digits after a point that mean the same in the fewest places. */
export function withoutLastZeros(digits: string): string {
  let end = digits.length;
  while (end > 0 && digits.charCodeAt(end - 1) === 0x30) end--;
  return digits.slice(0, end);
}

function daysIn(year: number, month: number): number {
  return new Date(Date.UTC(year + CYCLE_YEARS, month, 0)).getUTCDate();
}

function startsMonth(instant: number): boolean {
  return instant % DAY === 0 && new Date(instant).getUTCDate() === 1;
}
