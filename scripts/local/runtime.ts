import { randomBytes } from "node:crypto";
import { existsSync, rmSync } from "node:fs";
import { mkdir, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { createRequire } from "node:module";
import { homedir } from "node:os";
import { join, resolve } from "node:path";
import type { V4WorkerOptions } from "miniflare";
import { ROOT, RUNTIME_OPTIONS, WORKER } from "../build.ts";
import { guard, isRunning, until } from "./lifeline.ts";

/*
 * The built Worker on the local runtime: Miniflare sets up KV, Durable Objects, assets and rate limits as wrangler.toml
 * says and hands workerd the socket, so that no request passes through Node.
 */

/** Something that the person at the terminal can put right; shown as one line. */
export class StartError extends Error {
  override name = "StartError";
}

/** What Cloudflare would say about a request's origin: a local one comes from nowhere, so it is always from here. */
const CF = {
  country: "DE",
  region: "Berlin",
  regionCode: "BE",
  city: "Berlin",
  continent: "EU",
  timezone: "Europe/Berlin",
  colo: "TXL",
  isEUCountry: "1",
  asn: 64_496,
};

const HOST = "127.0.0.1";
const LOCK = "server.pid";
/** How long a server that was killed may take to be gone. Its guard needs milliseconds. */
const LEFTOVER_MS = 5_000;

export type LocalOptions = {
  /** Where everything is kept that outlives the server; made if needed. */
  stateDir: string;
  /** 0 takes a free one. */
  port: number;
  adminToken: string;
  /** Builds the Worker; called once the directory and the port are known to be free. */
  build(): Promise<void>;
};

/**
 * Starts the Worker and returns its address, without a trailing slash. It ends with this process. Throws a StartError
 * when the port or the directory is in use.
 */
export async function startLocal(options: LocalOptions): Promise<string> {
  const { stateDir } = options;
  await lock(stateDir);
  const temporary = join(stateDir, "tmp");
  const pidFile = join(stateDir, `workerd-${process.pid}.pid`);
  process.once("exit", () => {
    for (const path of [pidFile, temporary, join(stateDir, LOCK)]) rmSync(path, { recursive: true, force: true });
  });

  if (options.port !== 0) await assertFree(options.port);
  await options.build();
  await rm(temporary, { recursive: true, force: true });
  await mkdir(temporary, { recursive: true });
  guard(pidFile);
  process.env["TMPDIR"] = temporary;
  process.env["SLUICE_PID_FILE"] = pidFile;
  process.env["SLUICE_WORKERD"] = createRequire(createRequire(import.meta.url).resolve("miniflare"))("workerd").default;
  process.env["MINIFLARE_WORKERD_PATH"] = `${ROOT}scripts/local/workerd.sh`;

  const { Miniflare, NoOpLog, convertV4MiniflareOptions } = await import("miniflare");
  const worker: V4WorkerOptions = JSON.parse(await readFile(RUNTIME_OPTIONS, "utf8"));
  const runtime = new Miniflare(
    convertV4MiniflareOptions({
      ...worker,
      name: "sluice",
      modules: [{ type: "ESModule", path: WORKER }],
      modulesRoot: ROOT,
      bindings: { ...settings(worker.bindings), ADMIN_TOKEN: options.adminToken, ALLOW_LOCAL_WEBHOOKS: "1" },
      host: HOST,
      port: options.port,
      cf: CF,
      logRequests: false,
      log: new NoOpLog(),
      handleStructuredLogs: ({ level, message }) => {
        if (level === "error" || level === "warn") console.error(message);
      },
      telemetry: { enabled: false },
      resourcePersistencePath: join(stateDir, "state"),
      resourceTmpPath: temporary,
      unsafeDevRegistryPath: devRegistry(),
    }),
  );
  return (await runtime.ready).origin;
}

/**
 * Where `wrangler dev` of another project looks for Workers that run on this machine, so that it can bind FlagService:
 * as wrangler itself works it out.
 */
function devRegistry(): string {
  const set = process.env["WRANGLER_REGISTRY_PATH"];
  if (set) return resolve(set);
  const home = homedir();
  const old = join(home, ".wrangler");
  if (existsSync(old)) return join(old, "registry");
  const usual = process.platform === "darwin" ? join(home, "Library/Preferences") : join(home, ".config");
  return join(process.env["XDG_CONFIG_HOME"] || usual, ".wrangler/registry");
}

/** The variables of wrangler.toml, each of which the environment may override. */
function settings(variables: V4WorkerOptions["bindings"] = {}): typeof variables {
  const own = Object.entries(variables).map(([name, value]) => {
    const set = process.env[name];
    return [name, set === undefined ? value : typeof value === "number" ? Number(set) : set];
  });
  return Object.fromEntries(own);
}

/** Takes the state directory for this process. One that a killed server left behind is taken over once that is gone. */
async function lock(stateDir: string): Promise<void> {
  await mkdir(stateDir, { recursive: true, mode: 0o700 });
  const file = join(stateDir, LOCK);
  const owner = Number(await readFile(file, "utf8").catch(() => "0"));
  if (owner !== process.pid && isRunning(owner, "start.ts"))
    throw new StartError(`${stateDir} is in use by process ${owner}; give this one another STATE_DIR.`);
  for (const name of await readdir(stateDir)) {
    if (!/^workerd-\d+\.pid$/.test(name)) continue;
    const pid = Number(await readFile(join(stateDir, name), "utf8"));
    if (!(await until(() => !isRunning(pid, "workerd"), LEFTOVER_MS)))
      throw new StartError(`${stateDir} is still in use by process ${pid}, left behind by a server that was killed.`);
    await rm(join(stateDir, name), { force: true });
  }
  await writeFile(file, String(process.pid));
}

/** A server that has just ended may hold its port for a moment. */
async function assertFree(port: number): Promise<void> {
  for (let tries = 5; ; tries--) {
    const error = await tryPort(port);
    if (error === undefined) return;
    if (error !== "EADDRINUSE") throw new StartError(`Port ${port} can't be used (${error}); set PORT to another one.`);
    if (tries === 0) throw new StartError(`Port ${port} is already in use; set PORT to another one.`);
    await new Promise((wake) => setTimeout(wake, 100));
  }
}

/** The code of the error that listening on a port gives; undefined when it is free. */
async function tryPort(port: number): Promise<string | undefined> {
  const probe = createServer();
  const error = await new Promise<NodeJS.ErrnoException | undefined>((resolve) => {
    probe.once("error", resolve).listen(port, HOST, () => resolve(undefined));
  });
  if (error) return error.code ?? error.message;
  await new Promise((closed) => probe.close(closed));
  return undefined;
}

/** The text in a file of the state directory, made once and kept, readable by its owner only. */
export async function kept(file: string, make: () => string): Promise<string> {
  const present = await readFile(file, "utf8").catch(() => "");
  if (present.trim() !== "") return present.trim();
  const text = make();
  await writeFile(file, `${text}\n`, { mode: 0o600 });
  return text;
}

export function newAdminToken(): string {
  return `slc_admin_${randomBytes(24).toString("base64url")}`;
}
