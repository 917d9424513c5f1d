import type { PublishedSegment } from "../contract/snapshot.ts";
import { asText, type Context, compilePath, type Path, read } from "./attributes.ts";
import { compileCondition, declare, type FlagTarget, type Scope, type SegmentTarget, type Test } from "./conditions.ts";
import { listedIn, type MemberList, type Members } from "./members.ts";
import { Outcome, type Owner } from "./outcome.ts";
import { Program } from "./program.ts";

/*
 * Flags and segments as nodes of the graph of references. Within one run (one evaluation, or one of all flags), what
 * others refer to is decided once: the answer is kept with the number of the run. So a lattice of references costs its
 * nodes, not its paths.
 */

let running = 0;
let lastRun = 0;

/** Does something as one run: for one context and one time. Runs may nest (a context with getters can do anything). */
export function asRun<T>(work: () => T): T {
  const outer = running;
  running = ++lastRun;
  try {
    return work();
  } finally {
    running = outer;
  }
}

/** Where in a flag or segment something is wrong, and what. */
export type Fault = { path: string; message: string };
export type Reference = { target: Node; path: string };

export abstract class Node {
  readonly key: string;
  readonly faults: Fault[] = [];
  readonly references: Reference[] = [];
  /** Whether its conditions, and those that it refers to, look at what the edge adds from the request. */
  readsRequest = false;
  /** The longest chain of references from here; how deep deciding it recurses. */
  height = 0;
  /** Whether everything above is final. */
  settled = false;

  constructor(key: string) {
    this.key = key;
  }

  abstract compile(scope: Scope): void;
  /** Decides it for this run, so that who refers to it finds the answer ready. */
  abstract prepare(context: Context, now: number): void;

  get broken(): boolean {
    return this.faults.length > 0;
  }
}

export class CompiledSegment extends Node implements SegmentTarget {
  readonly #published: PublishedSegment;
  readonly #members: Members;
  #by: Path = compilePath("");
  #include: MemberList | null = null;
  #exclude: MemberList | null = null;
  #when: Test | null = null;
  #run = 0;
  #contains = false;

  constructor(published: PublishedSegment, members: Members) {
    super(published.key);
    this.#published = published;
    this.#members = members;
  }

  override compile(scope: Scope): void {
    const { by, when, include, exclude } = this.#published;
    declare(scope, by);
    this.#by = compilePath(by);
    this.#when = compileCondition(when, scope, "/when");
    this.#include = this.#list(include, "/include", scope);
    this.#exclude = this.#list(exclude, "/exclude", scope);
  }

  #list(range: [number, number], path: string, scope: Scope): MemberList | null {
    const list = this.#members.list(range);
    if (list === undefined) scope.refuse(path, "its members are missing");
    return list ?? null;
  }

  contains(context: Context, now: number): boolean {
    this.prepare(context, now);
    return this.#contains;
  }

  override prepare(context: Context, now: number): void {
    if (this.#run === running) return;
    this.#contains = this.#decide(context, now);
    this.#run = running;
  }

  #decide(context: Context, now: number): boolean {
    const text = asText(read(context, this.#by));
    if (text !== undefined) {
      const listed = listedIn(text, this.#exclude!, this.#include!);
      if (listed !== "neither") return listed === "include";
    }
    return this.#when!(context, now);
  }
}

const SHALLOW = 32;

export class CompiledFlag extends Node implements FlagTarget {
  readonly #owner: Owner;
  readonly clientSide: boolean;
  #program: Program | null = null;
  #run = 0;
  #outcome: Outcome | null = null;
  #stations: readonly Node[] | null = null;
  readonly #enabled: boolean;
  readonly #source: ConstructorParameters<typeof Program>[0];

  constructor(source: ConstructorParameters<typeof Program>[0], version: number) {
    super(source.key);
    this.#source = source;
    this.#owner = { key: source.key, version, flag: source };
    this.clientSide = source.clientSide;
    this.#enabled = source.enabled;
  }

  override compile(scope: Scope): void {
    this.#program = new Program(this.#source, this.#owner, scope);
  }

  /** The answer for a context: an outcome with an error when the flag can't be compiled or something unforeseen happens. */
  decide(context: Context, now: number): Outcome {
    if (this.broken || this.#program === null) return this.#unusable();
    try {
      if (this.height > SHALLOW) for (const station of (this.#stations ??= stationsOf(this))) station.prepare(context, now);
      return this.#program.run(context, now);
    } catch {
      return new Outcome(this.#owner, "ERROR", null, null, { code: "GENERAL", details: "The evaluation failed" });
    }
  }

  #unusable(): Outcome {
    this.#outcome ??= new Outcome(this.#owner, "ERROR", null, null, {
      code: "PARSE_ERROR",
      details: "The flag can't be compiled",
    });
    return this.#outcome;
  }

  serves(variants: readonly string[], context: Context, now: number): boolean {
    if (!this.#enabled) return false;
    this.prepare(context, now);
    const { variant } = this.#outcome!;
    return variant !== null && variants.includes(variant);
  }

  override prepare(context: Context, now: number): void {
    if (this.#run === running) return;
    this.#outcome = this.#program!.run(context, now);
    this.#run = running;
  }
}

/**
 * What to prepare before a flag at the top of a long chain of references, lowest first, so that no step of the way
 * recurses further than to the station below it.
 */
function stationsOf(top: Node): readonly Node[] {
  const seen = new Set<Node>([top]);
  for (const node of seen) for (const { target } of node.references) seen.add(target);
  seen.delete(top);
  return [...seen].filter((node) => node.height > 0 && node.height % SHALLOW === 0).sort((a, b) => a.height - b.height);
}
