import type { Next, Phase, ReleaseView, Verdict } from "../../contract/release.ts";
import { hasEnded } from "../../contract/release.ts";
import type { Stage } from "../../contract/plan.ts";
import type { Uncounted } from "../../contract/uncounted.ts";
import { people, percent } from "../../core/sentence.ts";

/* What releases, stages and verdicts are called. The words of states are those of docs/release.md and no others. */

export const VERDICT_COLORS: Record<Verdict, "red" | "amber" | "green" | "gray"> = {
  harm: "red",
  invalid: "red",
  nodata: "amber",
  inconclusive: "amber",
  healthy: "green",
  unmeasured: "gray",
};

/** What a verdict is called beside the name of its metric. */
export const VERDICT_NAMES: Record<Verdict, string> = {
  harm: "harm",
  invalid: "invalid",
  nodata: "no data",
  inconclusive: "inconclusive",
  healthy: "healthy",
  unmeasured: "unmeasured",
};

export const VERDICT_WORDS: Record<Verdict, string> = {
  harm: "The change does harm: the evidence passed its threshold.",
  invalid: "People don't fall to the two sides as configured, so nothing else can be believed.",
  nodata: "No data comes in. That is not health.",
  inconclusive: "No alarm, and not yet sure that there is no harm.",
  healthy: "Shown to be healthy: harm of the size to detect would have been seen.",
  unmeasured: "There is nothing to compare with here.",
};

export const PHASE_COLORS: Record<Phase, "red" | "amber" | "green" | "gray" | "brand"> = {
  draft: "gray",
  scheduled: "gray",
  baking: "brand",
  gated: "amber",
  paused: "amber",
  suspended: "amber",
  watching: "brand",
  completed: "green",
  unreleased: "red",
  cancelled: "gray",
};

/** Why something that was reported counts for no verdict. */
export const UNCOUNTED_WORDS: Record<Uncounted, string> = {
  client: "came with a client key, which this plan doesn't trust",
  ambiguous: "didn't say which side it belongs to",
  "no-exposure": "were outcomes of somebody who isn't known to have met the flag",
  ended: "belong to a release or stage that is over",
  unsigned: "carried a visitor's id that nobody signed",
  full: "came when there was no more room",
  late: "came after their minute was closed",
};

/** Who sees a stage. */
export function audienceOf(stage: Stage): string {
  if (stage.percentage !== undefined) return percent(stage.percentage);
  if (stage.segment !== undefined) return stage.segment;
  if (stage.shadow !== undefined) return `unseen, on ${percent(stage.shadow)} of requests`;
  return stage.when === undefined ? "nobody" : people(stage.when);
}

/** What is so, and what happens next, in a sentence. `now`: epoch milliseconds. */
export function liveSentence(release: ReleaseView, now: number, ago: (at: number, now: number) => string): string {
  const { state, stage, percentage, next, endedAt } = release;
  if (hasEnded(state)) {
    const when = endedAt === undefined ? "" : ` ${ago(Date.parse(endedAt), now)}`;
    const last = release.timeline.at(-1);
    return `${state}${when} at ${percent(percentage)}${last ? `: ${last.cause}` : ""}`;
  }
  const named = stage?.replaceAll(" ", "") === percent(percentage).replaceAll(" ", ""); // most stages are called by it
  const where = stage === undefined ? state : `${state} at stage ${stage}${named ? "" : `, ${percent(percentage)}`}`;
  const what = next.map((one) => nextSaid(one, now, ago)).join("; ");
  return what === "" ? `${where}.` : `${where}. Next: ${what.replace(/\.$/, "")}.`; // "in 2 min." has its own
}

/** An estimate says when by itself. */
function nextSaid({ what, at, estimated }: Next, now: number, ago: (at: number, now: number) => string): string {
  return at === undefined || estimated ? what : `${what} ${ago(Date.parse(at), now)}`;
}
