import { readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { ENVIRONMENTS, flagsOf, SEGMENTS } from "./shop.ts";

/*
 * Makes the example shop through the public administration API, as anybody could. What was begun and what is done is
 * kept in the state directory: a seeding that was interrupted goes on where it can be repeated, and one that is done is
 * never repeated, so that what was deleted since stays deleted.
 */

type Key = { id: string; secret: string };
/** By environment, then by kind. The secrets exist nowhere else. */
export type Keys = Record<string, Partial<Record<KeyKind, Key>>>;
type KeyKind = (typeof KEY_KINDS)[number];
type Progress = { done: boolean; keys: Keys };

const KEY_KINDS = ["client", "server"] as const;
const KEY_NAMES = { client: "Shop front (example)", server: "Shop back end (example)" };

/** The administration API of a running Sluice. */
export class Admin {
  readonly #base: string;
  readonly #token: string;

  constructor(url: string, token: string) {
    this.#base = `${url}/admin/v1`;
    this.#token = token;
  }

  /** Sends a request; returns the answer's JSON. Throws when it is refused, unless with a status in `unless`. */
  async send(method: string, path: string, body?: unknown, unless: number[] = []): Promise<unknown> {
    const response = await fetch(this.#base + path, {
      method,
      headers: {
        Authorization: `Bearer ${this.#token}`,
        ...(method === "GET" ? {} : { "Content-Type": "application/json", "Sluice-Comment": "Example" }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok && !unless.includes(response.status))
      throw new Error(`${method} ${path} was answered ${response.status}: ${text}`);
    return text === "" ? undefined : JSON.parse(text);
  }
}

/**
 * Makes the example on first use: where there is no environment yet, or where it was begun. Returns the keys that it
 * made, now or earlier.
 */
export async function seed(admin: Admin, stateDir: string, now: number): Promise<Keys> {
  const file = join(stateDir, "example.json");
  const progress = await read(file);
  if (progress?.done) return progress.keys;
  const { environments } = (await admin.send("GET", "/environments")) as { environments: unknown[] };
  if (!progress && environments.length > 0) return {};

  const current: Progress = progress ?? { done: false, keys: {} };
  await save(file, current);
  for (const { name, description, ramp } of ENVIRONMENTS) {
    await admin.send("POST", "/environments", { name, description }, [409]);
    const path = `/environments/${name}`;
    for (const segment of SEGMENTS) await admin.send("PUT", `${path}/segments/${segment.key}`, segment);
    for (const flag of flagsOf(ramp, now)) await admin.send("PUT", `${path}/flags/${flag.key}`, flag);
    const keys = (current.keys[name] ??= {});
    for (const kind of KEY_KINDS) {
      if (keys[kind]) continue;
      await removeLost(admin, path, KEY_NAMES[kind]);
      const made = await admin.send("POST", `${path}/keys`, { kind, name: KEY_NAMES[kind] });
      const { id, secret } = made as Key;
      keys[kind] = { id, secret };
      await save(file, current);
    }
  }
  await save(file, { ...current, done: true });
  return current.keys;
}

/** A key that was made just before an interruption: nobody knows its secret. */
async function removeLost(admin: Admin, path: string, name: string): Promise<void> {
  const { keys } = (await admin.send("GET", `${path}/keys`)) as { keys: { id: string; name: string }[] };
  for (const key of keys) if (key.name === name) await admin.send("DELETE", `${path}/keys/${key.id}`);
}

/** Of the keys that were made, those that still are in force. */
export async function inForce(admin: Admin, keys: Keys): Promise<Keys> {
  const current: Keys = {};
  for (const [environment, own] of Object.entries(keys)) {
    const answer = await admin.send("GET", `/environments/${environment}/keys`, undefined, [404]);
    const ids = new Set(((answer as { keys?: { id: string }[] }).keys ?? []).map((key) => key.id));
    const left = KEY_KINDS.flatMap((kind) => (own[kind] && ids.has(own[kind].id) ? [[kind, own[kind]]] : []));
    if (left.length > 0) current[environment] = Object.fromEntries(left);
  }
  return current;
}

async function read(file: string): Promise<Progress | undefined> {
  try {
    return JSON.parse(await readFile(file, "utf8"));
  } catch {
    return undefined;
  }
}

/** Whole or not at all: the file is put in place once it is written. */
async function save(file: string, progress: Progress): Promise<void> {
  await writeFile(`${file}.new`, JSON.stringify(progress, null, 2) + "\n", { mode: 0o600 });
  await rename(`${file}.new`, file);
}
