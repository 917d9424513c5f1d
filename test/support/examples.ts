import { type ChildProcess, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { rmSync } from "node:fs";
import { cp, mkdir, mkdtemp, readFile, rm, symlink } from "node:fs/promises";
import { createServer, request, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";
import { ROOT } from "../../scripts/build.ts";
import { Admin } from "../../scripts/local/seed.ts";
import { type Runtime, startRuntime } from "./runtime.ts";

/* A Sluice for the examples, and the examples as programs. */

export type Served = {
  runtime: Runtime;
  client: string;
  server: string;
  /** Merges a patch into a flag of `production`. */
  patch(key: string, patch: object): Promise<void>;
};

/** A Sluice as `npm start` makes it, with the example shop, and the keys of `production` that it has printed. */
export async function serveShop(options: { stateDir?: string; port?: number } = {}): Promise<Served> {
  const runtime = await startRuntime({ ...options, seed: true });
  const admin = new Admin(runtime.url, runtime.adminToken);
  const patch = async (key: string, body: object): Promise<void> =>
    void (await admin.send("PATCH", `/environments/production/flags/${key}`, body));
  const key = (kind: string): string => new RegExp(`slc_${kind}_production_\\S+`).exec(runtime.output())![0];
  return { runtime, client: key("client"), server: key("server"), patch };
}

/** An example's file as a script by itself; `sluice/hook` is the package's. */
export async function bundled(file: string): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [join(ROOT, "examples", file)],
    bundle: true,
    write: false,
    format: "esm",
    platform: "browser",
    target: "es2024",
    alias: { "sluice/hook": join(ROOT, "dist/package/hook.js") },
    logLevel: "silent",
  });
  return outputFiles[0]!.text;
}

/** What was reported to a Sluice, by way of an address of its own that passes everything on to it. */
export class Overheard {
  readonly events: Record<string, unknown>[] = [];
  /** Method and path of every request. */
  readonly requests: string[] = [];
  readonly url: string;
  readonly #server: Server;

  private constructor(server: Server, url: string) {
    this.#server = server;
    this.url = url;
  }

  static async of(target: string): Promise<Overheard> {
    const server = createServer((incoming, answer) => {
      const { method, headers, url = "/" } = incoming;
      overheard.requests.push(`${method} ${url.replace(/\?.*/, "")}`);
      const onward = request(target + url, { method, headers }, (given) => {
        answer.writeHead(given.statusCode ?? 502, given.headers);
        given.pipe(answer);
      });
      onward.on("error", () => answer.destroy());
      const chunks: Buffer[] = [];
      incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
      incoming.on("end", () => {
        const reports = method === "POST" && url.startsWith("/v1/events");
        if (reports) overheard.events.push(...JSON.parse(Buffer.concat(chunks).toString()).events);
      });
      incoming.pipe(onward);
    });
    await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
    const address = server.address();
    if (typeof address !== "object" || !address) throw new Error("it doesn't listen");
    const overheard = new Overheard(server, `http://127.0.0.1:${address.port}`);
    return overheard;
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }
}

/** An example that runs, as its package says. */
export class Program {
  readonly #child: ChildProcess;
  #output = "";

  private constructor(child: ChildProcess) {
    this.#child = child;
    for (const stream of [child.stdout!, child.stderr!])
      stream.setEncoding("utf8").on("data", (text: string) => (this.#output += text));
  }

  /** Runs what `npm start` would in a copy of the folder, where its packages are this repository's. */
  static async start(example: string, env: Record<string, string>): Promise<Program> {
    const folder = join(ROOT, "dist/examples", randomUUID());
    await cp(join(ROOT, "examples", example), folder, {
      recursive: true,
      filter: (path) => !path.includes(`${example}/node_modules`),
    });
    await mkdir(join(folder, "node_modules"));
    await symlink(join(ROOT, "dist/package"), join(folder, "node_modules/sluice"));
    const { scripts } = JSON.parse(await readFile(join(folder, "package.json"), "utf8"));
    const [program, ...args] = (scripts.start as string).split(" ");
    if (program !== "node") throw new Error(`${example} isn't started by node`);
    const child = spawn(process.execPath, args, {
      cwd: folder,
      stdio: ["pipe", "pipe", "pipe"],
      env: { ...process.env, ...env },
    });
    child.once("exit", () => rmSync(folder, { recursive: true, force: true }));
    return new Program(child);
  }

  /** All that it has printed. */
  get output(): string {
    return this.#output;
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const ended = new Promise((resolve) => this.#child.once("exit", resolve));
    this.#child.kill("SIGTERM");
    await ended;
  }
}

export async function withDirectory(work: (directory: string) => Promise<void>): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), "sluice-app-"));
  try {
    await work(directory);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}
