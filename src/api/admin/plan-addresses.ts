import { type Plan, shortAddress } from "../../contract/plan.ts";
import type { Role } from "../../contract/role.ts";

/*
 * Addresses of a plan's webhook gates, which can be secrets (Slack's are): only who may set webhooks sees them whole.
 */

/** A plan as somebody with this role sees it. */
export function planFor(role: Role, plan: Plan): Plan {
  if (role === "admin") return plan;
  const stages = plan.stages.map((stage) => ({
    ...stage,
    gates: stage.gates.map((gate) =>
      "webhook" in gate ? { webhook: { ...gate.webhook, url: shortAddress(gate.webhook.url) } } : gate,
    ),
  }));
  return { ...plan, stages };
}

/** The same of what has a plan: a release, a plan that is kept, a release that is proposed. */
export function withPlanFor<T extends { plan: Plan }>(role: Role, one: T): T {
  return { ...one, plan: planFor(role, one.plan) };
}

/** The same of a plan in an entry of the log, as it was written down by whatever version. */
export function loggedPlanFor(role: Role, logged: object | null): object | null {
  return logged !== null && isPlan(logged) ? planFor(role, logged) : logged;
}

function isPlan(logged: object): logged is Plan {
  const { stages } = logged as Partial<Plan>;
  return Array.isArray(stages) && stages.every((stage) => Array.isArray(stage.gates));
}
