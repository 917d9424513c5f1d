import { readFileSync } from "node:fs";
import { afterEach, describe, expect, test, vi } from "vitest";
import { type Load, requests, tables } from "../../scripts/cost.ts";
import { note } from "../support/counts.ts";
import { Traffic } from "./traffic.ts";
import { locations, World } from "./world.ts";

/* What docs/cost.md says that Sluice asks of KV and objects is what the simulated Sluice asks. */

const PAGE = new URL("../../docs/cost.md", import.meta.url);

type Case = { perSecond: number; freshnessSeconds: number; hours: number };
const CASES: Case[] = [
  { perSecond: 4, freshnessSeconds: 2, hours: 0.5 },
  { perSecond: 0.3, freshnessSeconds: 2, hours: 3 },
  { perSecond: 0.3, freshnessSeconds: 10, hours: 3 },
  { perSecond: 0.02, freshnessSeconds: 2, hours: 30 },
];

describe("the formulas agree with what is counted", () => {
  let world: World;
  afterEach(() => {
    world.end();
    vi.restoreAllMocks();
  });

  test.each(CASES)(
    "at $perSecond requests a second and isolate, FRESHNESS_SECONDS = $freshnessSeconds",
    async ({ perSecond, freshnessSeconds, hours }) => {
      vi.spyOn(console, "warn").mockReturnValue();
      world = await new World(1).begin();
      const { time, platform, kv } = world;
      const places = locations(10);
      const traffic = places.map(
        (place) => new Traffic(world, world.isolate(place, freshnessSeconds * 1_000), 1_000 / perSecond),
      );
      await time.pass(120_000);
      for (const one of traffic) one.answers.length = 0;
      platform.messages.clear();
      const writes = 20;
      const before = { ...kv.counts };
      for (let n = 0; n < writes; n++) {
        await time.until(world.write(`${n}`));
        await time.pass((hours * 3_600_000) / writes);
      }
      const counted = (what: string): number => platform.messages.get(what) ?? 0;
      const load: Load = {
        evaluations: traffic.reduce((sum, { answers }) => sum + answers.length, 0),
        days: hours / 24,
        locations: 10,
        isolatesPerLocation: 1,
        freshnessSeconds,
        writes,
      };
      const said = requests(load);
      const near = (actual: number, expected: number, share = 0.06): void => {
        expect(actual / expected).toBeGreaterThan(1 - share);
        expect(actual / expected).toBeLessThan(1 + share);
      };
      near(counted("relay ask"), said.checks + said.maps);
      near(counted("environment inform"), said.relays - said.relaysOfMap, 0.12); // questions of few isolates come more evenly than at random
      near(counted("relay push"), writes * 5);
      expect(kv.counts.get).toBe(before.get);
      expect(kv.counts.put - before.put).toBe(said.kvWrites);
      note(
        `${load.evaluations} evaluations, ${counted("relay ask")} questions, by the formula ${Math.round(said.checks + said.maps)}`,
      );
    },
  );
});

test("the page has the table that the formulas give", () => {
  const compact = (text: string): string => text.replaceAll(/[ -]+/g, " ");
  expect(compact(readFileSync(PAGE, "utf8"))).toContain(compact(tables()));
});
