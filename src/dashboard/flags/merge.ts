import { isJsonObject, type JsonValue } from "../../contract/json.ts";
import type { Flag, Rule } from "../../contract/flag.ts";

/*
 * Two people edit one flag. What only one of them changed is taken from that one; what both changed to different values
 * is a conflict, which a person decides field by field. Rules are told apart by their ids, so that one who moves a rule
 * and one who edits it don't meet.
 */

/** `path` names a field, rules by their id: `/rules/ramp/serve`. undefined: it isn't there. */
export type Conflict = { path: string; base: Value; mine: Value; theirs: Value };
type Value = JsonValue | undefined;
export type Choice = "mine" | "theirs";
export type Merge = { merged: Flag; conflicts: Conflict[] };

/**
 * Brings two edits of one flag together. Fields in conflict are as `choices` has them by path, and as they are on the
 * server (`theirs`) while nobody has chosen.
 */
export function merge(base: Flag, mine: Flag, theirs: Flag, choices: ReadonlyMap<string, Choice> = new Map()): Merge {
  const conflicts: Conflict[] = [];
  const clash = (path: string, values: Omit<Conflict, "path">): Value => {
    conflicts.push({ path, ...values });
    return choices.get(path) === "mine" ? values.mine : values.theirs;
  };
  const fields = three(keyed(base), keyed(mine), keyed(theirs), "", clash) as Keyed;
  const order = orderOf(base, mine, theirs, clash);
  const { rules, ...rest } = fields;
  const known = order.filter((id) => Object.hasOwn(rules, id));
  for (const id of Object.keys(rules)) if (!known.includes(id)) known.push(id);
  return { merged: { ...rest, rules: known.map((id) => rules[id]!) } as unknown as Flag, conflicts };
}

/** Whether two JSON values say the same; the order of properties means nothing. */
export function same(a: Value, b: Value): boolean {
  if (a === b) return true;
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((one, at) => same(one, b[at]));
  if (!isJsonObject(a) || !isJsonObject(b)) return false;
  const names = Object.keys(a);
  return (
    names.length === Object.keys(b).length && names.every((name) => Object.hasOwn(b, name) && same(a[name], b[name]))
  );
}

type Keyed = { rules: Record<string, Rule> } & Record<string, unknown>;
function keyed(flag: Flag): Keyed {
  return { ...flag, rules: Object.fromEntries(flag.rules.map((rule) => [rule.id, rule])) };
}

type Clash = (path: string, values: Omit<Conflict, "path">) => Value;

/** Objects are brought together property by property, everything else as a whole. */
function three(base: unknown, mine: unknown, theirs: unknown, path: string, clash: Clash): Value {
  const [b, m, t] = [base as Value, mine as Value, theirs as Value];
  if (same(m, t) || same(b, m)) return t;
  if (same(b, t)) return m;
  if (!isJsonObject(m) || !isJsonObject(t) || !descends(m, t)) return clash(path, { base: b, mine: m, theirs: t });
  const was = isJsonObject(b) ? b : {};
  const all: Record<string, JsonValue> = {};
  for (const name of new Set([...Object.keys(t), ...Object.keys(m)])) {
    const value = three(was[name], m[name], t[name], `${path}/${name}`, clash);
    if (value !== undefined) all[name] = value;
  }
  return all;
}

/** Two forms of one thing (a fixed variant and a rollout, two kinds of condition) aren't mixed: that would be neither. */
function descends(mine: Record<string, unknown>, theirs: Record<string, unknown>): boolean {
  const FORMS = [
    "variant",
    "rollout",
    "codeDefault",
    "all",
    "any",
    "not",
    "segment",
    "flag",
    "bucket",
    "attribute",
    "ranges",
    "percentage",
  ];
  return (
    FORMS.every((form) => Object.hasOwn(mine, form) === Object.hasOwn(theirs, form)) &&
    mine["operator"] === theirs["operator"]
  );
}

/** The order of rules: theirs, with mine where only I moved any, and what I added after what it followed. */
function orderOf(base: Flag, mine: Flag, theirs: Flag, clash: Clash): string[] {
  const [b, m, t] = [base, mine, theirs].map((flag) => flag.rules.map(({ id }) => id));
  const common = (ids: string[]): string[] => ids.filter((id) => b!.includes(id) && m!.includes(id) && t!.includes(id));
  const values = { base: common(b!), mine: common(m!), theirs: common(t!) };
  let order = t!;
  let others = m!;
  if (!same(values.mine, values.theirs) && !same(values.base, values.mine)) {
    const chosen = same(values.base, values.theirs) ? values.mine : clash("/rules", values);
    if (same(chosen, values.mine)) [order, others] = [m!, t!];
  }
  const result = [...order];
  for (const [at, id] of others.entries()) {
    if (result.includes(id)) continue;
    const after = others.slice(0, at).findLast((one) => result.includes(one));
    result.splice(after === undefined ? 0 : result.indexOf(after) + 1, 0, id);
  }
  return result;
}
