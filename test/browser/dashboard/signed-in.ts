import type { Browser, BrowserContext, Page } from "playwright-core";
import { expect } from "vitest";
import type { Runtime } from "../../support/runtime.ts";

/* A browser before the dashboard of a started server: what it complained of, and how to get in. */

export type Visitor = { context: BrowserContext; page: Page; complaints: string[] };

/** A browser of its own, signed in as `npm start` offers it. */
export async function visit(browser: Browser, runtime: Runtime, options: object = {}): Promise<Visitor> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(30_000);
  const complaints: string[] = [];
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("request", (request) => {
    if (!request.url().startsWith(runtime.url) && !request.url().startsWith("data:")) complaints.push(request.url());
  });
  await page.goto(`${runtime.url}/#token=${runtime.adminToken}`);
  await page.getByRole("navigation", { name: "Main" }).waitFor({ state: "attached" });
  expect(page.url()).not.toContain("token");
  return { context, page, complaints };
}

/**
 * Elements that a paragraph, a heading or a button may not hold, and links in links: what React would have complained of
 * while it is developed, and a browser that parses the same text takes apart.
 */
export function misplaced(page: Page): Promise<string[]> {
  const blocks = [
    "div",
    "p",
    "ul",
    "ol",
    "table",
    "section",
    "article",
    "form",
    "fieldset",
    "figure",
    "h1",
    "h2",
    "h3",
  ];
  const wrong = ["p", "h1", "h2", "h3"].flatMap((outer) => blocks.map((inner) => `${outer} ${inner}`));
  const selector = [...wrong, "a a", "button button", "a button", "button a", "form form"].join(", ");
  return page.evaluate(
    (all) => [...document.querySelectorAll(all)].map((one) => one.parentElement!.outerHTML.slice(0, 300)),
    selector,
  );
}

/** Asks the administration API as somebody else would. */
export async function admin(runtime: Runtime, method: string, path: string, body?: unknown): Promise<unknown> {
  const response = await fetch(`${runtime.url}/admin/v1${path}`, {
    method,
    headers: { Authorization: `Bearer ${runtime.adminToken}`, "Content-Type": "application/json" },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  expect(response.ok, `${method} ${path}`).toBe(true);
  return response.status === 204 ? undefined : response.json();
}
