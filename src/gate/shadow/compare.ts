import type { Difference } from "../../core/shadow-tally.ts";

/*
 * Whether two answers say the same: pure, plain data in, a list of fields that differ out. Answers are compared as JSON
 * values in canonical order, so the order of properties doesn't count. A field is a JSON Pointer (RFC 6901) in which
 * `*` stands for every index of an array, so that the same field of many items counts as one.
 */

/** How two answers are made comparable. Paths are fields as above; a property that is itself named `*` can't be told apart. */
export type Rules = {
  /** Fields, with all below them, that may differ. Whoever ignores something has a name, and the permission an end. */
  ignore?: readonly { path: string; owner: string; expiresAt: string }[];
  /** Numbers that are compared rounded to so many decimal digits (0 to 15). */
  round?: readonly { path: string; digits: number }[];
  /** Arrays whose order doesn't count: sorted by what `by` points to in each item; "" is the item itself. */
  sort?: readonly { path: string; by: string }[];
  /** Applied to both sides first. */
  normalise?: (answer: unknown) => unknown;
};

/** Differences of one comparison that are told apart; what differs in more fields differs enough. */
const MOST_DIFFERENCES = 20;
/** Answers that are larger or deeper than this aren't compared. Values in a tree, and levels. */
const MOST_VALUES = 20_000;
const MOST_LEVELS = 32;
/** A field is cut at so many characters: names in answers are as long as whoever made them likes. */
const FIELD_CHARACTERS = 200;

/** An answer is too large, too deep or refers to itself. */
export class Incomparable extends Error {
  override readonly name = "Incomparable";
}

/** What rules say of one place, and of those below it. */
class Place {
  readonly below = new Map<string, Place>();
  ignoredUntil = -Infinity;
  digits: number | undefined;
  sortBy: readonly string[] | undefined;
}

export class Comparator {
  readonly #root = new Place();
  readonly #normalise: ((answer: unknown) => unknown) | undefined;

  /** @throws RangeError or TypeError that names the rule which can't be meant */
  constructor({ ignore = [], round = [], sort = [], normalise }: Rules = {}) {
    this.#normalise = normalise;
    ignore.forEach(({ path, owner, expiresAt }, index) => {
      const until = Date.parse(expiresAt);
      if (Number.isNaN(until)) throw new RangeError(`ignore[${index}].expiresAt is not a time: ${expiresAt}`);
      if (!owner) throw new TypeError(`ignore[${index}].owner must name somebody`);
      this.#at(path, `ignore[${index}].path`).ignoredUntil = until;
    });
    round.forEach(({ path, digits }, index) => {
      if (!Number.isInteger(digits) || digits < 0 || digits > 15)
        throw new RangeError(`round[${index}].digits must be a whole number from 0 to 15`);
      this.#at(path, `round[${index}].path`).digits = digits;
    });
    sort.forEach(({ path, by }, index) => {
      this.#at(path, `sort[${index}].path`).sortBy = segmentsOf(by, `sort[${index}].by`);
    });
  }

