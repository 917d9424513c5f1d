import { env } from "cloudflare:workers";
import { expect, test, vi } from "vitest";
import { keyOf } from "../../src/contract/snapshot.ts";
import { kvSource } from "../../src/snapshot/kv.ts";
import { type Relay, SnapshotStore } from "../../src/snapshot/store.ts";
import { put, putSegment } from "../environment/build.ts";
import { created, NAME } from "../environment/object.ts";

test("what an environment publishes to KV is enough to answer from when no object can be reached", async () => {
  const here = await created();
  await here.write([put("a"), putSegment("s", { include: ["u1"] })]);
  await expect.poll(() => here.storedPointer()).toMatchObject({ version: 2 });
  const map = { format: 1, version: 1, environments: { [NAME]: here.incarnation } };
  await env.SNAPSHOTS.put(keyOf.map, JSON.stringify(map));

  vi.spyOn(console, "warn").mockReturnValue();
  const down = () => Promise.reject(new Error("is down"));
  const relay: Relay = { environment: down, members: down, map: down };
  const work: Promise<unknown>[] = [];
  const lookup = await new SnapshotStore({ freshnessMs: 2_000 }).current(NAME, {
    sources: { relay, stored: kvSource(env.SNAPSHOTS) },
    now: () => Date.now(),
    waitUntil: (promise) => void work.push(promise),
  });
  await Promise.all(work);
  if (!("held" in lookup)) throw new Error(lookup.missing);
  expect(lookup.held.snapshot).toMatchObject({ environment: NAME, incarnation: here.incarnation, version: 2 });
  expect(lookup.held.snapshot.flag("a", "server")?.key).toBe("a");
});

test("KV says null for what it doesn't have", async () => {
  const stored = kvSource(env.SNAPSHOTS);
  expect(await stored.pointer("none", "x")).toBeNull();
  expect(await stored.body("none", "x", 1)).toBeNull();
  expect(await stored.members("none", "x", "0")).toBeNull();
});
