import { flag as flagSchema } from "../contract/flag.ts";
import { segment as segmentSchema } from "../contract/segment.ts";
import type { FlagView, Rule, Serve } from "./resources.ts";
import { isLive } from "./resources.ts";

/*
 * What files say against what is there. Pure. Who owns what is decided field by field: what a file leaves out is
 * somebody else's and stays; what a live release holds (the share of its rule, the rules of its stages) is the release's
 * and stays, whatever a file says. Nothing is taken away because a file is missing, unless that is asked for.
 */

export type Json = null | boolean | number | string | Json[] | { [name: string]: Json };
export type Fields = { [name: string]: Json };
/** One file: what it says of a flag or a segment, and its name for messages. */
export type Wanted = { kind: "flag" | "segment"; key: string; fields: Fields; file: string };
export type SegmentView = { segment: Fields; version: number };
export type There = { flags: ReadonlyMap<string, FlagView>; segments: ReadonlyMap<string, SegmentView> };

/** One thing to do: `fields` are the names that differ. */
export type Step = {
  kind: "flag" | "segment";
  key: string;
  does: "create" | "update" | "archive" | "delete";
  fields: string[];
  file?: string;
  change: { [name: string]: unknown };
};
/** What a file says and a live release holds, so that it stays as it is. */
export type Hold = { key: string; release: string; what: string };
export type Impossible = { file: string; message: string };
export type Desired = { steps: Step[]; held: Hold[]; impossible: Impossible[] };

/** The beginning of the ids of rules that belong to a release. */
const STAGE_RULE = "release:";

/** @param prune whether flags are archived, and segments deleted, that no file is about */
export function desired(wanted: readonly Wanted[], there: There, prune: boolean): Desired {
  const found: Desired = { steps: [], held: [], impossible: [] };
  for (const one of wanted) {
    const step = one.kind === "flag" ? flagStep(one, there, found) : segmentStep(one, there, found);
    if (step) found.steps.push(step);
  }
  if (prune) found.steps.push(...pruned(wanted, there, found.held));
  return found;
}

function flagStep({ key, fields, file }: Wanted, there: There, found: Desired): Step | undefined {
  const view = there.flags.get(key);
  if (view?.archivedAt !== undefined) {
    found.impossible.push({ file, message: `${key} is archived. To bring it back: sluice restore ${key}` });
    return undefined;
  }
  const step = { kind: "flag" as const, key, file };
  if (view === undefined) {
    const { rules, ...others } = fields;
    const own = Array.isArray(rules) ? { rules: rules.filter((rule) => !isStageRule(rule)) } : {};
    const names = Object.keys(fields).filter((name) => name !== "key");
    return { ...step, does: "create", fields: names, change: { op: "putFlag", flag: { ...others, ...own, key } } };
  }
  const now: Fields = JSON.parse(JSON.stringify(view.flag));
  const held = isLive(view.release) ? withHeld(fields, view, found.held) : fields;
  const next = complete({ ...now, ...held, key }, flagSchema);
  const differing = Object.keys(held).filter((name) => !same(now[name], next[name]));
  if (differing.length === 0) return undefined;
  return { ...step, does: "update", fields: differing, change: { op: "putFlag", flag: next } };
}

/** What a file says, with what the live release holds left as it is. */
function withHeld(fields: Fields, view: FlagView, held: Hold[]): Fields {
  const { flag, release } = view;
  const hold = (what: string): void => void held.push({ key: flag.key, release: release!.id, what });
  const next = { ...fields };
  if (release!.rule === undefined && fields["default"] !== undefined)
    next["default"] = heldServe(fields["default"], flag.default, "default", hold);
  if (Array.isArray(fields["rules"])) next["rules"] = heldRules(fields["rules"], flag.rules, release!.rule, hold);
  return next;
}

function heldServe(wanted: Json, now: Serve, where: string, hold: (what: string) => void): Json {
  const kept = JSON.parse(JSON.stringify(now)) as Json;
  const share = shareOf(kept);
  if (share === undefined || shareOf(wanted) === undefined) {
    if (!same(wanted, kept)) hold(where);
    return kept;
  }
  if (shareOf(wanted) !== share) hold(`the share of ${where}`);
  return withShare(wanted, share);
}

