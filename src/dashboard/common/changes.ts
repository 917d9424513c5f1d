import { isJsonObject, type JsonValue } from "../../contract/json.ts";

/* What differs between two JSON values, field by field. */

export type Change = { path: string; before: JsonValue | undefined; after: JsonValue | undefined };

/** The pointers at which two values differ; lists are compared by place. At most `most`. */
export function changesBetween(before: unknown, after: unknown, most = 200): Change[] {
  const found: Change[] = [];
  const walk = (a: JsonValue | undefined, b: JsonValue | undefined, path: string): void => {
    if (found.length >= most || JSON.stringify(a) === JSON.stringify(b)) return;
    const objects = isJsonObject(a) && isJsonObject(b);
    if (objects || (Array.isArray(a) && Array.isArray(b))) {
      const names = new Set([...Object.keys(a), ...Object.keys(b)]);
      for (const name of names)
        walk((a as never)[name], (b as never)[name], `${path}/${name.replaceAll("~", "~0").replaceAll("/", "~1")}`);
    } else found.push({ path, before: a, after: b });
  };
  walk(before as JsonValue, after as JsonValue, "");
  return found;
}
