import { execFile } from "node:child_process";
import { copyFile, mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { gzipSync } from "node:zlib";

/*
 * Builds the Worker exactly as `wrangler deploy` uploads it, and writes down beside it what the local runtime needs to
 * know from wrangler.toml, so that starting it takes neither a bundler nor a parser of configuration.
 */

export const ROOT = fileURLToPath(new URL("..", import.meta.url));
const OUT = `${ROOT}dist/worker`;
export const WORKER = `${OUT}/worker.js`;
export const RUNTIME_OPTIONS = `${OUT}/runtime.json`;

/** The Worker may be this large, gzipped, without its source map and the dashboard. Bytes. */
export const MOST_BYTES = 200_000;

/** Builds into `dist/worker`, where each file is put whole: one that is running or being started isn't disturbed. */
export async function build(): Promise<void> {
  const fresh = `${OUT}-${process.pid}`;
  try {
    await mkdir(fresh, { recursive: true });
    await Promise.all([bundle(fresh), writeRuntimeOptions(`${fresh}/runtime.json`)]);
    await copyFile(`${ROOT}dist/bundle/worker.js.map`, `${fresh}/worker.js.map`);
    await mkdir(OUT, { recursive: true });
    for (const file of await readdir(fresh)) await rename(`${fresh}/${file}`, `${OUT}/${file}`);
  } finally {
    await rm(fresh, { recursive: true, force: true });
  }
}

async function bundle(directory: string): Promise<void> {
  const wrangler = `${ROOT}node_modules/wrangler/bin/wrangler.js`;
  const env = { ...process.env, WRANGLER_SEND_METRICS: "false", WRANGLER_LOG: "error", CI: "true" };
  const command = [wrangler, "deploy", "--dry-run", "--outdir", directory];
  try {
    await promisify(execFile)(process.execPath, command, { cwd: ROOT, env });
  } catch (error) {
    const { stdout = "", stderr = "" } = error as { stdout?: string; stderr?: string };
    throw new Error(`The Worker could not be built.\n${stdout}${stderr}`.trimEnd(), { cause: error });
  }
}

async function writeRuntimeOptions(file: string): Promise<void> {
  const { unstable_getMiniflareWorkerOptions: read } = await import("wrangler");
  await writeFile(file, JSON.stringify(read(`${ROOT}wrangler.toml`).workerOptions));
}

/** The size of a built Worker in bytes, as it is and gzipped. */
export async function size(file: string): Promise<{ bytes: number; gzipped: number }> {
  const text = await readFile(file);
  return { bytes: text.byteLength, gzipped: gzipSync(text, { level: 9 }).byteLength };
}

if (import.meta.main)
  await build().catch((error: Error) => {
    console.error(error.message);
    process.exitCode = 1;
  });
