import { expect, inject, test } from "vitest";
import { createSluice, type SluiceEvent } from "../../src/clients/server/sluice.ts";
import { Random } from "../support/random.ts";
import { type Condition, CONDITIONS, MadeUpSluice } from "./day.ts";

/* `sluice/server` through cut connections, refusals, rubbish, new formats and environments that are made anew. */

const MINUTE = 60_000;

function start(seed: number) {
  const world = new MadeUpSluice(new Random(seed));
  const sluice = createSluice({ url: world.url, key: world.key, surroundings: world.surroundings });
  const events: SluiceEvent[] = [];
  sluice.subscribe((event) => events.push(event));
  const seen = (): number | undefined => {
    const answer = sluice.evaluate("version", { targetingKey: "x" });
    return "errorCode" in answer ? undefined : (answer.value as number);
  };
  return { world, sluice, events, seen };
}

test("a change is there as soon as the stream tells of it", async () => {
  const { world, sluice, seen } = start(1);
  await world.pass(1_000);
  for (let i = 0; i < 20; i++) {
    world.write();
    await world.pass(0);
    expect(seen()).toBe(world.version);
  }
  await sluice.close();
});

test("notices that are lost, and streams that can't be opened, cost 30 seconds at most", async () => {
  const { world, sluice, seen } = start(2);
  await world.pass(1_000);
  world.notices = false;
  for (let i = 0; i < 20; i++) {
    world.cut(i % 2 === 0);
    await world.pass(0);
    world.write();
    await world.pass(30_000);
    expect(seen()).toBe(world.version);
  }
  await sluice.close();
});

test("a stream that falls silent is opened anew within a minute and a half", async () => {
  const { world, sluice, seen } = start(3);
  await world.pass(1_000);
  world.condition = "hangs";
  await world.pass(MINUTE);
  world.condition = "up";
  world.write();
  await world.pass(MINUTE / 2);
  expect(seen()).toBe(world.version);
  expect(world.streams).toBe(1);
  await sluice.close();
});

test("an environment that is made anew under its name is taken, though its versions are lower", async () => {
  const { world, sluice, seen } = start(4);
  for (let i = 0; i < 5; i++) world.write();
  await world.pass(1_000);
  world.incarnation = "bbbbbbbbbbbb";
  world.version = 1;
  world.cut(true);
  await world.pass(MINUTE);
  expect(seen()).toBe(1);
  await sluice.close();
});

test("an answer from an isolate that lags behind is not taken", async () => {
  const { world, sluice, seen } = start(5);
  world.write();
  await world.pass(1_000);
  world.condition = "lagging";
  world.cut(true);
  await world.pass(10 * MINUTE);
  expect(seen()).toBe(2);
  await sluice.close();
});

test.each(Array.from({ length: inject("prove") ? 20 : 2 }, (_, i) => 100 + i))(
  "a day of trouble: nothing is thrown, no version goes back, and an event always tells (seed %i)",
  { timeout: 120_000 },
  async (seed) => {
    const { world, sluice, events, seen } = start(seed);
    const chance = new Random(seed + 1);
    const random = (): number => chance.fraction();
    const pick = (): Condition => (random() < 0.5 ? "up" : chance.pick(CONDITIONS));
    let newest = 0;
    let versionsSeen = 0;
    const look = (): void => {
      const now = seen();
      if (now === undefined) return;
      expect(now).toBeGreaterThanOrEqual(newest);
      if (now > newest) versionsSeen += 1;
      newest = now;
    };
    for (let minute = 0; minute < 24 * 60; minute++) {
      if (random() < 0.1) world.condition = pick();
      if (random() < 0.1) world.cut(random() < 0.5);
      if (random() < 0.3) world.write();
      await world.pass(MINUTE, look);
      if (sluice.stale && newest > 0) expect(events.findLast(isState)?.type).toBe("stale");
    }
    world.condition = "up";
    await world.pass(2 * MINUTE, look);
    expect(newest).toBe(world.version);
    expect(sluice.stale).toBe(false);
    expect(events.findLast(isState)?.type).toBe("ready");
    expect(versionsSeen).toBeGreaterThan(100);
    expect(new Set(events.map(({ type }) => type))).toEqual(new Set(["ready", "changed", "stale", "error"]));
    expect(world.asked).toBeLessThan(24 * 60 * 12); // patience: never more than once in five seconds on average
    await sluice.close();
  },
);

function isState({ type }: SluiceEvent): boolean {
  return type === "ready" || type === "stale";
}
