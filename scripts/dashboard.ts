import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { build } from "vite";
import { ROOT } from "./build.ts";

/*
 * Builds the dashboard into `public/app`, from where the Worker serves it, if it isn't there or isn't what the sources
 * say. wrangler.toml names this as the step before the Worker is bundled, so that every deployment, start and test has
 * the pages that belong to it.
 */

const OUT = join(ROOT, "public/app");
/** What was built: how, and a digest of everything that it is made from. */
const BUILT = join(ROOT, "dist/dashboard.sha256");
/** Tests have React complain of what a page does wrong; that build is slower and larger, and nothing that is served else. */
const MODE = process.env["NODE_ENV"] || "production";
const SOURCES = ["src/dashboard", "src/contract", "src/core", "src/interchange", "vite.config.ts", "package-lock.json"];

/** Builds when needed; returns whether it was. */
export async function buildDashboard(): Promise<boolean> {
  const digest = `${MODE} ${await digestOf(SOURCES)}`;
  const entry = await readFile(join(OUT, "index.html"), "utf8").catch(() => "");
  if (entry !== "" && (await readFile(BUILT, "utf8").catch(() => "")) === digest) return false;
  const fresh = join(ROOT, `dist/dashboard-${process.pid}`);
  try {
    await build({ configFile: join(ROOT, "vite.config.ts"), logLevel: "error", build: { outDir: fresh } });
    await place(fresh);
    await writeFile(BUILT, digest);
  } finally {
    await rm(fresh, { recursive: true, force: true });
  }
  return true;
}

/** Puts each file whole, the entry last: whoever starts from these files meanwhile finds all that a page asks for. */
async function place(fresh: string): Promise<void> {
  await mkdir(join(OUT, "assets"), { recursive: true });
  const made = await readdir(join(fresh, "assets"));
  for (const name of made) await rename(join(fresh, "assets", name), join(OUT, "assets", name));
  await rename(join(fresh, "index.html"), join(OUT, "index.html"));
  for (const name of await readdir(join(OUT, "assets")))
    if (!made.includes(name)) await rm(join(OUT, "assets", name), { force: true });
}

async function digestOf(paths: string[]): Promise<string> {
  const hash = createHash("sha256");
  for (const path of paths)
    for (const file of await filesOf(path)) hash.update(file).update(await readFile(join(ROOT, file)));
  return hash.digest("hex");
}

async function filesOf(path: string): Promise<string[]> {
  const about = await stat(join(ROOT, path)).catch(() => undefined);
  if (about === undefined) return [];
  if (about.isFile()) return [path];
  const entries = await readdir(join(ROOT, path), { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(ROOT.length))
    .toSorted();
}

if (import.meta.main) {
  try {
    await mkdir(dirname(BUILT), { recursive: true });
    await buildDashboard();
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
