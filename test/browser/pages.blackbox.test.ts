import { globSync } from "node:fs";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ROOT } from "../../scripts/build.ts";
import { describeInBrowser, startBrowser } from "../support/browser.ts";
import { type Runtime, startRuntime } from "../support/runtime.ts";

/* Every page that the product serves, opened in a browser: it shows something, and the console stays empty. */

/** Pages among the files that are served as they are; those of the dashboard have tests of their own. */
const FILES = globSync("**/*.html", { cwd: join(ROOT, "public") })
  .filter((file) => !file.startsWith("app/"))
  .map((file) => `/${file.replace(/index\.html$/, "")}`);

describeInBrowser("pages", () => {
  let runtime: Runtime;
  let browser: Browser;
  beforeAll(async () => {
    [runtime, browser] = await Promise.all([startRuntime(), startBrowser()]);
  });
  afterAll(async () => {
    await browser?.close();
    await runtime?.stop();
  });

  /** What a page shows, and all that a person with the console open would see go wrong. */
  async function open(path: string): Promise<{ shown: string; wrong: string[] }> {
    const context = await browser.newContext({ extraHTTPHeaders: { Authorization: `Bearer ${runtime.adminToken}` } });
    const page = await context.newPage();
    const wrong: string[] = [];
    page.on("console", (message) => {
      if (["error", "warning"].includes(message.type())) wrong.push(message.text());
    });
    page.on("pageerror", (error) => wrong.push(String(error)));
    page.on("response", (response) => {
      if (response.status() >= 400) wrong.push(`${response.status()} ${response.url()}`);
    });
    page.on("requestfailed", (request) => wrong.push(`${request.failure()?.errorText} ${request.url()}`));
    await page.goto(runtime.url + path, { waitUntil: "networkidle" });
    const shown = await page.innerText("body");
    await context.close();
    return { shown, wrong };
  }

  test.each(FILES)("%s", async (path) => {
    const { shown, wrong } = await open(path);
    expect(wrong).toEqual([]);
    expect(shown.length).toBeGreaterThan(50);
  });

  test("/docs/ tells every operation of the document, under a heading, and every shape", async () => {
    const document = (await (await fetch(`${runtime.url}/openapi.json`)).json()) as {
      paths: Record<string, Record<string, { operationId?: string; summary?: string }>>;
      components: { schemas: Record<string, unknown> };
    };
    const page = await browser.newPage();
    await page.goto(`${runtime.url}/docs/`, { waitUntil: "networkidle" });
    const cards = await page.$$eval("section > details", (all) => all.map(({ id }) => id));
    const operations = Object.values(document.paths).flatMap((item) =>
      Object.values(item).flatMap(({ operationId }) => operationId ?? []),
    );
    expect(operations.length).toBeGreaterThan(40);
    expect(cards).toEqual(expect.arrayContaining(operations));
    for (const name of Object.keys(document.components.schemas)) expect(cards).toContain(`schema-${name}`);
    expect(await page.$$eval("section > h2", (all) => all.map(({ textContent }) => textContent))).not.toContain("");
    await page.close();
  });

  test("the report of a release", async () => {
    const admin = async (method: string, path: string, body?: unknown): Promise<Record<string, string>> => {
      const response = await fetch(`${runtime.url}/admin/v1${path}`, {
        method,
        headers: { Authorization: `Bearer ${runtime.adminToken}`, "Content-Type": "application/json" },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
      expect(response.status, path).toBeLessThan(300);
      return (await response.json()) as Record<string, string>;
    };
    await admin("POST", "/environments", { name: "production" });
    const flag = "/environments/production/flags/new-checkout";
    const boolean = { type: "boolean", variants: { on: true, off: false }, default: { variant: "off" } };
    await admin("PUT", flag, boolean);
    const stages = [{ name: "all", percentage: 100, minBake: "1m" }];
    const { id } = await admin("POST", `${flag}/releases`, { plan: { stages, guardrails: [] } });
    const { shown, wrong } = await open(`/admin/v1${flag.replace("/admin", "")}/releases/${id}/report`);
    expect(wrong).toEqual([]);
    expect(shown).toContain("new-checkout");
  });
});
