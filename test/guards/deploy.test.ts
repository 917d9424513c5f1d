import { copyFile, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { experimental_patchConfig as patchConfig } from "wrangler";
import { ROOT } from "../../scripts/build.ts";

/* What README.md and docs/deploy.md say of the first minutes. */

test("wrangler can't write what it has made into wrangler.toml, so a deployment leaves the checkout as it is", async () => {
  const directory = await mkdtemp(join(tmpdir(), "sluice-deploy-"));
  try {
    const copy = join(directory, "wrangler.toml");
    await copyFile(join(ROOT, "wrangler.toml"), copy);
    const made = { kv_namespaces: [{ id: "0123456789abcdef" }] };
    expect(() => patchConfig(copy, made, false)).toThrow("cannot patch .toml config if comments are present");
    expect(await readFile(copy, "utf8")).toBe(await readFile(join(ROOT, "wrangler.toml"), "utf8"));
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
});

test("README, the package and the examples name the same oldest Node.js", async () => {
  const read = (path: string): Promise<string> => readFile(join(ROOT, path), "utf8");
  const oldest = /Needs Node\.js (\d+) or newer/.exec(await read("README.md"))![1];
  for (const path of [
    "package.json",
    ...["server", "browser", "mobile"].map((name) => `examples/${name}/package.json`),
  ])
    expect(JSON.parse(await read(path)).engines, path).toEqual({ node: `>=${oldest}` });
  expect(await read(".npmrc")).toContain("loglevel=error");
});

test("nothing here or in what is packed asks a registry for a package named sluice", async () => {
  const lock = JSON.parse(await readFile(join(ROOT, "package-lock.json"), "utf8"));
  expect(Object.keys(lock.packages).filter((path) => path.endsWith("node_modules/sluice"))).toEqual([]);
  const packed = JSON.parse(await readFile(join(ROOT, "dist/package/package.json"), "utf8"));
  expect(packed.private).toBe(true);
  expect(packed.peerDependencies).toEqual({ zod: "*" });
});
