import { isJsonObject } from "../contract/json.ts";
import { type Place, refuse } from "./report.ts";

/*
 * Reading what somebody else wrote. A document may be hostile: it is measured before it is parsed, walked no deeper than
 * is allowed, and its objects are asked only for properties of their own.
 */

/** A document is no longer, in UTF-16 units. */
export const LONGEST_DOCUMENT = 64 * 1024 * 1024;
/** And nests no deeper. */
export const DEEPEST_DOCUMENT = 200;

export type JsonRecord = { readonly [name: string]: unknown };

/** The JSON of a text. @throws Refusal with what is wrong with it */
export function parseDocument(text: string): unknown {
  if (text.length > LONGEST_DOCUMENT) refuse("limit", [], "The document is longer than 64 MiB.");
  if (nestsDeeper(text, DEEPEST_DOCUMENT))
    refuse("limit", [], `The document nests deeper than ${DEEPEST_DOCUMENT} levels.`);
  try {
    return JSON.parse(text);
  } catch (error) {
    return refuse("format", [], `The document isn't JSON: ${(error as Error).message.slice(0, 200)}.`);
  }
}

/** Whether brackets outside of texts nest deeper than a limit; of a text that isn't JSON it says whatever. */
function nestsDeeper(text: string, limit: number): boolean {
  let depth = 0;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit === QUOTE) {
      for (i++; i < text.length; i++) {
        const inner = text.charCodeAt(i);
        if (inner === BACKSLASH) i++;
        else if (inner === QUOTE) break;
      }
    } else if (unit === SQUARE || unit === CURLY) {
      if (++depth > limit) return true;
    } else if (unit === SQUARE + 2 || unit === CURLY + 2) depth--;
  }
  return false;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const SQUARE = 0x5b;
const CURLY = 0x7b;

/** A property of an object's own; undefined for what isn't an object, too. */
export function own(value: unknown, name: string): unknown {
  return isJsonObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
}

export function isRecord(value: unknown): value is JsonRecord {
  return isJsonObject(value);
}

/** An object that must be one. @throws Refusal */
export function record(value: unknown, place: Place): JsonRecord {
  return isRecord(value) ? value : refuse("malformed", place, "This must be an object.");
}

/** A list that may be left out. @throws Refusal when it is something else */
export function list(value: unknown, place: Place): readonly unknown[] {
  if (value === undefined || value === null) return [];
  return Array.isArray(value) ? value : refuse("malformed", place, "This must be a list.");
}

/** A text that must be one. @throws Refusal */
export function text(value: unknown, place: Place): string {
  return typeof value === "string" ? value : refuse("malformed", place, "This must be a text.");
}

/** A number that must be one. @throws Refusal */
export function number(value: unknown, place: Place): number {
  return typeof value === "number" ? value : refuse("malformed", place, "This must be a number.");
}

/**
 * Refuses properties that an importer neither reads nor knows to be without meaning for an evaluation: so a vendor's new
 * feature stops its flag instead of being overlooked. @throws Refusal
 */
export function onlyKnown(value: JsonRecord, known: ReadonlySet<string>, place: Place): void {
  for (const name of Object.keys(value))
    if (!known.has(name))
      refuse(
        "unknown-field",
        [...place, name],
        `It isn't known what ${JSON.stringify(name.slice(0, 100))} means here.`,
      );
}
