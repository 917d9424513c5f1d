import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import * as LIMITS from "../../../src/contract/limits.ts";
import { startBrowser } from "../../support/browser.ts";
import { type Runtime, startRuntime } from "../../support/runtime.ts";
import { admin, visit, type Visitor } from "./signed-in.ts";

/* What people come for, as they would do it, by the names that dashboard.md promises. */

let runtime: Runtime;
let browser: Browser;
let visitor: Visitor;
let page: Page;
beforeAll(async () => {
  [runtime, browser] = await Promise.all([startRuntime({ seed: true }), startBrowser()]);
  visitor = await visit(browser, runtime);
  page = visitor.page;
});
afterAll(async () => {
  await browser?.close();
  await runtime?.stop();
});

const dialog = (name?: string) => page.getByRole("dialog", name === undefined ? {} : { name });
const press = (name: string) => page.getByRole("button", { name, exact: true }).click();
const status = (text: RegExp) => page.getByRole("status").getByText(text).first().waitFor();
const flagPage = (key: string, env = "development") => page.goto(`${runtime.url}/environments/${env}/flags/${key}`);
const flagOf = async (key: string, env = "development") =>
  ((await admin(runtime, "GET", `/environments/${env}/flags/${key}`)) as { flag: Record<string, unknown> }).flag;

async function confirm(verb: string): Promise<void> {
  await press(verb);
  await dialog().getByRole("button", { name: verb, exact: true }).click();
  await dialog().waitFor({ state: "hidden" });
}
async function setShare(share: number, comment = ""): Promise<void> {
  await page.getByRole("textbox", { name: "Percentage" }).first().fill(String(share));
  await press("Review");
  await dialog("Review changes").getByRole("textbox", { name: "Comment" }).fill(comment);
  await dialog("Review changes").getByRole("button", { name: "Apply" }).click();
  await dialog("Review changes").waitFor({ state: "hidden" });
}
async function newFlag(key: string): Promise<void> {
  await page.goto(`${runtime.url}/environments/development/flags`);
  await press("New flag");
  await dialog("New flag").getByLabel("Key").fill(key);
  await dialog("New flag").getByRole("button", { name: "Create flag" }).click();
  await page.getByRole("heading", { level: 1, name: key }).waitFor();
}

test("a flag is made in all environments, ramped to everybody, and taken back; each time the world has it", async () => {
  await newFlag("new-shelf");
  for (const env of ["development", "staging", "production"])
    expect(await flagOf("new-shelf", env)).toMatchObject({ enabled: true });
  for (const share of [1, 10, 50, 100]) {
    const counted = status(/on \d+ of \d+ relays/);
    await setShare(share, `to ${share}`);
    await counted;
    await status(/on all relays, [\d.]+ s/);
    expect(await flagOf("new-shelf")).toMatchObject({ default: { rollout: { percentage: share } } });
  }
  await confirm("Un-release");
  await status(/on all relays/);
  expect(await flagOf("new-shelf")).toMatchObject({ enabled: true, default: { rollout: { percentage: 0 } } });

  await press("Undo");
  await dialog("Review changes").getByRole("button", { name: "Apply" }).click();
  await dialog("Review changes").waitFor({ state: "hidden" });
  expect(await flagOf("new-shelf")).toMatchObject({ default: { rollout: { percentage: 100 } } });
  await confirm("Disable");
  await page.getByRole("button", { name: "Enable", exact: true }).waitFor();
  expect(await flagOf("new-shelf")).toMatchObject({ enabled: false });
});

test("a new rule is open, and gives nothing to anybody until somebody says for whom", async () => {
  await newFlag("new-rule");
  await press("Add a rule");
  await page.getByRole("textbox", { name: "Name of the rule" }).waitFor();
  await press("Review");
  await dialog("Review changes").getByRole("button", { name: "Apply" }).click();
  await dialog("Review changes").waitFor({ state: "hidden" });
  expect(await flagOf("new-rule")).toMatchObject({ rules: [{ when: { any: [] }, serve: { variant: "on" } }] });
});

test("nothing is written before it is applied, and a draft outlives the page", async () => {
  await flagPage("bank-transfer");
  const before = await flagOf("bank-transfer");
  await page.getByRole("textbox", { name: "Percentage" }).first().fill("12.345");
  await page.getByText("1 edit in development").waitFor();
  await page.reload();
  await page.getByText("1 edit in development").waitFor();
  expect(await flagOf("bank-transfer")).toEqual(before);
  await press("Discard");
  await page.getByText("1 edit in development").waitFor({ state: "hidden" });
});

