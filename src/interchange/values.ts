import { type FlagType, isName } from "../contract/flag.ts";
import type { JsonValue } from "../contract/json.ts";
import * as LIMITS from "../contract/limits.ts";
import { type Place, refuse } from "./report.ts";

/*
 * Variants of a vendor whose flags have values without names: the distinct values, in the order in which they are met.
 * null is no value: whoever would get it gets the default in the code.
 */

type Met = { value: JsonValue; place: Place; suggested: string[] };

export class Values {
  private readonly met = new Map<string, Met>();

  /** Adds a value, if it isn't there already; `suggested`: a name for it, if that turns out to be one and free. */
  add(value: unknown, place: Place, suggested?: unknown): void {
    if (value === null || value === undefined) return;
    const key = canonical(value);
    const known = this.met.get(key) ?? { value: value as JsonValue, place, suggested: [] };
    if (typeof suggested === "string") known.suggested.push(suggested);
    this.met.set(key, known);
    if (this.met.size > LIMITS.variants) refuse("limit", place, `A flag may have ${LIMITS.variants} variants.`);
  }

  /** @throws Refusal where the values are of several types */
  named(): NamedValues {
    const all = [...this.met];
    const type = all.length === 0 ? "boolean" : typeOf(all[0]![1].value);
    const other = all.find(([, { value }]) => typeOf(value) !== type);
    if (other !== undefined)
      refuse("mixed-types", other[1].place, `The flag's first value is of type ${type}, and this one isn't.`);
    const names = new Map<string, string>();
    const taken = new Set<string>();
    const name = (key: string, wanted: string): void => {
      names.set(key, wanted);
      taken.add(wanted);
    };
    for (const [key, { value, suggested }] of all)
      if (typeof value === "boolean") name(key, value ? "on" : "off");
      else {
        const usable = suggested.find((one) => isName(one) && !/^\d+$/.test(one) && !taken.has(one));
        if (usable !== undefined) name(key, usable);
      }
    for (const [index, [key]] of all.entries())
      if (!names.has(key)) {
        let wanted = `v${index + 1}`;
        while (taken.has(wanted)) wanted += "+";
        name(key, wanted);
      }
    const variants = Object.fromEntries(all.map(([key, { value }]) => [names.get(key)!, value]));
    return new NamedValues(type, variants, names);
  }
}

/** The values with their names. */
export class NamedValues {
  readonly type: FlagType;
  readonly variants: Record<string, JsonValue>;
  private readonly names: ReadonlyMap<string, string>;

  constructor(type: FlagType, variants: Record<string, JsonValue>, names: ReadonlyMap<string, string>) {
    this.type = type;
    this.variants = variants;
    this.names = names;
  }

  /** Whether there is no value at all, so that everybody gets the default in the code. */
  get none(): boolean {
    return this.names.size === 0;
  }

  /** The variant of a value that was added; null for no value. */
  variant(value: unknown): string | null {
    if (value === null || value === undefined) return null;
    return this.names.get(canonical(value))!;
  }
}

function typeOf(value: JsonValue): FlagType {
  return typeof value as FlagType;
}

/** Equal texts for values that are deeply equal. */
export function canonical(value: unknown): string {
  if (Object.is(value, -0)) return "0";
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "null";
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([name, one]) => `${JSON.stringify(name)}:${canonical(one)}`).join(",")}}`;
}
