import { runInDurableObject } from "cloudflare:test";
import { env, exports } from "cloudflare:workers";
import { expect, test } from "vitest";
import { keyOf } from "../../src/contract/snapshot.ts";
import { booleanFlag, environment, send } from "./admin/client.ts";

/** The platform's type of it knows only requests. */
const worker = exports.default as unknown as { scheduled(event: { cron: string }): Promise<void> };

test("the cron finds a release whose alarm was lost", async () => {
  const { name, path } = await environment();
  await send("PUT", `${path}/flags/f`, { body: booleanFlag() });
  const plan = {
    stages: [
      { name: "10%", percentage: 10, minBake: "1s" },
      { name: "all", percentage: 100, minBake: "1h" },
    ],
  };
  const made = await send("POST", `${path}/flags/f/releases`, { body: { plan } });
  const at = `${path}/flags/f/releases/${(made.body as { id: string }).id}`;
  const { incarnation } = (await env.WORKSPACE.getByName(keyOf.workspaceObject).environment(name))!;
  const object = env.ENVIRONMENT.getByName(keyOf.environmentObject(name, incarnation));
  await runInDurableObject(object, (_, state) => state.storage.deleteAlarm());
  const swept = async (): Promise<unknown> => {
    await worker.scheduled({ cron: "*/5 * * * *" });
    return (await send("GET", at)).body;
  };
  await expect.poll(swept, { timeout: 20_000 }).toMatchObject({ stage: "all" });
});
