import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { frozenUntil } from "../../../src/core/release/frozen.ts";

const weekend = ["fri 15:00/mon 08:00 Europe/Berlin"];
const at = (text: string): number => Date.parse(text);
const shown = (until: number | null): string | null => (until === null ? null : new Date(until).toISOString());

describe("a freeze holds on the clocks of its place", () => {
  test.each([
    ["the minute before", "2026-11-20T13:59:59.999Z", null],
    ["its first instant", "2026-11-20T14:00:00.000Z", "2026-11-23T07:00:00.000Z"],
    ["its last instant", "2026-11-23T06:59:59.999Z", "2026-11-23T07:00:00.000Z"],
    ["its end", "2026-11-23T07:00:00.000Z", null],
    ["in summer", "2026-07-03T13:00:00.000Z", "2026-07-06T06:00:00.000Z"],
    ["over the night when clocks go forward", "2026-03-27T14:00:00.000Z", "2026-03-30T06:00:00.000Z"],
    ["over the night when clocks go back", "2026-10-23T13:00:00.000Z", "2026-10-26T07:00:00.000Z"],
  ])("%s", (_, instant, until) => expect(shown(frozenUntil(weekend, at(instant)))).toBe(until));

  test("an end that the clocks jump over is the end of the jump", () => {
    const night = ["sun 01:00/sun 02:30 Europe/Berlin"];
    expect(shown(frozenUntil(night, at("2026-03-29T00:30:00Z")))).toBe("2026-03-29T01:00:00.000Z");
  });

  test.each([
    ["sun 02:30/mon 08:00 Europe/Berlin", "2026-10-25T00:30:00.000Z", "2026-10-26T07:00:00.000Z"],
    ["sun 01:30/mon 08:00 America/New_York", "2026-11-01T05:30:00.000Z", "2026-11-02T13:00:00.000Z"],
    ["sun 01:30/mon 08:00 America/Chicago", "2026-11-01T06:30:00.000Z", "2026-11-02T14:00:00.000Z"],
    ["sun 01:45/mon 08:00 Australia/Lord_Howe", "2026-04-04T14:45:00.000Z", "2026-04-05T21:30:00.000Z"],
    ["sat 10:00/sun 02:30 Europe/Berlin", "2026-10-24T08:00:00.000Z", "2026-10-25T01:30:00.000Z"],
    ["sun 02:15/sun 02:45 Europe/Berlin", "2026-10-25T00:15:00.000Z", "2026-10-25T01:45:00.000Z"],
    ["sun 02:30/sun 09:00 Europe/Berlin", "2026-03-29T01:00:00.000Z", "2026-03-29T07:00:00.000Z"],
    ["sun 00:00/mon 00:00 Pacific/Apia", "2026-11-28T11:00:00.000Z", "2026-11-29T11:00:00.000Z"],
  ])("%s is one stretch of time, though clocks there change in it", (freeze, begin, end) => {
    const seen: string[] = [];
    for (let t = at(begin) - 36 * 3_600_000; t < at(end) + 36 * 3_600_000; t += 60_000) {
      const frozen = frozenUntil([freeze], t) !== null;
      if (frozen !== (seen.length % 2 === 1)) seen.push(new Date(t).toISOString());
    }
    expect(seen).toEqual([begin, end]);
    expect(shown(frozenUntil([freeze], at(begin)))).toBe(end);
  });

  test("zones with odd offsets", () => {
    expect(shown(frozenUntil(["mon 00:00/mon 01:00 Asia/Kathmandu"], at("2026-06-07T18:20:00Z")))).toBe(
      "2026-06-07T19:15:00.000Z",
    );
  });
});

test("windows that follow on one another are one", () => {
  const days = ["mon 00:00/tue 00:00 UTC", "tue 00:00/wed 12:00 UTC", "wed 11:00/thu 00:00 UTC"];
  expect(shown(frozenUntil(days, at("2026-06-01T10:00:00Z")))).toBe("2026-06-04T00:00:00.000Z");
});

test("a plan that is always frozen doesn't hang", () => {
  expect(frozenUntil(["mon 00:00/thu 00:00 UTC", "thu 00:00/mon 00:00 UTC"], 0)).toBeGreaterThan(0);
});

test("whenever it holds, it ends later, and doesn't hold then", () => {
  const zone = fc.constantFrom("UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu");
  const day = fc.constantFrom("mon", "wed", "fri", "sat", "sun");
  const clock = fc
    .tuple(fc.integer({ min: 0, max: 23 }), fc.constantFrom("00", "30"))
    .map(([h, m]) => `${String(h).padStart(2, "0")}:${m}`);
  fc.assert(
    fc.property(
      day,
      clock,
      day,
      clock,
      zone,
      fc.integer({ min: at("2026-01-01"), max: at("2027-01-01") }),
      (d1, c1, d2, c2, place, now) => {
        fc.pre(`${d1} ${c1}` !== `${d2} ${c2}`);
        const freeze = [`${d1} ${c1}/${d2} ${c2} ${place}`];
        const until = frozenUntil(freeze, now);
        if (until === null) return;
        expect(until).toBeGreaterThan(now);
        expect(frozenUntil(freeze, until)).toBeNull();
      },
    ),
  );
});
