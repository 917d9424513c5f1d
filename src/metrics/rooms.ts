import type { Source } from "./batch.ts";

/* How many rows there are of what has a budget. */

/**
 * Counts rows by class, so that each of them is counted in the table only once while an object lives. What is remembered
 * is right as long as no transaction fails; after one it is forgotten, and after a sweep.
 */
export class RowCounts {
  readonly #counts = new Map<string, number>();
  readonly #load: () => Iterable<[name: string, count: number]>;
  #loaded = false;

  constructor(load: () => Iterable<[name: string, count: number]>) {
    this.#load = load;
  }

  of(name: string): number {
    if (!this.#loaded) {
      for (const [one, count] of this.#load()) this.#counts.set(one, (this.#counts.get(one) ?? 0) + count);
      this.#loaded = true;
    }
    return this.#counts.get(name) ?? 0;
  }

  /** How many classes have a name that begins like this. */
  classes(prefix: string): number {
    this.of("");
    let classes = 0;
    for (const [name, count] of this.#counts) if (count > 0 && name.startsWith(prefix)) classes += 1;
    return classes;
  }

  add(name: string, count = 1): void {
    this.#counts.set(name, this.of(name) + count);
  }

  forget(): void {
    this.#counts.clear();
    this.#loaded = false;
  }
}

/** What client keys reported has places of its own. */
export function classOf(source: Source): string {
  return String(source === "client" ? 1 : 0);
}
