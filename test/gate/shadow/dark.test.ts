import { describe, expect, it, vi } from "vitest";
import type { Observation } from "../../../src/core/shadow-tally.ts";
import { darkFunction, type ShadowOptions, type Surroundings } from "../../../src/gate/shadow/dark.ts";

/** A place to run in that keeps what it is told. `settled` waits for what runs behind the answers. */
function place({ share = 100, random = 0.99 }: { share?: number; random?: number } = {}) {
  const seen: Observation[] = [];
  const behind: Promise<unknown>[] = [];
  let now = 1_000_000;
  const surroundings: Surroundings = {
    share: () => share,
    observe: (_, one) => void seen.push(one),
    waitUntil: (work) => void behind.push(work),
    now: () => now,
    random: () => random,
  };
  return { surroundings, seen, pass: (ms: number) => (now += ms), settled: () => Promise.all(behind) };
}

const price = (over: Partial<ShadowOptions<[{ n: number }], { total: number }>> = {}) =>
  darkFunction<[{ n: number }], { total: number }>("pricing", {
    control: ({ n }) => ({ total: n }),
    candidate: ({ n }) => ({ total: n }),
    ...over,
  });

describe("control's answer", () => {
  it.each<[string, () => unknown]>([
    ["never settles", () => new Promise(() => {})],
    [
      "throws",
      () => {
        throw new Error("no");
      },
    ],
    ["rejects", async () => Promise.reject(new Error("no"))],
    ["answers with 100 MB", () => "x".repeat(100_000_000)],
    ["answers with a million values", () => Array.from({ length: 1_000_000 }, (_, n) => n)],
    [
      "answers with something that throws when read",
      () => ({
        get total() {
          throw new Error("no");
        },
      }),
    ],
  ])("is the very value, before a candidate that %s is even asked", async (_, candidate) => {
    const { surroundings, seen, settled } = place();
    const answer = { total: 1 };
    const asked = vi.fn(candidate);
    const shadowed = darkFunction("pricing", { control: () => answer, candidate: asked, timeout: 20 });
    expect(await shadowed(surroundings)).toBe(answer);
    expect(asked).not.toHaveBeenCalled();
    expect(seen).toEqual([]);
    await settled();
    expect(asked).toHaveBeenCalledOnce();
    expect(seen).toHaveLength(1);
  });

  it("is control's very error, and then nothing is asked", async () => {
    const { surroundings, seen, settled } = place();
    const error = new Error("control");
    const candidate = vi.fn();
    const shadowed = price({
      control: () => {
        throw error;
      },
      candidate,
    });
    await expect(shadowed(surroundings, { n: 1 })).rejects.toBe(error);
    await settled();
    expect(candidate).not.toHaveBeenCalled();
    expect(seen).toEqual([{ outcome: "skipped", reason: "control" }]);
  });

  it("doesn't depend on surroundings that fail", async () => {
    const { surroundings } = place();
    const broken = {
      ...surroundings,
      share: () => {
        throw new Error("no");
      },
    };
    expect(await price()(broken, { n: 1 })).toEqual({ total: 1 });
  });

  it("may be changed by whoever got it, and its input by control, without the candidate noticing", async () => {
    const { surroundings, seen, settled } = place();
    const candidate = vi.fn(({ n }: { n: number }) => ({ total: n }));
    const shadowed = price({ control: (input) => ({ total: input.n++ }), candidate });
    const answer = await shadowed(surroundings, { n: 1 });
    answer.total = 99;
    await settled();
    expect(candidate.mock.calls[0]?.[0]).toEqual({ n: 1 });
    expect(seen).toEqual([{ outcome: "compared", differences: [], controlMs: 0, candidateMs: 0 }]);
  });
});

describe("what is told", () => {
  it("of a candidate that says something else: which fields", async () => {
    const { surroundings, seen, settled } = place();
    await price({ candidate: () => ({ total: 2 }) })(surroundings, { n: 1 });
    await settled();
    expect(seen[0]).toMatchObject({
      outcome: "compared",
      differences: [{ field: "/total", control: "number", candidate: "number" }],
    });
  });

  it("of one that fails or takes too long: that, and its signal aborts", async () => {
    const { surroundings, seen, settled } = place();
    let aborted: AbortSignal | undefined;
    await price({ candidate: () => Promise.reject(new Error("no")) })(surroundings, { n: 1 });
    const hanging = price({
      timeout: 5,
      candidate: (_, signal) => {
        aborted = signal;
        return new Promise(() => {});
      },
    });
    await hanging(surroundings, { n: 1 });
    await settled();
    expect(seen.map(({ outcome }) => outcome)).toEqual(["error", "timeout"]);
    expect(aborted?.aborted).toBe(true);
  });

  it("of input that can't be copied: that it was skipped", async () => {
    const { surroundings, seen, settled } = place();
    const shadowed = darkFunction("pricing", {
      control: (f: () => number) => f(),
      candidate: () => 1,
      unit: () => "u",
    });
    expect(await shadowed(surroundings, () => 7)).toBe(7);
    await settled();
    expect(seen).toEqual([{ outcome: "skipped", reason: "arguments" }]);
  });

  it("of control run twice: the fields that differ by themselves", async () => {
    const { surroundings, seen, settled } = place({ random: 0.1 });
    let n = 0;
    const shadowed = darkFunction("pricing", {
      control: () => ({ at: n++, same: 1 }),
      candidate: () => ({ at: -1, same: 2 }),
    });
    await shadowed(surroundings);
    await settled();
    expect(seen[0]).toMatchObject({ noise: ["/at"] });
    expect(n).toBe(2);
  });
});

