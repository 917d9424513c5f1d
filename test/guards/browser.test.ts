import { chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { installedBrowser, VARIABLES } from "../support/chromium.ts";

/* Where the tests look for a browser, in folders made up for it. */

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "sluice-browsers-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function program(path: string, mode = 0o755): Promise<string> {
  const whole = join(folder, path);
  await mkdir(dirname(whole), { recursive: true });
  await writeFile(whole, "#!/bin/sh\n");
  await chmod(whole, mode);
  return whole;
}
const nothing = { usual: [], playwright: [] };

describe("an installed browser", () => {
  test("is none on a machine that has none", () => {
    expect(installedBrowser({ env: {}, ...nothing })).toBeUndefined();
    expect(installedBrowser({ env: { PATH: "/nowhere::/neither", HOME: folder }, usual: [] })).toBeUndefined();
  });

  test.each(VARIABLES)("is the one that %s names", async (name) => {
    const path = await program(`named/${name}`);
    const other = await program("usual/chrome");
    expect(installedBrowser({ env: { [name]: path }, usual: [other], playwright: [] })).toBe(path);
  });

  test.each(["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"])(
    "is %s on the PATH",
    async (name) => {
      const path = await program(`bin-${name}/${name}`);
      expect(installedBrowser({ env: { PATH: `/nowhere:${dirname(path)}` }, ...nothing })).toBe(path);
    },
  );

  test("is Playwright's own, of whatever version, where nothing else is there", async () => {
    const env = { HOME: folder };
    const shell = await program(".cache/ms-playwright/chromium_headless_shell-1201/chrome-linux/headless_shell");
    expect(installedBrowser({ env, usual: [] })).toBe(shell);
    const newer = await program("own/chromium-1300/chrome-linux64/chrome");
    expect(installedBrowser({ env: { PLAYWRIGHT_BROWSERS_PATH: join(folder, "own") }, usual: [] })).toBe(newer);
  });

  test("is never a folder, nor a file that can't be run", async () => {
    const file = await program("flat/chromium", 0o644);
    await mkdir(join(folder, "deep/chromium"), { recursive: true });
    const env = { PATH: `${dirname(file)}:${join(folder, "deep")}`, CHROME_PATH: "/nowhere/chrome" };
    expect(installedBrowser({ env, ...nothing })).toBeUndefined();
  });

  test("that SLUICE_CHROMIUM names and isn't there is a mistake, not a reason to look further", () => {
    const env = { SLUICE_CHROMIUM: "/nowhere/chrome", PATH: process.env["PATH"] };
    expect(() => installedBrowser({ env })).toThrow("SLUICE_CHROMIUM names /nowhere/chrome, which is no program.");
  });
});
