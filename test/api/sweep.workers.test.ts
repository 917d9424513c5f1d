import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { env, exports } from "cloudflare:workers";
import { afterEach, expect, test, vi } from "vitest";
import type { ReleaseView } from "../../src/contract/release.ts";
import { keyOf } from "../../src/contract/snapshot.ts";
import { booleanFlag, environment, send } from "./admin/client.ts";

/** The platform's type of it knows only requests. */
const worker = exports.default as unknown as { scheduled(event: { cron: string }): Promise<void> };

const MINUTE = 60_000;
/** Later than any machine's clock, so that an alarm which the object sets doesn't come by itself. */
let now = Date.UTC(2100, 5, 7, 10);
afterEach(() => void vi.restoreAllMocks());

test("the cron alone finds releases whose alarms were lost, in every environment, and sets the alarms anew", async () => {
  vi.spyOn(Date, "now").mockImplementation(() => now);
  const plan = {
    stages: [
      { name: "10%", percentage: 10, minBake: "1h" },
      { name: "all", percentage: 100, minBake: "1h" },
    ],
    guardrails: [],
  };
  const scenes = await Promise.all(
    [1, 2].map(async () => {
      const { name, path } = await environment();
      await send("PUT", `${path}/flags/f`, { body: booleanFlag() });
      const { id } = (await send("POST", `${path}/flags/f/releases`, { body: { plan } })).body as ReleaseView;
      const { incarnation } = (await env.WORKSPACE.getByName(keyOf.workspaceObject).environment(name))!;
      const object = env.ENVIRONMENT.getByName(keyOf.environmentObject(name, incarnation));
      return { object, at: `${path}/flags/f/releases/${id}` };
    }),
  );
  for (const { object } of scenes) {
    await evictDurableObject(object); // so that nothing is under way that would set the alarm again
    await runInDurableObject(object, (_, state) => state.storage.deleteAlarm());
  }
  const stages = () => Promise.all(scenes.map(async ({ at }) => ((await send("GET", at)).body as ReleaseView).stage));
  const alarms = () =>
    Promise.all(scenes.map(({ object }) => runInDurableObject(object, (_, state) => state.storage.getAlarm())));
  now += 60 * MINUTE;
  expect(await stages()).toEqual(["10%", "10%"]);
  expect(await alarms()).toEqual([null, null]); // so nobody but the cron will do it
  await worker.scheduled({ cron: "*/5 * * * *" });
  expect(await stages()).toEqual(["all", "all"]);
  for (const alarm of await alarms()) expect(alarm ?? Infinity).toBeLessThanOrEqual(now + 60 * MINUTE);
});
