import { children, type Condition, type Flag } from "../contract/flag.ts";
import type { ListedSegment } from "../contract/segment.ts";

/** A resource by name: the target of a change, or one that depends on it. */
export type Target = { kind: "flag" | "segment"; key: string };

/** Every flag and segment that a flag's prerequisites and conditions name, repeated as often as they are named. */
function* referencesOfFlag(flag: Flag): Generator<Target> {
  for (const prerequisite of flag.prerequisites) yield { kind: "flag", key: prerequisite.flag };
  for (const rule of flag.rules) yield* referencesOfCondition(rule.when);
}

function referencesOfSegment(segment: ListedSegment): Generator<Target> {
  return referencesOfCondition(segment.when);
}

function* referencesOfCondition(node: Condition): Generator<Target> {
  if ("segment" in node) yield { kind: "segment", key: node.segment };
  else if ("flag" in node) yield { kind: "flag", key: node.flag };
  else for (const child of children(node)) yield* referencesOfCondition(child.node);
}

/** Every flag and segment that a resource names. */
export function referencesOf(resource: Flag | ListedSegment): Generator<Target> {
  return isFlag(resource) ? referencesOfFlag(resource) : referencesOfSegment(resource);
}

export function isFlag(resource: Flag | object): resource is Flag {
  return "variants" in resource;
}

/** Live flags and segments, by key. */
export type Resources<S extends ListedSegment = ListedSegment> = {
  flags: ReadonlyMap<string, Flag>;
  segments: ReadonlyMap<string, S>;
};

export function byKeys<S extends ListedSegment>(whole: { flags: Iterable<Flag>; segments: Iterable<S> }): Resources<S> {
  return {
    flags: new Map(Array.from(whole.flags, (flag) => [flag.key, flag])),
    segments: new Map(Array.from(whole.segments, (segment) => [segment.key, segment])),
  };
}

export function resolve<S extends ListedSegment>({ kind, key }: Target, all: Resources<S>): Flag | S | undefined {
  return kind === "flag" ? all.flags.get(key) : all.segments.get(key);
}

/** Some flags, and every flag and segment that they refer to, directly or not. What doesn't exist is left out. */
export function neededBy<S extends ListedSegment>(
  some: Iterable<Flag>,
  all: Resources<S>,
): { flags: Flag[]; segments: S[] } {
  const needed = new Set<Flag | S>(some);
  // A set is walked to its end, also over what is added on the way.
  for (const one of needed) for (const target of referencesOf(one)) needed.add(resolve(target, all) ?? one);
  const flags: Flag[] = [];
  const segments: S[] = [];
  for (const one of needed) {
    if (isFlag(one)) flags.push(one);
    else segments.push(one);
  }
  return { flags, segments };
}

/** Which of these flags and segments name the target. */
export function usersOf(target: Target, flags: Iterable<Flag>, segments: Iterable<ListedSegment>): Target[] {
  const names = (references: Iterable<Target>): boolean => {
    for (const one of references) if (one.kind === target.kind && one.key === target.key) return true;
    return false;
  };
  const users: Target[] = [];
  for (const flag of flags) if (names(referencesOf(flag))) users.push({ kind: "flag", key: flag.key });
  for (const segment of segments) if (names(referencesOf(segment))) users.push({ kind: "segment", key: segment.key });
  return users;
}
