import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { rolldown } from "rolldown";
import { ROOT } from "./build.ts";
import { buildDashboard } from "./dashboard.ts";

/*
 * What wrangler.toml names as the step before the Worker is uploaded: the dashboard, and the Worker as one file, small
 * enough for its limit (docs/adr/223-bundled-before-wrangler.md).
 */

const OUT = join(ROOT, "dist/bundle");

async function bundleWorker(): Promise<void> {
  const bundle = await rolldown({
    input: join(ROOT, "src/worker.ts"),
    platform: "neutral",
    external: /^(cloudflare|node):/,
    resolve: { mainFields: ["module", "main"], conditionNames: ["workerd", "worker", "browser", "import"] },
    optimization: { inlineConst: { mode: "all", pass: 2 } },
  });
  const { output } = await bundle.generate({
    format: "esm",
    minify: true,
    // Without `@__PURE__` on what has been shaken already; licences stay.
    comments: { legal: true, annotation: false, jsdoc: false },
    sourcemap: true,
    codeSplitting: false,
  });
  await bundle.close();
  await mkdir(OUT, { recursive: true });
  // Each file is put whole: another process may read it meanwhile.
  for (const file of output) {
    const fresh = join(ROOT, `dist/${file.fileName}.${process.pid}`);
    try {
      await writeFile(fresh, file.type === "chunk" ? file.code : file.source);
      await rename(fresh, join(OUT, file.fileName));
    } finally {
      await rm(fresh, { force: true });
    }
  }
}

if (import.meta.main) {
  try {
    await buildDashboard();
    await bundleWorker();
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