  /**
   * The fields in which a candidate's answer differs from the control's, each once, at most 20.
   *
   * @param now epoch ms; what was to be ignored until then isn't any more
   */
  differences(control: Prepared, candidate: Prepared, now: number): Difference[] {
    const found = new Map<string, Difference>();
    walk(control.value, candidate.value, [this.#root], "", now, found);
    return [...found.values()];
  }

  /**
   * An answer made ready to be compared: a copy, which stays what it is whatever becomes of the answer.
   *
   * @throws Incomparable, and whatever `normalise` throws
   */
  prepare(answer: unknown): Prepared {
    return { value: plain(this.#normalise ? this.#normalise(answer) : answer) };
  }

  #at(path: string, what: string): Place {
    let place = this.#root;
    for (const segment of segmentsOf(path, what)) {
      let next = place.below.get(segment);
      if (!next) place.below.set(segment, (next = new Place()));
      place = next;
    }
    return place;
  }
}

export type Prepared = { readonly value: Plain };
type Plain = null | boolean | number | string | Plain[] | { [name: string]: Plain };

/** @param places those that the rules name for this field: the literal one, and the one of a `*` */
function walk(
  control: Plain | undefined,
  candidate: Plain | undefined,
  places: readonly Place[],
  field: string,
  now: number,
  found: Map<string, Difference>,
): void {
  if (found.size >= MOST_DIFFERENCES || places.some(({ ignoredUntil }) => now < ignoredUntil)) return;
  if (Array.isArray(control) && Array.isArray(candidate) && control.length === candidate.length) {
    const by = places.find(({ sortBy }) => sortBy)?.sortBy;
    const [left, right] = by ? [sorted(control, by), sorted(candidate, by)] : [control, candidate];
    const below = placesBelow(places, "*");
    left.forEach((item, index) => walk(item, right[index], below, `${field}/*`, now, found));
    return;
  }
  if (isObject(control) && isObject(candidate)) {
    for (const name of new Set([...Object.keys(control), ...Object.keys(candidate)]))
      walk(
        step(control, name),
        step(candidate, name),
        placesBelow(places, name),
        `${field}/${escaped(name)}`,
        now,
        found,
      );
    return;
  }
  const digits = places.find((place) => place.digits !== undefined)?.digits;
  if (rounded(control, digits) === rounded(candidate, digits)) return;
  const name = field.length > FIELD_CHARACTERS ? `${field.slice(0, FIELD_CHARACTERS)}…` : field;
  if (!found.has(name)) found.set(name, { field: name, control: redacted(control), candidate: redacted(candidate) });
}

function placesBelow(places: readonly Place[], name: string): Place[] {
  return places.flatMap(({ below }) => {
    const own = below.get(name);
    const any = name === "*" ? undefined : below.get("*");
    return [own, any].filter((place) => place !== undefined);
  });
}

/** Numbers that differ by less than rounding tells are the same; others have to be equal. */
function rounded(value: Plain | undefined, digits: number | undefined): unknown {
  return typeof value === "number" && digits !== undefined ? Number(value.toFixed(digits)) : value;
}

function sorted(items: readonly Plain[], by: readonly string[]): Plain[] {
  const keyed = items.map((item) => ({ item, key: canonical(by.reduce<Plain | undefined>(step, item)) }));
  return keyed.toSorted((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0)).map(({ item }) => item);
}

function step(value: Plain | undefined, name: string): Plain | undefined {
  if (Array.isArray(value)) return value[Number(name)];
  return isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
}

/** JSON text that doesn't depend on the order of properties. */
function canonical(value: Plain | undefined): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`;
  if (!isObject(value)) return JSON.stringify(value) ?? "";
  const names = Object.keys(value).toSorted();
  return `{${names.map((name) => `${JSON.stringify(name)}:${canonical(value[name])}`).join()}}`;
}

function isObject(value: Plain | undefined): value is { [name: string]: Plain } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** What a side has at a field that differs: its kind and size, never what it says. */
function redacted(value: Plain | undefined): string {
  if (value === undefined) return "absent";
  if (value === null || typeof value === "boolean") return String(value);
  if (typeof value === "number") return "number";
  if (typeof value === "string") return `text of ${value.length}`;
  return Array.isArray(value) ? `array of ${value.length}` : `object of ${Object.keys(value).length}`;
}

/** A value as JSON would have it; a number or bigint that JSON doesn't know is kept apart from its text. */
function plain(answer: unknown): Plain {
  let values = 0;
  const open = new Set<object>();
  const copy = (value: unknown, level: number): Plain | undefined => {
    if (++values > MOST_VALUES) throw new Incomparable(`has more than ${MOST_VALUES} values`);
    if (value === null || typeof value === "string" || typeof value === "boolean") return value;
    if (typeof value === "number") return Number.isFinite(value) ? value : `number ${value}`;
    if (typeof value === "bigint") return `bigint ${value}`;
    if (typeof value !== "object") return undefined;
    if (level > MOST_LEVELS) throw new Incomparable(`is deeper than ${MOST_LEVELS} levels`);
    if (open.has(value)) throw new Incomparable("refers to itself");
    open.add(value);
    const made = copyObject(value, level);
    open.delete(value);
    return made;
  };
  const copyObject = (value: object, level: number): Plain | undefined => {
    if ("toJSON" in value && typeof value.toJSON === "function") return copy(value.toJSON(), level + 1);
    if (Array.isArray(value)) return value.map((item) => copy(item, level + 1) ?? null);
    const entries = value instanceof Map ? [...value].map(([key, item]) => [String(key), item]) : Object.entries(value);
    const made: [string, Plain][] = [];
    for (const [name, item] of value instanceof Set ? [...value].entries() : entries) {
      const copied = copy(item, level + 1);
      if (copied !== undefined) made.push([String(name), copied]);
    }
    return Object.fromEntries(made);
  };
  return copy(answer, 1) ?? null;
}

function segmentsOf(pointer: string, what: string): string[] {
  if (pointer === "") return [];
  if (!pointer.startsWith("/")) throw new TypeError(`${what} is not a JSON Pointer: ${pointer}`);
  return pointer
    .slice(1)
    .split("/")
    .map((segment) => segment.replaceAll("~1", "/").replaceAll("~0", "~"));
}

function escaped(name: string): string {
  return name.replaceAll("~", "~0").replaceAll("/", "~1");
}
