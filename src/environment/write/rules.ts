import type { RuleChange } from "../../contract/change.ts";
import { type Flag, flag as flagSchema, type Rule } from "../../contract/flag.ts";
import type { Issue } from "../../contract/json.ts";
import { parse } from "../../contract/validation.ts";
import { patchedRule } from "./merge.ts";

/* One rule of a flag by itself. */

/** The flag with its rules changed; undefined: there is no such rule. Issues point into what was sent. */
export type Ruled = { ok: true; flag: Flag } | { ok: false; issues: Issue[] } | undefined;

export function ruled(flag: Flag, change: RuleChange): Ruled {
  const { rules } = flag;
  const ids = rules.map(({ id }) => id);
  if (change.op === "orderRules") return ordered(flag, change.order);
  if (change.op === "addRule") {
    const index = change.before === undefined ? rules.length : ids.indexOf(change.before);
    if (index < 0) return refuse("/before", "is not the id of a rule of this flag");
    if (change.rule.id !== undefined && ids.includes(change.rule.id))
      return refuse("/rule/id", "must be unique in the flag");
    return checked(flag, rules.toSpliced(index, 0, change.rule as Rule), index, "/rule");
  }
  const index = ids.indexOf(change.id);
  if (index < 0) return undefined;
  if (change.op === "deleteRule") return { ok: true, flag: { ...flag, rules: rules.toSpliced(index, 1) } };
  const { patch } = change;
  if (Object.hasOwn(patch, "id") && patch["id"] !== change.id) return refuse("/id", "can't be changed");
  return checked(flag, rules.with(index, patchedRule(rules[index]!, patch) as unknown as Rule), index, "");
}

function ordered(flag: Flag, order: readonly string[]): Ruled {
  const byId = new Map(flag.rules.map((rule) => [rule.id, rule]));
  const unknown = order.findIndex((id, index) => !byId.has(id) || order.indexOf(id) !== index);
  if (unknown >= 0)
    return refuse(
      `/order/${unknown}`,
      byId.has(order[unknown]!) ? "is named twice" : "is not the id of a rule of this flag",
    );
  if (order.length < byId.size) return refuse("/order", "must name every rule of the flag");
  return { ok: true, flag: { ...flag, rules: order.map((id) => byId.get(id)!) } };
}

/** The flag with these rules, of which one was written; `at`: where in what was sent that one is. */
function checked(flag: Flag, rules: Rule[], index: number, at: string): Ruled {
  const parsed = parse(flagSchema, { ...flag, rules });
  if (parsed.ok) return { ok: true, flag: parsed.value };
  return { ok: false, issues: parsed.issues.map((issue) => inRule(issue, index, at)) };
}

/** An issue of the flag as one of the rule in it. */
export function inRule({ path, message }: Issue, index: number, at: string): Issue {
  const prefix = `/rules/${index}`;
  return path === prefix || path.startsWith(`${prefix}/`)
    ? { path: at + path.slice(prefix.length), message }
    : { path: at, message: path === "" ? message : `leaves what is not valid at ${path}: ${message}` };
}

/** An issue of the flag that a change of one rule left, as one of what was sent. */
export function inWrittenRule(
  issue: Issue,
  { rules }: Pick<Flag, "rules">,
  change: Extract<RuleChange, { op: "addRule" | "patchRule" }>,
): Issue {
  const indexOf = (id: string): number => rules.findIndex((rule) => rule.id === id);
  if (change.op === "patchRule") return inRule(issue, indexOf(change.id), "");
  return inRule(issue, (change.before === undefined ? rules.length : indexOf(change.before)) - 1, "/rule");
}

function refuse(path: string, message: string): Ruled {
  return { ok: false, issues: [{ path, message }] };
}
