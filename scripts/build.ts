import { execFile } from "node:child_process";
import { mkdir, readFile, writeFile } from "node:fs/promises";
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
export const MOST_BYTES = 150_000;

/** Builds into `dist/worker`. */
export async function build(): Promise<void> {
  await mkdir(OUT, { recursive: true });
  await Promise.all([bundle(), writeRuntimeOptions()]);
}

async function bundle(): Promise<void> {
  const wrangler = `${ROOT}node_modules/wrangler/bin/wrangler.js`;
  const quiet = { ...process.env, WRANGLER_SEND_METRICS: "false", WRANGLER_LOG: "error", CI: "true" };
  try {
    await promisify(execFile)(process.execPath, [wrangler, "deploy", "--dry-run", "--outdir", OUT], {
      cwd: ROOT,
      env: quiet,
    });
  } catch (error) {
    const { stdout = "", stderr = "" } = error as { stdout?: string; stderr?: string };
    throw new Error(`The Worker could not be built.\n${stdout}${stderr}`.trimEnd(), { cause: error });
  }
}

async function writeRuntimeOptions(): Promise<void> {
  const { unstable_getMiniflareWorkerOptions: read } = await import("wrangler");
  await writeFile(RUNTIME_OPTIONS, JSON.stringify(read(`${ROOT}wrangler.toml`).workerOptions));
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
