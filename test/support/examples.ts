import { type ChildProcess, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { rmSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, request, type Server } from "node:http";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { build } from "esbuild";
import { ROOT } from "../../scripts/build.ts";
import { Admin } from "../../scripts/local/seed.ts";
import { newKey } from "./admin.ts";
import { type Runtime, startRuntime } from "./runtime.ts";

/* A Sluice for the examples, and the examples as programs. */

export type Served = {
  runtime: Runtime;
  client: string;
  server: string;
  put(key: string, flag: object): Promise<void>;
};

/** A Sluice with an environment and a key of each kind. */
export async function serveFlags(options: { stateDir?: string; port?: number } = {}): Promise<Served> {
  const runtime = await startRuntime(options);
  const admin = new Admin(runtime.url, runtime.adminToken);
  await admin.send("POST", "/environments", { name: "production" });
  const put = async (key: string, flag: object): Promise<void> =>
    void (await admin.send("PUT", `/environments/production/flags/${key}`, flag));
  const [client, server] = [
    await newKey(runtime, "production", "client"),
    await newKey(runtime, "production", "server"),
  ];
  return { runtime, client, server, put };
}

/** A text flag that everybody gets, and pages may see. */
export const banner = (text: string) => ({
  type: "string",
  variants: { shown: text, other: "other" },
  default: { variant: "shown" },
  clientSide: true,
});

/** An example's file as a script by itself; `sluice/hook` is the package's. */
export async function bundled(file: string, platform: "browser" | "node"): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [join(ROOT, "examples", file)],
    bundle: true,
    write: false,
    format: "esm",
    platform,
    target: "es2024",
    alias: { "sluice/hook": join(ROOT, "dist/package/hook.js") },
    banner: platform === "node" ? { js: NODE } : {},
    logLevel: "silent",
  });
  return outputFiles[0]!.text;
}
/** Some libraries ask for Node's modules by `require`. */
const NODE = 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);';

/** What was reported to a Sluice, by way of an address of its own that passes everything on to it. */
export class Overheard {
  readonly events: Record<string, unknown>[] = [];
  readonly url: string;
  readonly #server: Server;

  private constructor(server: Server, url: string) {
    this.#server = server;
    this.url = url;
  }

  static async of(target: string): Promise<Overheard> {
    const server = createServer((incoming, answer) => {
      const { method, headers, url = "/" } = incoming;
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

/** An example that runs. */
export class Program {
  readonly #child: ChildProcess;
  #output = "";

  private constructor(child: ChildProcess) {
    this.#child = child;
    for (const stream of [child.stdout!, child.stderr!])
      stream.setEncoding("utf8").on("data", (text: string) => (this.#output += text));
  }

  static async run(file: string, args: string[]): Promise<Program> {
    const script = join(ROOT, "dist/examples", `${randomUUID()}.mjs`);
    await mkdir(dirname(script), { recursive: true });
    await writeFile(script, await bundled(file, "node"));
    const child = spawn(process.execPath, [script, ...args], { stdio: ["pipe", "pipe", "pipe"] });
    child.once("exit", () => rmSync(script, { force: true }));
    return new Program(child);
  }

  /** All that it has printed. */
  get output(): string {
    return this.#output;
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode !== null) return;
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
