/* Arguments of the statistics' functions are checked, so that a wrong figure is an error with a name and never a NaN. */

/** The same count for those who have the change and for those who don't. */
export type Pair = readonly [treatment: number, control: number];

/** Returns `value`; throws TypeError for what is no number, and RangeError for a number outside [from, to] and NaN. */
export function checked(name: string, value: unknown, from: number, to: number): number {
  if (typeof value !== "number") throw new TypeError(`${name} must be a number`);
  if (!(value >= from && value <= to)) throw new RangeError(`${name} must be from ${from} to ${to}, not ${value}`);
  return value;
}

/** A count: 0 to 2^53 − 1, whole or not (what is weighted by time isn't). */
export function checkedCount(name: string, value: unknown): number {
  return checked(name, value, 0, Number.MAX_SAFE_INTEGER);
}

export function checkedList(name: string, value: unknown): readonly unknown[] {
  if (!Array.isArray(value)) throw new TypeError(`${name} must be an array`);
  return value;
}

/** The pair at `list[i].field`; there may be many, so its name is only put together when it is wrong. */
export function checkedPair(value: unknown, list: string, i: number, field = ""): Pair {
  if (isPair(value)) return value;
  const name = `${list}[${i}]${field}`;
  const pair = checkedList(name, value);
  if (pair.length !== 2) throw new TypeError(`${name} must be [treatment, control]`);
  return [checkedCount(`${name}[0]`, pair[0]), checkedCount(`${name}[1]`, pair[1])];
}

function isPair(value: unknown): value is Pair {
  return Array.isArray(value) && value.length === 2 && isCount(value[0]) && isCount(value[1]);
}

function isCount(value: unknown): boolean {
  return typeof value === "number" && value >= 0 && value <= Number.MAX_SAFE_INTEGER;
}

/** Above 0 and below 1. */
export function checkedAlpha(name: string, value: unknown): number {
  const alpha = checked(name, value, 0, 1);
  if (alpha === 0 || alpha === 1) throw new RangeError(`${name} must be between 0 and 1`);
  return alpha;
}

/** φ: 1 or more, and small enough that what is multiplied by it stays finite. */
export function checkedDispersion(name: string, value: unknown): number {
  return checked(name, value, 1, 1e100);
}

/** A factor of harm: 1 or more, and small enough that its product with a count and a ratio stays finite. */
export function checkedFactor(name: string, value: unknown): number {
  return checked(name, value, 1, Number.MAX_SAFE_INTEGER);
}

/** A natural logarithm of evidence: any finite number. */
export function checkedLog(name: string, value: unknown): number {
  return checked(name, value, -Number.MAX_VALUE, Number.MAX_VALUE);
}

/** Options, which are an object; a number in their place would silently be taken for none. */
export function checkedOptions<T>(value: T): T {
  if (typeof value !== "object" || value === null) throw new TypeError("options must be an object");
  return value;
}

export function checkedHarm(value: unknown): "increase" | "decrease" {
  if (value !== "increase" && value !== "decrease") throw new RangeError('harm must be "increase" or "decrease"');
  return value;
}
