import * as z from "zod/mini";
import { comment } from "./admin.ts";

/* Webhooks: where an environment tells people, by the scheme of Standard Webhooks or as a text for Slack. */

/** `decision`: somebody has to decide. `harm`: something was taken back, or stopped, for harm. `end`: a release is over.
 * `change.conflict`: a scheduled change was not made. `environment.ending`: this one ends within a day. */
export const WEBHOOK_EVENTS = ["decision", "harm", "end", "change.conflict", "environment.ending"] as const;
export type WebhookEvent = (typeof WEBHOOK_EVENTS)[number];
export const WEBHOOK_FORMATS = ["standard", "slack"] as const;

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** Whether a text is a secret of Standard Webhooks: `whsec_` and the base64 of 24 to 64 bytes. */
function isSecret(text: string): boolean {
  const encoded = text.slice("whsec_".length);
  if (!text.startsWith("whsec_") || !BASE64.test(encoded)) return false;
  const bytes = (encoded.length / 4) * 3 - (encoded.length - encoded.replace(/=+$/, "").length);
  return bytes >= 24 && bytes <= 64;
}

/** What messages are signed with, on either side. */
export const webhookSecret = z.string().check(z.refine(isSecret, "must be whsec_ and the base64 of 24 to 64 bytes"));

const webhookUrl = z.string().check(z.minLength(1), z.maxLength(2_048));
const events = z.array(z.enum(WEBHOOK_EVENTS)).check(
  z.minLength(1),
  z.maxLength(WEBHOOK_EVENTS.length),
  z.refine((all) => new Set(all).size === all.length, "must not name one twice"),
);
const format = z.enum(WEBHOOK_FORMATS);

/** What is left out is made: all events, the format of Standard Webhooks, a secret. */
export const newWebhook = z.strictObject({
  url: webhookUrl,
  events: z._default(events, [...WEBHOOK_EVENTS]),
  format: z._default(format, "standard"),
  secret: z.exactOptional(webhookSecret),
  comment,
});
export const webhookPatch = z.strictObject({
  url: z.exactOptional(webhookUrl),
  events: z.exactOptional(events),
  format: z.exactOptional(format),
  secret: z.exactOptional(webhookSecret),
  comment,
});

export type WebhookFormat = (typeof WEBHOOK_FORMATS)[number];
/** What of a webhook is set. */
export type WebhookSpec = { url: string; events: WebhookEvent[]; format: WebhookFormat };
/** A webhook as it is shown; the secret exists only in the answer that created it. */
export type WebhookView = WebhookSpec & {
  id: string;
  createdAt: string;
  createdBy: string;
  updatedAt: string;
  updatedBy: string;
};

/** How one attempt went: the status that was answered, or why there was none. `ms`: how long it took. */
export type Attempt = { at: string; ms: number } & Outcome;
export type Outcome = { status: number } | { error: "timeout" | "unreachable" | "address" };
/** One message to one webhook. `id` is what the receiver gets as `webhook-id`, the same at every attempt. */
export type DeliveryView = {
  id: string;
  event: WebhookEvent | "test";
  at: string;
  state: "waiting" | "delivered" | "failed";
  nextAttemptAt?: string;
  /** Latest last. */
  attempts: Attempt[];
};

/** What a message says. */
export type Notice = {
  type: WebhookEvent | "test";
  /** RFC 3339. */
  timestamp: string;
  data: {
    environment: string;
    /** All of it in a sentence or two, for a person. */
    text: string;
    flag?: string;
    release?: string;
    changeRequest?: string;
    scheduled?: string;
    state?: string;
    stage?: string;
    percentage?: number;
    cause?: string;
  };
};
