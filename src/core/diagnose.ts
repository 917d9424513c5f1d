import { type Flag, leaves } from "../contract/flag.ts";
import { utf8Length } from "../contract/json.ts";
import * as LIMITS from "../contract/limits.ts";
import type { ListedSegment, Listing } from "../contract/segment.ts";
import { publishedFlag } from "../contract/snapshot.ts";
import { compileCondition, type Scope, type Test } from "./conditions.ts";
import { components } from "./graph.ts";
import type { Fault } from "./node.ts";
import { compileFlag } from "./program.ts";

/** What is wrong with a resource; `path` is a JSON Pointer into it, or empty for the whole. */
export type Diagnostic = {
  target: { kind: "flag" | "segment" | "environment"; key: string };
  path: string;
  message: string;
};

type Kind = "flag" | "segment";
type Reference = { kind: Kind; key: string; variants: readonly string[]; path: string };

/** What one flag or segment says by itself, whatever the others are. */
type Facts = {
  faults: readonly Fault[];
  references: readonly Reference[];
  clauses: number;
  patternSteps: number;
  flagBytes: number;
  memberBytes: number;
};

/** A write changes few resources of many: what is known of an object is kept as long as the object lives. */
const known = new WeakMap<Flag | ListedSegment, Facts>();

/**
 * Everything that keeps a whole candidate (valid resources, as the schemas give them) from being published: what
 * doesn't compile, references to what is missing, cycles, and the limits of an environment. Empty when all is well.
 * Takes time in proportion to what wasn't diagnosed before; the objects must not be changed afterwards.
 */
export function diagnose(flags: readonly Flag[], segments: readonly ListedSegment[]): Diagnostic[] {
  const nodes = [
    ...flags.map((flag) => ({ kind: "flag" as const, key: flag.key, flag, facts: factsOf(flag, flagFacts) })),
    ...segments.map((one) => ({
      kind: "segment" as const,
      key: one.key,
      flag: null,
      facts: factsOf(one, segmentFacts),
    })),
  ];
  type Resource = (typeof nodes)[number];
  const index = { flag: new Map<string, Resource>(), segment: new Map<string, Resource>() };
  for (const node of nodes) index[node.kind].set(node.key, node);

  const found: Diagnostic[] = [];
  const report = ({ kind, key }: Resource, path: string, message: string): void => {
    found.push({ target: { kind, key }, path, message });
  };
  for (const node of nodes) {
    for (const { path, message } of node.facts.faults) report(node, path, message);
    for (const { kind, key, variants, path } of node.facts.references) {
      const target = index[kind].get(key);
      if (target === undefined) {
        report(node, kind === "flag" ? `${path}/flag` : path, `is not a ${kind} of this environment`);
        continue;
      }
      for (const [i, variant] of variants.entries())
        if (target.flag !== null && !Object.hasOwn(target.flag.variants, variant))
          report(node, `${path}/variants/${i}`, "is not a variant of that flag");
    }
  }
  const targets = (node: Resource): Resource[] =>
    node.facts.references.flatMap(({ kind, key }) => index[kind].get(key) ?? []);
  for (const group of components(nodes, targets)) {
    const members = new Set(group);
    for (const node of group) {
      const back = node.facts.references.find(({ kind, key }) => {
        const target = index[kind].get(key);
        return target !== undefined && members.has(target) && (target === node || group.length > 1);
      });
      if (back !== undefined) report(node, back.kind === "flag" ? `${back.path}/flag` : back.path, "makes a cycle");
    }
  }
  for (const [path, message] of beyondLimits(
    nodes.map((node) => node.facts),
    flags,
    segments,
  ))
    found.push({ target: { kind: "environment", key: "" }, path, message });
  return found;
}

function beyondLimits(
  facts: readonly Facts[],
  flags: readonly Flag[],
  segments: readonly ListedSegment[],
): [path: string, message: string][] {
  const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0);
  const limits: [path: string, what: string, count: number, limit: number][] = [
    ["/flags", "flags", flags.length, LIMITS.flags],
    ["/segments", "segments", segments.length, LIMITS.segments],
    ["", "clauses", sum(facts.map((one) => one.clauses)), LIMITS.clausesPerEnvironment],
    ["", "steps of patterns", sum(facts.map((one) => one.patternSteps)), LIMITS.patternStepsOfEnvironment],
    ["/flags", "bytes of published flags", sum(facts.map((one) => one.flagBytes)), LIMITS.publishedFlagsBytes],
    [
      "/segments",
      "listed members",
      sum(segments.map(({ include, exclude }) => include.length + exclude.length)),
      LIMITS.members,
    ],
    ["/segments", "bytes of listed members", sum(facts.map((one) => one.memberBytes)), LIMITS.membersBytes],
  ];
  return limits
    .filter(([, , count, limit]) => count > limit)
    .map(([path, what, count, limit]) => [path, `an environment may have ${limit} ${what}, this would make ${count}`]);
}

function factsOf<R extends Flag | ListedSegment>(resource: R, find: (resource: R) => Facts): Facts {
  let facts = known.get(resource);
  if (facts === undefined) known.set(resource, (facts = find(resource)));
  return facts;
}

function flagFacts(flag: Flag): Facts {
  const { scope, faults, references, patternSteps } = notebook();
  compileFlag(flag, { key: flag.key, version: 0, flag }, scope);
  return {
    faults,
    references,
    clauses: flag.rules.reduce((sum, rule) => sum + leaves(rule.when), 0),
    patternSteps: patternSteps("/rules"),
    flagBytes: utf8Length(JSON.stringify(publishedFlag(flag))),
    memberBytes: 0,
  };
}

function segmentFacts(segment: ListedSegment): Facts {
  const { scope, faults, references, patternSteps } = notebook();
  compileCondition(segment.when, scope, "/when", true, false);
  const memberBytes = bytesOf(segment.include) + bytesOf(segment.exclude);
  const clauses = leaves(segment.when);
  return { faults, references, clauses, patternSteps: patternSteps("/when"), flagBytes: 0, memberBytes };
}

function bytesOf(list: Listing): number {
  let bytes = list.bytes ?? 0;
  if (list.bytes === undefined) for (const member of list) bytes += utf8Length(JSON.stringify(member)) + 1;
  return bytes;
}

const ANYTHING: Test = { holds: () => false };

type Notebook = {
  scope: Scope;
  faults: Fault[];
  references: Reference[];
  /** How many steps its patterns were compiled to; too many are a fault at the path of its conditions. */
  patternSteps: (path: string) => number;
};

/** A scope in which every reference is fine, and that remembers them. */
function notebook(): Notebook {
  const faults: Fault[] = [];
  const references: Reference[] = [];
  let steps = 0;
  const patternSteps = (path: string): number => {
    const most = LIMITS.patternStepsOfResource;
    if (steps > most)
      faults.push({ path, message: `its patterns may have ${most} steps together, these would have ${steps}` });
    return steps;
  };
  const scope: Scope = {
    segment: (key, path) => {
      references.push({ kind: "segment", key, variants: [], path });
      return ANYTHING;
    },
    flag: (key, variants, path) => {
      references.push({ kind: "flag", key, variants, path });
      return ANYTHING;
    },
    clause: (_clause, make) => make(),
    readsRequest: () => {},
    cost: (more) => void (steps += more),
    refuse: (path, message) => faults.push({ path, message }),
  };
  return { scope, faults, references, patternSteps };
}
