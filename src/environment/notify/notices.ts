import { hasEnded, type Phase } from "../../contract/release.ts";
import type { Notice, WebhookFormat } from "../../contract/webhook.ts";
import type { Effect, Release } from "../../core/release/state.ts";
import { percentageOf } from "../../core/release/exposure.ts";

/* What people are told, and in which words. */

type About = Told["about"];
type Told = Pick<Extract<Effect, { type: "tell" }>, "type" | "about" | "cause">;

/**
 * What people are to be told of a step of a release, most important first; of one step a webhook is told once. A pause
 * for harm is told as harm too.
 *
 * @param release as the step left it
 * @param effects of the step; those that aren't `tell` are left alone
 * @param now epoch milliseconds
 */
export function noticesOf(
  environment: string,
  release: Release,
  effects: readonly (Told | { type: Exclude<Effect["type"], "tell"> })[],
  now: number,
): Notice[] {
  const told = effects.filter((effect) => effect.type === "tell");
  const harmful = release.judgement?.guardrails.some(({ verdict }) => verdict === "harm") ?? false;
  const causeOf = (type: About): string | undefined =>
    told.find(({ about }) => about === type)?.cause ??
    (type === "harm" && harmful && release.phase === "paused" ? told[0]?.cause : undefined);
  return (["harm", "decision", "end"] as const).flatMap((type) => {
    const cause = causeOf(type);
    return cause === undefined ? [] : [noticeOf(environment, release, type, cause, now)];
  });
}

function noticeOf(environment: string, release: Release, type: About, cause: string, now: number): Notice {
  const { id, flag, phase, stage, plan } = release;
  const name = plan.stages[stage]?.name;
  const percentage = phase === "unreleased" ? 0 : stage < 0 ? undefined : percentageOf(release);
  const at = name === undefined || hasEnded(phase) ? "" : ` at its stage ${name}`;
  return {
    type: `release.${type}`,
    timestamp: new Date(now).toISOString(),
    data: {
      environment,
      actor: { id: `release:${id}`, name: `release of ${flag}`, via: "release" },
      text: `The release of ${flag} in ${environment} ${WORDS[phase](type)}${at}. ${cause}`,
      flag,
      release: id,
      state: phase,
      ...(name !== undefined && { stage: name }),
      ...(typeof percentage === "number" && { percentage }),
      cause,
    },
  };
}

const WORDS: Record<Phase, (type: About) => string> = {
  draft: () => "is written down",
  scheduled: () => "is scheduled",
  baking: () => "goes on",
  gated: () => "waits for a decision",
  paused: (type) => (type === "harm" ? "was paused for harm" : "was paused and waits for a decision"),
  suspended: () => "was suspended and waits for a decision",
  watching: () => "is watched",
  completed: () => "is complete",
  unreleased: (type) => (type === "harm" ? "was un-released for harm" : "was un-released"),
  cancelled: () => "was cancelled",
};

/** That somebody else's monitoring reported harm, and what was done about it. */
export function alertNotice(environment: string, { flag, id, phase }: Release, reason: string, now: number): Notice {
  const done = phase === "unreleased" ? "un-released" : phase;
  const why = reason === "" ? "" : ` ${reason}`;
  const text = `An alert from outside: the release of ${flag} in ${environment} is ${done}.${why}`;
  const actor = { id: `alert:${id}`, name: "alert from outside", via: "release" } as const;
  const data = { environment, text, actor, flag, release: id, state: phase, ...(reason !== "" && { cause: reason }) };
  return { type: "release.harm", timestamp: new Date(now).toISOString(), data };
}

/** That somebody wants to know whether a webhook arrives. */
export function testNotice(environment: string, now: number): Notice {
  const text = `This is a test of a webhook of the environment ${environment}.`;
  return { type: "test", timestamp: new Date(now).toISOString(), data: { environment, text } };
}

/** The body of a message: the same text for the same notice every time. */
export function bodyOf(notice: Notice, format: WebhookFormat): string {
  if (format === "standard") return JSON.stringify(notice);
  const text = notice.data.text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
  return JSON.stringify({ text });
}
