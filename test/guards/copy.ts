import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, realpath, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/* A copy of the project's rules (not of its code) in which a test writes code that breaks them. */

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const RULES = [
  ".oxlintrc.json",
  ".oxfmtrc.json",
  "package.json",
  "tsconfig.base.json",
  "scripts/lint",
  "wrangler.toml",
  "worker-configuration.d.ts",
];

export type Outcome = { failed: boolean; output: string };

export class Copy {
  readonly dir: string;

  private constructor(dir: string) {
    this.dir = dir;
  }

  /** With the project's rules, and of its files those named in `also`. */
  static async make(also: string[] = []): Promise<Copy> {
    const dir = await realpath(await mkdtemp(join(tmpdir(), "sluice-guard-")));
    for (const path of [...RULES, ...also]) await cp(join(ROOT, path), join(dir, path), { recursive: true });
    await symlink(join(ROOT, "node_modules"), join(dir, "node_modules"));
    return new Copy(dir);
  }

  async write(files: Record<string, string>): Promise<void> {
    for (const [path, text] of Object.entries(files)) {
      await mkdir(dirname(join(this.dir, path)), { recursive: true });
      await writeFile(join(this.dir, path), text);
    }
  }

  /** Runs a command of node_modules/.bin here, to its end. */
  run(command: string, ...args: string[]): Promise<Outcome> {
    const bin = join(this.dir, "node_modules/.bin");
    const env = {
      ...process.env,
      PATH: `${bin}:${process.env["PATH"]}`,
      WRANGLER_SEND_METRICS: "false",
      NO_COLOR: "1",
    };
    return new Promise((done) => {
      execFile(join(bin, command), args, { cwd: this.dir, env, maxBuffer: 1 << 26 }, (error, stdout, stderr) =>
        done({ failed: error !== null, output: stdout + stderr }),
      );
    });
  }

  async remove(): Promise<void> {
    await rm(this.dir, { recursive: true, force: true });
  }
}

/** The lines of a tool's output that speak of one file. */
export function about(outcome: Outcome, file: string): string[] {
  return outcome.output.split("\n").filter((line) => line.startsWith(`${file}:`) || line.startsWith(`${file}(`));
}
