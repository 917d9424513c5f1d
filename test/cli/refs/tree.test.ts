import { execFileSync } from "node:child_process";
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { filesOf, textOf } from "../../../src/cli/refs/tree.ts";

/* Which files of a working tree are read, with git and without. */

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "sluice-tree-"));
  const put = async (file: string, content: string | Uint8Array = "x"): Promise<void> => {
    await mkdir(dirname(join(folder, file)), { recursive: true });
    await writeFile(join(folder, file), content);
  };
  await put("src/a b\nc.ts");
  await put("src/build/kept.ts");
  await put("dist/made.js");
  await put("ignored/made.js");
  await put("node_modules/other/index.js");
  await put("deep/vendor/other.go");
  await put(".github/workflows/x.yml");
  await put("picture.png", new Uint8Array([0x89, 0x50]));
  await put("binary.dat", new Uint8Array([1, 0, 2]));
  await put("wide.ts", Buffer.from("\ufeffconst a = 'new-checkout';", "utf16le"));
  await put("latin.go", new Uint8Array([0x2f, 0x2f, 0xe9]));
  await put("long.js", "x".repeat(1_048_577));
  await put(".gitignore", "ignored/\ndist/\n");
  await symlink("..", join(folder, "src/up"));
  await symlink("/etc/hostname", join(folder, "src/outside.txt"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));
const git = (...args: string[]): void => void execFileSync("git", args, { cwd: folder, stdio: "ignore" });

test("with git: what it would commit, whatever its folder is called; links, foreign code and pictures aren't read", async () => {
  git("init", "-q");
  // A repository's own settings don't run anything here.
  git("config", "core.fsmonitor", `touch ${join(folder, "RAN")}; false`);
  const files = await filesOf(folder);
  expect(files).toEqual([
    ".github/workflows/x.yml",
    ".gitignore",
    "binary.dat",
    "latin.go",
    "long.js",
    "src/a b\nc.ts",
    "src/build/kept.ts",
    "src/outside.txt",
    "src/up",
    "wide.ts",
  ]);
  expect(await textOf(folder, "src/up")).toBeUndefined();
  expect(await textOf(folder, "src/outside.txt")).toBeUndefined();
  expect(await textOf(folder, "gone.ts")).toBeUndefined();
  expect(await filesOf(join(folder, "src"))).toEqual(["a b\nc.ts", "build/kept.ts", "outside.txt", "up"]);
});

test("without git: all but links, hidden folders and what tools make", async () => {
  const files = await filesOf(folder);
  expect(files).toEqual([
    ".gitignore",
    "binary.dat",
    "ignored/made.js",
    "latin.go",
    "long.js",
    "src/a b\nc.ts",
    "wide.ts",
  ]);
});

test("a file is text in UTF-8 or, with its mark, UTF-16; else it says why not", async () => {
  expect(await textOf(folder, "wide.ts")).toEqual({ text: "const a = 'new-checkout';" });
  expect(await textOf(folder, "latin.go")).toEqual({ text: "//\ufffd" });
  expect(await textOf(folder, "binary.dat")).toEqual({ why: "binary" });
  expect(await textOf(folder, "long.js")).toEqual({ why: "longer than 1 MiB" });
  await expect(filesOf(join(folder, "nowhere"))).rejects.toMatchObject({ exit: 64 });
  await expect(filesOf(join(folder, "long.js"))).rejects.toMatchObject({ exit: 64 });
});
