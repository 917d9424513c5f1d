import { chmod, mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { dirname, join, parse, resolve } from "node:path";
import { misuse } from "./exit.ts";

/*
 * Where Sluice is and who asks. A token goes to the address that it was given for and nowhere else: what `login` keeps is
 * bound to its origin, and `SLUICE_TOKEN` goes only where `SLUICE_URL` or `--url` says. So a repository, which may name
 * an address in `sluice.json`, can't have a token sent to it.
 */

/** What a profile remembers. `environment`: the one that commands mean unless they say another. */
export type Profile = { url: string; token: string; environment?: string };
type Profiles = { current?: string; profiles: Record<string, Profile> };

/** What is given on the command line. */
export type Given = { url?: string; profile?: string; env?: string };
type Environment = Readonly<Record<string, string | undefined>>;

/** What a command needs to ask: the origin, a token for it, and the environment that is meant unless it says another. */
export type Access = { url: string; token: string; environment?: string };

/** The configuration folder of this person. */
export function configFolder(env: Environment): string {
  if (env["SLUICE_CONFIG_HOME"]) return env["SLUICE_CONFIG_HOME"];
  if (process.platform === "win32" && env["APPDATA"]) return join(env["APPDATA"], "sluice");
  return join(env["XDG_CONFIG_HOME"] || join(homedir(), ".config"), "sluice");
}

/** The beginning of every address: scheme, host and port, and a path if there is one. @throws CommandError */
export function originOf(url: string): string {
  const text = url.includes("://") ? url : `https://${url}`;
  const parsed = URL.canParse(text) ? new URL(text) : undefined;
  if (parsed === undefined || !/^https?:$/.test(parsed.protocol))
    throw misuse(`${JSON.stringify(url)} is no address. It looks like https://flags.example.com`);
  if (parsed.protocol === "http:" && !isLoopback(parsed.hostname))
    throw misuse(`A token isn't sent to ${parsed.origin} in the clear. Use https.`);
  if (parsed.username || parsed.password) throw misuse("An address must not have a user name or password in it.");
  return parsed.origin;
}

function isLoopback(host: string): boolean {
  return host === "localhost" || host.endsWith(".localhost") || host === "[::1]" || /^127(?:\.\d{1,3}){3}$/.test(host);
}

/** The profiles of this person, in one file that only they can read. */
export class ProfileFile {
  readonly path: string;

  constructor(env: Environment) {
    this.path = join(configFolder(env), "profiles.json");
  }

  async read(): Promise<Profiles> {
    let text: string;
    try {
      text = await readFile(this.path, "utf8");
    } catch {
      return { profiles: {} };
    }
    try {
      const { current, profiles } = JSON.parse(text) as Profiles;
      return { ...(current !== undefined && { current }), profiles: { ...profiles } };
    } catch {
      throw misuse(`${this.path} can't be read. Remove it and log in again.`);
    }
  }

  async write(profiles: Profiles): Promise<void> {
    await mkdir(dirname(this.path), { recursive: true, mode: 0o700 });
    const fresh = `${this.path}.${process.pid}.new`;
    try {
      await writeFile(fresh, `${JSON.stringify(profiles, null, 2)}\n`, { mode: 0o600 });
      await chmod(fresh, 0o600);
      await rename(fresh, this.path);
    } catch (error) {
      await rm(fresh, { force: true });
      throw error;
    }
  }
}

/** `sluice.json` of this folder or the nearest one above: safe to commit, has no secret. */
export type ProjectFile = { path: string; url?: string; environment?: string };

/** Finds and reads it. @throws CommandError where it isn't one */
export async function projectFile(from: string): Promise<ProjectFile | undefined> {
  for (let folder = resolve(from); ; folder = dirname(folder)) {
    const path = join(folder, "sluice.json");
    const text = await readFile(path, "utf8").catch(() => undefined);
    if (text !== undefined) return projectIn(path, text);
    if (folder === parse(folder).root) return undefined;
  }
}

function projectIn(path: string, text: string): ProjectFile {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw misuse(`${path} is not JSON: ${String(error)}`);
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw misuse(`${path} must be an object.`);
  const { url, environment, ...rest } = value as Record<string, unknown>;
  const unknown = Object.keys(rest).filter((name) => name !== "$schema");
  if ("token" in rest) throw misuse(`${path} must not have a token: it is committed. Use sluice login.`);
  if (unknown.length > 0) throw misuse(`${path} may have url and environment, not ${unknown.join(", ")}.`);
  if ((url !== undefined && typeof url !== "string") || (environment !== undefined && typeof environment !== "string"))
    throw misuse(`In ${path}, url and environment must be texts.`);
  return { path, ...(url !== undefined && { url }), ...(environment !== undefined && { environment }) };
}

/**
 * Where to ask and with which token. What is given on the command line comes first, then `SLUICE_URL`, then
 * `sluice.json`, then the profile that was logged in last.
 *
 * @throws CommandError where there is no address, or no token for it
 */
export async function accessOf(given: Given, env: Environment, folder: string): Promise<Access> {
  const { current, profiles } = await new ProfileFile(env).read();
  const project = await projectFile(folder);
  const said = given.url ?? (env["SLUICE_URL"] || undefined);
  const environment = given.env ?? (env["SLUICE_ENVIRONMENT"] || project?.environment);
  const token = env["SLUICE_TOKEN"] || undefined;
  if (token !== undefined) {
    if (said === undefined) throw misuse("SLUICE_TOKEN goes only where SLUICE_URL or --url says: set one of them.");
    return { url: originOf(said), token: tokenOf(token), ...(environment !== undefined && { environment }) };
  }
  const named = given.profile === undefined ? undefined : profiles[given.profile];
  if (given.profile !== undefined && named === undefined) throw misuse(`There is no profile ${given.profile}.`);
  const url = said ?? (named ? undefined : project?.url);
  const profile = named ?? (url === undefined ? profiles[current ?? ""] : withOrigin(profiles, originOf(url), current));
  if (url !== undefined && profile && profile.url !== originOf(url))
    throw misuse(`The profile ${given.profile} is for ${profile.url}, not for ${originOf(url)}.`);
  if (profile === undefined)
    throw misuse(
      url === undefined
        ? "Where is Sluice? Run: sluice login https://flags.example.com"
        : `Nobody is logged in to ${originOf(url)}. Run: sluice login ${originOf(url)}`,
    );
  const meant = environment ?? profile.environment;
  return { url: profile.url, token: profile.token, ...(meant !== undefined && { environment: meant }) };
}

function withOrigin(profiles: Record<string, Profile>, url: string, current: string | undefined): Profile | undefined {
  const preferred = profiles[current ?? ""];
  return preferred?.url === url ? preferred : Object.values(profiles).find((one) => one.url === url);
}

/** @throws CommandError for what can't be an admin token */
export function tokenOf(text: string): string {
  const token = text.trim();
  if (!/^[\x21-\x7e]{1,1024}$/.test(token)) throw misuse("That is no admin token: it is one word, slc_admin_…");
  return token;
}
