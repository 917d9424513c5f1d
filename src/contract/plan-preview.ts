import * as z from "zod/mini";
import { name } from "./names.ts";
import { type Plan, plan } from "./plan.ts";
import type { StageEstimate } from "./release.ts";

/* Plans by traffic, and what a plan will take before it starts. */

/** A plan that everybody has. One that is kept under its name wins. */
export type Preset = { name: string; description: string; plan: Plan };

const stages = (watch: string, ...shares: [percentage: number, minBake: string][]) => [
  ...shares.map(([percentage, minBake]) => ({ name: `${percentage}%`, percentage, minBake })),
  { name: "all", percentage: 100, minBake: "5m", watch },
];

const PRESETS: readonly { name: string; description: string; plan: object }[] = [
  {
    name: "careful",
    description:
      "For services with 100 requests a second or more, where harm is dear: 1 %, 10 %, 50 %, all, a day of watching with 1 % held back. About a day and a half.",
    plan: {
      stages: stages("24h", [1, "30m"], [10, "1h"], [50, "4h"]),
      guardrails: [
        { metric: "errors", detect: 1.5 },
        { metric: "latency", role: "guard", detect: 1.5 },
      ],
      alpha: 0.01,
      beta: 0.05,
      holdback: 1,
      onNoData: "pause",
    },
  },
  {
    name: "standard",
    description:
      "For services with 10 requests a second or more: 5 %, 25 %, 50 %, all, and two hours of watching. An afternoon.",
    plan: {
      stages: stages("2h", [5, "15m"], [25, "15m"], [50, "30m"]),
      guardrails: [{ metric: "errors" }, { metric: "latency", role: "signal" }],
    },
  },
  {
    name: "quick",
    description:
      "For services with 100 requests a second or more, and for what is soon put right: 10 %, 50 %, all, and half an hour of watching. An hour.",
    plan: {
      stages: stages("30m", [10, "5m"], [50, "5m"]),
      guardrails: [{ metric: "errors" }, { metric: "latency", role: "signal", hold: false }],
    },
  },
  {
    name: "small-site",
    description:
      "For sites with about one request a second: 10 % and 50 % for as long as it takes to be sure, all, and two hours of watching. Within a day at one request a second, within hours at ten.",
    plan: {
      stages: stages("2h", [10, "30m"], [50, "30m"]),
      guardrails: [{ metric: "errors" }, { metric: "latency", role: "signal", hold: false }],
      maxBake: "2d",
      onNoData: "hold",
    },
  },
];

let made: readonly Preset[] | undefined;

/** All presets; made on first use, since most isolates never need them. */
export function presets(): readonly Preset[] {
  return (made ??= PRESETS.map((one) => ({ ...one, plan: plan.parse(one.plan) })));
}

/** What comes to the people for whom the released rule's condition holds, treatment and control together. */
const traffic = z.strictObject({
  perSecond: z.number().check(z.gt(0), z.maximum(1e7)),
  errorShare: z.exactOptional(z.number().check(z.minimum(0), z.maximum(1))),
  people: z.exactOptional(z.int().check(z.minimum(1))),
});
export type GivenTraffic = z.output<typeof traffic> & { errorShare: number };

/** `plan`: a plan, or the name of one. Without `traffic`: that of the last 7 days. */
export const planPreviewBody = z.strictObject({
  flag: name,
  rule: z.exactOptional(name),
  plan: z.union([plan, name]),
  traffic: z.exactOptional(traffic),
});

export type PreviewWarning = {
  code: "no-traffic" | "never-sure" | "takes-out" | "unreported" | "unguarded";
  path: string;
  message: string;
};
export type PlanPreview = {
  traffic: GivenTraffic & { from: "measured" | "given" };
  stages: StageEstimate[];
  seconds: number | null;
  warnings: PreviewWarning[];
};
