import type { Flag, Rule } from "../contract/flag.ts";
import type { Segment } from "../contract/segment.ts";
import type { Code } from "./codes.ts";

/*
 * What every importer looks like. An importer is a pure function of a vendor's documents and what a person chose; it
 * throws nothing but a `Refusal` of the whole document (report.ts), and everything else it can't say exactly it refuses
 * flag by flag. What all vendors have in common (prefixes, renamed attributes, decided attributes, names, limits,
 * references to what was refused) is done behind it, by convert.ts.
 */

/** The formats that can be imported. */
export const FORMATS = [
  "flagd",
  "unleash",
  "launchdarkly",
  "growthbook",
  "configcat",
  "posthog",
  "flagsmith",
  "split",
] as const;
export type Format = (typeof FORMATS)[number];

/** A vendor's documents, as parsed JSON: the one that was exported, and what goes with it. */
export type Documents = {
  main: unknown;
  /** Segments, where the export has only their names. */
  segments?: unknown;
  /** Names, owners and tags from a vendor's administration interface. */
  names?: unknown;
  /** The members of big segments, by the segment's key. */
  members?: { readonly [segment: string]: readonly string[] };
};

export type Scalar = string | number | boolean;

/** What a person chose. Without any of it, nothing is approximated, renamed or guessed. */
export type Options = {
  /** `keep`: the vendor's identity keeps its name; otherwise it becomes `targetingKey`. */
  id?: "targetingKey" | "keep";
  /** Codes of refusals that may be approximated instead. */
  accept?: readonly Code[];
  /** Which of a vendor's engines decides, where they disagree: `js`, `go`. */
  engine?: string;
  /** flagd: the generation of its bucketing. */
  bucketing?: "v1" | "v2" | "v3";
  /** Unleash: which of a feature's two flags has its name. */
  variants?: "variant" | "enabled";
  /** Flagsmith: people were hashed by the environment's key and their identifier (local evaluation, the edge). */
  identity?: "composite";
  /** GrowthBook: take `fallbackAttribute` into account. */
  sticky?: boolean;
  /** Flags that browsers may evaluate, besides those of which the vendor says so. */
  clientSide?: readonly string[];
  /** Only these of the vendor's flags. */
  only?: readonly string[];
  /** Leave out what was refused, and what needs it, instead of importing nothing. */
  partial?: boolean;
  /** Put before every key. */
  prefix?: string;
  /** Attributes by other names. */
  map?: { readonly [attribute: string]: string };
  /** Attributes that have one value wherever this environment is asked: clauses on them are decided now. */
  static?: { readonly [attribute: string]: Scalar };
};

/** Something a person should know of a flag. `path`: JSON Pointer into the vendor's document. */
export type Issue = { code: Code; level: "refused" | "approximated" | "note"; path: string; reason: string };

/** What became of one of the vendor's flags or segments. */
export type Entry = {
  kind: "flag" | "segment";
  source: string;
  path: string;
  status: "imported" | "refused" | "skipped";
  /** Keys of what it became here, in order. */
  keys: string[];
  issues: Issue[];
};

export type RuleInput = Partial<Rule> & Pick<Rule, "serve">;
/** A flag as a client may send it: what is left out is filled in. */
export type FlagInput = Partial<Omit<Flag, "rules">> &
  Pick<Flag, "key" | "type" | "variants" | "default"> & { rules?: RuleInput[] };
export type SegmentInput = Partial<Segment> & Pick<Segment, "key">;

/** One of the vendor's flags or segments, and what it became: native, as a client would send it. */
export type Item = { entry: Entry; flags: FlagInput[]; segments: SegmentInput[] };

/** What an importer makes: an item for each flag and segment of the vendor's, in the document's order. */
export type Converted = {
  /** Which of the vendor's documents it was: `client`, `export` … */
  shape: string;
  items: Item[];
};

/** @throws Refusal of the whole document (report.ts), and nothing else */
export type Importer = (documents: Documents, options: Options) => Converted;
