import { execFile } from "node:child_process";
import { chmod, cp, mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { promisify } from "node:util";
import { build } from "esbuild";
import { ROOT } from "./build.ts";

/*
 * `npm run package`: what other projects install, as a folder and as a tarball below dist/package. Each part is one
 * file with all that it needs in it, so nothing else is installed; the declarations are the compiler's own.
 */

/** Subpath → entry in src. */
const PARTS = { core: "core-package", gate: "gate-package", hook: "hook-package", server: "server-package" } as const;

const OUT = `${ROOT}dist/package`;

const COMMAND = "sluice.mjs";

/** The tarball. */
export const TARBALL = `${OUT}/sluice.tgz`;

/** Builds and packs. Each file is put whole, so that one who installs the tarball meanwhile isn't disturbed. */
export async function buildPackage(): Promise<void> {
  const fresh = `${OUT}-${process.pid}`;
  try {
    await mkdir(fresh, { recursive: true });
    await Promise.all([scripts(fresh), command(fresh), skills(fresh), declarations(fresh), describe(fresh)]);
    const [{ filename }] = JSON.parse(await run("npm", ["pack", "--json", "--ignore-scripts"], fresh));
    await rename(`${fresh}/${filename}`, `${fresh}/sluice.tgz`);
    await mkdir(OUT, { recursive: true });
    const made = await readdir(fresh);
    for (const name of made) {
      if (name === "types" || name === "skills") await rm(`${OUT}/${name}`, { recursive: true, force: true });
      await rename(`${fresh}/${name}`, `${OUT}/${name}`);
    }
    for (const name of await readdir(OUT)) if (!made.includes(name)) await rm(`${OUT}/${name}`, { recursive: true });
  } finally {
    await rm(fresh, { recursive: true, force: true });
  }
}

async function scripts(directory: string): Promise<void> {
  await build({
    entryPoints: Object.fromEntries(Object.entries(PARTS).map(([part, entry]) => [part, `${ROOT}src/${entry}.ts`])),
    outdir: directory,
    bundle: true,
    format: "esm",
    splitting: true,
    chunkNames: "shared-[hash]",
    platform: "neutral",
    mainFields: ["module", "main"],
    target: "es2024",
    external: ["cloudflare:*", "node:*"],
    logLevel: "warning",
  });
}

/** The command: one file with all that it needs in it, for Node 20 and newer. */
async function command(directory: string): Promise<void> {
  const { version } = JSON.parse(await readFile(`${ROOT}package.json`, "utf8")) as { version: string };
  await build({
    entryPoints: [`${ROOT}src/cli/main.ts`],
    outfile: `${directory}/${COMMAND}`,
    bundle: true,
    minify: true,
    format: "esm",
    platform: "node",
    target: "node20",
    define: { SLUICE_VERSION: JSON.stringify(version) },
    // What is bundled may want `require` of Node's own modules.
    banner: {
      js: '#!/usr/bin/env node\nimport { createRequire as sluiceRequire } from "node:module";\nconst require = sluiceRequire(import.meta.url);',
    },
    logLevel: "warning",
  });
  await chmod(`${directory}/${COMMAND}`, 0o755);
}

/** What agents read to flag a change, to ship it, and to clean it up. */
function skills(directory: string): Promise<void> {
  return cp(`${ROOT}skills`, `${directory}/skills`, { recursive: true });
}

/** Programs of their own, so that building the package doesn't depend on what was type-checked before. */
async function declarations(directory: string): Promise<void> {
  const { server, ...workers } = PARTS;
  await declare(directory, "workers", Object.values(workers), ["@cloudflare/workers-types"]);
  await declare(directory, "node", [server], ["node"]);
}

async function declare(directory: string, name: string, entries: string[], types: string[]): Promise<void> {
  const settings = {
    extends: `${ROOT}tsconfig.base.json`,
    compilerOptions: {
      types,
      typeRoots: [`${ROOT}node_modules`, `${ROOT}node_modules/@types`],
      composite: false,
      declaration: true,
      rootDir: `${ROOT}src`,
      outDir: `${directory}/types`,
    },
    files: entries.map((entry) => `${ROOT}src/${entry}.ts`),
  };
  const file = `${directory}.${name}.tsconfig.json`;
  try {
    await writeFile(file, JSON.stringify(settings));
    await run(process.execPath, [`${ROOT}node_modules/typescript/bin/tsc`, "-p", file], ROOT);
  } finally {
    await rm(file, { force: true });
  }
}

async function describe(directory: string): Promise<void> {
  const { name, version, description, license, type } = JSON.parse(await readFile(`${ROOT}package.json`, "utf8"));
  const exported = Object.entries(PARTS).map(([part, entry]) => [
    `./${part}`,
    { types: `./types/${entry}.d.ts`, default: `./${part}.js` },
  ]);
  const manifest = {
    name,
    version,
    description,
    license,
    type,
    bin: { sluice: `./${COMMAND}` },
    engines: { node: ">=20" },
    exports: { ...Object.fromEntries(exported), "./package.json": "./package.json" },
    files: ["*.js", COMMAND, "types", "skills"],
    sideEffects: false,
    // Installed from its tarball: the name isn't ours on the registry.
    private: true,
    // For the types of `./core` only; nothing that runs needs it. Any version, so that no project's own is in the way.
    peerDependencies: { zod: "*" },
    peerDependenciesMeta: { zod: { optional: true } },
  };
  await writeFile(`${directory}/package.json`, `${JSON.stringify(manifest, null, 2)}\n`);
}

async function run(command: string, args: string[], cwd: string): Promise<string> {
  try {
    return (await promisify(execFile)(command, args, { cwd, maxBuffer: 1 << 26 })).stdout;
  } catch (error) {
    const { stdout = "", stderr = "" } = error as { stdout?: string; stderr?: string };
    throw new Error(`The package could not be built.\n${stdout}${stderr}`.trimEnd(), { cause: error });
  }
}

if (import.meta.main) {
  try {
    await buildPackage();
    console.log(TARBALL);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
