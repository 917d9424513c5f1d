import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { accessSync, constants, globSync, statSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rename, rm, stat, symlink, writeFile } from "node:fs/promises";
import { delimiter, dirname, join } from "node:path";
import { promisify } from "node:util";
import { brotliDecompress, gunzip } from "node:zlib";
import { chromium } from "playwright-core";
import { ROOT } from "../../scripts/build.ts";

/*
 * Finds a browser for the tests, on a machine that may have none: what is installed first, else a Chromium out of an
 * npm package, unpacked below `dist`. A test command changes nothing outside the checkout and asks for no rights.
 */

/** How a browser is started: plain data, so that it can be handed from the process that found it to the tests. */
export type BrowserProgram = { path: string; args: string[]; env: Record<string, string> };

/** Variables that name a browser, in the order in which they are asked; ours first. */
export const VARIABLES = [
  "SLUICE_CHROMIUM",
  "CHROME_PATH",
  "CHROME_BIN",
  "PUPPETEER_EXECUTABLE_PATH",
  "PLAYWRIGHT_CHROMIUM_EXECUTABLE_PATH",
];
const NAMES = [
  "chromium",
  "chromium-browser",
  "google-chrome",
  "google-chrome-stable",
  "chrome",
  "chrome-headless-shell",
  "microsoft-edge",
];
const PLACES = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/usr/bin/google-chrome-stable",
  "/opt/google/chrome/chrome",
  "/snap/bin/chromium",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
];
/** What a container without a sandbox, without shared memory and without a graphics card needs. */
const INSTALLED_ARGS = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"];

/** Where to look; tests of the search say it themselves. */
export type Places = { env: Record<string, string | undefined>; usual?: string[]; playwright?: string[] };

/**
 * The browser that is installed here; undefined where there is none. Throws when a variable of ours names a program
 * that isn't there: whoever set it wants to know.
 */
export function installedBrowser({
  env,
  usual = PLACES,
  playwright = playwrightsOwn(env),
}: Places): string | undefined {
  const own = env["SLUICE_CHROMIUM"];
  if (own && !isProgram(own)) throw new Error(`SLUICE_CHROMIUM names ${own}, which is no program.`);
  const named = VARIABLES.map((name) => env[name] ?? "");
  const folders = (env["PATH"] ?? "").split(delimiter).filter((folder) => folder !== "");
  const onPath = folders.flatMap((folder) => NAMES.map((name) => join(folder, name)));
  return [...named, ...onPath, ...usual, ...playwright].find(isProgram);
}

/** What `playwright install` has put there: of the version in use first, then any other, newest first. */
function playwrightsOwn(env: Places["env"]): string[] {
  const home = env["HOME"] ?? "";
  const cache = env["PLAYWRIGHT_BROWSERS_PATH"] || join(home, ".cache/ms-playwright");
  const [full, shell] = ["chrome-linux*/chrome", "chrome-*linux*/{headless_shell,chrome-headless-shell}"];
  const others = globSync([`chromium-*/${full}`, `chromium_headless_shell-*/${shell}`], { cwd: cache });
  return [
    exactPlaywright(),
    ...others
      .toSorted()
      .toReversed()
      .map((path) => join(cache, path)),
  ];
}

function exactPlaywright(): string {
  try {
    return chromium.executablePath();
  } catch {
    return ""; // it knows none for this platform
  }
}

