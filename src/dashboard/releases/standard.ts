import type * as z from "zod/mini";
import type { plan } from "../../contract/plan.ts";

/** A plan as somebody writes it: what is left out has its usual value. */
export type PlanInput = z.input<typeof plan>;

/** The plan that is chosen at first: careful with the first people, quick with the rest, errors guarded. */
export const STANDARD: PlanInput = {
  stages: [
    { name: "1%", percentage: 1, minBake: "15m" },
    { name: "10%", percentage: 10, minBake: "30m" },
    { name: "50%", percentage: 50, minBake: "1h" },
    { name: "all", percentage: 100, watch: "4h" },
  ],
  guardrails: [
    { metric: "errors", role: "guard" },
    { metric: "latency", role: "signal" },
  ],
};
