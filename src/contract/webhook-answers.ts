import * as z from "zod";
import { WEBHOOK_EVENTS, WEBHOOK_FORMATS } from "./webhook.ts";

/* The shapes of answers about webhooks, for the OpenAPI document and the tests; the Worker never imports this. */

const time = z.iso.datetime();
const cursor = z.string().optional().describe("Present when there is more: pass it as `cursor`");

const webhookFields = z.strictObject({
  id: z.string(),
  url: z.string(),
  events: z.array(z.enum(WEBHOOK_EVENTS)),
  filter: z
    .strictObject({
      flags: z.array(z.string()).optional(),
      tags: z.array(z.string()).optional(),
      owners: z.array(z.string()).optional(),
    })
    .optional(),
  format: z.enum(WEBHOOK_FORMATS),
  createdAt: time,
  createdBy: z.string(),
  updatedAt: time,
  updatedBy: z.string(),
});
export const webhookView = webhookFields;
export const newWebhookView = webhookFields.extend({
  secret: z.string().optional().describe("Shown this once; absent when the answer is a replay"),
});
export const delivery = z.strictObject({
  id: z.string().describe("The receiver gets it as `webhook-id`, the same at every attempt"),
  event: z.enum([...WEBHOOK_EVENTS, "test"]),
  at: time,
  state: z.enum(["waiting", "delivered", "failed"]),
  nextAttemptAt: time.optional(),
  attempts: z.array(
    z.strictObject({
      at: time,
      ms: z.int().min(0).describe("How long it took"),
      status: z.int().optional(),
      error: z
        .enum(["timeout", "unreachable", "address"])
        .optional()
        .describe("Why there was no status. address: nothing may be sent there any more"),
    }),
  ),
});

export const webhooks = z.strictObject({ webhooks: z.array(webhookView), cursor });
export const deliveries = z.strictObject({ deliveries: z.array(delivery), cursor });
