/** What is known about the subject of an evaluation: attributes by name, any parsed JSON. */
export type Context = { readonly [attribute: string]: unknown };

/** An attribute's address, split once. */
export type Path = {
  readonly name: string;
  readonly steps: readonly string[] | null;
  /** Every object has something by that name (`constructor`), so finding it doesn't mean that the context owns it. */
  readonly everywhere: boolean;
  /** Which line of `lookUp` reads it. */
  readonly site: number;
};

/** Paths that were compiled before; those that come when there are very many are compiled each time. */
const paths = new Map<string, Path>();
const KEPT_PATHS = 1_000;

export function compilePath(path: string): Path {
  const known = paths.get(path);
  if (known !== undefined) return known;
  const name = Object.keys({ [path]: null })[0]!; // the engine's own copy of the text, which it finds properties by
  const steps = name.includes(".") ? name.split(".") : null;
  const compiled = { name, steps, everywhere: name in Object.prototype, site: paths.size };
  if (paths.size < KEPT_PATHS) paths.set(name, compiled);
  return compiled;
}

const NOTHING: Context = {};

/**
 * The context as `read` wants it: inheriting nothing but what every object does. Parsed JSON is that already; of other
 * objects it is a copy of their own properties, and what isn't an object or can't be read has no attributes.
 */
export function plain(context: Context): Context {
  try {
    const prototype: unknown = Object.getPrototypeOf(context);
    return prototype === Object.prototype || prototype === null ? context : { ...context };
  } catch {
    return NOTHING;
  }
}

/**
 * The attribute at a path of a plain context; undefined when it is absent or null. The literal name comes first, even
 * when its value is null; only a context that has no attribute of that name is walked, step by step, over own
 * properties.
 */
export function read(context: Context, path: Path): unknown {
  const value = lookUp(context, path);
  if (value !== undefined && value !== null && !path.everywhere) return value;
  return readSlowly(context, path);
}

/**
 * `context[name]`, several times over: an engine remembers for each place in a program where in an object it found
 * which property, as long as that place always asks for the same one. So the first few names that are compiled get a
 * place each, which makes reading them four times as fast as with one place for all.
 */
function lookUp(context: Context, { name, site }: Path): unknown {
  switch (site) {
    case 0:
      return context[name];
    case 1:
      return context[name];
    case 2:
      return context[name];
    case 3:
      return context[name];
    case 4:
      return context[name];
    case 5:
      return context[name];
    case 6:
      return context[name];
    case 7:
      return context[name];
    default:
      return context[name];
  }
}

function readSlowly(context: Context, path: Path): unknown {
  if (!path.everywhere && path.steps === null) return undefined;
  if (Object.hasOwn(context, path.name)) return context[path.name] ?? undefined;
  return path.steps === null ? undefined : walk(context, path.steps);
}

function walk(context: Context, steps: readonly string[]): unknown {
  let here: unknown = context;
  for (const step of steps) {
    if (typeof here !== "object" || here === null || Array.isArray(here) || !Object.hasOwn(here, step))
      return undefined; // lists have no paths
    here = (here as Context)[step];
  }
  return here ?? undefined;
}

/** The text that an attribute is hashed or listed as: itself, or a safe integer in decimal (-0 is 0); else undefined. */
export function asText(value: unknown): string | undefined {
  if (typeof value === "string") return value;
  return Number.isSafeInteger(value) ? String(value) : undefined;
}

/** JavaScript's text of any value. Parsed JSON has one, but for objects that say themselves what their text is. */
export function textOf(value: unknown): string {
  if (typeof value === "string") return value;
  try {
    return String(value);
  } catch {
    return "[object Object]";
  }
}

/** JavaScript's number of any value; NaN where it has none. */
export function numberOf(value: unknown): number {
  if (typeof value === "number") return value;
  return typeof value === "object" ? Number(textOf(value)) : Number(value);
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
