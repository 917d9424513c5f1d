import { isJsonObject, type JsonValue } from "../contract/json.ts";
import type { PublishedSampling } from "../contract/sampling.ts";
import { sha256Hex } from "./hash.ts";

/* A sample of contexts, and what of a context may be kept. */

/** Hashed whatever the settings say, and left out whatever they say. */
const ALWAYS_HASHED = ["targetingKey"];
const ALWAYS_REDACTED = ["client.ip"];

type Attributes = { readonly [attribute: string]: unknown };

/**
 * Up to `size` of the things that it was offered, each with the same probability (Vitter's algorithm R).
 *
 * @param random uniform in [0, 1)
 */
export class Reservoir<T> {
  readonly #size: number;
  readonly #random: () => number;
  #kept: T[] = [];
  #offered = 0;

  constructor(size: number, random: () => number) {
    this.#size = size;
    this.#random = random;
  }

  offer(one: T): void {
    this.#offered += 1;
    if (this.#kept.length < this.#size) {
      this.#kept.push(one);
      return;
    }
    const place = Math.floor(this.#random() * this.#offered);
    if (place < this.#size) this.#kept[place] = one;
  }

  /** What was kept; it begins anew. */
  empty(): T[] {
    const kept = this.#kept;
    this.#kept = [];
    this.#offered = 0;
    return kept;
  }
}

/**
 * What may be kept of a context. `targetingKey` is always hashed, `client.ip` always left out. A path means the
 * attribute by that name, and the one that it leads to step by step: both, so that no spelling slips through.
 */
export function redacted(context: Attributes, { redact, hash, salt }: PublishedSampling): Attributes {
  const copy = structure(context);
  for (const path of [...ALWAYS_REDACTED, ...redact]) change(copy, path, () => undefined);
  for (const path of [...ALWAYS_HASHED, ...hash]) change(copy, path, (value) => digest(value, path, salt));
  return copy;
}

type Copy = Record<string, unknown>;

/** Objects are copied, all the way down; nothing else is ever changed. */
function structure(context: Attributes): Copy {
  const entries = Object.entries(context).map(([name, value]) => [
    name,
    isJsonObject(value) ? structure(value) : value,
  ]);
  return Object.fromEntries(entries) as Copy;
}

function change(context: Copy, path: string, to: (value: unknown) => unknown): void {
  changeAt(context, path, to);
  const steps = path.split(".");
  const last = steps.pop()!;
  let here: unknown = context;
  for (const step of steps) here = isJsonObject(here) && Object.hasOwn(here, step) ? here[step] : undefined;
  if (steps.length > 0 && isJsonObject(here)) changeAt(here, last, to);
}

function changeAt(here: Copy, name: string, to: (value: unknown) => unknown): void {
  if (!Object.hasOwn(here, name) || here[name] === null) return;
  const value = to(here[name]);
  if (value === undefined) delete here[name];
  else here[name] = value;
}

/** 128 bits of SHA-256: equal values stay equal, for as long as the salt is the same. */
function digest(value: unknown, path: string, salt: string): JsonValue {
  const text = JSON.stringify([salt, path, value]);
  return `sha256:${sha256Hex(text).slice(0, 32)}`;
}
