import type * as z from "zod/mini";
import type { plan } from "../../contract/plan.ts";

/** A plan as somebody writes it: what is left out has its usual value. */
export type PlanInput = z.input<typeof plan>;