describe("two people at one flag", () => {
  test("edits elsewhere are merged, and said", async () => {
    await newFlag("shared");
    await page.getByRole("textbox", { name: "Percentage" }).first().fill("30");
    await admin(runtime, "PUT", "/environments/development/flags/shared", {
      ...(await flagOf("shared")),
      description: "by somebody else",
    });
    await status(/elsewhere in the flag/); // the stream tells of it
    await press("Review");
    await dialog("Review changes").getByRole("button", { name: "Apply" }).click();
    await dialog("Review changes").waitFor({ state: "hidden" });
    expect(await flagOf("shared")).toMatchObject({
      description: "by somebody else",
      default: { rollout: { percentage: 30 } },
    });
  });

  test("an edit of the same field waits for a choice, and what was typed is kept", async () => {
    await flagPage("shared");
    await page.getByRole("textbox", { name: "Percentage" }).first().fill("40");
    await admin(runtime, "PUT", "/environments/development/flags/shared/rollout", { percentage: 60 });
    const alert = page.getByRole("alert").filter({ hasText: "Somebody else changed the same fields" });
    await alert.getByRole("radio", { name: "Yours: 40" }).waitFor();
    await alert.getByRole("radio", { name: "Theirs: 60" }).waitFor();
    await alert.getByRole("radio", { name: "Yours: 40" }).check();
    await press("Review");
    await dialog("Review changes").getByRole("button", { name: "Apply" }).click();
    await dialog("Review changes").waitFor({ state: "hidden" });
    expect(await flagOf("shared")).toMatchObject({ default: { rollout: { percentage: 40 } } });
  });
});

test("a release is started, paused, resumed and un-released", async () => {
  await newFlag("released");
  await setShare(0.5);
  await press("Start a release");
  await press("Start");
  await page.getByRole("heading", { level: 1, name: "Release of released" }).waitFor();
  await page.getByRole("list", { name: "Stages" }).waitFor();
  await status(/baking at stage /);
  await page.getByText(/Taking it back leaves 0 %/).waitFor();
  await confirm("Pause");
  await confirm("Resume");
  await page.getByRole("button", { name: "Pause", exact: true }).waitFor();
  await confirm("Un-release");
  await status(/^unreleased/);
  expect(await flagOf("released")).toMatchObject({ default: { rollout: { percentage: 0 } } });
});

test("why somebody gets what they get is explained, and the address carries the question", async () => {
  const context = JSON.stringify({ targetingKey: "ada", email: "ada@shop.example" });
  await page.goto(
    `${runtime.url}/environments/production/flags/one-page-checkout/explain?context=${encodeURIComponent(context)}&environments=production,staging`,
  );
  await page.getByRole("table", { name: "What each gets" }).waitFor();
  await page
    .getByText(/Gets on = true, for the reason TARGETING_MATCH of rule staff/)
    .first()
    .waitFor();
});

test("another person consents to what the environment asks consent for", async () => {
  await admin(runtime, "PATCH", "/environments/staging", { requiresApproval: 1 });
  const token = (await admin(runtime, "POST", "/tokens", { name: "Author", role: "editor", environments: ["*"] })) as {
    secret: string;
  };
  const author = await visit(browser, { ...runtime, adminToken: token.secret });
  await author.page.goto(`${runtime.url}/environments/staging/flags/gift-notes`);
  await author.page.getByRole("textbox", { name: "Percentage" }).first().fill("20");
  await author.page.getByRole("button", { name: "Review" }).click();
  await author.page.getByRole("dialog").getByRole("button", { name: "Request approval" }).click();
  await author.page.getByText("it waits for consent").waitFor();
  await author.context.close();

  await page.goto(`${runtime.url}/environments/staging/requests`);
  await page.getByRole("link", { name: /gift-notes/ }).click();
  await confirm("Approve");
  await page.getByText("applied", { exact: true }).first().waitFor();
  expect(await flagOf("gift-notes", "staging")).toMatchObject({ default: { rollout: { percentage: 20 } } });
  await admin(runtime, "PATCH", "/environments/staging", { requiresApproval: 0 });
});

