import fc from "fast-check";
import { beforeEach, expect, test, vi } from "vitest";
import { note, runs } from "../support/counts.ts";
import { ENV, World } from "./world.ts";

/* What checks cost, whatever the traffic is and however the sources behave, on a clock that stands still. */

beforeEach(() => void vi.spyOn(console, "warn").mockReturnValue());

const FRESHNESS_MS = 2_000;
/** Whoever looks at somebody else's check does so every 10 ms. */
const LOOK_MS = 10;
const mood = fc.constantFrom<(number | "hangs" | "fails")[]>(5, 40, 150, 800, "hangs", "fails");
const gap = fc.oneof(
  { weight: 12, arbitrary: fc.nat(60) },
  { weight: 3, arbitrary: fc.constantFrom(700, 1_990, 2_000, 2_900) },
  { weight: 1, arbitrary: fc.constantFrom(3_100, 9_000, 11_000, 3_600_000) },
);
const step = fc.record({
  gap,
  relay: fc.option(mood, { freq: 6 }),
  stored: fc.option(mood, { freq: 6 }),
  /** So many requests in the same moment. */
  together: fc.constantFrom(1, 1, 1, 3),
});

/** One request: how old what is held was, how long it waited, and whether it asked. */
type Request = { at: number; age: number; ms: number; asked: boolean };

async function live(steps: { gap: number; relay: unknown; stored: unknown; together: number }[]) {
  const world = new World();
  const { clock, relay, store } = world;
  const requests: Request[] = [];
  const checks: number[] = [clock.now()];
  await world.get();
  for (const one of steps) {
    if (one.relay !== null) relay.mood = one.relay as number;
    if (one.stored !== null) world.stored.mood = one.stored as number;
    await clock.pass(one.gap);
    for (let i = 0; i < one.together; i++) {
      const at = clock.now();
      const { ageMs } = store.health(at).environments[0]!;
      const asking = relay.count("environment");
      const answer = world.current();
      const request: Request = {
        at,
        age: ageMs,
        ms: 0,
        asked: relay.count("environment") > asking,
      };
      requests.push(request);
      if (request.asked) checks.push(at);
      if (answer instanceof Promise) {
        request.ms = Infinity;
        void answer.then(() => (request.ms = clock.now() - at));
      }
    }
  }
  await clock.pass(4_000);
  return { requests, checks };
}

test("at most one question in 2 s, no request waits longer than its age allows, and only who asks waits unless there was a pause", async () => {
  let [count, asked, waited] = [0, 0, 0];
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 120 }), async (steps) => {
      const { requests, checks } = await live(steps);
      for (const [i, at] of checks.entries())
        if (i > 0) expect(at - checks[i - 1]!).toBeGreaterThanOrEqual(FRESHNESS_MS);
      let [last, awaitedUntil] = [checks[0]!, 0];
      for (const { at, age, ms, asked: asks } of requests) {
        const recent = age < FRESHNESS_MS + 1_000;
        expect(ms).toBeLessThanOrEqual((recent && asks ? 100 : 1_000) + LOOK_MS);
        if (asks && at - last > FRESHNESS_MS + 1_000) awaitedUntil = at + 1_000;
        if (asks) last = at;
        if (!asks && at >= awaitedUntil) expect(ms).toBe(0);
        count += 1;
        if (asks) asked += 1;
        if (ms > 0) waited += 1;
      }
    }),
    { numRuns: runs(2_000) },
  );
  note(`${count} requests, ${asked} of them asked, ${waited} waited`);
});

test("a relay that hangs costs one request in 2 s its patience, and the others nothing, at 100 requests a second", async () => {
  const world = new World();
  await world.get();
  world.relay.mood = "hangs";
  world.stored.mood = "hangs";
  const waits: number[] = [];
  for (let i = 0; i < 6_000; i++) {
    await world.clock.pass(10);
    const at = world.clock.now();
    const answer = world.current();
    if (answer instanceof Promise) void answer.then(() => waits.push(world.clock.now() - at));
  }
  await world.clock.pass(2_000);
  expect(waits).toHaveLength(30);
  expect(waits[0]).toBe(100);
  for (const ms of waits) expect(ms).toBeLessThanOrEqual(1_000);
  expect(world.store.health(world.clock.now()).environments).toMatchObject([{ environment: ENV, version: 1 }]);
});