/** The rules of a file, with those of the release's stages where they are, and its own rule's share as it is. */
function heldRules(wanted: Json[], now: Rule[], released: string | undefined, hold: (what: string) => void): Json[] {
  const rules = wanted.filter((rule) => !isStageRule(rule));
  const isReleased = (rule: Json): boolean => released !== undefined && idOf(rule) === released;
  const own = now.find(({ id }) => id === released);
  const place = rules.findIndex(isReleased);
  if (own !== undefined && place === -1) {
    hold(`the rule ${own.id}`);
    rules.splice(Math.min(now.indexOf(own), rules.length), 0, JSON.parse(JSON.stringify(own)) as Json);
  } else if (own !== undefined) {
    const rule = rules[place] as Fields;
    rules[place] = { ...rule, serve: heldServe(rule["serve"] ?? null, own.serve, `the rule ${own.id}`, hold) };
  }
  const stages = now
    .filter(({ id }) => id.startsWith(STAGE_RULE))
    .map((rule) => JSON.parse(JSON.stringify(rule)) as Json);
  if (stages.length === 0) return rules;
  // Stage rules stand before the released rule, or at the end before the default.
  const at = released === undefined ? rules.length : rules.findIndex(isReleased);
  return rules.toSpliced(at === -1 ? rules.length : at, 0, ...stages);
}

function segmentStep({ key, fields, file }: Wanted, there: There, found: Desired): Step | undefined {
  const view = there.segments.get(key);
  const step = { kind: "segment" as const, key, file };
  if (view === undefined) {
    const names = Object.keys(fields).filter((name) => name !== "key");
    return { ...step, does: "create", fields: names, change: { op: "putSegment", segment: { ...fields, key } } };
  }
  const now: Fields = view.segment;
  const next = complete({ ...now, ...fields, key }, segmentSchema);
  const differing = Object.keys(fields).filter((name) => !same(now[name], next[name]));
  if (differing.length === 0) return undefined;
  const counted = ["include", "exclude"].find((list) => !Array.isArray(next[list]) && next[list] !== undefined);
  if (counted !== undefined) {
    found.impossible.push({
      file,
      message: `the list ${counted} of ${key} is too long to be shown; change its members at …/members, and its rules on the page`,
    });
    return undefined;
  }
  return { ...step, does: "update", fields: differing, change: { op: "putSegment", segment: next } };
}

function pruned(wanted: readonly Wanted[], there: There, held: Hold[]): Step[] {
  const named = (kind: Wanted["kind"]): Set<string> =>
    new Set(wanted.filter((one) => one.kind === kind).map(({ key }) => key));
  const flags = named("flag");
  const segments = named("segment");
  const steps: Step[] = [];
  for (const [key, { archivedAt, release }] of there.flags) {
    if (archivedAt !== undefined || flags.has(key)) continue;
    if (isLive(release)) held.push({ key, release: release.id, what: "the whole flag" });
    else steps.push({ kind: "flag", key, does: "archive", fields: [], change: { op: "archiveFlag", key } });
  }
  for (const key of there.segments.keys())
    if (!segments.has(key))
      steps.push({ kind: "segment", key, does: "delete", fields: [], change: { op: "deleteSegment", key } });
  return steps;
}

/** A resource with all that it says by leaving it out; what isn't valid stays as it is, for the server to refuse. */
function complete(fields: Fields, schema: typeof flagSchema | typeof segmentSchema): Fields {
  const read = schema.safeParse(fields);
  return read.success ? (JSON.parse(JSON.stringify(read.data)) as Fields) : fields;
}

function idOf(rule: Json): string | undefined {
  return typeof rule === "object" && rule !== null && !Array.isArray(rule) && typeof rule["id"] === "string"
    ? rule["id"]
    : undefined;
}

function isStageRule(rule: Json): boolean {
  return idOf(rule)?.startsWith(STAGE_RULE) === true;
}

/** The percentage of a serve that is a rollout. */
function shareOf(serve: Json): number | undefined {
  const rollout = isFields(serve) ? serve["rollout"] : undefined;
  const percentage = isFields(rollout) ? rollout["percentage"] : undefined;
  return typeof percentage === "number" ? percentage : undefined;
}

function withShare(serve: Json, percentage: number): Json {
  const { rollout } = serve as { rollout: Fields };
  return { ...(serve as Fields), rollout: { ...rollout, percentage } };
}

function isFields(value: Json | undefined): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * Whether two values mean the same. The order of properties means nothing, and neither does leaving out a property of a
 * rule, a serve or a window that is null where it is written out.
 */
export function same(a: Json | undefined, b: Json | undefined): boolean {
  if (a === b) return true;
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((value, i) => same(value, b[i]));
  if (!isFields(a) || !isFields(b)) return (a ?? null) === null && (b ?? null) === null;
  return [...new Set([...Object.keys(a), ...Object.keys(b)])].every((name) => same(a[name], b[name]));
}
