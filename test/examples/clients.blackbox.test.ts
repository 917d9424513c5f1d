import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ROOT } from "../../scripts/build.ts";
import { Overheard, Program, serveShop, type Served, withDirectory } from "../support/examples.ts";

/* The examples of a server and of an app, started as examples/README.md says, before a Sluice as `npm start` makes it. */

let here: Served;
beforeAll(async () => {
  here = await serveShop();
});
afterAll(async () => here?.runtime.stop());

test("each example has three commands, the last two of which are those of its own package", async () => {
  const readme = await readFile(join(ROOT, "examples/README.md"), "utf8");
  const blocks = [...readme.matchAll(/```sh\n([^]*?)```/g)].map(([, block]) => block!.trim().split("\n"));
  const found = await readdir(join(ROOT, "examples"), { recursive: true });
  const folders = found.filter((one) => /^[^/\\]+[/\\]package\.json$/.test(one));
  expect(blocks).toHaveLength(folders.length);
  for (const [start, install, run, ...more] of blocks) {
    expect(more).toEqual([]);
    expect(start).toBe("npm ci && npm start");
    const folder = /^cd examples\/(\S+) && npm install$/.exec(install!)?.[1];
    expect(run).toMatch(/^(SLUICE_KEY=slc_(server|client)_production_… )?npm start$/);
    const manifest = JSON.parse(await readFile(join(ROOT, "examples", folder!, "package.json"), "utf8"));
    expect(manifest.scripts.start).toBeTypeOf("string");
    // A version of that name would be looked for where anybody may publish it.
    const own = manifest.dependencies.sluice;
    expect([undefined, "file:../../dist/package/sluice.tgz"]).toContain(own);
  }
});

test("a server prices by the flag, by its own context, and tells who saw what", async () => {
  const overheard = await Overheard.of(here.runtime.url);
  const program = await Program.start("server", { SLUICE_URL: overheard.url, SLUICE_KEY: here.server, PORT: "0" });
  try {
    await expect.poll(() => program.output, { timeout: 20_000 }).toMatch(/^http:\S+$/m);
    const { origin } = new URL(/^http:\S+$/m.exec(program.output)![0]);
    const price = async (path: string): Promise<number> =>
      JSON.parse(await (await fetch(origin + path)).text()).freeShippingFrom;
    expect(await price("/?customer=c1")).toBe(49.9);
    expect(await price("/?customer=c2&account=business")).toBe(0);
    expect(await price("/buy?customer=c1")).toBe(49.9);
    await program.stop(); // it tells what it saw before it ends
    const flag = "free-shipping-from";
    expect(overheard.events).toEqual([
      expect.objectContaining({ type: "exposure", flag, variant: "usual", targetingKey: "c1" }),
      expect.objectContaining({ type: "exposure", flag, variant: "business", targetingKey: "c2" }),
      expect.objectContaining({ type: "outcome", metric: "checkout", targetingKey: "c1", value: 1 }),
    ]);
  } finally {
    await program.stop();
    overheard.close();
  }
});

test("an app follows its flags, starts offline with what it had, and with its defaults where it never had anything", () =>
  withDirectory(async (directory) => {
    const own = await serveShop({ stateDir: join(directory, "sluice") });
    const start = (kept: string) =>
      Program.start("mobile", { SLUICE_URL: own.runtime.url, SLUICE_KEY: own.client, STORAGE: join(directory, kept) });
    const online = await start("kept.json");
    await expect.poll(() => online.output, { timeout: 20_000 }).toMatch(/^update notice: suggest$/m);
    await own.patch("app-update-notice", { rules: [], default: { variant: "require" } });
    await expect.poll(() => online.output, { timeout: 20_000 }).toMatch(/^update notice: require$/m);
    await online.stop();
    await own.runtime.stop();

    const [offline, fresh] = [await start("kept.json"), await start("never.json")];
    await expect.poll(() => offline.output, { timeout: 20_000 }).toMatch(/^update notice: require$/m);
    await expect.poll(() => fresh.output, { timeout: 20_000 }).toMatch(/^update notice: unknown$/m);
    await Promise.all([offline.stop(), fresh.stop()]);
  }));
