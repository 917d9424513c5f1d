import { hasEnded, type Next } from "../../contract/release.ts";
import { frozenUntil } from "./frozen.ts";
import { againAt, openGates } from "./gates.ts";
import { standing, undecided, UNWATCHED_MS } from "./guards.ts";
import { activeTime, stageOf } from "./moves.ts";
import { bakeTime, lateTime, patienceTime, unready, unwatched, watchTime } from "./settle.ts";
import type { Release } from "./state.ts";

/** A bin is a minute, and closes 30 s after its end; a little later it is looked at. */
const MINUTE = 60_000;
const LOOK_AFTER_MS = 35_000;

/** When the guardrails are judged next: 35 s after the end of a minute. */
export function nextLook(now: number): number {
  return Math.floor((now - LOOK_AFTER_MS) / MINUTE + 1) * MINUTE + LOOK_AFTER_MS;
}

/** Whether counts are to be judged: wherever the release waits, from its first stage on, while a person has taken over too. */
export function isLookedAt({ phase, stage, began }: Release): boolean {
  return !hasEnded(phase) && stage >= 0 && began;
}

/**
 * The earliest time after `now` at which it may have something to do by itself; null when it waits for people only.
 * To be asked when it has done what there was to do at `now`.
 */
export function dueAt(release: Release, now: number): number | null {
  const times = timersOf(release, now).map(({ at }) => at);
  if (isLookedAt(release)) times.push(nextLook(now), ...blindness(release));
  const ahead = times.filter((at) => at > now && at < Infinity);
  return ahead.length === 0 ? null : Math.min(...ahead);
}

/** When having seen nothing begins to mean something: at first, and since the last judgement. */
function blindness({ entered, judgement, epoch }: Release): number[] {
  const judged = judgement?.epoch === epoch ? [judgement.at + UNWATCHED_MS] : [];
  return [entered + UNWATCHED_MS, ...judged];
}

type Timer = { what: string; at: number };

function timersOf(release: Release, now: number): Timer[] {
  const { phase, plan, startAt, patience } = release;
  if (hasEnded(phase)) return [];
  const at = Math.max(now, release.at);
  const open = frozenUntil(plan.freeze, at);
  const freeze: Timer[] = open === null ? [] : [{ what: "the freeze ends", at: open }];
  const when = (active: number): number => at + Math.max(0, active - activeTime(release, at));
  switch (phase) {
    case "scheduled":
      return [{ what: "it starts", at: Math.max(startAt ?? at, open ?? at) }, ...freeze];
    case "baking":
      return [{ what: "the stage has baked", at: when(bakeTime(release)) }, ...waiting(), ...freeze];
    case "gated": {
      const asks = release.asks.flatMap((ask): Timer[] => {
        const gate = stageOf(release).gates[ask.gate];
        if (!gate || !("webhook" in gate)) return [];
        return [{ what: "the gate is asked again", at: againAt(ask, gate.webhook.timeout) }];
      });
      return [...asks, ...freeze];
    }
    case "watching":
      return [{ what: "it is complete", at: when(watchTime(release)) }, ...waiting(), ...freeze];
    case "draft":
    case "paused":
    case "suspended":
      return [];
  }

  /** What comes of waiting for evidence. */
  function waiting(): Timer[] {
    if (plan.guardrails.length === 0 && stageOf(release).minExposures === 0) return [];
    return [
      { what: "a person is told, unless it has gone on", at: when(patience + lateTime(release)) },
      { what: IMPATIENT[plan.onInconclusive], at: when(patience + patienceTime(release)) },
    ];
  }
}

const IMPATIENT = {
  hold: "a person is told again, unless it has gone on",
  pause: "it pauses, unless it is sure by then",
  unrelease: "it is taken back, unless it is sure by then",
  advance: "it goes on without being sure, unless there is harm or no data",
} as const;

/** What happens next by itself and when, and what is waited for. */
export function nextOf(release: Release, now: number): Next[] {
  const { phase } = release;
  if (hasEnded(phase)) return [];
  const timers = timersOf(release, now)
    .filter(({ at }) => at > now && at < Infinity)
    .map(({ what, at }): Next => ({ what, at: new Date(at).toISOString() }));
  return [...timers, ...waitsOf(release, Math.max(now, release.at))];
}

function waitsOf(release: Release, at: number): Next[] {
  switch (release.phase) {
    case "draft":
      return [{ what: "it has to be started" }];
    case "paused": {
      const harms = standing(release).map(({ words, person }) => ({
        what: person ? `a person has to acknowledge that ${words}` : `it can't be resumed while ${words}`,
      }));
      return [...harms, { what: "a person has to resume it, or take it back" }, ...uncountedOf(release)];
    }
    case "suspended":
      return [{ what: "a person has to hand it back, or end it" }, ...uncountedOf(release)];
    case "baking": {
      const missing = unready(release, at);
      return missing === undefined ? [] : [{ what: missing }, ...outlookOf(release, at)];
    }
    case "watching": {
      const missing = unwatched(release, at);
      return missing === undefined ? [] : [{ what: missing }, ...outlookOf(release, at)];
    }
    case "gated": {
      const open = openGates(release);
      return stageOf(release).gates.flatMap((gate, i): Next[] => {
        if (open[i]) return [];
        const what = "approval" in gate ? `an approval by the role ${gate.approval.role}` : "a webhook has to say yes";
        return [{ what }];
      });
    }
    case "scheduled":
    case "completed":
    case "unreleased":
    case "cancelled":
      return [];
  }
}

/** What each guardrail that isn't sure yet waits for, and when that is to be expected. */
function outlookOf(release: Release, at: number): Next[] {
  const open = new Set(undecided(release, at).map(({ guardrail }) => guardrail.metric));
  const { judgement, epoch } = release;
  const outlook = judgement?.epoch === epoch ? (judgement.outlook ?? []) : [];
  const found = outlook.flatMap(({ metric, ...next }) => (open.has(metric) ? [next] : []));
  return [...found, ...uncountedOf(release)];
}

/** What was reported and reaches no verdict. */
function uncountedOf({ beside }: Release): Next[] {
  return Object.entries(beside?.uncounted ?? {}).map(([reason, n]) => ({ what: uncountedInWords(reason, n) }));
}

/** Why reports reach no verdict, for a person. */
export function uncountedInWords(reason: string, n: number): string {
  const [one, many] = UNCOUNTED[reason] ?? [`isn't counted (${reason})`, `aren't counted (${reason})`];
  return n === 1 ? `1 report ${one}` : `${n} reports ${many}`;
}

const UNCOUNTED: { readonly [reason: string]: readonly [string, string] } = {
  client: [
    "came with a client key, which this plan doesn't trust: it can pause and no more",
    "came with client keys, which this plan doesn't trust: they can pause and no more",
  ],
  ambiguous: [
    "came without a cohort, and its side can be mistaken",
    "came without a cohort, and their side can be mistaken",
  ],
  "no-exposure": ["came without an exposure before it", "came without an exposure before them"],
  ended: ["carries a cohort of no live release or epoch", "carry cohorts of no live release or epoch"],
  unsigned: ["came with a visitor's id that isn't signed", "came with visitors' ids that aren't signed"],
  full: ["found no room in the counters", "found no room in the counters"],
  late: ["came when its minute was closed", "came when their minutes were closed"],
};
