import fc from "fast-check";
import { expect, test } from "vitest";
import { parseInstant, readInstant } from "../../src/contract/instant.ts";
import { runs } from "../support/counts.ts";

const YEAR_0 = Date.parse("0000-01-01T00:00:00Z");
const YEAR_9999 = Date.parse("9999-12-31T23:59:59.999Z");

test("every instant of the years 0000 to 9999 is read back, in any offset and spelling", () => {
  const offset = fc.tuple(fc.constantFrom(1, -1), fc.integer({ min: 0, max: 23 }), fc.integer({ min: 0, max: 59 }));
  fc.assert(
    fc.property(
      fc.integer({ min: YEAR_0 + 86_400_000, max: YEAR_9999 - 86_400_000 }),
      offset,
      fc.boolean(),
      (instant, [sign, hours, minutes], lower) => {
        const local = new Date(instant + sign * (hours * 60 + minutes) * 60_000).toISOString().slice(0, -1);
        const pad = (n: number): string => String(n).padStart(2, "0");
        const text = `${local}${sign < 0 ? "-" : "+"}${pad(hours)}:${pad(minutes)}`;
        expect(parseInstant(lower ? text.toLowerCase() : text)).toBe(instant);
        const zulu = new Date(instant).toISOString();
        expect(parseInstant(lower ? zulu.toLowerCase() : zulu)).toBe(instant);
      },
    ),
    { seed: 1, numRuns: runs(100_000) },
  );
});

test("exactly the days of the calendar are accepted", () => {
  for (const year of [0, 1, 4, 99, 100, 400, 1900, 1999, 2000, 2023, 2024, 2100, 9999])
    for (let month = 0; month <= 13; month++)
      for (let day = 0; day <= 32; day++) {
        const text = [year, month, day].map((part, i) => String(part).padStart(i === 0 ? 4 : 2, "0")).join("-");
        const date = new Date(`${text}T00:00:00Z`); // rolls over to the next month, or is invalid
        const exists = !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
        expect([text, parseInstant(`${text}T00:00:00Z`) !== undefined]).toEqual([text, exists]);
      }
});

test("a leap second is the second after it, and only where one can be", () => {
  const next = Date.parse("2017-01-01T00:00:00Z");
  for (const text of ["2016-12-31T23:59:60Z", "2017-01-01T00:59:60+01:00", "2016-12-31T15:59:60-08:00"])
    expect(parseInstant(text)).toBe(next);
  expect(parseInstant("2016-12-31T23:59:60.25Z")).toBe(next + 250);
  for (const text of ["2016-12-31T23:58:60Z", "2016-12-31T22:59:60Z", "2016-12-30T23:59:60Z", "2016-12-31T23:59:61Z"])
    expect([text, parseInstant(text)]).toEqual([text, undefined]);
});

test("a fraction may have any number of digits", () => {
  expect(parseInstant("1970-01-01T00:00:00.5Z")).toBe(500);
  expect(parseInstant("1970-01-01T00:00:00.123456789Z")).toBeCloseTo(123.456789, 6);
  expect(readInstant("1970-01-01T00:00:00.1234567800Z")).toEqual({ ms: 123, finer: "45678" });
  expect(readInstant("1969-12-31T23:59:59.9995Z")).toEqual({ ms: -1, finer: "5" });
  expect(readInstant(`1970-01-01T00:00:00.${"0".repeat(5000)}1Z`)!.finer).toHaveLength(4998);
});

test("what is written finer than a millisecond lies between the two around it, and is neither", () => {
  for (const second of ["2024-02-29T23:59:59", "0000-01-01T00:00:00", "9999-12-31T23:59:59", "1969-12-31T23:59:59"])
    for (const fraction of ["9999", "9999999", "0000000000000001", "5".repeat(400), `${"9".repeat(400)}`]) {
      const { ms } = readInstant(`${second}.${fraction}Z`)!;
      const between = parseInstant(`${second}.${fraction}Z`)!;
      expect([second, fraction, between > ms && between < ms + 1]).toEqual([second, fraction, true]);
    }
});

test("anything else is not a date-time", () => {
  for (const text of [
    "",
    "2026",
    "2026-01-01",
    "2026-01-01T00:00Z",
    "2026-01-01T00:00:00",
    "2026-01-01 00:00:00Z",
    "2026-01-01T00:00:00.Z",
    "2026-01-01T00:00:00,5Z",
    "2026-01-01T24:00:00Z",
    "2026-01-01T00:60:00Z",
    "2026-01-01T00:00:00+0100",
    "2026-01-01T00:00:00+24:00",
    "2026-01-01T00:00:00+00:60",
    "2026-01-01T00:00:00−01:00",
    "+002026-01-01T00:00:00Z",
    "-000001-01-01T00:00:00Z",
    "２０２６-01-01T00:00:00Z",
    " 2026-01-01T00:00:00Z",
    "2026-01-01T00:00:00Z\n",
  ])
    expect([text, parseInstant(text)]).toEqual([text, undefined]);
});
