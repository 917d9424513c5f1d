import { spawn, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { basename } from "node:path";

/* Keeps a started server from outliving what started it, however that ends. */

/**
 * Starts a process that ends the one named in `pidFile` as soon as this one is gone, also when it was killed outright:
 * then the pipe closes that only this process holds open. It has a session of its own, so that Ctrl-C doesn't reach it.
 */
export function guard(pidFile: string): void {
  const script = 'cat >/dev/null; read -r pid <"$1" && kill -9 "$pid"';
  const child = spawn("sh", ["-c", script, "guard", pidFile], { stdio: ["pipe", "ignore", "ignore"], detached: true });
  child.unref();
  child.on("error", () => undefined); // no shell: then only the orderly ways to end are left
}

/**
 * Calls `then` once when the process that started this one is gone. npm puts a shell between itself and a script, which
 * outlives an npm that is killed; so under npm the shell's own parent is watched as well.
 */
export function whenOrphaned(then: () => void): void {
  const parent = process.ppid;
  const shell = process.env["npm_lifecycle_event"] !== undefined && /^(ba|da|z|k)?sh$/.test(commandOf(parent).name);
  const grandparent = shell ? parentOf(parent) : undefined;
  const timer = setInterval(() => {
    if (process.ppid === parent && (grandparent === undefined || parentOf(parent) === grandparent)) return;
    clearInterval(timer);
    then();
  }, 300);
  timer.unref();
}

/** Whether a process with this id runs and was started with `word` somewhere on its command line. */
export function isRunning(pid: number, word: string): boolean {
  return Number.isInteger(pid) && pid > 0 && commandOf(pid).line.includes(word);
}

/** Waits until `condition` holds, at most `ms` milliseconds; returns whether it does. */
export async function until(condition: () => boolean, ms: number): Promise<boolean> {
  for (const end = Date.now() + ms; Date.now() < end; await new Promise((wake) => setTimeout(wake, 50)))
    if (condition()) return true;
  return condition();
}

function commandOf(pid: number): { name: string; line: string } {
  const parts = read(`/proc/${pid}/cmdline`)?.split("\0") ?? ps(pid, "args").split(" ");
  return { name: basename(parts[0] ?? ""), line: parts.join(" ") };
}

function parentOf(pid: number): number {
  const status = read(`/proc/${pid}/status`);
  return Number(status === undefined ? ps(pid, "ppid") : /^PPid:\s*(\d+)$/m.exec(status)?.[1]);
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}

/** Where there is no /proc. */
function ps(pid: number, column: string): string {
  if (process.platform === "linux") return "";
  return spawnSync("ps", ["-o", `${column}=`, "-p", String(pid)], { encoding: "utf8" }).stdout?.trim() ?? "";
}
