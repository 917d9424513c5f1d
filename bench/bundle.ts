import { build } from "esbuild";

/** Some engines ask for Node's modules; the runtime has them, and this finds them. */
const REQUIRE = 'import { createRequire } from "node:module"; const require = createRequire("/");';

/** Bundles the text of an entry module, whose imports are relative to this folder, for the Workers runtime. */
export async function bundle(entry: string): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents: entry, resolveDir: import.meta.dirname, loader: "ts" },
    bundle: true,
    write: false,
    format: "esm",
    platform: "node",
    target: "es2024",
    mainFields: ["module", "main"],
    conditions: ["workerd", "worker"],
    external: ["node:*", "cloudflare:*"],
    define: { "process.env.NODE_ENV": '"production"' },
    banner: { js: REQUIRE },
    logLevel: "warning",
  });
  return outputFiles[0]!.text;
}
