/** What is known about the subject of an evaluation: attributes by name, any parsed JSON. */
export type Context = { readonly [attribute: string]: unknown };

/** An attribute's address, split once. */
export type Path = { readonly name: string; readonly steps: readonly string[] | null };

export function compilePath(name: string): Path {
  return { name, steps: name.includes(".") ? name.split(".") : null };
}

/**
 * The attribute at a path; undefined when it is absent or null. The literal name comes first, even when its value is
 * null; only a context that has no attribute of that name is walked, step by step, over own properties.
 */
export function read(context: Context, path: Path): unknown {
  if (Object.hasOwn(context, path.name)) return context[path.name] ?? undefined;
  return path.steps === null ? undefined : walk(context, path.steps);
}

function walk(context: Context, steps: readonly string[]): unknown {
  let here: unknown = context;
  for (const step of steps) {
    if (typeof here !== "object" || here === null || !Object.hasOwn(here, step)) return undefined;
    here = (here as Context)[step];
  }
  return here ?? undefined;
}

/** The text that an attribute is hashed or listed as: itself, or a safe integer in decimal (-0 is 0); else undefined. */
export function asText(value: unknown): string | undefined {
  if (typeof value === "string") return value;
  return Number.isSafeInteger(value) ? String(value) : undefined;
}

/** The text of the first of these attributes that can be hashed. */
export function firstText(context: Context, paths: readonly Path[]): string | undefined {
  for (let i = 0; i < paths.length; i++) {
    const text = asText(read(context, paths[i]!));
    if (text !== undefined) return text;
  }
  return undefined;
}

/** Whether a path can name an attribute that only the edge knows from the request itself. */
export function namesRequest(path: string): boolean {
  return /^(?:geo|client)(?:\.|$)/.test(path);
}
