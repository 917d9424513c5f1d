import { spawn } from "node:child_process";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";
import { ROOT } from "./build.ts";
import { BAD, GOOD, LIVING_ENVIRONMENT } from "./local/living.ts";

/* `npm run pictures [path of a Chromium]`: the dashboard's pictures in the README, from a started Sluice with the example shop and its visitors; takes minutes. */

const PICTURES = join(ROOT, "docs/pictures");
const PAGES = {
  flag: "/environments/production/flags/one-page-checkout",
  release: "/environments/production/flags/one-page-checkout/releases/new",
};

const state = await mkdtemp(join(tmpdir(), "sluice-pictures-"));
const sluice = spawn(process.execPath, [join(ROOT, "scripts/start.ts")], {
  env: { ...process.env, PORT: "0", STATE_DIR: state },
  stdio: ["ignore", "pipe", "inherit"],
});
try {
  const address = await addressOf(sluice.stdout);
  const pages = { ...PAGES, live: await judged(new URL(address)) };
  const browser = await chromium.launch({
    executablePath: process.argv[2] ?? "/usr/bin/chromium",
    args: ["--no-sandbox", "--headless=shell"],
  });
  await mkdir(PICTURES, { recursive: true });
  for (const colorScheme of ["light", "dark"] as const) {
    const page = await browser.newPage({ viewport: { width: 1200, height: 720 }, colorScheme });
    await page.goto(address);
    await page.getByRole("navigation", { name: "Main" }).waitFor();
    for (const [name, path] of Object.entries(pages)) {
      await page.setViewportSize({ width: 1200, height: name === "live" ? 1000 : 720 });
      await page.goto(new URL(path, address).href);
      await page.getByRole("heading", { level: 1 }).waitFor();
      await page.waitForLoadState("networkidle").catch(() => undefined); // the stream may stay open
      await page.screenshot({ path: join(PICTURES, `${name}-${colorScheme}.png`) });
    }
    await page.close();
  }
  await browser.close();
} finally {
  sluice.kill("SIGTERM");
  await rm(state, { recursive: true, force: true });
}

/** The path of the release that goes on by itself, once the other has been taken back: then evidence is there to see. */
async function judged({ origin, hash }: URL): Promise<string> {
  const headers = { Authorization: `Bearer ${hash.replace("#token=", "")}` };
  const latest = async (flag: string): Promise<{ id: string; state: string }> => {
    const path = `/admin/v1/environments/${LIVING_ENVIRONMENT}/flags/${flag}/releases`;
    const answer = await fetch(origin + path, { headers });
    return ((await answer.json()) as { releases: { id: string; state: string }[] }).releases[0]!;
  };
  while ((await latest(BAD)).state !== "unreleased") await new Promise((wake) => setTimeout(wake, 1_000));
  return `/environments/${LIVING_ENVIRONMENT}/flags/${GOOD}/releases/${(await latest(GOOD)).id}`;
}

/** The dashboard's address that signs in, once it is printed. */
async function addressOf(output: NodeJS.ReadableStream): Promise<string> {
  let text = "";
  for await (const chunk of output) {
    text += String(chunk);
    const found = /Dashboard\s+(\S+)[\s\S]*Try it/.exec(text);
    if (found) return found[1]!;
  }
  throw new Error(`Sluice didn't start:\n${text}`);
}