test("a document is checked, then imported; the log is verified", async () => {
  await page.goto(`${runtime.url}/environments/development/import`);
  const flag = { key: "imported", type: "boolean", variants: { on: true, off: false }, default: { variant: "off" } };
  await page.getByLabel("Document").fill(JSON.stringify({ format: "sluice", formatVersion: 1, flags: [flag] }));
  await press("Check");
  await page.getByText("1 of 1 can be imported").waitFor();
  await confirm("Import");
  await status(/1 flags imported/);
  expect(await flagOf("imported")).toMatchObject({ key: "imported" });
  // Another system's document is converted in the page, and what can't be said exactly is refused with the reason.
  await page.goto(`${runtime.url}/environments/development/import`);
  await page.getByLabel("Format").selectOption("flagd");
  const variants = { on: true, off: false };
  const flagd = (extra: object) => ({ state: "ENABLED", variants, defaultVariant: "on", ...extra });
  const flags = { "from-flagd": flagd({}), broken: flagd({ defaultVariant: "nowhere" }) };
  await page.getByLabel("Document").fill(JSON.stringify({ flags }));
  await page.getByText("Options", { exact: true }).click();
  await page.getByLabel("Prefix").fill("moved-");
  await press("Check");
  await page.getByRole("table", { name: "Told of the conversion" }).waitFor();
  await page.getByLabel("Leave out what isn't valid").check();
  await press("Check");
  await page.getByText("1 of 1 can be imported").waitFor();
  await confirm("Import");
  await status(/1 flags imported/);
  expect(await flagOf("moved-from-flagd")).toMatchObject({ default: { variant: "on" } });
  await page.goto(`${runtime.url}/environments/development/audit`);
  await press("Verify");
  await status(/verified: \d+ entries/);
});

test("by keyboard alone: find a flag, ramp it, take it back", async () => {
  await newFlag("by-keys");
  await page.goto(`${runtime.url}/environments/development/flags`);
  await page.getByRole("table", { name: "Flags" }).getByRole("link", { name: "by-keys" }).waitFor();
  await page.keyboard.press("Control+k");
  await dialog("Commands").getByRole("combobox").waitFor();
  await page.keyboard.type("by-keys");
  await page.getByRole("option", { name: /^by-keys/ }).waitFor();
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { level: 1, name: "by-keys" }).waitFor();
  await page.getByRole("slider", { name: "Percentage" }).first().focus();
  for (let n = 0; n < 3; n++) await page.keyboard.press("ArrowRight");
  await page.getByText(/edits? in development/).waitFor();
  await page.getByRole("button", { name: "Review", exact: true }).focus();
  await page.keyboard.press("Enter");
  await dialog("Review changes").getByRole("button", { name: "Apply" }).focus();
  await page.keyboard.press("Enter");
  await dialog("Review changes").waitFor({ state: "hidden" });
  expect(await flagOf("by-keys")).toMatchObject({ default: { rollout: { percentage: 3 } } });
  await page.keyboard.press("Control+k");
  await dialog("Commands").getByRole("combobox").waitFor();
  await page.keyboard.type("Un-release");
  await page.getByRole("option", { name: /^Un-release by-keys/, selected: true }).waitFor();
  await page.keyboard.press("Enter");
  await dialog().getByRole("textbox", { name: "Comment" }).waitFor();
  await page.keyboard.press("Enter");
  await dialog().waitFor({ state: "hidden" });
  expect(await flagOf("by-keys")).toMatchObject({ default: { rollout: { percentage: 0 } } });
});

test("signing out ends the session, and no script can read the credential", async () => {
  const other = await visit(browser, runtime);
  const kept = await other.page.evaluate(
    () => document.cookie + JSON.stringify([Object.entries(localStorage), Object.entries(sessionStorage)]),
  );
  expect(kept).not.toContain(runtime.adminToken);
  expect(kept).not.toContain("session");
  await other.page.getByRole("button", { name: /Signed in as/ }).click();
  await other.page.getByRole("menuitem", { name: "Sign out" }).click();
  await other.page.getByLabel("Admin token").waitFor();
  await other.page.getByLabel("Admin token").fill("slc_admin_wrong");
  await other.page.getByRole("button", { name: "Sign in" }).click();
  await other.page.getByRole("alert").waitFor();
  await other.context.close();
});

