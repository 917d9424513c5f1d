import type { EnvironmentRef } from "../contract/service.ts";
import { Aggregate } from "../metrics/aggregate.ts";
import { serviceOf } from "./bindings.ts";
import type { Observation } from "../core/shadow-tally.ts";
import type { Afterwards, Exchange } from "./exchange.ts";
import type { Dark } from "./flags.ts";
import { Newcomers } from "../metrics/newcomers.ts";
import type { Verdict } from "./verdict.ts";

/*
 * What a gate measures of the requests that a flag chose the answer of: status and time to the first byte, by flag,
 * variant and cohort. It adds up in the isolate, and goes to FlagService every few seconds, behind an answer.
 */

const aggregates = new WeakMap<object, Aggregate>();
const newcomers = new WeakMap<object, Newcomers>();

/**
 * Counts a request. One that the fallback answered, or that a tester overrode, isn't counted.
 *
 * @param begun epoch milliseconds at which the request came; until now it took to the first byte
 */
export function measure(exchange: Exchange, flag: string, verdict: Verdict, status: number, begun: number): void {
  const { served, overridden, targetingKey = "", visitor } = verdict;
  if (served?.variant === undefined || served.where === undefined || overridden) return;
  const { variant, cohort, version, experiment, where } = served;
  try {
    const aggregate = aggregateOf(exchange.env);
    const now = Date.now();
    const counts = visitor === undefined || (visitor.known && admitted(exchange, visitor.id, now));
    const subject = { targetingKey, requestId: "", unsigned: !counts };
    const answer = { status, ms: now - begun };
    aggregate?.request(
      where,
      { flag, variant, cohort, version, ...(experiment !== undefined && { experiment }) },
      subject,
      answer,
      now,
      exchange.ctx,
    );
  } catch (error) {
    console.warn("a request wasn't counted", { flag }, error);
  }
}

/** Whether a visitor's key is taken; of a visitor's own id only those that a gate has given out, and so many at a time. */
function admitted({ env, request }: Exchange, id: string, now: number): boolean {
  const service = serviceOf(env);
  if (!service) return false;
  let known = newcomers.get(service);
  if (!known) newcomers.set(service, (known = new Newcomers()));
  return known.admits(id, request.headers.get("CF-Connecting-IP"), now);
}

/** Counts what became of a request that came by a dark launch. */
export function observeShadow(env: object, ctx: Afterwards, flag: string, dark: Dark, seen: Observation): void {
  aggregateOf(env)?.shadow(dark.where, flag, dark.version, seen, Date.now(), ctx);
}

/** Sends what was measured in this isolate so far, rather than within seconds. */
export async function flushMeasured(env: object, where: EnvironmentRef, now: number): Promise<void> {
  await aggregateOf(env)?.flush(where, now);
}

function aggregateOf(env: object): Aggregate | undefined {
  const service = serviceOf(env);
  if (!service) return undefined;
  let aggregate = aggregates.get(service);
  if (!aggregate) {
    aggregate = new Aggregate({ send: ({ incarnation }, batch) => service.report(incarnation, batch) });
    aggregates.set(service, aggregate);
  }
  return aggregate;
}
