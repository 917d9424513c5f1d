import type { PublishedFlag, PublishedRelease, PublishedSegment, SnapshotBody } from "../contract/snapshot.ts";
import * as LIMITS from "../contract/limits.ts";
import { asText, type Context, compilePath, type Path, read } from "./attributes.ts";
import { type Branch, compileCondition, noteRequest, type Scope, type Test } from "./conditions.ts";
import { Marks } from "./bucketed.ts";
import type { Fixed } from "./fixed.ts";
import { fixedBy } from "./leaves.ts";
import { listedIn, type MemberList, type Members } from "./members.ts";
import { Outcome, type Owner } from "./outcome.ts";
import { compileFlag, follow, type Step } from "./program.ts";
import { beginFlag, currentRun, OUT_OF_STEPS } from "./run.ts";
import { bucketedBy, type Sides, sidesOf } from "./sides.ts";

/** Where in a flag or segment something is wrong, and what. */
export type Fault = { path: string; message: string };
export type Reference = { target: Node; path: string };

const NONE: readonly never[] = [];

/** A flag or segment on its way from published to settled: a node in the graph of references. */
export abstract class Node {
  readonly key: string;
  /** `settled`: compiled together with all that it refers to, everything below is final. */
  stage: "published" | "compiled" | "settled" = "published";
  private wrong: Fault[] | null = null;
  private needed: Reference[] | null = null;
  private steps = 0;
  /** Whether it, or what it refers to, looks at attributes that the edge takes from the request. */
  readsRequest = false;
  /** The longest chain of references from here. */
  height = 0;
  private run = 0;
  private begun = 0;
  private stations: readonly Node[] | null = null;

  constructor(key: string) {
    this.key = key;
  }

  get faults(): readonly Fault[] {
    return this.wrong ?? NONE;
  }

  get references(): readonly Reference[] {
    return this.needed ?? NONE;
  }

  refuse(path: string, message: string): void {
    (this.wrong ??= []).push({ path, message });
  }

  /** A pattern was compiled to so many steps. */
  cost(steps: number): void {
    this.steps += steps;
    if (this.steps > LIMITS.patternStepsOfResource) this.refuse("", "has patterns beyond the limit of steps");
  }

  refer(target: Node, path: string): void {
    (this.needed ??= []).push({ target, path });
  }

  /** Something is wrong with it: it is never decided. */
  break(): void {}

  abstract compile(scope: Scope): void;

  /** Decides it and keeps the answer for the run, so that who refers to it finds it. */
  prepare(context: Context, now: number): void {
    if (this.run === currentRun()) return;
    if (this.begun === currentRun()) throw OUT_OF_STEPS; // as it did before in this run
    this.begun = currentRun();
    if (this.height >= BAND) this.prepareBelow(context, now);
    this.decideOnce(context, now);
    this.run = currentRun();
  }

  /**
   * Deciding a flag decides what it refers to, and so on down. A chain may go through a whole environment, so nodes are
   * divided by height into bands, and what lies below a node's band is prepared first, where its references enter it:
   * then no decision recurses further than through its own band.
   */
  protected prepareBelow(context: Context, now: number): void {
    for (const one of (this.stations ??= stationsBelow(this))) one.prepare(context, now);
  }

  protected abstract decideOnce(context: Context, now: number): void;
}

const BAND = 32;

/** Where references that begin in a node's band first leave it. */
function stationsBelow(top: Node): readonly Node[] {
  const band = Math.floor(top.height / BAND);
  const inside = new Set<Node>([top]);
  const below = new Set<Node>();
  for (const node of inside)
    for (const { target } of node.references) (Math.floor(target.height / BAND) < band ? below : inside).add(target);
  return [...below];
}

export class CompiledSegment extends Node implements Test {
  private readonly published: PublishedSegment;
  private readonly members: Members;
  private by: Path = compilePath("");
  private include: MemberList | null = null;
  private exclude: MemberList | null = null;
  private when: Branch<boolean> | boolean = false;
  private contains = false;

  constructor(published: PublishedSegment, members: Members) {
    super(published.key);
    this.published = published;
    this.members = members;
  }

  override compile(scope: Scope): void {
    const { by, when, include, exclude } = this.published;
    noteRequest(scope, by);
    this.by = compilePath(by);
    this.when = compileCondition<boolean>(when, scope, "/when", true, false);
    this.include = this.list(include, "/include", scope);
    this.exclude = this.list(exclude, "/exclude", scope);
  }

