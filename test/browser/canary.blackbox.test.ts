import type { Browser, BrowserContext } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { describeInBrowser, startBrowser } from "../support/browser.ts";
import { type Edge, Project, startEdge } from "../support/edge.ts";

/* Visitors with real browsers and real cookies before a canary whose share grows, and is taken back. */

describeInBrowser("a canary", () => {
  let project: Project;
  let edge: Edge;
  let browser: Browser;
  beforeAll(async () => {
    [project, browser] = await Promise.all([Project.install("edge-middleware"), startBrowser()]);
    edge = await startEdge(await project.bundle());
  });
  afterAll(async () => {
    await browser?.close();
    await edge?.stop();
    await project?.remove();
  });

  const FLAG = "/environments/production/flags/shop-canary";
  async function share(percentage: number): Promise<void> {
    const split = [{ variant: "canary", weight: 1 }];
    const serve = { rollout: { percentage, split, otherwise: "stable" } };
    const flag = { type: "string", variants: { stable: "s", canary: "c" }, default: serve };
    expect((await edge.admin("PUT", FLAG, flag)).status).toBeLessThan(300);
  }

  /** The side that a visitor sees. */
  async function side(visitor: BrowserContext): Promise<string> {
    const page = visitor.pages()[0] ?? (await visitor.newPage());
    await page.goto(`${edge.url.replace("127.0.0.1", "localhost")}/`);
    return page.title();
  }

  /** The same until it says what is expected of it: news take up to 2 s to an isolate. */
  async function soon(visitor: BrowserContext, expected: string): Promise<void> {
    await expect.poll(() => side(visitor), { interval: 100 }).toBe(expected);
  }

  test("who was on the canary at 10 % is still there at 50 %, and back on stable at once after an un-release", async () => {
    await share(10);
    let early: BrowserContext | undefined;
    const others: BrowserContext[] = [];
    while (!early && others.length < 200) {
      const visitor = await browser.newContext();
      if ((await side(visitor)) === "canary") early = visitor;
      else others.push(visitor);
      if (others.length > 3) await others.shift()!.close();
    }
    expect(early).toBeDefined();
    const [cookie] = await early!.cookies(`${edge.url.replace("127.0.0.1", "localhost")}/`);
    expect(cookie).toMatchObject({
      name: "__Host-sluice-id",
      httpOnly: true,
      secure: true,
      sameSite: "Lax",
      path: "/",
    });
    for (let visit = 0; visit < 3; visit++) expect(await side(early!)).toBe("canary");

    await share(50);
    for (let visit = 0; visit < 10; visit++) expect(await side(early!)).toBe("canary");

    await share(0);
    await soon(early!, "stable");
    for (let visit = 0; visit < 3; visit++) expect(await side(early!)).toBe("stable");
    const [kept] = await early!.cookies(`${edge.url.replace("127.0.0.1", "localhost")}/`);
    expect(kept!.value).toBe(cookie!.value);

    await share(10); // the id has stayed: whoever was first is first again
    // While nobody got the canary the shop's own `max-age` held, so that the browser has a copy: a reload asks again.
    const page = early!.pages()[0]!;
    const anew = async (): Promise<string> => page.reload().then(() => page.title());
    await expect.poll(anew, { interval: 100 }).toBe("canary");
  });
});
