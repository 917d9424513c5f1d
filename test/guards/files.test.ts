import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ROOT } from "../../scripts/build.ts";
import { Copy } from "./copy.ts";

/* Guards over files: how they are written, what is generated, how large the Worker is. */

describe("the guards over files", { timeout: 240_000 }, () => {
  let copy: Copy;
  let scripts: Record<string, string>;
  beforeAll(async () => {
    copy = await Copy.make();
    scripts = JSON.parse(await readFile(join(ROOT, "package.json"), "utf8")).scripts;
    await copy.write({
      "public/index.html": "<title>x</title>\n",
      // What wrangler runs first: the copy has nothing to build.
      "scripts/bundle.ts": "export {};\n",
      "dist/bundle/worker.js":
        "export class Environment {}\nexport class Workspace {}\nexport class Relay {}\nexport class Counter {}\nexport default {};\n",
    });
  });
  afterAll(() => copy.remove());
  /** Runs what an npm script runs. */
  const script = (name: string, ...more: string[]) => {
    const [command, ...args] = scripts[name]!.split(" ");
    return copy.run(command!, ...args, ...more);
  };

  test("formatting is checked", async () => {
    await copy.write({ "good.ts": 'export const x = "y";\n', "bad.ts": "export const x = 'y'\n" });
    expect((await script("format:check", "good.ts")).failed).toBe(false);
    expect((await script("format:check", "bad.ts")).failed).toBe(true);
    await copy.write({ "wide.ts": `export const wide = [${"12345, ".repeat(20)}1];\n` });
    expect((await script("format:check", "wide.ts")).failed).toBe(true);
  });

  test("binding types that no longer are what wrangler.toml says are noticed", async () => {
    expect((await script("bindings:check")).failed).toBe(false);
    const settings = await readFile(join(ROOT, "wrangler.toml"), "utf8");
    await copy.write({ "wrangler.toml": settings.replace('binding = "SNAPSHOTS"', 'binding = "SNAPS"') });
    const drifted = await script("bindings:check");
    expect(drifted.failed).toBe(true);
    expect(drifted.output).toMatch(/out of date/i);
  });

  test("deploying needs no identifier of something made before", async () => {
    const settings = await readFile(join(ROOT, "wrangler.toml"), "utf8");
    await copy.write({ "wrangler.toml": settings });
    expect(settings).not.toMatch(/^\s*(id|preview_id|account_id|route|routes)\s*=/m);
    const { failed, output } = await copy.run("wrangler", "deploy", "--dry-run", "--outdir", "out");
    expect(failed).toBe(false);
    for (const line of [
      /env\.SNAPSHOTS +KV Namespace/,
      /env\.ENVIRONMENT .+Durable Object/,
      /env\.WORKSPACE .+Durable Object/,
    ])
      expect(output).toMatch(line);
    expect(output).toMatch(/env\.AUTH_FAILURES \(20 requests\/60s\) +Rate Limit/);
    expect(output).toMatch(/env\.ASSETS +Assets/);
  });

  test("a binding that the app asks for and wrangler.toml doesn't have is a type error", async () => {
    const whole = await Copy.make(["src"]);
    try {
      const types = await readFile(join(ROOT, "worker-configuration.d.ts"), "utf8");
      expect(await whole.run("tsc", "-b", "src")).toEqual({ failed: false, output: "" });
      const bindings = ["SNAPSHOTS", "ENVIRONMENT", "AUTH_FAILURES"];
      const without = bindings.reduce((text, name) => text.replace(`${name}: `, `NO_${name}: `), types);
      await whole.write({ "worker-configuration.d.ts": without });
      const { failed, output } = await whole.run("tsc", "-b", "src", "--force", "--pretty", "false");
      expect(failed).toBe(true);
      for (const name of bindings) expect(output).toMatch(new RegExp(`missing .*Bindings.*${name}`));
    } finally {
      await whole.remove();
    }
  });

  test("a Worker that is too large is noticed", async () => {
    const text = (bytes: number): string => `// ${randomBytes(bytes).toString("hex")}\n`; // gzips to 1.08 times as many
    await copy.write({ "small.js": text(183_000), "large.js": text(186_500) });
    const size = (file: string) => copy.run("node", join(ROOT, "scripts/size.ts"), join(copy.dir, file));
    const small = await size("small.js");
    expect(small).toMatchObject({ failed: false });
    expect(small.output).toMatch(/gzipped 1\d\d\.\d kB of at most 200\.0 kB/);
    const large = await size("large.js");
    expect(large).toMatchObject({ failed: true });
    expect(large.output).toMatch(/too large/);
  });
});
