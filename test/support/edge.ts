import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { build } from "esbuild";
import { convertV4MiniflareOptions, Miniflare, NoOpLog, type V4WorkerOptions } from "miniflare";
import { ROOT, RUNTIME_OPTIONS, WORKER } from "../../scripts/build.ts";
import { TARBALL } from "../../scripts/package.ts";

/* The example of an edge middleware, installed from the package as another project would, before two versions of a shop and bound to a Sluice. */

const TOKEN = "slc_admin_test-root";
const NODE_MODULES = join(ROOT, "node_modules");

/** A copy of the example with the packed package installed from its tarball, without a network. */
export class Project {
  readonly directory: string;
  /** Of its package. */
  readonly scripts: Record<string, string>;

  private constructor(directory: string, scripts: Record<string, string>) {
    this.directory = directory;
    this.scripts = scripts;
  }

  static async install(example: string): Promise<Project> {
    const directory = await mkdtemp(join(tmpdir(), "sluice-example-"));
    await cp(join(ROOT, "examples", example), directory, {
      recursive: true,
      filter: (path) => !path.includes(`${example}/node_modules`),
    });
    const manifest = JSON.parse(await readFile(join(directory, "package.json"), "utf8"));
    manifest.dependencies = { sluice: `file:${TARBALL}` };
    delete manifest.devDependencies;
    await writeFile(join(directory, "package.json"), JSON.stringify(manifest));
    await run("npm", ["install", "--offline", "--ignore-scripts", "--no-audit", "--no-fund"], directory);
    const project = new Project(directory, manifest.scripts);
    await project.link("@cloudflare/workers-types"); // for its types
    return project;
  }

  /** Gives it a package of this repository's. */
  async link(name: string): Promise<void> {
    const place = join(this.directory, "node_modules", name);
    await mkdir(dirname(place), { recursive: true });
    await symlink(join(NODE_MODULES, name), place);
  }

  /** What the compiler says of it; empty when it is content. */
  async types(): Promise<string> {
    const tsc = join(NODE_MODULES, "typescript/bin/tsc");
    return run(process.execPath, [tsc, "-p", this.directory, "--pretty", "false"], this.directory).then(
      () => "",
      (error: { stdout?: string }) => error.stdout ?? "The compiler could not be run.",
    );
  }

  /** The module that its Worker is deployed as. */
  async bundle(): Promise<string> {
    const { outputFiles } = await build({
      entryPoints: [join(this.directory, "src/worker.ts")],
      bundle: true,
      write: false,
      format: "esm",
      target: "es2024",
      conditions: ["workerd"],
      external: ["cloudflare:*"],
      logLevel: "silent",
    });
    return outputFiles[0]!.text;
  }

  async remove(): Promise<void> {
    await rm(this.directory, { recursive: true, force: true });
  }
}

async function run(command: string, args: string[], cwd: string): Promise<void> {
  await promisify(execFile)(command, args, { cwd, maxBuffer: 1 << 26 });
}

export type Edge = {
  /** Where the middleware listens, without a trailing slash. */
  url: string;
  /** The administration API of the Sluice behind it. */
  admin(method: string, path: string, body?: unknown): Promise<{ status: number; body: unknown }>;
  stop(): Promise<void>;
};

/** A shop that says which one it is, on a page of its own. */
const shop = (name: string): string => `export default { fetch: (request) => {
  const path = new URL(request.url).pathname;
  if (path === "/moved") return new Response(null, { status: 302, headers: { Location: "/cart", "Set-Cookie": "moved=1; Path=/" } });
  return new Response("<title>${name}</title><p>${name} " + path + "</p>", { headers: { "Content-Type": "text/html", "Cache-Control": "public, max-age=600, s-maxage=600" } });
} }`;

/** Starts the middleware before a Sluice as it is built; with an environment `production`. */
export async function startEdge(middleware: string): Promise<Edge> {
  const sluice: V4WorkerOptions = JSON.parse(await readFile(RUNTIME_OPTIONS, "utf8"));
  const module = (contents: string) => ({ modules: [{ type: "ESModule" as const, path: "worker.js", contents }] });
  const flags = { name: "sluice", entrypoint: "FlagService", props: { environment: "production" } };
  const edge = {
    ...module(middleware),
    name: "edge",
    compatibilityDate: "2026-10-01",
    bindings: { OVERRIDE_SECRET: "override-secret" },
    serviceBindings: { FLAGS: flags, STABLE: "shop", CANARY: "shop-next" },
  };
  const runtime = new Miniflare(
    convertV4MiniflareOptions({
      host: "127.0.0.1",
      port: 0,
      log: new NoOpLog(),
      telemetry: { enabled: false },
      handleStructuredLogs: ({ level, message }) => {
        if (level === "error") console.error(message);
      },
      workers: [
        edge,
        {
          ...sluice,
          name: "sluice",
          modules: [{ type: "ESModule", path: WORKER }],
          modulesRoot: ROOT,
          bindings: { ...sluice.bindings, ADMIN_TOKEN: TOKEN, OVERRIDE_SECRET: "override-secret" },
        },
        { ...module(shop("stable")), name: "shop", compatibilityDate: "2026-10-01" },
        { ...module(shop("canary")), name: "shop-next", compatibilityDate: "2026-10-01" },
      ],
    }),
  );
  const { origin } = await runtime.ready;
  const administration = await runtime.getWorker("sluice");
  const admin: Edge["admin"] = async (method, path, body) => {
    const answer = await administration.fetch(`https://sluice.test/admin/v1${path}`, {
      method,
      headers: { Authorization: `Bearer ${TOKEN}`, "Content-Type": "application/json" },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    return { status: answer.status, body: await answer.json() };
  };
  const made = await admin("POST", "/environments", { name: "production" });
  if (made.status !== 201) throw new Error(`No environment could be made: ${JSON.stringify(made.body)}`);
  return { url: origin, admin, stop: () => runtime.dispose() };
}
