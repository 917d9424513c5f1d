import * as z from "zod/mini";

/*
 * A freeze window is a stretch of every week in which releases neither start nor advance by themselves, on the clocks
 * of one place: `fri 15:00/mon 08:00 Europe/Berlin`. `from` is inside, `until` is not.
 */

const DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;
const POINT = String.raw`(mon|tue|wed|thu|fri|sat|sun) ([01]\d|2[0-3]):([0-5]\d)`;
const WINDOW = new RegExp(`^${POINT}/${POINT} (\\S{1,64})$`);

/** `from` and `until` in minutes since Monday 00:00 on the clocks of `zone`, an IANA name. They differ. */
export type Freeze = { from: number; until: number; zone: string };

export const WEEK_MINUTES = 7 * 24 * 60;

/** undefined when the text isn't a freeze window, is empty, or names a time zone that isn't known here. */
export function parseFreeze(text: string): Freeze | undefined {
  const match = WINDOW.exec(text);
  if (match === null) return undefined;
  const [from, until] = [1, 4].map((i) => minuteOf(match[i]!, match[i + 1]!, match[i + 2]!)) as [number, number];
  const zone = match[7]!;
  return from !== until && isZone(zone) ? { from, until, zone } : undefined;
}

function minuteOf(day: string, hour: string, minute: string): number {
  return (DAYS.findIndex((one) => one === day) * 24 + Number(hour)) * 60 + Number(minute);
}

function isZone(zone: string): boolean {
  try {
    clockOf(zone);
    return true;
  } catch {
    return false;
  }
}

const clocks = new Map<string, Intl.DateTimeFormat>();

/** What the clocks of a zone show. Making one is slow, and the zones of an environment are few. */
function clockOf(zone: string): Intl.DateTimeFormat {
  let clock = clocks.get(zone);
  if (clock === undefined) {
    clock = new Intl.DateTimeFormat("en-GB", {
      timeZone: zone,
      calendar: "iso8601",
      year: "numeric",
      month: "2-digit",
      day: "2-digit",
      hour: "2-digit",
      minute: "2-digit",
      hourCycle: "h23",
    });
    if (clocks.size < 100) clocks.set(zone, clock);
  }
  return clock;
}

/** How many minutes the clocks of a zone are ahead of UTC at an instant (epoch milliseconds); negative in the west. */
export function minutesAhead(zone: string, instant: number): number {
  const parts = new Map(
    clockOf(zone)
      .formatToParts(instant)
      .map(({ type, value }) => [type, Number(value)]),
  );
  const part = (name: Intl.DateTimeFormatPartTypes): number => parts.get(name)!;
  const shown = Date.UTC(part("year"), part("month") - 1, part("day"), part("hour"), part("minute"));
  return shown / 60_000 - Math.floor(instant / 60_000);
}

export const freeze = z.string().check(
  z.refine(
    (text) => parseFreeze(text) !== undefined,
    'must be a window of the week with a time zone, such as "fri 15:00/mon 08:00 Europe/Berlin"',
  ),
  z.meta({ examples: ["fri 15:00/mon 08:00 Europe/Berlin"] }),
);
