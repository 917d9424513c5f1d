import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join, relative } from "node:path";
import { LineCounter, parseDocument } from "yaml";
import type { Fields, Wanted } from "./desired.ts";
import { CommandError, EXIT, type Mistake } from "./exit.ts";

/*
 * Flags and segments as files: `flags/<key>.json` and `segments/<key>.json` below a folder, JSON or YAML, one resource a
 * file. The key is in the file; the file's name is for people.
 */

const FOLDERS = { flags: "flag", segments: "segment" } as const;
const IS_ONE = /\.(?:json|ya?ml)$/i;

/** All files of a folder. @throws CommandError that names every file that can't be read */
export async function readFolder(folder: string): Promise<Wanted[]> {
  const mistakes: Mistake[] = [];
  const wanted: Wanted[] = [];
  const seen = new Map<string, string>();
  const names = await readdir(folder, { recursive: true }).catch(() => {
    throw new CommandError(EXIT.usage, `${folder} is no folder.`);
  });
  for (const name of names.filter((one) => IS_ONE.test(one)).toSorted()) {
    const kind = FOLDERS[basename(dirname(join(folder, name))) as keyof typeof FOLDERS];
    const refuse = (message: string): void => void mistakes.push({ path: name, message });
    if (kind === undefined) {
      refuse("belongs into the folder flags or segments");
      continue;
    }
    const fields = readOne(await readFile(join(folder, name), "utf8"), refuse);
    if (fields === undefined) continue;
    const { key } = fields;
    if (typeof key !== "string" || key === "") refuse("needs the property key");
    else if (seen.has(`${kind} ${key}`)) refuse(`is about the same ${kind} as ${seen.get(`${kind} ${key}`)}`);
    else {
      seen.set(`${kind} ${key}`, name);
      wanted.push({ kind, key, fields, file: name });
    }
  }
  if (mistakes.length > 0) throw new CommandError(EXIT.invalid, `Files in ${folder} can't be read.`, mistakes);
  if (wanted.length === 0)
    throw new CommandError(
      EXIT.usage,
      `There are no flags in ${folder}: they are in ${join(folder, "flags")}. To begin: sluice pull ${folder}`,
    );
  return wanted;
}

/** One file. JSON is YAML, so one reader tells of both, with lines. */
export function readOne(text: string, refuse: (message: string) => void): Fields | undefined {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: true, maxAliasCount: 0 } as object);
  const [error] = document.errors;
  if (error !== undefined) {
    const { line, col } = lines.linePos(error.pos[0]);
    refuse(`line ${line}, column ${col}: ${error.message.split("\n", 1)[0]}`);
    return undefined;
  }
  let value: unknown;
  try {
    value = document.toJS({ maxAliasCount: 100 });
  } catch (failure) {
    refuse(String(failure));
    return undefined;
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    refuse("must be an object: one flag or segment");
    return undefined;
  }
  return value as Fields;
}

/** Writes one file for each resource, and removes those of what isn't there any more. Returns what was done. */
export async function writeFolder(
  folder: string,
  resources: Record<keyof typeof FOLDERS, Fields[]>,
): Promise<{ written: string[]; removed: string[] }> {
  const done = { written: [] as string[], removed: [] as string[] };
  for (const name of Object.keys(FOLDERS) as (keyof typeof FOLDERS)[]) {
    const below = join(folder, name);
    await mkdir(below, { recursive: true });
    const keep = new Set<string>();
    for (const fields of resources[name]) {
      const file = `${fileName(keyOf(fields))}.json`;
      keep.add(file);
      const path = join(below, file);
      const text = `${JSON.stringify(fields, null, 2)}\n`;
      if ((await readFile(path, "utf8").catch(() => "")) === text) continue;
      await writeFile(path, text);
      done.written.push(relative(folder, path));
    }
    for (const file of (await readdir(below)).filter((one) => one.endsWith(".json") && !keep.has(one))) {
      await rm(join(below, file));
      done.removed.push(join(name, file));
    }
  }
  return done;
}

/** The key of a resource. */
export function keyOf({ key }: Fields): string {
  return typeof key === "string" ? key : "";
}

/** A name that every file system takes, and that no two keys share. */
export function fileName(key: string): string {
  const encoded = encodeURIComponent(key).replaceAll("*", "%2A").replaceAll("'", "%27");
  const plain =
    encoded.toLowerCase() === encoded &&
    encoded.length <= 100 &&
    !/^(?:con|prn|aux|nul|com\d|lpt\d)$/.test(encoded) &&
    !/^\.|\.$/.test(encoded);
  if (plain) return encoded;
  // Case doesn't tell files apart everywhere, and long names aren't taken everywhere.
  return `${encoded.slice(0, 80)}-${createHash("sha256").update(key).digest("hex").slice(0, 12)}`;
}