describe("sampling", () => {
  const sampledAt = async (share: number): Promise<Set<number>> => {
    const { surroundings, settled } = place({ share });
    const asked = new Set<number>();
    const shadowed = price({ perMinute: 10_000, concurrency: 10_000, candidate: ({ n }) => asked.add(n) });
    for (let n = 0; n < 1_000; n++) await shadowed(surroundings, { n });
    await settled();
    return asked;
  };

  it("takes the share that the flag says, the same ones again, and more of them when it grows", async () => {
    const [none, some, again, more, all] = await Promise.all([0, 10, 10, 50, 100].map(sampledAt));
    expect(none?.size).toBe(0);
    expect(some!.size).toBeGreaterThan(60);
    expect(some!.size).toBeLessThan(140);
    expect(again).toEqual(some);
    expect([...some!].every((n) => more!.has(n))).toBe(true);
    expect(all?.size).toBe(1_000);
  });

  it("costs an unsampled call no copy of its input", async () => {
    const { surroundings } = place({ share: 0 });
    const input = { n: 1 };
    const control = vi.fn(({ n }: { n: number }) => ({ total: n }));
    await price({ control })(surroundings, input);
    expect(control.mock.calls[0]?.[0]).toBe(input);
  });
});

describe("limits", () => {
  it("so many at once, then the rest is skipped as busy", async () => {
    const { surroundings, seen, settled } = place();
    const shadowed = price({ concurrency: 2, timeout: 20, candidate: () => new Promise(() => {}) });
    await Promise.all([1, 2, 3, 4].map((n) => shadowed(surroundings, { n })));
    await settled();
    expect(seen.filter((one) => one.outcome === "timeout")).toHaveLength(2);
    expect(seen.filter((one) => one.outcome === "skipped" && one.reason === "busy")).toHaveLength(2);
  });

  it("so many a minute, and again in the next", async () => {
    const { surroundings, seen, settled, pass } = place();
    const shadowed = price({ perMinute: 3 });
    const five = async (): Promise<void> => {
      for (let n = 0; n < 5; n++) {
        await shadowed(surroundings, { n });
        await settled();
      }
    };
    await five();
    expect(seen.filter((one) => one.outcome === "compared")).toHaveLength(3);
    expect(seen.at(-1)).toEqual({ outcome: "skipped", reason: "budget" });
    pass(60_000);
    await five();
    expect(seen.filter((one) => one.outcome === "compared")).toHaveLength(6);
  });

  it("a candidate that keeps failing is turned off, says so, and is tried once a minute", async () => {
    const warn = vi.spyOn(console, "warn").mockImplementation(() => {});
    const { surroundings, seen, settled, pass } = place();
    let broken = true;
    const candidate = vi.fn(({ n }: { n: number }) => {
      if (broken) throw new Error("no");
      return { total: n };
    });
    const shadowed = price({ candidate });
    const ask = async (times: number): Promise<void> => {
      for (let n = 0; n < times; n++) {
        await shadowed(surroundings, { n });
        await settled();
      }
    };
    await ask(15);
    expect(candidate).toHaveBeenCalledTimes(10);
    expect(seen.at(-1)).toEqual({ outcome: "skipped", reason: "breaker" });
    expect(warn).toHaveBeenCalledOnce();
    pass(60_000);
    await ask(5);
    expect(candidate).toHaveBeenCalledTimes(11);
    broken = false;
    pass(60_000);
    await ask(5);
    expect(candidate).toHaveBeenCalledTimes(16);
    expect(seen.at(-1)).toMatchObject({ outcome: "compared", differences: [] });
    warn.mockRestore();
  });

  it.each([
    ["noise", { noise: 1.5 }],
    ["timeout", { timeout: 6_000 }],
    ["concurrency", { concurrency: 0 }],
    ["perMinute", { perMinute: 0.5 }],
  ])("that can't be meant are refused: %s", (name, options) => {
    expect(() => price(options)).toThrow(name);
  });
});
