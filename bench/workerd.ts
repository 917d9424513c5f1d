import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import workerd from "workerd";

/* Plain `workerd serve`, one process a contestant, so that the CPU time of a process is that of a contestant. */

const COMPATIBILITY_DATE = "2026-10-01";

export type Binding = { text: string } | { json: unknown } | { kv: string } | { service: string } | { object: string };

export type WorkerConfig = {
  /** A bundled ES module. */
  script: string;
  bindings?: Record<string, Binding>;
  /** Durable Object classes with SQLite storage, kept under the process's directory. */
  objects?: readonly string[];
};

export type Config = {
  /** The first one answers on the socket. */
  workers: Record<string, WorkerConfig>;
  /** HTTP servers that stand behind a binding: name to `host:port`. */
  externals?: Record<string, string>;
};

export type Runtime = {
  origin: string;
  /** CPU time that all threads of the process have used so far, in µs. */
  cpu(): number;
  stop(): Promise<void>;
};

const running = new Set<ChildProcess>();
process.once("exit", () => running.forEach((child) => child.kill("SIGKILL")));
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(1));

/** A command that runs on the server's core or on the client's; where there is one core only, anywhere. */
export function pinned(side: "server" | "client", command: readonly string[]): [string, ...string[]] {
  if (availableParallelism() < 2) return [command[0]!, ...command.slice(1)];
  return ["taskset", "-c", side === "server" ? "0" : "1", ...command];
}

/** Starts a runtime whose files are kept in `directory` and resolves once it listens. */
export async function start(directory: string, config: Config): Promise<Runtime> {
  mkdirSync(join(directory, "objects"), { recursive: true });
  writeFileSync(join(directory, "config.capnp"), capnp(directory, config));
  const objects = `--directory-path=objects=${join(directory, "objects")}`;
  const serve = [workerd.default, "serve", join(directory, "config.capnp"), objects, "--control-fd=3"];
  const [command, ...args] = pinned("server", serve);
  const child = spawn(command, args, { stdio: ["ignore", "inherit", "inherit", "pipe"] });
  running.add(child);
  child.once("exit", () => running.delete(child));
  const port = await listening(child);
  return {
    origin: `http://127.0.0.1:${port}`,
    cpu: () => cpuOf(child.pid!),
    stop: () =>
      new Promise((resolve) => {
        if (!running.has(child)) return resolve();
        child.once("exit", () => resolve());
        child.kill("SIGKILL");
      }),
  };
}

function listening(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    let text = "";
    const control = child.stdio[3];
    if (control instanceof Readable)
      control.on("data", (chunk: Buffer) => {
        text += chunk.toString();
        const port = /"event":"listen","socket":"http","port":(\d+)/.exec(text)?.[1];
        if (port !== undefined) resolve(Number(port));
      });
    child.once("error", reject);
    child.once("exit", (code) => reject(new Error(`the runtime ended with ${code} before it listened`)));
  });
}

/** The scheduler's own account, in nanoseconds; the times in `/proc/<pid>/stat` move in steps of 10 ms. */
function cpuOf(pid: number): number {
  let nanoseconds = 0;
  for (const thread of readdirSync(`/proc/${pid}/task`))
    nanoseconds += Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, "utf8").split(" ")[0]);
  return nanoseconds / 1000;
}

function capnp(directory: string, { workers, externals = {} }: Config): string {
  const names = Object.keys(workers);
  const services = [
    ...names.map((name) => `(name = "${name}", worker = ${worker(directory, name, workers[name]!)})`),
    ...Object.entries(externals).map(([name, at]) => `(name = "${name}", external = (address = "${at}", http = ()))`),
    `(name = "objects", disk = (writable = true))`,
  ];
  return `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [${services.join(",\n    ")}],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "${names[0]}")],
);
`;
}

function worker(directory: string, name: string, config: WorkerConfig): string {
  const { script, bindings = {}, objects = [] } = config;
  const embed = (file: string, text: string): string => {
    writeFileSync(join(directory, `${name}.${file}`), text);
    return `embed "${name}.${file}"`;
  };
  const value = (key: string, one: Binding): string => {
    if ("text" in one) return `text = ${embed(key, one.text)}`;
    if ("json" in one) return `json = ${embed(key, JSON.stringify(one.json))}`;
    if ("kv" in one) return `kvNamespace = "${one.kv}"`;
    if ("service" in one) return `service = "${one.service}"`;
    return `durableObjectNamespace = "${one.object}"`;
  };
  return `(
      modules = [(name = "worker.js", esModule = ${embed("js", script)})],
      compatibilityDate = "${COMPATIBILITY_DATE}",
      bindings = [${Object.entries(bindings)
        .map(([key, one]) => `(name = "${key}", ${value(key, one)})`)
        .join(", ")}],
      durableObjectNamespaces = [${objects.map((one) => `(className = "${one}", uniqueKey = "${one}", enableSql = true)`).join(", ")}],
      ${objects.length > 0 ? 'durableObjectStorage = (localDisk = "objects"),' : ""}
    )`;
}
