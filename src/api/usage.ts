import type { Bindings } from "./bindings.ts";
import { UsageCounter } from "./usage-counter.ts";

let counter: UsageCounter | undefined;
let environments: Bindings["ENVIRONMENT"];

/** The counter of this isolate. Reports go through the bindings of the request that was here last. */
export function usage(env: Bindings): UsageCounter {
  environments = env.ENVIRONMENT;
  counter ??= new UsageCounter({
    intervalMs: Number(env.USAGE_SECONDS) * 1000,
    send: (object, report) => environments.getByName(object).recordUsage(report),
    random: Math.random,
  });
  return counter;
}
