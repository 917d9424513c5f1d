import { isJsonObject, type JsonObject } from "../contract/json.ts";
import { NewerSchema } from "./schema.ts";

/*
 * JSON in rows, with the version that it was written in. Code that was deployed later reads what earlier code wrote by
 * going through the versions in between; what it reads is looked at before it is believed.
 */

/** Leads from one version of a row to the next. The n-th of a list leads from version n; never changed once released. */
export type Upcast = (row: JsonObject) => JsonObject;

type Kind = "string" | "number" | "boolean" | "object" | "array" | "null" | "undefined";
/** Of each property what it may be. A property that is added needs an upcast, or may be `undefined`. */
export type Shape<T> = { readonly [K in keyof Required<T>]: readonly Kind[] };

const VERSION = "v";

export class StoredJson<T extends object> {
  readonly #what: string;
  readonly #upcasts: readonly Upcast[];
  readonly #shape: Shape<T>;

  /** @param what for errors: "a release" */
  constructor(what: string, upcasts: readonly Upcast[], shape: Shape<T>) {
    this.#what = what;
    this.#upcasts = upcasts;
    this.#shape = shape;
  }

  /** The version that is written: 1 and one more for each upcast. */
  get version(): number {
    return this.#upcasts.length + 1;
  }

  write(value: T): string {
    return JSON.stringify({ [VERSION]: this.version, ...value });
  }

  /** @throws NewerSchema for what later code wrote, Error for what isn't of its shape */
  read(text: string): T {
    const read: unknown = JSON.parse(text);
    if (!isJsonObject(read)) throw new Error(`${this.#what} is stored as something else`);
    const { [VERSION]: version = 1, ...first } = read;
    if (typeof version !== "number" || version > this.version) throw new NewerSchema(Number(version), this.version);
    const row = this.#upcasts.slice(version - 1).reduce<JsonObject>((value, upcast) => upcast(value), first);
    if (this.#fits(row)) return row;
    throw new Error(`${this.#what} is stored in a shape that isn't known`);
  }

  #fits(row: JsonObject): row is JsonObject & T {
    return Object.entries<readonly Kind[]>(this.#shape).every(([name, kinds]) => kinds.includes(kindOf(row[name])));
  }
}

function kindOf(value: unknown): Kind {
  if (value === null) return "null";
  if (Array.isArray(value)) return "array";
  const type = typeof value;
  return type === "string" || type === "number" || type === "boolean" || type === "object" ? type : "undefined";
}
