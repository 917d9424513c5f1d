import { execFile } from "node:child_process";
import { lstat, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { CommandError, EXIT } from "../exit.ts";

/*
 * The files of a working tree: what git would commit where there is git, else all but what tools make. Links aren't
 * followed: what they point to is either in the tree already or none of its business.
 */

/** A file longer than this was made by a program. */
const MAX_BYTES = 1_048_576;
/** Never one's own code, whether it is committed or not. */
const FOREIGN =
  /(?:^|\/)(?:node_modules|bower_components|vendor|Pods|Carthage|\.git|\.yarn|\.venv|venv|site-packages|__pycache__)\//;
/** What tools make, where no .gitignore says so. */
const MADE = /^(?:dist|build|out|target|coverage|DerivedData|bin|obj|\..+)$/;
const NOT_TEXT =
  /\.(?:png|jpe?g|gif|webp|avif|ico|icns|pdf|zip|t?gz|jar|class|woff2?|ttf|otf|eot|mp[34]|mov|wasm|so|dylib|dll|exe|min\.js|map|lock|snap)$/i;

export type Skipped = { file: string; why: string };

/** Paths below a folder, with slashes, sorted. */
export async function filesOf(folder: string): Promise<string[]> {
  const stat = await lstat(folder).catch(() => undefined);
  if (stat === undefined || !(stat.isDirectory() || stat.isSymbolicLink()))
    throw new CommandError(EXIT.usage, `${folder} is no folder.`);
  const all = (await byGit(folder)) ?? (await byWalk(folder));
  return all.filter((file) => !FOREIGN.test(file) && !NOT_TEXT.test(file)).toSorted();
}

/** What git tracks, or would; undefined where there is no git. A repository's own settings can't have it run anything. */
async function byGit(folder: string): Promise<string[] | undefined> {
  const safe = ["-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null", "-c", "core.quotePath=false"];
  const args = [...safe, "ls-files", "-z", "--cached", "--others", "--exclude-standard"];
  const text = await new Promise<string | undefined>((resolve) => {
    execFile("git", args, { cwd: folder, maxBuffer: 1 << 28 }, (error, stdout) => resolve(error ? undefined : stdout));
  });
  // A file in conflict is listed once for each side.
  return text === undefined ? undefined : [...new Set(text.split("\0"))].filter(Boolean);
}

async function byWalk(folder: string): Promise<string[]> {
  const found: string[] = [];
  const waiting = [""];
  for (let below = waiting.pop(); below !== undefined; below = waiting.pop()) {
    const entries = await readdir(join(folder, below), { withFileTypes: true }).catch(() => []);
    for (const entry of entries) {
      const path = below === "" ? entry.name : `${below}/${entry.name}`;
      if (entry.isFile()) found.push(path);
      else if (entry.isDirectory() && !MADE.test(entry.name) && !FOREIGN.test(`${path}/`)) waiting.push(path);
    }
  }
  return found;
}

/** The text of a file, or why it isn't read; undefined where it is no file, or went meanwhile. */
export async function textOf(folder: string, file: string): Promise<{ text: string } | { why: string } | undefined> {
  const path = join(folder, file);
  const stat = await lstat(path).catch(() => undefined);
  if (stat === undefined || !stat.isFile()) return undefined;
  if (stat.size > MAX_BYTES) return { why: "longer than 1 MiB" };
  const bytes = await readFile(path).catch(() => undefined);
  if (bytes === undefined) return { why: "can't be read" };
  const wide =
    bytes[0] === 0xff && bytes[1] === 0xfe
      ? "utf-16le"
      : bytes[0] === 0xfe && bytes[1] === 0xff
        ? "utf-16be"
        : undefined;
  if (wide === undefined && bytes.subarray(0, 8_192).includes(0)) return { why: "binary" };
  return { text: new TextDecoder(wide).decode(bytes) };
}
