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
  await page.goto(`${runtime.url}/#token=${runtime.adminToken}`);
  await page.getByRole("navigation", { name: "Main" }).waitFor({ state: "attached" });
  expect(page.url()).not.toContain("token");
  const complaints: string[] = []; // from here on: before, it had to be told that nobody is signed in
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("request", (request) => {
    if (!request.url().startsWith(runtime.url) && !request.url().startsWith("data:")) complaints.push(request.url());
  });
  return { context, page, complaints };
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