function isProgram(path: string): boolean {
  if (path === "") return false;
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

/**
 * The browser that the tests use: an installed one, else npm's. `SLUICE_CHROMIUM` may name a program, or be `npm` (never
 * an installed one) or `none`. Throws an error that says why there is none.
 */
export async function findBrowser(env: Places["env"] = process.env): Promise<BrowserProgram> {
  const wish = env["SLUICE_CHROMIUM"];
  if (wish === "none") throw new Error("SLUICE_CHROMIUM is none");
  const path = wish === "npm" ? undefined : installedBrowser({ env });
  return path === undefined ? packagedBrowser() : { path, args: INSTALLED_ARGS, env: {} };
}

/** Kept by version and by what it must hash to: a registry can't hand over another one. */
const PACKAGE = {
  name: "@sparticuz/chromium@153.0.0",
  integrity: "sha512-jiGWqSvPMdu4+P9TilYqAR7yEGPEHINx+lCvE/NqNO/EHYzF/x1hUiI5T6ioVIt7dEy7n88byyT0vk+dnsgQwA==",
};
const OUT = `${ROOT}dist/browser/${PACKAGE.name.replace(/.*@/, "")}`;

/** A Chromium without a window from npm, put into `dist` on first use (67 MB to fetch, some seconds to unpack). */
export async function packagedBrowser(): Promise<BrowserProgram> {
  if (process.platform !== "linux" || process.arch !== "x64")
    throw new Error(`npm has no Chromium for ${process.platform} on ${process.arch}; install Chromium or Chrome`);
  if (!(await stat(OUT).catch(() => undefined))) await unpackBrowser();
  const path = `${OUT}/chromium`;
  const fonts = { FONTCONFIG_FILE: `${OUT}/fonts.conf` };
  // Its libraries come after none of the system's: one that starts without them is left with what is installed.
  const starts = await promisify(execFile)(path, ["--version"]).then(
    () => true,
    () => false,
  );
  const env = starts ? fonts : { ...fonts, LD_LIBRARY_PATH: `${OUT}/lib` };
  // Not the package's own arguments: they switch off web security.
  return { path, args: ["--no-sandbox", "--headless=shell"], env };
}

async function unpackBrowser(): Promise<void> {
  await mkdir(dirname(OUT), { recursive: true });
  const fresh = await mkdtemp(`${OUT}-`);
  try {
    const pack = ["pack", "--silent", "--ignore-scripts", PACKAGE.name];
    const { stdout } = await promisify(execFile)("npm", pack, { cwd: fresh });
    const tarball = join(fresh, stdout.trim().split("\n").at(-1)!);
    const packed = await readFile(tarball);
    const hash = `sha512-${createHash("sha512").update(packed).digest("base64")}`;
    if (hash !== PACKAGE.integrity) throw new Error(`${PACKAGE.name} from npm isn't what was expected (${hash})`);
    const files = new Map(entriesOf(await promisify(gunzip)(packed)).map((entry) => [entry.name, entry]));
    const part = (name: string): Promise<Buffer> =>
      promisify(brotliDecompress)(files.get(`package/bin/${name}`)!.contents);
    await writeFile(join(fresh, "chromium"), await part("chromium.br"), { mode: 0o755 });
    for (const name of ["al2023.tar.br", "fonts.tar.br"])
      for (const entry of entriesOf(await part(name))) await put(fresh, entry);
    await writeFile(join(fresh, "fonts.conf"), fontsConf(`${OUT}/fonts`));
    await rm(tarball);
    await rename(fresh, OUT).catch(async (error: NodeJS.ErrnoException) => {
      if (error.code !== "ENOTEMPTY" && error.code !== "EEXIST") throw error; // another run was faster
    });
  } finally {
    await rm(fresh, { recursive: true, force: true });
  }
}

/** Fonts of the system where it has some, and those of the package: without any, text has no height. */
const fontsConf = (folder: string): string => `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <include ignore_missing="yes">/etc/fonts/fonts.conf</include>
  <dir>${folder}</dir>
  <cachedir>${folder}-cache</cachedir>
</fontconfig>
`;

type TarEntry = { name: string; kind: "file" | "link"; target: string; contents: Buffer };

/** The files and links of a tar archive (ustar; as npm and the package write them). */
function entriesOf(tar: Buffer): TarEntry[] {
  const entries: TarEntry[] = [];
  for (let at = 0; at + 512 <= tar.length && tar[at] !== 0;) {
    const text = (from: number, length: number): string =>
      tar.toString("utf8", at + from, at + from + length).replace(/\0.*$/s, "");
    const size = Number.parseInt(text(124, 12), 8) || 0;
    const prefix = text(257, 5) === "ustar" ? text(345, 155) : "";
    const name = prefix === "" ? text(0, 100) : `${prefix}/${text(0, 100)}`;
    const type = text(156, 1);
    const contents = tar.subarray(at + 512, at + 512 + size);
    if (type === "" || type === "0") entries.push({ name, kind: "file", target: "", contents });
    if (type === "2") entries.push({ name, kind: "link", target: text(157, 100), contents });
    at += 512 + Math.ceil(size / 512) * 512;
  }
  return entries;
}

async function put(folder: string, { name, kind, target, contents }: TarEntry): Promise<void> {
  const path = join(folder, name);
  if (!path.startsWith(`${folder}/`)) throw new Error(`${PACKAGE.name} has a file outside itself: ${name}`);
  await mkdir(dirname(path), { recursive: true });
  if (kind === "link") await symlink(target, path);
  else await writeFile(path, contents, { mode: 0o755 });
}
