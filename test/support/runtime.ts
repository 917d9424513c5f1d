import { type ChildProcess, spawn } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/* The built Worker on the local runtime, started as `npm start` starts it, for tests that see only its surface. */

export type Runtime = {
  /** Without a trailing slash. */
  url: string;
  adminToken: string;
  stateDir: string;
  /** Of the process that holds the runtime; `workerd()` is the one that answers. */
  pid: number;
  workerd(): number;
  /** All that it has printed so far, both streams. */
  output(): string;
  /** Ends it in order, and removes its state unless the state was given. */
  stop(): Promise<void>;
  /** SIGKILL to everything, as a power cut would; the state stays. */
  kill(): Promise<void>;
};

export type RuntimeOptions = {
  /** Default: a temporary one, removed by `stop`. */
  stateDir?: string;
  /** Default: a free one. */
  port?: number;
  /** Whether the example shop is made. Default: no. */
  seed?: boolean;
  env?: Record<string, string>;
};

const START = fileURLToPath(new URL("../../scripts/start.ts", import.meta.url));
const READY = /^Sluice is ready on (http:\S+)$/m;
/** With two cores that several runtimes share. */
const READY_MS = 45_000;

/** Starts a runtime and waits until it is ready. It ends with the process that called this, at the latest. */
export async function startRuntime(options: RuntimeOptions = {}): Promise<Runtime> {
  const stateDir = options.stateDir ?? (await mkdtemp(join(tmpdir(), "sluice-test-")));
  const adminToken = options.env?.["ADMIN_TOKEN"] ?? "slc_admin_test-root";
  const child = spawn(process.execPath, [START, "--built"], {
    stdio: ["ignore", "pipe", "pipe"],
    env: {
      ...process.env,
      ADMIN_TOKEN: adminToken,
      SEED: options.seed ? "" : "none",
      VISITORS: "none",
      ...options.env,
      PORT: String(options.port ?? 0),
      STATE_DIR: stateDir,
      // Not the one of whoever runs the tests: their other Workers would find it.
      WRANGLER_REGISTRY_PATH: options.env?.["WRANGLER_REGISTRY_PATH"] ?? join(stateDir, "registry"),
    },
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (text: string) => (output += text));
  const exited = new Promise<void>((resolve) => child.once("exit", () => resolve()));

  try {
    const url = await ready(child, () => output);
    return {
      url,
      adminToken,
      stateDir,
      pid: child.pid!,
      workerd: () => workerdIn(stateDir),
      output: () => output,
      async stop() {
        child.kill("SIGTERM");
        await exited;
        if (options.stateDir === undefined) await rm(stateDir, { recursive: true, force: true });
      },
      async kill() {
        const workerd = workerdIn(stateDir);
        child.kill("SIGKILL");
        if (isAlive(workerd)) process.kill(workerd, "SIGKILL");
        await exited;
        while (isAlive(workerd)) await new Promise((wake) => setTimeout(wake, 10));
      },
    };
  } catch (error) {
    child.kill("SIGKILL");
    throw error;
  }
}

function ready(child: ChildProcess, output: () => string): Promise<string> {
  return new Promise((resolve, reject) => {
    const fail = (why: string): void => reject(new Error(`The runtime ${why}. It printed:\n${output()}`));
    const timer = setTimeout(() => fail("is not ready in time"), READY_MS);
    child.once("exit", (code, signal) => fail(`ended (${signal ?? code})`));
    child.stdout!.on("data", () => {
      const url = READY.exec(output())?.[1];
      if (url === undefined) return;
      clearTimeout(timer);
      resolve(url);
    });
  });
}

/** The process id that the runtime's workerd has written down. */
function workerdIn(stateDir: string): number {
  const file = readdirSync(stateDir).find((name) => /^workerd-\d+\.pid$/.test(name));
  return file === undefined ? 0 : Number(readFileSync(join(stateDir, file), "utf8"));
}

/** Whether a process runs. One that has ended and waits to be collected by its parent doesn't. */
export function isAlive(pid: number): boolean {
  if (!(pid > 0)) return false;
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  try {
    return !/^State:\s*Z/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    return true;
  }
}
