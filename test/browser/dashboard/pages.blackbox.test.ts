import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startBrowser } from "../../support/browser.ts";
import { type Runtime, startRuntime } from "../../support/runtime.ts";
import { admin, misplaced, visit, type Visitor } from "./signed-in.ts";

/* Every page, in both themes and on a small screen: for everybody, without a complaint of the browser. */

const LONG = `${"lang-".repeat(50)}ende`;
const ENV = "/environments/production";
const FLAG = `${ENV}/flags/one-page-checkout`;
const PAGES = [
  ENV,
  `${ENV}/flags`,
  `${ENV}/flags?new`,
  FLAG,
  `${FLAG}?view=json`,
  `${FLAG}/releases`,
  `${FLAG}/metrics`,
  `${FLAG}/explain`,
  `${FLAG}/history`,
  `${FLAG}/code`,
  `${FLAG}/shadow`,
  `${ENV}/flags/product-page-layout/experiment`,
  `${FLAG}/releases/new`,
  `${ENV}/flags/nowhere`,
  `${ENV}/flags/${LONG}`,
  `${ENV}/flags/${encodeURIComponent("دفع/سريع 50%")}`,
  `${ENV}/releases`,
  `${ENV}/segments`,
  `${ENV}/segments/early-birds`,
  `${ENV}/compare`,
  `${ENV}/requests`,
  `${ENV}/experiments`,
  `${ENV}/audit`,
  `${ENV}/import`,
  `${ENV}/export`,
  "/settings",
  "/settings/keys",
  "/settings/tokens",
  "/settings/webhooks",
  "/settings/metrics",
  "/settings/plans",
  "/welcome",
];

let runtime: Runtime;
let browser: Browser;
let axe: string;
beforeAll(async () => {
  axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
  [runtime, browser] = await Promise.all([startRuntime({ seed: true }), startBrowser()]);
  const body = { type: "boolean", variants: { on: true, off: false }, default: { variant: "off" } };
  for (const key of [LONG, "دفع/سريع 50%"])
    await admin(runtime, "PUT", `${ENV}/flags/${encodeURIComponent(key)}`, { ...body, description: "وصف طويل" });
});
afterAll(async () => {
  await browser?.close();
  await runtime?.stop();
});

describe.each([
  ["light", 1280],
  ["dark", 1280],
  ["light", 320],
] as const)("%s, %d wide", (colorScheme, width) => {
  let visitor: Visitor;
  beforeAll(async () => {
    visitor = await visit(browser, runtime, { colorScheme, reducedMotion: "reduce", viewport: { width, height: 800 } });
  });
  afterAll(() => visitor?.context.close());

  test.each(PAGES)("%s", async (path) => {
    const { page, complaints } = visitor;
    complaints.length = 0;
    await page.goto(runtime.url + path);
    await page.getByRole("heading", { level: 1 }).waitFor();
    await page.waitForFunction(() => document.querySelector(".mantine-Skeleton-root") === null);
    expect(await page.getByRole("heading", { level: 1 }).count()).toBe(1);
    expect(await page.title()).toContain("Sluice");
    expect(await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)).toBeLessThanOrEqual(0);
    expect(await misplaced(page)).toEqual([]);
    await page.evaluate(axe);
    const violations = await page.evaluate(async () => {
      const run = (
        window as unknown as { axe: { run(): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> } }
      ).axe;
      return (await run.run()).violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html.slice(0, 200)}`);
    });
    expect(violations).toEqual([]);
    const expected = path.endsWith("/nowhere") || path.endsWith("/experiment") ? /status of (404|409|422)/ : undefined;
    expect(complaints.filter((one) => expected === undefined || !expected.test(one))).toEqual([]);
  });
});
