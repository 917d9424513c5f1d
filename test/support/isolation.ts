import { env } from "cloudflare:workers";
import { listDurableObjectIds, reset, runInDurableObject } from "cloudflare:test";
import { afterAll, vi } from "vitest";

/*
 * Set up before every file that runs in the Workers runtime. The files share runtimes, whose starts cost more than most
 * of the tests. So each begins with modules of its own, which hold what an isolate remembers, and leaves nothing stored.
 */

vi.resetModules();

afterAll(async () => {
  // Objects that aren't in memory survive `reset`. The workspace is the only one that every file calls by the same name.
  for (const id of await listDurableObjectIds(env.WORKSPACE))
    await runInDurableObject(env.WORKSPACE.get(id), (_, { storage }) => storage.deleteAll());
  await reset();
});
