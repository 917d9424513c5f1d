import type { JsonValue } from "../contract/json.ts";
import type { Next } from "../contract/release.ts";
import type { Estimate } from "../core/statistics/judge.ts";

/* What a guardrail that isn't sure yet waits for, in numbers and for a person. Pure. */

/** `estimate`: null while nothing is waited for. */
export type Estimated = { metric: string; estimate: Estimate | null; evidence: { [figure: string]: JsonValue } };

/**
 * What is missing, when it is to be expected, and what that rests on; nothing for a guardrail that waits for nothing.
 *
 * @param upTo end of the last closed bin, epoch ms
 * @param nextWarmup seconds of warm-up of the plan's next stage with a share
 */
export function outlookOf(
  { metric, estimate, evidence }: Estimated,
  upTo: number,
  nextWarmup = 0,
): ({ metric: string } & Next)[] {
  if (estimate === null) return [];
  const { seconds, perSecond, events, exposures, people, next } = estimate;
  const rests = `at ${few(perSecond)} request${perSecond === 1 ? "" : "s"} a second`;
  const missing = [
    ...(events !== null && events > 0 ? [`about ${events} more events by requests alone`] : []),
    ...(exposures > 0 ? [`${exposures} more exposures`] : []),
  ];
  const { detectable } = evidence;
  const known = people > 0 ? ` with ${people} people` : "";
  const blind = typeof detectable === "number" ? [`can't see less than ${few(detectable)}× yet${known}`] : [];
  const larger = next
    ? [`at ${few(next.share * 100)} % ${next.seconds === null ? "never" : `in ${lasting(next.seconds + nextWarmup)}`}`]
    : [];
  const details = [...missing, ...blind, ...larger].join("; ");
  const tail = details === "" ? "" : ` (${details})`;
  if (seconds === null) return [{ metric, what: `${metric} can't be shown to be healthy ${rests}${tail}` }];
  const at = new Date(upTo + seconds * 1_000).toISOString();
  return [{ metric, what: `${metric} is healthy in about ${lasting(seconds)} ${rests}${tail}`, at, estimated: true }];
}

/** Seconds in the unit that a person would use. */
export function lasting(seconds: number): string {
  const [size, unit] = UNITS.find(([long]) => seconds >= 2 * long) ?? ([60, "min"] as const);
  return `${Math.max(1, Math.round(seconds / size))} ${unit}`;
}

const UNITS = [
  [86_400, "days"],
  [3_600, "h"],
  [60, "min"],
] as const;

function few(value: number): string {
  return String(Number(value.toPrecision(2)));
}
