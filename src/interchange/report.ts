import { pointer } from "../contract/json.ts";
import type { Code } from "./codes.ts";
import type { Converted, Entry, FlagInput, Issue, Item, Options, SegmentInput } from "./importer.ts";

/** A place in the vendor's document. */
export type Place = readonly (string | number)[];

/**
 * Why something isn't imported: thrown by whatever finds out, and caught where a flag or segment is converted. Outside
 * of those it refuses the whole document.
 */
export class Refusal extends Error {
  readonly issues: readonly Issue[];

  constructor(issues: readonly Issue[]) {
    super(issues[0]?.reason ?? "refused");
    this.issues = issues;
  }
}

/** Refuses: `place` and `reason` are for the person who wrote the definition. @throws Refusal always */
export function refuse(code: Code, place: Place, reason: string): never {
  throw new Refusal([{ code, level: "refused", path: pointer(place), reason }]);
}

/** Converts each of several things, so that everything that is refused among them is told at once. @throws Refusal */
export function mapAll<T, R>(items: readonly T[], convert: (item: T, index: number) => R): R[] {
  const issues: Issue[] = [];
  const results: R[] = [];
  for (const [index, item] of items.entries())
    try {
      results.push(convert(item, index));
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      if (issues.length < MOST_ISSUES) issues.push(...error.issues);
    }
  if (issues.length > 0) throw new Refusal(issues);
  return results;
}

/** As many are told of one flag. */
const MOST_ISSUES = 100;

/** One flag or segment of the vendor's on its way. */
export class Draft {
  readonly flags: FlagInput[] = [];
  readonly segments: SegmentInput[] = [];
  readonly issues: Issue[] = [];
  private readonly accepted: ReadonlySet<Code>;

  constructor(accepted: ReadonlySet<Code>) {
    this.accepted = accepted;
  }

  /** Tells something that is exact, but worth knowing; the same only once. */
  note(code: Code, place: Place, reason: string): void {
    this.tell({ code, level: "note", path: pointer(place), reason });
  }

  /** Refuses, unless a person has said that this code may be approximated: then that is told. @throws Refusal */
  refuseUnlessAccepted(code: Code, place: Place, reason: string, approximation: string): void {
    if (!this.accepted.has(code)) refuse(code, place, reason);
    this.tell({ code, level: "approximated", path: pointer(place), reason: approximation });
  }

  private tell(issue: Issue): void {
    const known = this.issues.some(
      ({ code, path, level }) => code === issue.code && path === issue.path && level === issue.level,
    );
    if (!known && this.issues.length < MOST_ISSUES) this.issues.push(issue);
  }
}

/** Gathers what an importer makes of a document. */
export class Collector {
  private readonly items: Item[] = [];
  private readonly accepted: ReadonlySet<Code>;
  private readonly only: ReadonlySet<string> | null;

  constructor({ accept = [], only }: Options) {
    this.accepted = new Set(accept);
    this.only = only === undefined ? null : new Set(only);
  }

  /** Converts one of the vendor's flags: `convert` puts what it becomes into the draft. One that isn't wanted is skipped. */
  flag(source: string, place: Place, convert: (draft: Draft) => void): void {
    if (this.only !== null && !this.only.has(source)) this.skip("flag", source, place);
    else this.convert("flag", source, place, convert);
  }

  segment(source: string, place: Place, convert: (draft: Draft) => void): void {
    this.convert("segment", source, place, convert);
  }

  /** Leaves something out: it is archived, or not wanted, or what `why` notes. */
  skip(kind: Entry["kind"], source: string, place: Place, why?: Pick<Issue, "code" | "reason">): void {
    const path = pointer(place);
    const issues: Issue[] = why === undefined ? [] : [{ ...why, level: "note", path }];
    const entry: Entry = { kind, source, path, status: "skipped", keys: [], issues };
    this.items.push({ entry, flags: [], segments: [] });
  }

  private convert(kind: Entry["kind"], source: string, place: Place, convert: (draft: Draft) => void): void {
    const draft = new Draft(this.accepted);
    const entry: Entry = { kind, source, path: pointer(place), status: "imported", keys: [], issues: draft.issues };
    try {
      convert(draft);
      this.items.push({ entry, flags: draft.flags, segments: draft.segments });
    } catch (error) {
      entry.status = "refused";
      if (error instanceof Refusal) entry.issues.push(...distinct(error.issues));
      else entry.issues.push(tooDeep(error, entry.path));
      this.items.push({ entry, flags: [], segments: [] });
    }
  }

  finish(shape: string): Converted {
    return { shape, items: this.items };
  }
}

/** What a person is told in the same words is told once, where it was met first. */
function distinct(issues: readonly Issue[]): Issue[] {
  const told = new Map<string, Issue>();
  for (const issue of issues) {
    const key = issue.code === "limit" ? issue.reason : `${issue.code} ${issue.path}`;
    if (!told.has(key)) told.set(key, issue);
  }
  return [...told.values()];
}

/** Definitions are walked as deep as they go; one that goes deeper than the stack is too deep. @throws what it isn't */
function tooDeep(error: unknown, path: string): Issue {
  if (!(error instanceof RangeError)) throw error;
  return { code: "limit", level: "refused", path, reason: "The definition is nested too deeply." };
}
