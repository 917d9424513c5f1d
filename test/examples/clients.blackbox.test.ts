import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { banner, Overheard, Program, serveFlags, type Served, withDirectory } from "../support/examples.ts";

/* The examples of a server and of an app, as programs before a running Sluice. */

let here: Served;
beforeAll(async () => {
  here = await serveFlags();
  const beta = { id: "beta", when: { attribute: "plan", operator: "in", values: ["beta"] }, serve: { variant: "low" } };
  const price = { type: "number", variants: { high: 12, low: 8 }, default: { variant: "high" }, rules: [beta] };
  await here.put("price", price);
  await here.put("banner", banner("Sale"));
});
afterAll(async () => here?.runtime.stop());

test("a server prices by the flag, by its own context, and tells who saw what", async () => {
  const overheard = await Overheard.of(here.runtime.url);
  const program = await Program.run("server/server.ts", [overheard.url, here.server]);
  try {
    await expect.poll(() => program.output, { timeout: 20_000 }).toMatch(/^http:\S+$/m);
    const url = /^http:\S+$/m.exec(program.output)![0];
    const price = async (path: string): Promise<number> => JSON.parse(await (await fetch(url + path)).text()).price;
    expect(await price("/?customer=c1")).toBe(12);
    expect(await price("/?customer=c2&plan=beta")).toBe(8);
    expect(await price("/buy?customer=c1")).toBe(12);
    await program.stop(); // it tells what it saw before it ends
    expect(overheard.events).toEqual([
      expect.objectContaining({ type: "exposure", flag: "price", variant: "high", targetingKey: "c1" }),
      expect.objectContaining({ type: "exposure", flag: "price", variant: "low", targetingKey: "c2" }),
      expect.objectContaining({ type: "outcome", metric: "checkout", targetingKey: "c1", value: 1 }),
    ]);
  } finally {
    await program.stop();
    overheard.close();
  }
});

test("an app follows its flags, starts offline with what it had, and with its defaults where it never had anything", () =>
  withDirectory(async (directory) => {
    const own = await serveFlags({ stateDir: join(directory, "sluice") });
    await own.put("banner", banner("Sale"));
    const file = join(directory, "kept.json");
    const start = (kept: string) => Program.run("mobile/client.ts", [own.runtime.url, own.client, kept]);
    const online = await start(file);
    await expect.poll(() => online.output, { timeout: 20_000 }).toContain("banner: Sale");
    await own.put("banner", banner("Last days"));
    await expect.poll(() => online.output, { timeout: 20_000 }).toContain("banner: Last days");
    await online.stop();
    await own.runtime.stop();

    const [offline, fresh] = [await start(file), await start(join(directory, "never.json"))];
    await expect.poll(() => offline.output, { timeout: 20_000 }).toMatch(/^banner: Last days$/m);
    await expect.poll(() => fresh.output, { timeout: 20_000 }).toMatch(/^banner: Welcome$/m);
    await Promise.all([offline.stop(), fresh.stop()]);
  }));
