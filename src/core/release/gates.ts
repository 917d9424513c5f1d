import { milliseconds } from "../../contract/duration.ts";
import { type Actor, familyOf } from "../../contract/change.ts";
import { includes, type Role } from "../../contract/role.ts";
import { stageOf } from "./moves.ts";
import type { Ask, Release } from "./state.ts";

/* What a stage waits at before it is left: people's consent, and other programs'. */

/** A question that has no answer by its timeout and this much later was lost. */
const GRACE_MS = 5_000;
const FIRST_RETRY_MS = 30_000;
const LONGEST_RETRY_MS = 15 * 60_000;
/** Questions to one gate, over half a day, before a person is asked. */
export const MOST_ATTEMPTS = 60;

export function openGates({ approvals, asks, ...release }: Release): boolean[] {
  return stageOf({ approvals, asks, ...release }).gates.map((gate, i) =>
    "approval" in gate
      ? approvals.some((one) => one.gate === i)
      : asks.some((one) => one.gate === i && one.open === true),
  );
}

/** Gates that are closed between a release and another stage of its plan, in words: of that it is at, and of those it would skip. */
export function closedGates(release: Release, to: number): string[] {
  const { plan, stage } = release;
  const open = openGates(release);
  return plan.stages.slice(stage, to).flatMap(({ name, gates }, i) =>
    gates.flatMap((gate, j) => {
      if (i === 0 && open[j]) return [];
      const what = "approval" in gate ? `an approval by the role ${gate.approval.role}` : "the yes of a webhook";
      return [`the stage ${name} needs ${what}`];
    }),
  );
}

/** The gate that a person's consent opens, or why it opens none. One person opens one gate of a stage. */
export function gateFor(release: Release, actor: Actor, role: Role): number | string {
  const { approvals, author, revisers } = release;
  const { gates } = stageOf(release);
  if (approvals.some(({ by }) => isSame(by, actor))) return "You have approved this stage already.";
  const isAuthor = [author, ...revisers].some((one) => isSame(one, actor));
  let why = "This stage needs no approval.";
  for (const [i, gate] of gates.entries()) {
    if (!("approval" in gate)) continue;
    if (approvals.some((one) => one.gate === i)) why = "This stage has been approved already.";
    else if (gate.approval.notAuthor && isAuthor)
      why = "This stage must be approved by somebody who didn't write the release.";
    else if (!includes(role, gate.approval.role))
      why = `This stage must be approved by somebody with the role ${gate.approval.role}.`;
    else return i;
  }
  return why;
}

/** Whether two are one where consent counts: a person and the tokens that they made are. */
export function isSame(a: Actor, b: Actor): boolean {
  return familyOf(a) === familyOf(b);
}

/** The questions to be put to webhooks now, each the next attempt of its gate; `exhausted`: a gate has had too many. */
export function asksDue(release: Release, at: number): { due: Ask[]; exhausted: boolean } {
  const due: Ask[] = [];
  let exhausted = false;
  for (const [gate, one] of stageOf(release).gates.entries()) {
    if (!("webhook" in one)) continue;
    const last = release.asks.find((ask) => ask.gate === gate);
    const again = last === undefined ? at : againAt(last, one.webhook.timeout);
    if (again > at) continue;
    const attempt = (last?.attempt ?? 0) + 1;
    if (attempt > MOST_ATTEMPTS) exhausted = true;
    else due.push({ gate, attempt, at, open: null });
  }
  return { due, exhausted };
}

/** When a webhook that hasn't said yes is asked again. */
export function againAt({ at, attempt, open }: Ask, timeout: string): number {
  if (open === true) return Infinity;
  const pause = Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** Math.min(attempt - 1, 10));
  return at + Math.max(pause, open === null ? milliseconds(timeout) + GRACE_MS : 0);
}
