import * as z from "zod";
import { HEALTH_PROBLEMS } from "./health.ts";

/* The shape of the answer about health, for the OpenAPI document and the tests; the Worker never imports this. */

const condition = {
  version: z.int().min(0),
  ageSeconds: z.int().min(0).describe("Since it was last known to be current"),
  problem: z.string().optional().describe("What went wrong at the last check"),
};
export const health = z.strictObject({
  status: z.enum(["ok", "degraded", "unavailable"]),
  problems: z.array(z.enum(HEALTH_PROBLEMS)).describe("What is wrong, as codes; empty when all is well"),
  map: z.strictObject(condition).nullable().optional().describe("The map of environments; only with an admin token"),
  environments: z
    .array(z.strictObject({ environment: z.string(), ...condition }))
    .optional()
    .describe("The snapshots that this isolate holds; only with an admin token"),
});
