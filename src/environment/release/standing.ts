import type { Refusal } from "../../contract/problem.ts";
import { hasEnded } from "../../contract/release.ts";
import { actorOf, type Release, type ReleaseEvent } from "../../core/release/state.ts";
import type { EnvironmentState } from "../store/state.ts";
import { conduct, type Conducted, nextStamp } from "./apply-release-event.ts";

/* Whose word a release still rests on when it goes on by itself: a token that was revoked since says nothing any more. */

export function approvingTokens({ approvals }: Release): string[] {
  return approvals.flatMap(({ by }) => (by.via === "token" ? [by.id] : []));
}

/** The tokens that its next step up rests on: its author's before its start, those that have consented after it. */
export function tokensBehind(release: Release): string[] {
  const { phase, author } = release;
  return phase === "scheduled" && author.via === "token" ? [author.id] : approvingTokens(release);
}

/** A release without the consents of tokens that hold no more: others may consent in their place. */
export function withStandingConsent(release: Release, ended: readonly string[]): Release {
  const approvals = release.approvals.filter(({ by }) => !(by.via === "token" && ended.includes(by.id)));
  return approvals.length === release.approvals.length ? release : { ...release, approvals };
}

/**
 * What time or a judgement brings, as far as those whom it rests on still hold. A start whose author holds no more is
 * paused, and a person asked.
 *
 * @param ended tokens that hold no more; null where that isn't known
 * @returns null where it would go up and it isn't known whether it may: taking back needs nobody
 */
export function conductConsented(
  present: EnvironmentState,
  found: Release,
  event: ReleaseEvent,
  now: number,
  ended: readonly string[] | null,
): Conducted | Refusal | null {
  const release = withStandingConsent(found, ended ?? []);
  const stamp = nextStamp(present, now);
  const made = conduct(present, release, event, now, stamp);
  if (!made.ok || hasEnded(made.release.phase)) return made;
  const begins = release.stage < 0 && made.release.stage >= 0;
  if (ended === null)
    return (begins || made.release.past.length > release.past.length) && tokensBehind(found).length > 0 ? null : made;
  if (!begins || release.author.via !== "token" || !ended.includes(release.author.id)) return made;
  const comment = "The time to start has come, but whoever started it may not any more.";
  return conduct(present, release, { type: "pause", actor: actorOf(release), comment }, now, stamp);
}
