import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Edge, Project, startEdge } from "../support/edge.ts";

/* The package as another Worker project gets it: packed, installed from the tarball without a network, type-checked, and run beside a Sluice that it is bound to. */

let project: Project;
let edge: Edge;
beforeAll(async () => {
  project = await Project.install("edge-middleware");
  edge = await startEdge(await project.bundle());
  const flag = (key: string, body: object) => edge.admin("PUT", `/environments/production/flags/${key}`, body);
  const boolean = { type: "boolean", variants: { on: true, off: false } };
  await flag("one-page-checkout", { ...boolean, default: { variant: "off" } });
  const sides = { type: "string", variants: { stable: "stable", canary: "canary" } };
  // Half of the visitors: while everybody or nobody gets the canary, no cookie is set.
  const half = { percentage: 50, split: [{ variant: "canary", weight: 1 }], otherwise: "stable" };
  await flag("shop-canary", { ...sides, default: { rollout: half } });
});
afterAll(async () => {
  await edge?.stop();
  await project?.remove();
});
const get = (path: string, headers: Record<string, string> = {}) =>
  fetch(edge.url + path, { headers, redirect: "manual" });

describe("types", () => {
  test("are there for a project that has only the package and the platform's", async () => {
    expect(await project.types()).toBe("");
  });

  test.each<[string, string, RegExp]>([
    [
      "a flag that isn't named by text",
      "env.FLAGS.evaluate(1)",
      /'number' is not assignable to parameter of type 'string'/,
    ],
    ["what FlagService doesn't have", "env.FLAGS.evaluateSome()", /Property 'evaluateSome' does not exist/],
    ["a value where there may be an error", "(await env.FLAGS.evaluate('x')).value", /Property 'value' does not exist/],
    ["an outcome without a metric", "env.FLAGS.record([{ type: 'outcome' }])", /'metric' is missing/],
    ["a gate without a flag", "gate({})", /'flag' is missing/],
    ["a canary without a stable side", "canary({ flag: 'x', origins: { canary: 'X' } })", /'stable' is missing/],
    ["a fallback that is none", "gate({ flag: 'x', fallback: 'maybe' })", /'"maybe"' is not assignable/],
  ])("refuse %s", async (_, code, message) => {
    const file = join(project.directory, "src/wrong.ts");
    const text = `import { canary, type FlagService, gate } from "sluice/gate";
export const wrong = async (env: { FLAGS: FlagService }) => { void gate; void canary; return ${code}; };\n`;
    await writeFile(file, text);
    try {
      expect(await project.types()).toMatch(message);
    } finally {
      await writeFile(file, "export {};\n");
    }
  });

  test("of the core need zod beside, its only peer", async () => {
    await project.link("zod");
    const file = join(project.directory, "src/core.ts");
    const text = `import { evaluate, LogHistogram, murmur3, type Snapshot } from "sluice/core";
export const on = (snapshot: Snapshot): unknown => evaluate(snapshot.flag("x", "server")!, {}, 0).value;
export const hashed: number = murmur3("x");
export const histogram = new LogHistogram();\n`;
    await writeFile(file, text);
    expect(await project.types()).toBe("");
  });
});

describe("in the runtime", () => {
  test("FlagService answers over the service binding", async () => {
    const answer = await get("/flags/one-page-checkout");
    expect(await answer.json()).toMatchObject({
      key: "one-page-checkout",
      value: false,
      variant: "off",
      reason: "STATIC",
    });
  });

  test("a gated route is closed, and open to a tester", async () => {
    const closed = await get("/checkout");
    expect([closed.status, closed.headers.get("Location")]).toEqual([302, "/cart"]);
    const made = await edge.admin("POST", "/environments/production/overrides", {
      flag: "one-page-checkout",
      variant: "on",
    });
    const { override } = made.body as { override: string };
    const open = await get("/checkout", { "Sluice-Override": override });
    expect(await open.text()).toContain("canary /checkout");
    expect(open.headers.get("Cache-Control")).toBe("private, no-store");
  });

  test("the canary answers, for its visitor's cache only, and its redirects and cookies pass through", async () => {
    // An id of a time when ids weren't signed, which is among the canary's half; it gets its signature along.
    const visitor = { Cookie: "__Host-sluice-id=visitor-000000000003" };
    const page = await get("/", visitor);
    expect(await page.text()).toContain("canary /");
    expect(page.headers.get("Cache-Control")).toBe("private, no-cache");
    expect(page.headers.get("Vary")).toBe("Cookie");
    const moved = await get("/moved", visitor);
    expect([moved.status, moved.headers.get("Location")]).toEqual([302, "/cart"]);
    expect(moved.headers.getSetCookie()).toEqual(["moved=1; Path=/", expect.stringMatching(/^__Host-sluice-id=/)]);
  });
});
