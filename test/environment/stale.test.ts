import { describe, expect, test } from "vitest";
import type { FlagView } from "../../src/contract/admin.ts";
import { staleness } from "../../src/environment/read/stale.ts";
import { flag } from "./build.ts";

const DAY = 86_400_000;
const BIRTH = Date.UTC(2026, 0, 1);
const on = (day: number): number => BIRTH + day * DAY;
const text = (day: number): string => new Date(on(day)).toISOString();
const share = (percentage: number) => ({
  default: { rollout: { percentage, split: [{ variant: "on", weight: 1 }], otherwise: "off" } },
});

function view(changes: Record<string, unknown> = {}, changedOn = 0): FlagView {
  return { flag: flag("f", changes), version: 2, createdAt: text(0), updatedAt: text(changedOn), updatedBy: "Ada" };
}

/** Evaluated all the time, so that nothing but the case in hand makes it stale. */
const why = (one: FlagView, day: number, evaluated: number | undefined = on(day), needed = false) =>
  staleness(one, needed, evaluated, on(day));

describe("a flag is stale", () => {
  test("as dead when it wasn't evaluated for 14 days, or never was since it was made", () => {
    expect(why(view(), 20, on(6) + 1)).toBeUndefined();
    expect(why(view(), 20, on(6))).toEqual({ why: "dead", since: text(20) });
    expect(staleness(view(), false, undefined, on(14) - 1)).toBeUndefined();
    expect(staleness(view(), false, undefined, on(14))).toEqual({ why: "dead", since: text(14) });
  });

  test("as rolled out when its release was completed 14 days ago, and it gives everybody one variant", () => {
    const after = (phase: "completed" | "unreleased" | "baking", percentage: number, day: number) =>
      staleness(view(share(percentage)), false, on(day), on(day), { phase, since: on(1), rule: null });
    expect(after("completed", 100, 15 - 1 / DAY)).toBeUndefined();
    expect(after("completed", 100, 15)).toEqual({ why: "rolled-out", since: text(15) });
    expect(after("completed", 90, 15)).toBeUndefined();
    expect(after("unreleased", 0, 15)).toEqual({ why: "rolled-back", since: text(15) });
    expect(after("baking", 50, 300)).toBeUndefined();
  });

  test("as forgotten when it is partly rolled out and unchanged for 30 days", () => {
    const ramp = [{ serve: share(1).default }];
    for (const partial of [view(share(50)), view({ rules: ramp })]) {
      expect(why(partial, 30 - 1 / DAY)).toBeUndefined();
      expect(why(partial, 30)).toEqual({ why: "forgotten", since: text(30) });
    }
    for (const whole of [0, 100]) expect(why(view(share(whole)), 35)).toBeUndefined();
    const ranges = (to: number) => ({
      default: { rollout: { ranges: [{ variant: "on", from: 0, to }], otherwise: "off" } },
    });
    expect(why(view(ranges(0.5)), 30)?.why).toBe("forgotten");
    expect(why(view(ranges(1)), 30)).toBeUndefined();
  });

  test.each([
    ["release", 40],
    ["experiment", 40],
    ["operational", 14], // 7 days, but nothing is stale that was changed in 14
  ])("as overdue past the lifetime of its kind: %s, %i days", (kind, days) => {
    expect(why(view({ kind }), days - 1 / DAY)).toBeUndefined();
    expect(why(view({ kind }), days)).toEqual({ why: "overdue", since: text(days) });
  });

  test("for the strongest reason, when there are several", () => {
    expect(staleness(view(share(50)), false, undefined, on(100))?.why).toBe("forgotten");
    expect(staleness(view(), false, undefined, on(100))?.why).toBe("dead");
  });
});

describe("a flag is never stale", () => {
  test("when it is permanent by its kind and in use", () => {
    expect(why(view({ kind: "permission" }), 10_000)).toBeUndefined();
  });

  test("when others depend on it, or it is archived", () => {
    expect(staleness(view(), true, undefined, on(100))).toBeUndefined();
    expect(staleness({ ...view(), archivedAt: text(1) }, false, undefined, on(100))).toBeUndefined();
  });

  test("within 14 days of a change", () => {
    expect(staleness(view({}, 90), false, undefined, on(104) - 1)).toBeUndefined();
    expect(staleness(view({}, 90), false, undefined, on(104))).toEqual({ why: "dead", since: text(104) });
  });
});