describe("whoever comes and stays", () => {
  test("a stranger is shown the way in without a refusal, and after signing out comes back to where they were", async () => {
    const other = await visit(browser, runtime);
    const at = `${runtime.url}/environments/staging/segments`;
    await other.page.goto(at);
    await other.page.getByRole("heading", { level: 1, name: "Segments" }).waitFor();
    await other.page.getByRole("button", { name: /Signed in as/ }).click();
    await other.page.getByRole("menuitem", { name: "Sign out" }).click();
    await other.page.getByLabel("Admin token").fill(runtime.adminToken);
    await other.page.getByRole("button", { name: "Sign in" }).click();
    await other.page.getByRole("heading", { level: 1, name: "Segments" }).waitFor();
    expect(other.page.url()).toBe(at);
    expect(other.complaints).toEqual([]);
    await other.context.close();
  });

  test("a page that is older than the build says so, and goes on after it is loaded anew", async () => {
    const other = await visit(browser, runtime);
    await other.page.goto(`${runtime.url}/environments/production/flags/one-page-checkout`);
    await other.page.getByRole("tab", { name: "History" }).waitFor();
    await other.page.route(/\/app\/assets\/history-/, (route) => route.fulfill({ status: 404, body: "" }));
    await other.page.getByRole("tab", { name: "History" }).click();
    await other.page.getByRole("alert").filter({ hasText: "newer version" }).first().waitFor();
    await other.page.unroute(/\/app\/assets\/history-/);
    await other.page.getByRole("button", { name: "Load the new version" }).first().click();
    await other.page.getByRole("tab", { name: "History", selected: true }).waitFor();
    await other.page
      .getByText(/Example/)
      .first()
      .waitFor();
    await other.context.close();
  });

  test("whoever may only look finds all that can be done, and why they can't", async () => {
    const token = (await admin(runtime, "POST", "/tokens", {
      name: "Looker",
      role: "viewer",
      environments: ["*"],
    })) as {
      secret: string;
    };
    const viewer = await visit(browser, { ...runtime, adminToken: token.secret });
    await viewer.page.goto(`${runtime.url}/environments/production/flags/one-page-checkout`);
    for (const name of ["Un-release", "Disable", "Start a release"]) {
      const button = viewer.page.getByRole("button", { name, exact: true });
      await button.waitFor();
      expect(await button.getAttribute("aria-disabled"), name).toBe("true");
      await button.focus();
      await viewer.page
        .getByRole("tooltip")
        .filter({ hasText: /Needs the role \w+; yours is viewer/ })
        .first()
        .waitFor();
      await button.blur();
    }
    expect(viewer.complaints).toEqual([]);
    await viewer.context.close();
  });

  test("a flag of as many rules as there may be is shown whole and can be edited", async () => {
    const rules = Array.from({ length: LIMITS.rules }, (_, n) => ({
      id: `rule-${n}`,
      when: { attribute: "plan", operator: "in", values: [`plan-${n}`] },
      serve: { variant: n % 2 === 0 ? "on" : "off" },
    }));
    await admin(runtime, "PUT", "/environments/development/flags/many-rules", {
      type: "boolean",
      variants: { on: true, off: false },
      rules,
      default: { rollout: { percentage: 5, split: [{ variant: "on", weight: 1 }], otherwise: "off" } },
    });
    await flagPage("many-rules");
    await page.getByRole("textbox", { name: "Percentage" }).first().fill("6");
    await page.getByText("1 edit in development").waitFor();
    await press("Review");
    await dialog("Review changes").getByRole("button", { name: "Apply" }).click();
    await dialog("Review changes").waitFor({ state: "hidden" });
    const flag = await flagOf("many-rules");
    expect(flag).toMatchObject({ default: { rollout: { percentage: 6 } } });
    expect(flag["rules"]).toHaveLength(LIMITS.rules);
  });

  test("what is searched for is in the address, and back again", async () => {
    await page.goto(`${runtime.url}/environments/production/flags`);
    await page.getByRole("searchbox", { name: "Search flags" }).fill("one-page");
    await page.getByText(/^[1-9] of \d+ flags/).waitFor();
    await page.waitForURL(/\?q=one-page$/);
    await page.getByRole("link", { name: "one-page-checkout" }).click();
    await page.getByRole("heading", { level: 1, name: "one-page-checkout" }).waitFor();
    await page.goBack();
    await page.getByText(/^[1-9] of \d+ flags/).waitFor();
    expect(await page.getByRole("searchbox", { name: "Search flags" }).inputValue()).toBe("one-page");
  });
});

test("nothing was complained of, and nothing asked elsewhere, all the time", () => {
  expect(visitor.complaints).toEqual([]);
});
