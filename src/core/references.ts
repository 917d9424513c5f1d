import { children, type Condition, type Flag } from "../contract/flag.ts";
import type { Segment } from "../contract/segment.ts";

/** A resource by name: the target of a change, or one that depends on it. */
export type Target = { kind: "flag" | "segment"; key: string };

/** Every flag and segment that a flag's prerequisites and conditions name, repeated as often as they are named. */
export function* referencesOfFlag(flag: Flag): Generator<Target> {
  for (const prerequisite of flag.prerequisites) yield { kind: "flag", key: prerequisite.flag };
  for (const rule of flag.rules) yield* referencesOfCondition(rule.when);
}

export function referencesOfSegment(segment: Segment): Generator<Target> {
  return referencesOfCondition(segment.when);
}

function* referencesOfCondition(node: Condition): Generator<Target> {
  if ("segment" in node) yield { kind: "segment", key: node.segment };
  else if ("flag" in node) yield { kind: "flag", key: node.flag };
  else for (const child of children(node)) yield* referencesOfCondition(child.node);
}

/** Which of these flags and segments name the target. */
export function usersOf(target: Target, flags: Iterable<Flag>, segments: Iterable<Segment>): Target[] {
  const names = (references: Iterable<Target>): boolean => {
    for (const one of references) if (one.kind === target.kind && one.key === target.key) return true;
    return false;
  };
  const users: Target[] = [];
  for (const flag of flags) if (names(referencesOfFlag(flag))) users.push({ kind: "flag", key: flag.key });
  for (const segment of segments)
    if (names(referencesOfSegment(segment))) users.push({ kind: "segment", key: segment.key });
  return users;
}
