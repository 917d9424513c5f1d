import * as z from "zod/mini";

/** Days, hours, minutes, seconds, milliseconds, in this order, each at most once and at least one of them. */
const DURATION = /^(?=\d)(?:(\d{1,9})d)?(?:(\d{1,9})h)?(?:(\d{1,9})m(?!s))?(?:(\d{1,9})s)?(?:(\d{1,9})ms)?$/;
const UNITS = [86_400_000, 3_600_000, 60_000, 1_000, 1];
const LONGEST_MS = 366 * 86_400_000;

/** Milliseconds of a text such as `30m`, `1h30m` or `500ms`; undefined when it isn't one, or is longer than 366 days. */
export function parseDuration(text: string): number | undefined {
  const match = DURATION.exec(text);
  if (match === null) return undefined;
  const ms = UNITS.reduce((sum, unit, i) => sum + Number(match[i + 1] ?? 0) * unit, 0);
  return ms <= LONGEST_MS ? ms : undefined;
}

/** Milliseconds of a text that has been validated. */
export function milliseconds(duration: string): number {
  const ms = parseDuration(duration);
  if (ms === undefined) throw new RangeError("not a duration");
  return ms;
}

export const duration = z.string().check(
  z.refine(
    (text) => parseDuration(text) !== undefined,
    'must be a duration such as "30m", "1h30m" or "500ms", at most 366 days',
  ),
  z.meta({ examples: ["30m", "1h30m"] }),
);
