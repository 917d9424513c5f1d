import * as LIMITS from "./limits.ts";

export type JsonValue = string | number | boolean | null | JsonValue[] | { [key: string]: JsonValue };
export type JsonObject = { [key: string]: JsonValue };

/** Where something is wrong and what: `path` is a JSON Pointer (RFC 6901) into the document that was sent. */
export type Issue = { path: string; message: string };

/** The JSON Pointer of a property path; `["rules", 0, "a/b"]` is `/rules/0/a~1b`. */
export function pointer(path: readonly PropertyKey[]): string {
  let text = "";
  for (const step of path) text += "/" + String(step).replaceAll("~", "~0").replaceAll("/", "~1");
  return text;
}

/** Whether a parsed JSON value nests deeper than `limit` levels, itself the first. Stops one level past the limit. */
export function deeperThan(value: unknown, limit: number): boolean {
  if (typeof value !== "object" || value === null) return false;
  if (limit === 0) return true;
  for (const child of Object.values(value)) if (deeperThan(child, limit - 1)) return true;
  return false;
}

/**
 * What JSON text can say and this product can't keep: a number beyond the range of a double (it parses as Infinity)
 * and a property named `__proto__` (copies of the object would lose it). Assumes that depth was checked before.
 */
export function unrepresentable(value: unknown, path: PropertyKey[] = []): Issue | undefined {
  if (typeof value === "number" && !Number.isFinite(value))
    return { path: pointer(path), message: "is a number that JSON can't carry" };
  if (typeof value !== "object" || value === null) return undefined;
  if (Object.hasOwn(value, "__proto__"))
    return { path: pointer([...path, "__proto__"]), message: "is not an allowed property name" };
  for (const [key, child] of Object.entries(value)) {
    const found = unrepresentable(child, [...path, Array.isArray(value) ? Number(key) : key]);
    if (found) return found;
  }
  return undefined;
}

export const BEYOND_SAFE =
  "must be within ±(2^53 - 1), beyond which numbers are kept as their neighbours; a text keeps every digit";

/** Where a JSON value has numbers that may already be the neighbours of what was written. */
export function* beyondSafe(value: unknown, path: (string | number)[] = []): Generator<(string | number)[]> {
  if (typeof value === "number" && Math.abs(value) > Number.MAX_SAFE_INTEGER) yield path;
  if (typeof value !== "object" || value === null) return;
  if (Array.isArray(value)) for (const [i, child] of value.entries()) yield* beyondSafe(child, [...path, i]);
  else for (const [key, child] of Object.entries(value)) yield* beyondSafe(child, [...path, key]);
}

/** Length of a text in UTF-8 bytes, a lone surrogate counting as U+FFFD (3 bytes), without encoding it. */
export function utf8Length(text: string): number {
  let bytes = text.length;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit < 0x80) continue;
    if (unit < 0x800) bytes += 1;
    else if (unit < 0xd800 || unit > 0xdbff) bytes += 2;
    else {
      const next = text.charCodeAt(i + 1);
      bytes += 2;
      if (next >= 0xdc00 && next <= 0xdfff) i++; // a pair: two units, four bytes
    }
  }
  return bytes;
}

/** RFC 7396: what `target` becomes when `patch` is merged into it. Neither argument is changed. */
export function mergePatch(target: unknown, patch: JsonValue): JsonValue {
  if (!isJsonObject(patch)) return patch;
  const merged: JsonObject = isJsonObject(target) ? { ...target } : {};
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete merged[key];
    else merged[key] = mergePatch(merged[key], value);
  }
  return merged;
}

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Depth check of every JSON body: a limit of its own, answered 400. */
export function tooDeep(value: unknown): boolean {
  return deeperThan(value, LIMITS.jsonDepth);
}
