import type { FieldChange } from "../contract/audit.ts";
import { pointer } from "../contract/json.ts";

/** Beyond this many places the resource is another one: its whole is shown, and no list helps. */
const MOST_CHANGES = 200;
/** What tells the members of a list apart, where it has one of these. */
const IDENTITIES = ["id", "variant", "flag"] as const;

/**
 * The places in which two versions of a resource differ, as JSON Pointers into both. A list whose members are still the
 * same ones, in the same order, is looked into; any other differs as a whole, since places in it mean other things.
 * Empty where one of them is null: then there is nothing to compare.
 */
export function fieldChanges(before: object | null, after: object | null): FieldChange[] {
  if (before === null || after === null) return [];
  const found: FieldChange[] = [];
  compare(before, after, [], found);
  return found.length > MOST_CHANGES ? [{ path: "", before, after }] : found;
}

function compare(before: unknown, after: unknown, path: PropertyKey[], found: FieldChange[]): void {
  if (before === after || found.length > MOST_CHANGES) return;
  if (Array.isArray(before) && Array.isArray(after) && sameMembers(before, after)) {
    for (const [index, one] of before.entries()) compare(one, after[index], [...path, index], found);
    return;
  }
  if (isRecord(before) && isRecord(after) && shareNames(before, after, path)) {
    for (const name of new Set([...Object.keys(before), ...Object.keys(after)]))
      compare(own(before, name), own(after, name), [...path, name], found);
    return;
  }
  if (Array.isArray(before) && JSON.stringify(before) === JSON.stringify(after)) return;
  found.push({ path: pointer(path), before: before ?? null, after: after ?? null });
}

function sameMembers(before: readonly unknown[], after: readonly unknown[]): boolean {
  if (before.length !== after.length || !before.every(isRecord) || !after.every(isRecord)) return false;
  const name = IDENTITIES.find((one) => before.every((member) => Object.hasOwn(member, one)));
  return name !== undefined && before.every((member, index) => member[name] === own(after[index]!, name));
}

/** Two forms of one thing, such as a fixed variant and a rollout, have no name in common: then one took the other's place. */
function shareNames(before: object, after: object, path: PropertyKey[]): boolean {
  const [names, others] = [Object.keys(before), Object.keys(after)];
  return (
    path.length === 0 || names.length === 0 || others.length === 0 || names.some((name) => Object.hasOwn(after, name))
  );
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function own(record: Record<string, unknown>, name: string): unknown {
  return Object.hasOwn(record, name) ? record[name] : undefined;
}
