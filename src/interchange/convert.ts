import { type Flag, flag as flagSchema, isName } from "../contract/flag.ts";
import { NATIVE } from "../contract/interchange.ts";
import { type Segment, segment as segmentSchema } from "../contract/segment.ts";
import { type Parsed, parse } from "../contract/validation.ts";
import { diagnose } from "../core/compile.ts";
import { sha256Hex } from "../core/hash.ts";
import { byKeys, neededBy, referencesOf } from "../core/references.ts";
import { rewriteFlag, rewriteSegment } from "./attributes.ts";
import type { Code } from "./codes.ts";
import { parseDocument } from "./documents.ts";
import type { Documents, Entry, Format, Importer, Issue, Item, Options } from "./importer.ts";
import { Refusal } from "./report.ts";
import { canonical } from "./values.ts";

/*
 * From a vendor's documents to one that the native import takes, with a report by flag. Pure: the same documents and
 * options give the same bytes. No reference is left open: what needs something that is refused is refused too.
 */

/** A native document, ready to be imported. */
export type NativeDocument = {
  format: typeof NATIVE.format;
  formatVersion: typeof NATIVE.formatVersion;
  flags: Flag[];
  segments: Segment[];
};

export type ReportEntry = Entry & {
  /** SHA-256 of what it became, in hex: whether the vendor's side has changed since an earlier import. */
  digest?: string;
};

/** What one of the vendor's flags or segments became. */
export type Made = { flags: readonly Flag[]; segments: readonly Segment[] };

/** Equal for what is deeply equal, in whatever order an object's properties are. */
export function digestOf({ flags, segments }: Made): string {
  return sha256Hex(canonical([...flags, ...segments]));
}

export type Report = {
  format: Format;
  shape: string;
  /** Of the document's text, in hex; null where it was given as parsed JSON, or isn't JSON. */
  sha256: string | null;
  options: Options;
  /** Why the document as a whole is refused. */
  issues: Issue[];
  flags: ReportEntry[];
  segments: ReportEntry[];
  summary: {
    flags: Record<Entry["status"], number>;
    rules: { imported: number };
    issues: { [code in Code]?: number };
  };
};

/**
 * `document`: null when anything was refused and it wasn't said that the rest is wanted (`partial`), or when the
 * document as a whole is refused.
 */
export type Conversion = {
  document: NativeDocument | null;
  report: Report;
  /** What each entry of the report became. */
  made: ReadonlyMap<ReportEntry, Made>;
};

const LOADERS: { [format in Format]?: () => Promise<Importer> } = {
  unleash: async () => (await import("./unleash/importer.ts")).importUnleash,
  configcat: async () => (await import("./configcat/importer.ts")).importConfigCat,
  growthbook: async () => (await import("./growthbook/importer.ts")).importGrowthBook,
  launchdarkly: async () => (await import("./launchdarkly/importer.ts")).importLaunchDarkly,
  flagsmith: async () => (await import("./flagsmith/importer.ts")).importFlagsmith,
  split: async () => (await import("./split/importer.ts")).importSplit,
  flagd: async () => (await import("./flagd/importer.ts")).importFlagd,
};

/** The formats for which there is an importer. */
export const IMPORTABLE = Object.keys(LOADERS) as Format[];

/** Converts a vendor's documents; the main one may be the text of its file. Loads that vendor's importer alone. */
export async function convert(format: Format, documents: Documents, options: Options = {}): Promise<Conversion> {
  const load = LOADERS[format];
  if (load === undefined) throw new RangeError(`there is no importer for ${format}`);
  return convertWith(await load(), format, documents, options);
}

/** The same with an importer that is there already. Never throws, whatever the documents are. */
export function convertWith(
  importer: Importer,
  format: Format,
  documents: Documents,
  options: Options = {},
): Conversion {
  let sha256: string | null = null;
  try {
    const main = typeof documents.main === "string" ? parseDocument(documents.main) : documents.main;
    if (typeof documents.main === "string") sha256 = sha256Hex(documents.main);
    const { shape, items } = importer({ ...documents, main }, options);
    const { flags, segments, report, made } = settle(items, options);
    const refused = report.some(({ status }) => status === "refused");
    const document = refused && options.partial !== true ? null : { ...NATIVE, flags, segments };
    return { document, report: reportOf({ format, shape, sha256, options, issues: [] }, report, flags), made };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const head = { format, shape: "unknown", sha256, options, issues: [...error.issues] };
    return { document: null, report: reportOf(head, [], []), made: new Map() };
  }
}

type Settled = { flags: Flag[]; segments: Segment[]; report: ReportEntry[]; made: Conversion["made"] };

/** Makes what was converted whole and valid, and refuses what can't be: names, limits, and what is needed and missing. */
function settle(items: readonly Item[], options: Options): Settled {
  const settling = items.map((item) => new Settling(item, options));
  refuseDoubles(settling);
  refuseWhatCantBe(settling.filter(({ refused }) => !refused));
  const kept = settling.filter(({ refused }) => !refused);
  const flags = kept.flatMap((one) => one.flags);
  const segments = kept.flatMap((one) => one.segments);
  const needed = options.only === undefined ? segments : neededBy(flags, byKeys({ flags, segments })).segments;
  const wanted = new Set(needed);
  const made = new Map(settling.map((one): [ReportEntry, Made] => [one.entry(), one]));
  return { flags, segments: segments.filter((segment) => wanted.has(segment)), report: [...made.keys()], made };
}

