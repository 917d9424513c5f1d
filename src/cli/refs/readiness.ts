import { type FlagView, isLive, type Serve } from "../resources.ts";
import { asks, type Dynamic, type Find } from "./find.ts";

/*
 * Which flags code can do without. Pure: flags of all environments, finds and the time in; a word and its reason out.
 * A flag is ready when everybody has been getting the same for a while, everywhere, and all who ask for it are known.
 */

/** `safe`: remove it. `careful`: somebody should look first, at what the reason says. `not`: not now. */
export type Readiness = "safe" | "careful" | "not";
export type Removal = { key: string; readiness: Readiness; reason: string; serves?: string; finds: number };
/** The flags of an environment, archived ones too; undefined where it couldn't be read. */
export type EnvironmentFlags = {
  environment: string;
  flags: Map<string, FlagView> | undefined;
  needed: ReadonlySet<string>;
};
export type Missing = Find & { archived: boolean };
export type Report = { missing: Missing[]; unasked: string[]; removable: Removal[] };

const DAY_MS = 86_400_000;
/** As long as a flag has to be at rest before it counts as stale (the server's own rule). */
const REST_MS = 14 * DAY_MS;
const CODE_DEFAULT = "the code's default";

/** @param now epoch milliseconds */
export function report(
  finds: readonly Find[],
  dynamic: readonly Dynamic[],
  all: readonly EnvironmentFlags[],
  now: number,
): Report {
  const keys = new Set<string>();
  const archived = new Set<string>();
  for (const { flags } of all)
    for (const [key, { archivedAt }] of flags ?? []) (archivedAt === undefined ? keys : archived).add(key);
  const byKey = new Map<string, Find[]>();
  for (const find of finds.filter(asks)) byKey.set(find.key, [...(byKey.get(find.key) ?? []), find]);
  const missing = finds
    .filter((find) => asks(find) && find.how !== "literal" && !keys.has(find.key))
    .map((find) => ({ ...find, archived: archived.has(find.key) }));
  const sorted = [...keys].toSorted();
  return {
    missing,
    unasked: sorted.filter((key) => !byKey.has(key)),
    removable: sorted.map((key) => removal(key, byKey.get(key) ?? [], dynamic, all, now)),
  };
}

function removal(
  key: string,
  finds: readonly Find[],
  dynamic: readonly Dynamic[],
  all: readonly EnvironmentFlags[],
  now: number,
): Removal {
  const own = all.flatMap(({ environment, flags, needed }) => {
    const view = flags?.get(key);
    return view === undefined || view.archivedAt !== undefined ? [] : [{ environment, view, needed: needed.has(key) }];
  });
  const found = (readiness: Readiness, reason: string, serves?: string): Removal => ({
    key,
    readiness,
    reason,
    ...(serves !== undefined && { serves }),
    finds: finds.length,
  });
  for (const { environment, view, needed } of own) {
    const why = inUse(view, needed, finds.length > 0, now);
    if (why !== undefined) return found("not", `${why} in ${environment}`);
  }
  const served = own.map(({ environment, view }) => ({ environment, variant: constantOf(view.flag) ?? CODE_DEFAULT }));
  const [first] = served;
  const other = served.find(({ variant }) => variant !== first?.variant);
  if (first === undefined) return found("not", "it isn't there");
  if (other !== undefined)
    return found(
      "not",
      `everybody gets ${first.variant} in ${first.environment}, and ${other.variant} in ${other.environment}`,
    );
  const doubt = doubtOf(key, finds, dynamic, all, first.variant);
  if (doubt !== undefined) return found("careful", doubt, first.variant);
  const asked =
    finds.length === 0
      ? "nothing asks for it"
      : finds.length === 1
        ? "one place asks for it"
        : `${finds.length} places ask for it`;
  return found("safe", `everybody gets ${first.variant} everywhere, and ${asked}`, first.variant);
}

/** Why a flag of one environment has to stay; undefined where nothing speaks against it there. */
function inUse(view: FlagView, needed: boolean, asked: boolean, now: number): string | undefined {
  const { flag, release, updatedAt, lastEvaluatedAt } = view;
  if (isLive(release)) return "a release is going on";
  if (flag.kind === "permission" || flag.kind === "operational") return `it is meant to stay (${flag.kind})`;
  if (needed) return "another flag or a segment depends on it";
  if (constantOf(flag) === undefined) return "different people get different variants";
  const quiet = now - Date.parse(updatedAt);
  if (quiet < REST_MS) return `it was changed ${daysWords(quiet)} ago, and may still be changed back,`;
  const since = lastEvaluatedAt === undefined ? Infinity : now - Date.parse(lastEvaluatedAt);
  if (!asked && since < REST_MS) return `something that isn't here asked for it ${daysWords(since)} ago`;
  return undefined;
}

function daysWords(milliseconds: number): string {
  const days = Math.floor(milliseconds / DAY_MS);
  return days < 1 ? "less than a day" : days === 1 ? "1 day" : `${days} days`;
}

function doubtOf(
  key: string,
  finds: readonly Find[],
  dynamic: readonly Dynamic[],
  all: readonly EnvironmentFlags[],
  serves: string,
): string | undefined {
  const made = dynamic.find(({ pattern }) => pattern !== "*" && fits(pattern, key));
  if (made) return `${made.file}:${made.line} puts a key together that may be this one`;
  const unsure = finds.find(({ confidence }) => confidence !== "certain");
  if (unsure) return `${unsure.file}:${unsure.line} was found by its text only`;
  const any = dynamic.find(({ pattern }) => pattern === "*");
  if (finds.length === 0 && any)
    return `nothing asks for it by name, but ${any.file}:${any.line} asks for a key that isn't known`;
  const unknown = all.find(({ flags }) => flags === undefined);
  if (unknown) return `${unknown.environment} couldn't be read`;
  return serves === CODE_DEFAULT && finds.length > 0
    ? "everybody gets the default in the code, which places may have of their own"
    : undefined;
}

/** Whether a key could come of a pattern. In steps that grow with both lengths, whatever the pattern. */
export function fits(pattern: string, key: string): boolean {
  const [head = "", ...rest] = pattern.split("*");
  const tail = rest.pop();
  if (tail === undefined) return pattern === key;
  if (!key.startsWith(head) || key.length < head.length + tail.length || !key.endsWith(tail)) return false;
  let at = head.length;
  for (const part of rest) {
    const found = key.indexOf(part, at);
    if (found === -1 || found + part.length > key.length - tail.length) return false;
    at = found + part.length;
  }
  return true;
}

/** The variant that everybody gets, whoever they are and whenever; undefined where that depends. */
export function constantOf(flag: FlagView["flag"]): string | undefined {
  const off = flag.offVariant ?? CODE_DEFAULT;
  if (!flag.enabled) return off;
  const served = new Set([...flag.rules.map(({ serve }) => variantOf(serve)), variantOf(flag.default)]);
  // A prerequisite that isn't met gives the off variant.
  if ((flag.prerequisites ?? []).length > 0) served.add(off);
  return served.size === 1 ? [...served][0] : undefined;
}

function variantOf(serve: Serve): string | undefined {
  if ("variant" in serve) return serve.variant;
  if ("codeDefault" in serve) return CODE_DEFAULT;
  const { percentage, split = [], otherwise } = serve.rollout;
  const variants = split.filter(({ weight }) => weight > 0).map(({ variant }) => variant);
  if (percentage === 0) return otherwise ?? CODE_DEFAULT;
  return percentage === 100 && new Set(variants).size === 1 ? variants[0] : undefined;
}
