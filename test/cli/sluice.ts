import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ROOT } from "../../scripts/build.ts";

/* The bundled command, run as a person or a pipeline runs it, with a configuration folder of its own. */

export type Ended = { exit: number; out: string; err: string };

export class Shell {
  readonly folder: string;
  readonly env: Record<string, string>;

  private constructor(folder: string) {
    this.folder = folder;
    const { PATH = "" } = process.env;
    this.env = { PATH, HOME: folder, SLUICE_CONFIG_HOME: join(folder, "config") };
  }

  static async open(): Promise<Shell> {
    return new Shell(await mkdtemp(join(tmpdir(), "sluice-cli-")));
  }

  close(): Promise<void> {
    return rm(this.folder, { recursive: true, force: true });
  }

  /** Starts it, for what runs until it is told to end. `said`: its standard output so far. */
  start(
    args: string[],
    env: Record<string, string> = {},
  ): { child: ChildProcess; said: () => string; exit: Promise<number | null> } {
    const child = spawn(process.execPath, [join(ROOT, "dist/package/sluice.mjs"), ...args], {
      cwd: this.folder,
      env: Object.assign({} as NodeJS.ProcessEnv, this.env, { TMPDIR: this.folder }, env),
      stdio: ["ignore", "pipe", "pipe"],
    });
    let out = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => (out += text));
    child.stderr.resume();
    const exit = new Promise<number | null>((resolve) => void child.once("exit", resolve));
    return { child, said: () => out, exit };
  }

  /** Runs it to its end. What it prints is JSON, as in a pipe, unless `--no-json` says otherwise. */
  run(args: string[], { input = "", env = {} }: { input?: string; env?: Record<string, string> } = {}): Promise<Ended> {
    const child = spawn(process.execPath, [join(ROOT, "dist/package/sluice.mjs"), ...args], {
      cwd: this.folder,
      env: Object.assign({} as NodeJS.ProcessEnv, this.env, env),
      stdio: ["pipe", "pipe", "pipe"],
    });
    const ended: Ended = { exit: -1, out: "", err: "" };
    child.stdout.setEncoding("utf8").on("data", (text: string) => (ended.out += text));
    child.stderr.setEncoding("utf8").on("data", (text: string) => (ended.err += text));
    child.stdin.on("error", () => undefined).end(input);
    return new Promise((resolve, reject) => {
      child.once("error", reject);
      child.once("close", (code) => resolve({ ...ended, exit: code ?? -1 }));
    });
  }
}
