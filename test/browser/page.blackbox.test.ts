import { readFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ROOT } from "../../scripts/build.ts";
import { describeInBrowser, startBrowser } from "../support/browser.ts";
import { bundled, Overheard, serveShop, type Served } from "../support/examples.ts";

/* The example of a page, in a browser, served from another origin than Sluice's. */

describeInBrowser("the example of a page", () => {
  let here: Served;
  let browser: Browser;
  let site: Server;
  let page: Page;
  let overheard: Overheard;
  beforeAll(async () => {
    [here, browser] = await Promise.all([serveShop(), startBrowser()]);
    await here.patch("product-page-layout", { default: { rollout: null, variant: "gallery" } });
    const [html, script] = [
      await readFile(join(ROOT, "examples/browser/index.html")),
      await bundled("browser/page.ts"),
    ];
    site = createServer(({ url }, response) => {
      const asked = url === "/page.js" ? [script, "text/javascript"] : [html, "text/html"];
      response.setHeader("Content-Type", asked[1] as string).end(asked[0]);
    });
    await new Promise<void>((listening) => site.listen(0, "127.0.0.1", listening));
    page = await browser.newPage();
    overheard = await Overheard.of(here.runtime.url);
  });
  afterAll(async () => {
    await browser?.close();
    site?.close();
    overheard?.close();
    await here?.runtime.stop();
  });

  test("shows what the flag says, follows it without being loaded again, and tells what was seen and done", async () => {
    const address = site.address();
    if (typeof address !== "object" || !address) throw new Error("the site isn't there");
    const query = new URLSearchParams({ sluice: overheard.url, key: here.client, visitor: "visitor-1" });
    await page.goto(`http://127.0.0.1:${address.port}/?${query}`);
    const shown = () => page.textContent("#layout");
    await expect.poll(shown).toBe("gallery");

    await page.evaluate("window.loadedOnce = true");
    await here.patch("product-page-layout", { default: { rollout: null, variant: "story" } });
    await expect.poll(shown, { timeout: 15_000 }).toBe("story");
    expect(await page.evaluate("window.loadedOnce")).toBe(true);

    await page.click("#buy");
    await page.goto("about:blank"); // what is left to be told goes as the page goes
    await expect.poll(() => overheard.events.map(({ type }) => type)).toContain("outcome");
    expect(overheard.events).toEqual(
      expect.arrayContaining([
        expect.objectContaining({
          type: "exposure",
          flag: "product-page-layout",
          variant: "gallery",
          targetingKey: "visitor-1",
        }),
        expect.objectContaining({ type: "outcome", metric: "checkout", targetingKey: "visitor-1", value: 1 }),
      ]),
    );
    // What docs/cost.md says: 7 for a page's first view, 2 more for each change, 2 for what is reported later.
    expect(overheard.requests.length).toBeLessThanOrEqual(7 + 2 + 2);
  });
});
