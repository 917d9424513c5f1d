import { Tooltip } from "@mantine/core";
import { useEffect, useState } from "react";

/* Times in the reader's own zone, with UTC where one points. */

const DAY = 86_400_000;
const relative = new Intl.RelativeTimeFormat("en", { numeric: "auto", style: "short" });
const date = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });
const UNITS: [Intl.RelativeTimeFormatUnit, number][] = [
  ["day", DAY],
  ["hour", 3_600_000],
  ["minute", 60_000],
  ["second", 1_000],
];

/** The time, in epoch milliseconds, again every so many. */
export function useNow(every = 1_000): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), every);
    return () => clearInterval(timer);
  }, [every]);
  return now;
}

/** "3 min. ago", "in 2 hr."; the date where it is further away than a week. */
export function ago(at: number, now: number): string {
  const distance = at - now;
  if (Math.abs(distance) > 7 * DAY) return date.format(at);
  const [unit, size] = UNITS.find(([, ms]) => Math.abs(distance) >= ms) ?? ["second", 1_000];
  return Math.abs(distance) < 5_000 ? "just now" : relative.format(Math.round(distance / size), unit);
}

/** A duration in seconds as people say it: "2 h 5 min". */
export function spell(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const [d, h, m, s] = [
    Math.floor(whole / 86_400),
    Math.floor(whole / 3_600) % 24,
    Math.floor(whole / 60) % 60,
    whole % 60,
  ];
  if (d > 0) return h > 0 ? `${d} d ${h} h` : `${d} d`;
  if (h > 0) return m > 0 ? `${h} h ${m} min` : `${h} h`;
  if (m > 0) return s > 0 && m < 10 ? `${m} min ${s} s` : `${m} min`;
  return `${s} s`;
}

const zoned = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "long" });

/** An instant in the reader's zone, which is named, and in UTC. */
export function inFull(at: string): string {
  const ms = Date.parse(at);
  return `${zoned.format(ms)} · ${new Date(ms).toISOString().replace("T", " ").slice(0, 19)} UTC`;
}

/** An instant; `absolute` always as a date. */
export function Time({ at, absolute = false }: { at: string; absolute?: boolean }) {
  const now = useNow(30_000);
  const ms = Date.parse(at);
  return (
    <Tooltip label={inFull(at)}>
      <time dateTime={at}>{absolute ? date.format(ms) : ago(ms, now)}</time>
    </Tooltip>
  );
}
