import * as z from "zod/mini";
import { comment } from "./admin.ts";
import type { Actor } from "./change.ts";
import * as LIMITS from "./limits.ts";
import { name } from "./names.ts";

/* Webhooks: where an environment tells people, by the scheme of Standard Webhooks or as a text for Slack. */

/**
 * `release.decision`: somebody has to decide. `release.harm`: something was taken back, or stopped, for harm.
 * `release.end`: a release is over. `flag.changed`, `flag.archived`, `segment.changed`: what is evaluated changed.
 * `request.opened`, `request.closed`: a change waits for consent, or does no more. `change.conflict`: a scheduled change
 * was not made. `environment.ending`: the environment ends within a day.
 */
export const WEBHOOK_EVENTS = [
  "release.decision",
  "release.harm",
  "release.end",
  "flag.changed",
  "flag.archived",
  "segment.changed",
  "request.opened",
  "request.closed",
  "change.conflict",
  "environment.ending",
] as const;
/** What a webhook is told that doesn't say of what: what somebody has to know of. */
export const USUAL_EVENTS: readonly WebhookEvent[] = WEBHOOK_EVENTS.filter(
  (event) => !["flag.changed", "flag.archived", "segment.changed", "request.closed"].includes(event),
);
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

const some = z.exactOptional(z.array(name).check(z.minLength(1), z.maxLength(LIMITS.webhookFilter)));
/** Of what is about a flag only what matches one of the lists is sent. */
const filter = z.strictObject({ flags: some, tags: some, owners: some });

/** What is left out is made: the usual events, the format of Standard Webhooks, a secret. */
export const newWebhook = z.strictObject({
  url: webhookUrl,
  events: z._default(events, [...USUAL_EVENTS]),
  filter: z.exactOptional(filter),
  format: z._default(format, "standard"),
  secret: z.exactOptional(webhookSecret),
  comment,
});
export const webhookPatch = z.strictObject({
  url: z.exactOptional(webhookUrl),
  events: z.exactOptional(events),
  filter: z.exactOptional(z.nullable(filter)),
  format: z.exactOptional(format),
  secret: z.exactOptional(webhookSecret),
  comment,
});

export type WebhookFormat = (typeof WEBHOOK_FORMATS)[number];
/** What of a webhook is set. */
export type WebhookSpec = { url: string; events: WebhookEvent[]; format: WebhookFormat; filter?: WebhookFilter };
export type WebhookFilter = z.output<typeof filter>;
/** What of a webhook is to be changed. null: it has no filter any more. */
export type WebhookChange = Partial<Omit<WebhookSpec, "filter">> & { filter?: WebhookFilter | null };
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
    /** Who did it: a person, a token, or the release itself. */
    actor?: Actor;
    segment?: string;
    /** The version of the environment that it made. */
    version?: number;
    /** The places that differ; values are left out where they are long. */
    changes?: { path: string; before?: unknown; after?: unknown }[];
    flag?: string;
    release?: string;
    changeRequest?: string;
    scheduled?: string;
    /** When the environment ends, RFC 3339. */
    expiresAt?: string;
    state?: string;
    stage?: string;
    percentage?: number;
    cause?: string;
  };
};