  private list(range: [number, number], path: string, scope: Scope): MemberList | null {
    const list = this.members.list(range);
    if (list === undefined) scope.refuse(path, "its members are missing");
    return list ?? null;
  }

  holds(context: Context, now: number): boolean {
    this.prepare(context, now);
    return this.contains;
  }

  protected override decideOnce(context: Context, now: number): void {
    const text = asText(read(context, this.by));
    const listed = text === undefined ? "neither" : listedIn(text, this.exclude!, this.include!);
    if (listed !== "neither") this.contains = listed === "include";
    else {
      let step = this.when;
      while (typeof step === "object") step = step.test.holds(context, now) ? step.yes : step.no;
      this.contains = step;
    }
  }
}

const TOO_MUCH = "The flag's patterns take more steps than one evaluation has";

export class CompiledFlag extends Node {
  /** For whoever counts evaluations: epoch milliseconds, 0 for never. The core neither reads nor writes it. */
  lastEvaluatedAt = 0;
  readonly clientSide: boolean;
  private readonly published: PublishedFlag;
  private readonly owner: Owner;
  /** The live release, as far as it is published. */
  readonly release: PublishedRelease | undefined;
  /** Whether it is an experiment. */
  readonly experiment: boolean;
  private first: Step | null = null;
  private outcome: Outcome | null = null;
  private sides: Sides | null = null;
  /** Where something else than the targeting key is bucketed during a release: what cohorts say of it. */
  private marks: Marks | null = null;
  private failed: Outcome | null = null;
  private same: { fixed: Fixed | null } | null = null;

  constructor({ flag: published, version, release, experiment }: SnapshotBody["flags"][number]) {
    super(published.key);
    this.published = published;
    this.release = release;
    this.experiment = experiment === true;
    this.owner = { key: published.key, version, flag: published };
    this.clientSide = published.clientSide === true;
  }

  /** The environment's version at which the flag last changed. */
  get version(): number {
    return this.owner.version;
  }

  has(variant: string): boolean {
    return Object.hasOwn(this.published.variants, variant);
  }

  /** What each variant stands for. */
  get variants(): PublishedFlag["variants"] {
    return this.published.variants;
  }

  /** The share of requests, 0 to 100, on which a candidate runs in the dark. */
  get shadow(): number {
    return this.published.shadow;
  }

  override compile(scope: Scope): void {
    this.first = compileFlag(this.published, this.owner, scope, this.release);
    if (this.release !== undefined) this.marks = Marks.of(bucketedBy(this.published, this.release));
  }

  /**
   * The cohort of whoever is known to have seen a variant, and nothing else: undefined where that can be mistaken, or the
   * flag isn't being released.
   */
  cohortOf(variant: string): string | undefined {
    if (this.release === undefined || this.first === null) return undefined;
    return (this.sides ??= sidesOf(this.published, this.release, this.first)).get(variant);
  }

  /** Turns it off for good: it can't be compiled, or what it refers to can't. */
  override break(): void {
    this.first = this.error("PARSE_ERROR", "The flag can't be compiled");
    this.height = 0;
  }

  private error(code: "PARSE_ERROR" | "GENERAL", details: string): Outcome {
    return new Outcome(this.owner, "ERROR", null, null, null, { code, details });
  }

  /**
   * The answer for a plain context. Never throws; what takes more steps than an evaluation has (run.ts), and a context
   * that isn't JSON, may get an error.
   */
  decide(context: Context, now: number): Outcome {
    beginFlag();
    try {
      if (this.height >= BAND) this.prepareBelow(context, now);
      const outcome = follow(this.first!, context, now);
      return this.marks === null || outcome.cohort === null ? outcome : this.marks.mark(outcome, context);
    } catch (error) {
      if (error === OUT_OF_STEPS) return (this.failed ??= this.error("GENERAL", TOO_MUCH));
      return this.error("GENERAL", "The evaluation failed");
    }
  }

  /** Whether everybody is served the same, and what. Worked out when it is first asked for. */
  get fixed(): Fixed | null {
    return (this.same ??= { fixed: fixedBy(this.first!) }).fixed;
  }

  /** The test whether it is enabled and serves one of these variants. */
  serving(variants: readonly string[]): Test {
    return {
      holds: (context, now) => {
        if (!this.published.enabled) return false;
        this.prepare(context, now);
        const { variant } = this.outcome!;
        return variant !== null && variants.includes(variant);
      },
    };
  }

  protected override decideOnce(context: Context, now: number): void {
    this.outcome = follow(this.first!, context, now);
  }
}
