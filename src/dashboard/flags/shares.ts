import type { Flag, Serve } from "../../contract/flag.ts";
import { percent } from "../../core/sentence.ts";

/* What follows from two states of a flag without knowing anybody: which shares grow and shrink, and who is moved. */

/** Sentences on every rollout that differs: "From 1 % to 50 % of everybody who reaches it; nobody loses it." */
export function followed(before: Flag, after: Flag): string[] {
  const said: string[] = [];
  const rules = new Set([...before.rules, ...after.rules].map(({ id }) => id));
  for (const id of [...rules, undefined]) {
    const was = id === undefined ? before.default : before.rules.find((rule) => rule.id === id)?.serve;
    const now = id === undefined ? after.default : after.rules.find((rule) => rule.id === id)?.serve;
    const whom = id === undefined ? "everybody who reaches the default" : `everybody who reaches rule ${id}`;
    if (was && now) said.push(...between(was, now, whom));
    else if (now) said.push(`New for ${whom}.`);
    else if (was) said.push(`Rule ${id} goes: whom it named goes on to the next.`);
  }
  if (before.enabled !== after.enabled)
    said.push(after.enabled ? "It is enabled for everybody." : "It is disabled for everybody.");
  return said;
}

type Split = {
  percentage: number;
  split: { variant: string; weight: number }[];
  by: unknown;
  salt?: string | undefined;
  hash: string;
};

function between(was: Serve, now: Serve, whom: string): string[] {
  const [a, b] = [splitOf(was), splitOf(now)];
  if (a === undefined || b === undefined)
    return JSON.stringify(was) === JSON.stringify(now) ? [] : [`Another serve for ${whom}.`];
  const reshuffled =
    JSON.stringify([a.by, a.salt, a.hash, a.split]) !== JSON.stringify([b.by, b.salt, b.hash, b.split]);
  if (reshuffled)
    return [`People may move between variants: the split, or what is hashed, is another one for ${whom}.`];
  if (a.percentage === b.percentage) return [];
  const lost = a.percentage - b.percentage;
  const change = `From ${percent(a.percentage)} to ${percent(b.percentage)} of ${whom}`;
  return [lost > 0 ? `${change}; ${percent(lost)} lose it, those who came last.` : `${change}; nobody loses it.`];
}

function splitOf(serve: Serve): Split | undefined {
  return "rollout" in serve && "percentage" in serve.rollout ? serve.rollout : undefined;
}
