import { RELEASE_WORDS } from "./words/releases.ts";
import { RESOURCE_WORDS } from "./words/resources.ts";

/*
 * What properties and parameters are described by where their schema says nothing. The words are here and not in the
 * schemas, because those are part of the Worker: forty-five descriptions were a kilobyte of it.
 */

type Json = { [name: string]: unknown };
const WORDS: Readonly<Record<string, string>> = { ...RESOURCE_WORDS, ...RELEASE_WORDS };
/** Where names stand for what they say and not for a schema. */
const DATA = new Set(["properties", "enum", "const", "default", "required", "examples", "example"]);

/**
 * Gives every property below a schema a description, and says of which there is none.
 *
 * @param path where the schema is: the name of a component or an operation, and of the properties that lead to it
 */
export function putWords(schema: unknown, path: readonly string[]): string[] {
  if (Array.isArray(schema)) return schema.flatMap((one) => putWords(one, path));
  if (typeof schema !== "object" || schema === null) return [];
  const missing: string[] = [];
  const { properties } = schema as { properties?: Record<string, Json> };
  if (typeof properties === "object")
    for (const [name, property] of Object.entries(properties)) {
      const at = [...path, name];
      property["description"] ??= wordsOf(at);
      if (property["description"] === undefined) missing.push(at.join("."));
      missing.push(...putWords(property, at));
    }
  for (const [name, value] of Object.entries(schema)) if (!DATA.has(name)) missing.push(...putWords(value, path));
  return missing;
}

/** The words for what is at the end of a path: those of the longest end of it that there are words for. */
export function wordsOf(path: readonly string[]): string | undefined {
  for (let length = Math.min(path.length, 4); length > 0; length--) {
    const words = WORDS[path.slice(-length).join(".")];
    if (words !== undefined) return words;
  }
  return undefined;
}

/** Every key of the words that describes nothing any more. `paths`: of all that is described. */
export function idleWords(paths: readonly (readonly string[])[]): string[] {
  const ends = new Set(paths.flatMap((path) => [1, 2, 3, 4].map((length) => path.slice(-length).join("."))));
  return Object.keys(WORDS).filter((key) => !ends.has(key));
}