/** One item while it is being settled. */
class Settling {
  readonly flags: Flag[] = [];
  readonly segments: Segment[] = [];
  readonly item: Item;

  constructor(item: Item, options: Options) {
    this.item = item;
    for (const input of item.flags) this.keep(parse(flagSchema, rewriteFlag(input, options)), input.key, this.flags);
    for (const input of item.segments)
      this.keep(parse(segmentSchema, rewriteSegment(input, options)), input.key, this.segments);
  }

  private keep<T>(parsed: Parsed<T>, key: string, into: T[]): void {
    if (!isName(key)) this.refuse("name", `${quoted(key)} isn't a name here.`);
    else if (parsed.ok) into.push(parsed.value);
    else
      this.refuse("limit", `What it becomes passes a limit: ${parsed.issues[0]!.path} ${parsed.issues[0]!.message}.`);
  }

  get refused(): boolean {
    return this.item.entry.status === "refused";
  }

  refuse(code: Code, reason: string): void {
    const { entry } = this.item;
    if (this.refused) return;
    entry.status = "refused";
    entry.issues.push({ code, level: "refused", path: entry.path, reason });
  }

  entry(): ReportEntry {
    const { entry } = this.item;
    if (entry.status !== "imported") return entry;
    const made = [...this.flags, ...this.segments];
    return { ...entry, keys: made.map(({ key }) => key), digest: digestOf(this) };
  }
}

/** Refuses all that would become a flag or segment of the same key. */
function refuseDoubles(settling: readonly Settling[]): void {
  for (const kind of ["flags", "segments"] as const) {
    const owners = new Map<string, Settling>();
    for (const one of settling)
      for (const { key } of one[kind]) {
        const other = owners.get(key);
        owners.set(key, one);
        if (other === undefined) continue;
        const reason = `Two of the document's definitions would become ${quoted(key)}.`;
        for (const each of [one, other]) each.refuse("name", reason);
      }
  }
}

/** Refuses what doesn't compile, makes a circle, or needs what is refused or missing. */
function refuseWhatCantBe(settling: readonly Settling[]): void {
  const owners = { flag: new Map<string, Settling>(), segment: new Map<string, Settling>() };
  for (const one of settling) {
    for (const { key } of one.flags) owners.flag.set(key, one);
    for (const { key } of one.segments) owners.segment.set(key, one);
  }
  const whole = [settling.flatMap((one) => one.flags), settling.flatMap((one) => one.segments)] as const;
  for (const { target, path, message } of diagnose(...whole)) {
    if (target.kind === "environment") continue; // the environment's limits are the server's to judge
    const owner = owners[target.kind].get(target.key)!;
    if (message === "makes a cycle") owner.refuse("cycle", `It refers to itself by way of others (${path}).`);
    else if (message.endsWith("of this environment"))
      owner.refuse("depends-on-refused", `It needs what isn't imported (${path} ${message}).`);
    else owner.refuse(path.includes("/values/") ? "regex" : "limit", `${path} ${message}.`);
  }
  const users = new Map<Settling, Set<Settling>>();
  for (const one of settling)
    for (const made of [...one.flags, ...one.segments])
      for (const { kind, key } of referencesOf(made)) {
        const target = owners[kind].get(key);
        if (target !== undefined) users.set(target, (users.get(target) ?? new Set()).add(one));
      }
  const refused = new Set(settling.filter((one) => one.refused));
  // A set is walked to its end, also over what is added on the way.
  for (const one of refused)
    for (const user of users.get(one) ?? []) {
      user.refuse("depends-on-refused", `It needs ${quoted(one.item.entry.source)}, which is refused.`);
      refused.add(user);
    }
}

type Head = Pick<Report, "format" | "shape" | "sha256" | "options" | "issues">;

function reportOf(head: Head, entries: readonly ReportEntry[], flags: readonly Flag[]): Report {
  const statuses: Record<Entry["status"], number> = { imported: 0, refused: 0, skipped: 0 };
  const issues: { [code in Code]?: number } = {};
  for (const { kind, status } of entries) if (kind === "flag") statuses[status]++;
  for (const { code } of [...head.issues, ...entries.flatMap((entry) => entry.issues)])
    issues[code] = (issues[code] ?? 0) + 1;
  return {
    ...head,
    flags: entries.filter(({ kind }) => kind === "flag"),
    segments: entries.filter(({ kind }) => kind === "segment"),
    summary: {
      flags: statuses,
      rules: { imported: flags.reduce((sum, { rules }) => sum + rules.length, 0) },
      issues,
    },
  };
}

function quoted(text: string): string {
  return JSON.stringify(text.length > 100 ? `${text.slice(0, 100)}…` : text);
}
