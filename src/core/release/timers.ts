import { milliseconds } from "../../contract/duration.ts";
import { hasEnded, type Next } from "../../contract/release.ts";
import { frozenUntil } from "./frozen.ts";
import { againAt, openGates } from "./gates.ts";
import { activeTime, stageOf } from "./moves.ts";
import { bakeTime, unready, watchTime } from "./settle.ts";
import type { Release } from "./state.ts";

/** A bin is a minute, and closes 30 s after its end; a little later it is looked at. */
const MINUTE = 60_000;
const LOOK_AFTER_MS = 35_000;

/** When the guardrails are judged next: 35 s after the end of a minute. */
export function nextLook(now: number): number {
  return Math.floor((now - LOOK_AFTER_MS) / MINUTE + 1) * MINUTE + LOOK_AFTER_MS;
}

/** Whether counts are to be judged: at every gate, while paused, and while watching, as well as while baking. */
export function isLookedAt({ phase, plan, stage }: Release): boolean {
  const live = phase === "baking" || phase === "gated" || phase === "watching" || (phase === "paused" && stage >= 0);
  return live && (plan.guardrails.length > 0 || plan.stages.some(({ minExposures }) => minExposures > 0));
}

/**
 * The earliest time after `now` at which it may have something to do by itself; null when it waits for people only.
 * To be asked when it has done what there was to do at `now`.
 */
export function dueAt(release: Release, now: number): number | null {
  const times = timersOf(release, now).map(({ at }) => at);
  if (isLookedAt(release)) times.push(nextLook(now));
  const ahead = times.filter((at) => at > now && at < Infinity);
  return ahead.length === 0 ? null : Math.min(...ahead);
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
    case "baking": {
      const baked = { what: "the stage has baked", at: when(bakeTime(release)) };
      if (plan.maxBake === undefined) return [baked, ...freeze];
      return [
        baked,
        { what: "it pauses unless it is ready", at: when(patience + milliseconds(plan.maxBake)) },
        ...freeze,
      ];
    }
    case "gated": {
      const asks = release.asks.flatMap((ask): Timer[] => {
        const gate = stageOf(release).gates[ask.gate];
        if (!gate || !("webhook" in gate)) return [];
        return [{ what: "the gate is asked again", at: againAt(ask, gate.webhook.timeout) }];
      });
      return [...asks, ...freeze];
    }
    case "watching":
      return [{ what: "it is complete", at: when(watchTime(release)) }, ...freeze];
    case "draft":
    case "paused":
    case "suspended":
      return [];
  }
}

/** What happens next by itself and when, and what is waited for. */
export function nextOf(release: Release, now: number): Next[] {
  const { phase } = release;
  if (hasEnded(phase)) return [];
  const timers = timersOf(release, now)
    .filter(({ at }) => at > now && at < Infinity)
    .map(({ what, at }): Next => ({ what, at: new Date(at).toISOString() }));
  return [...timers, ...waitsOf(release, Math.max(now, release.at)).map((what): Next => ({ what }))];
}

function waitsOf(release: Release, at: number): string[] {
  switch (release.phase) {
    case "draft":
      return ["it has to be started"];
    case "paused":
      return ["a person has to resume it, or take it back"];
    case "suspended":
      return ["a person has to hand it back, or end it"];
    case "baking": {
      const missing = unready(release, at);
      return missing === undefined ? [] : [missing];
    }
    case "gated": {
      const open = openGates(release);
      return stageOf(release).gates.flatMap((gate, i) => {
        if (open[i]) return [];
        return "approval" in gate ? [`an approval by the role ${gate.approval.role}`] : ["a webhook has to say yes"];
      });
    }
    case "scheduled":
    case "watching":
    case "completed":
    case "unreleased":
    case "cancelled":
      return [];
  }
}
