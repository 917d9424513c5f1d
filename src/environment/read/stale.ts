import type { FlagView, Stale } from "../../contract/admin.ts";
import type { Flag, Serve } from "../../contract/flag.ts";
import { hasEnded } from "../../contract/release.ts";
import type { Release } from "../../core/release/state.ts";

/*
 * Flags that have outlived their use, with the evidence. That a flag is rolled out or rolled back shows in its
 * latest release.
 */

const DAY = 86_400_000;
const RECENTLY = 14 * DAY;
const FORGOTTEN = 30 * DAY;
const DEAD = 14 * DAY;
/** How long a flag of a kind is expected to live. */
const LIFETIME: Record<Flag["kind"], number> = {
  release: 40 * DAY,
  experiment: 40 * DAY,
  operational: 7 * DAY,
  permission: Infinity,
};

/**
 * Why a flag is stale, and since when; undefined when it isn't. Never stale is what is archived, what others depend on,
 * what is being released, and what was changed within 14 days.
 *
 * @param needed whether another flag, or a segment, refers to it
 * @param lastEvaluatedAt epoch milliseconds; undefined: never
 * @param now epoch milliseconds
 * @param release the flag's latest
 */
export function staleness(
  { flag, createdAt, updatedAt, archivedAt }: FlagView,
  needed: boolean,
  lastEvaluatedAt: number | undefined,
  now: number,
  release?: Pick<Release, "phase" | "since" | "rule">,
): Stale | undefined {
  if (archivedAt !== undefined || needed || (release && !hasEnded(release.phase))) return undefined;
  const [created, updated] = [Date.parse(createdAt), Date.parse(updatedAt)];
  const found: [why: Stale["why"], since: number][] = [
    ["rolled-out", release?.phase === "completed" && isWhole(flag, release.rule) ? release.since + RECENTLY : Infinity],
    ["rolled-back", release?.phase === "unreleased" ? release.since + RECENTLY : Infinity],
    ["forgotten", isPartial(flag) ? updated + FORGOTTEN : Infinity],
    ["dead", Math.max(created, lastEvaluatedAt ?? created) + DEAD],
    ["overdue", created + LIFETIME[flag.kind]],
  ];
  for (const [why, begun] of found) {
    const since = Math.max(begun, updated + RECENTLY);
    if (since <= now) return { since: new Date(since).toISOString(), why };
  }
  return undefined;
}

/** Whether a rule, by its id, or the default, gives everybody the same variant. */
function isWhole({ rules, default: fallback }: Flag, rule: string | null): boolean {
  const serve = rule === null ? fallback : rules.find(({ id }) => id === rule)?.serve;
  if (!serve || !("rollout" in serve) || !("percentage" in serve.rollout)) return false;
  const { percentage, split } = serve.rollout;
  return percentage === 100 && split.filter(({ weight }) => weight > 0).length === 1;
}

/** Whether it is under way to somewhere: some take part in a rollout and some don't. */
function isPartial({ rules, default: fallback }: Flag): boolean {
  return [...rules.map((rule) => rule.serve), fallback].some(isPartialServe);
}

function isPartialServe(serve: Serve): boolean {
  if (!("rollout" in serve)) return false;
  const { rollout } = serve;
  if ("percentage" in rollout) return rollout.percentage > 0 && rollout.percentage < 100;
  const share = rollout.ranges.reduce((sum, { from, to }) => sum + to - from, 0);
  return share > 0 && share < 1;
}
