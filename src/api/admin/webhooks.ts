import { commentBody, pageQuery } from "../../contract/admin.ts";
import { newWebhook, webhookPatch } from "../../contract/webhook.ts";
import { mintSecret } from "../../environment/notify/signature.ts";
import type { WebhookAnswer, WebhookCommand } from "../../environment/notify/webhooks.ts";
import { mintId } from "../keys.ts";
import { jsonResponse } from "../respond.ts";
import { list, resource, written } from "./answer.ts";
import type { Call, Handlers } from "./call.ts";
import { afterKey, afterNumber, pageOf } from "./cursor.ts";
import { refusal } from "./refused.ts";
import { ask, done } from "./remote.ts";

/* Whom an environment tells when a person is needed, and how telling them went. */

export const webhookHandlers = {
  async listWebhooks(call) {
    const { limit, cursor } = call.query(pageQuery);
    const { after } = afterKey(cursor);
    const { object } = await call.here();
    const views = (await ask(object.webhooks())).map(({ view }) => view);
    const { items, next } = pageOf(views, ({ id }) => id, after, limit);
    return list("webhooks", items, next);
  },

  async createWebhook(call) {
    const { comment, secret = mintSecret(), ...spec } = await call.body(newWebhook);
    const result = await change(call, { op: "create", id: mintId(Date.now()), spec, secret }, comment);
    const view = result.replayed ? result.webhook : { ...result.webhook, secret };
    return written(view, result, 201, `${call.path}/${result.webhook?.id}`);
  },

  async getWebhook(call) {
    const { object } = await call.here();
    const found = (await ask(object.webhooks())).find(({ view }) => view.id === call.key);
    if (!found) throw noSuchWebhook();
    return resource(call, found.view, found.etag);
  },

  async patchWebhook(call) {
    const { comment, secret, ...patch } = await call.body(webhookPatch);
    const command = { op: "patch", id: call.key, patch, ...(secret !== undefined && { secret }) } as const;
    const result = await change(call, command, comment);
    return written(result.webhook, result);
  },

  async deleteWebhook(call) {
    const { comment } = await call.body(commentBody);
    return written(undefined, await change(call, { op: "delete", id: call.key }, comment));
  },

  testWebhook: async (call) => sending(call, { op: "test", id: call.key }),
  redeliver: async (call) => sending(call, { op: "redeliver", id: call.key, delivery: call.id }),

  async listDeliveries(call) {
    const { limit, cursor } = call.query(pageQuery);
    const { object } = await call.here();
    const found = await ask(object.deliveries(call.key, { limit, ...afterNumber(cursor) }));
    if (!found) throw noSuchWebhook();
    return list("deliveries", found.deliveries, found.next);
  },

  async getDelivery(call) {
    const { object } = await call.here();
    const found = await ask(object.deliveries(call.key, { id: call.id }));
    if (!found) throw noSuchWebhook();
    const [delivery] = found.deliveries;
    if (!delivery) throw refusal("not-found", "There is no such delivery any more.");
    return jsonResponse(delivery);
  },
} satisfies Handlers;

const noSuchWebhook = () => refusal("not-found", "There is no such webhook.");

async function change(call: Call, command: WebhookCommand, comment: string | undefined): Promise<WebhookAnswer> {
  const { object, wrote } = await call.here();
  const result = await done(object.changeWebhook(command, call.write(comment)));
  wrote(result.version);
  return result;
}

async function sending(call: Call, command: WebhookCommand): Promise<Response> {
  const result = await change(call, command, await call.comment());
  return written(result.delivery, result, 202);
}
