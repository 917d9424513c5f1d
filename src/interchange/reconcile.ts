import { type Flag, flag as flagSchema } from "../contract/flag.ts";
import { type Segment, segment as segmentSchema } from "../contract/segment.ts";
import { parse } from "../contract/validation.ts";
import type { Conversion, Made, NativeDocument, Report, ReportEntry } from "./convert.ts";
import { digestOf } from "./convert.ts";
import { own } from "./documents.ts";

/*
 * An import again (design, interchange.md § 8.4): theirs then, as an earlier report has it; theirs now, as it was just
 * converted; ours now. What only they changed is imported, what only people here changed is left alone, and what both
 * changed is a conflict that a person decides, key by key.
 */

export type Status = ReportEntry["status"] | "unchanged" | "conflict";
export type Reconciled = Omit<Report, "flags" | "segments" | "summary"> & {
  flags: ReconciledEntry[];
  segments: ReconciledEntry[];
  summary: Omit<Report["summary"], "flags"> & { flags: Record<Status, number> };
  /** What the earlier import had and the document has no more; it stays as it is here. */
  gone: { kind: "flag" | "segment"; source: string }[];
};
export type ReconciledEntry = Omit<ReportEntry, "status"> & { status: Status; conflict?: string };

type Choice = {
  /** An earlier report, as parsed JSON; without one the source wins wherever it differs. */
  since?: unknown;
  /** Keys for which the source wins. */
  theirs?: readonly string[];
};

/** What of a conversion is imported into an environment, given all that is there. */
export function reconcile(
  { document, report, made }: Conversion,
  ours: { flags: readonly unknown[]; segments: readonly unknown[] },
  { since, theirs = [] }: Choice = {},
): { document: NativeDocument | null; report: Reconciled } {
  const here = index(ours);
  const then = since === undefined ? undefined : digestsOf(since);
  const wins = new Set(theirs);
  const taken = new Set<Flag | Segment>();
  const settle = (entry: ReportEntry): ReconciledEntry => {
    const of = made.get(entry);
    if (entry.status !== "imported" || of === undefined) return entry;
    const status = statusOf(entry, of, here, then, wins);
    if (status === "imported") for (const one of [...of.flags, ...of.segments]) taken.add(one);
    return status === "conflict" ? { ...entry, status, conflict: CONFLICT } : { ...entry, status };
  };
  const [flags, segments] = [report.flags.map(settle), report.segments.map(settle)];
  const counts: Record<Status, number> = { imported: 0, unchanged: 0, refused: 0, skipped: 0, conflict: 0 };
  for (const { status } of flags) counts[status]++;
  const sources = new Set([...report.flags, ...report.segments].map(({ kind, source }) => `${kind} ${source}`));
  const gone = [...(then?.keys() ?? [])].filter((name) => !sources.has(name));
  return {
    document: document && {
      ...document,
      flags: document.flags.filter((one) => taken.has(one)),
      segments: document.segments.filter((one) => taken.has(one)),
    },
    report: {
      ...report,
      flags,
      segments,
      summary: { ...report.summary, flags: counts },
      gone: gone.map((name) => {
        const [kind, ...source] = name.split(" ");
        return { kind: kind as "flag" | "segment", source: source.join(" ") };
      }),
    },
  };
}

const CONFLICT =
  "It was changed here and in the source since the earlier import: name its key to take the source's (--theirs).";

type Here = { flags: ReadonlyMap<string, Flag>; segments: ReadonlyMap<string, Segment> };

function index({ flags, segments }: { flags: readonly unknown[]; segments: readonly unknown[] }): Here {
  const of = flags.flatMap((one) => {
    const parsed = parse(flagSchema, one);
    return parsed.ok ? [parsed.value] : [];
  });
  const segmentsHere = segments.flatMap((one) => {
    const parsed = parse(segmentSchema, one);
    return parsed.ok ? [parsed.value] : [];
  });
  return {
    flags: new Map(of.map((one) => [one.key, one])),
    segments: new Map(segmentsHere.map((one) => [one.key, one])),
  };
}

function statusOf(
  entry: ReportEntry,
  made: Made,
  here: Here,
  then: ReadonlyMap<string, string> | undefined,
  theirs: ReadonlySet<string>,
): Status {
  const flags = made.flags.flatMap(({ key }) => here.flags.get(key) ?? []);
  const segments = made.segments.flatMap(({ key }) => here.segments.get(key) ?? []);
  const present = flags.length + segments.length;
  const ours = digestOf({ flags, segments });
  if (present > 0 && ours === entry.digest) return "unchanged";
  if (then === undefined || theirs.has(entry.source) || entry.keys.some((key) => theirs.has(key))) return "imported";
  const earlier = then.get(`${entry.kind} ${entry.source}`);
  if (earlier === undefined) return present === 0 ? "imported" : "conflict";
  if (earlier === entry.digest) return "unchanged"; // whatever people did to it here
  return ours === earlier ? "imported" : "conflict";
}

/** The digests of an earlier report, by kind and source. @throws TypeError of what is no report */
function digestsOf(report: unknown): Map<string, string> {
  const lists = [own(report, "flags"), own(report, "segments")];
  if (!lists.every(Array.isArray)) throw new TypeError("this isn't the report of an import");
  const digests = new Map<string, string>();
  for (const entry of lists.flat() as unknown[]) {
    const [kind, source, digest] = ["kind", "source", "digest"].map((name) => own(entry, name));
    if (typeof digest === "string") digests.set(`${String(kind)} ${String(source)}`, digest);
  }
  return digests;
}
