import { commentBody, environmentPatch, environmentRemoval, newEnvironment, pageQuery } from "../../contract/admin.ts";
import { covers } from "../../contract/role.ts";
import { jsonResponse } from "../respond.ts";
import { gone, list, written } from "./answer.ts";
import { type Handlers, noEnvironment } from "./call.ts";
import { answerBatch, instantAhead } from "./change.ts";
import { afterKey, pageOf } from "./cursor.ts";
import { environmentView, etagOf, shown } from "./environment-view.ts";
import { mintedKey } from "./keys.ts";
import { invalid } from "./refused.ts";
import { ask, done, LONG_MS } from "./remote.ts";

export const environmentHandlers = {
  async listEnvironments(call) {
    const { limit, cursor } = call.query(pageQuery);
    const { after } = afterKey(cursor);
    const entries = await ask(call.workspace.environments());
    const visible = entries.filter(({ name }) => covers(call.principal.environments, name));
    const { items, next } = pageOf(visible, (entry) => entry.name, after, limit);
    const views = await Promise.all(items.map(async (entry) => shown(call.open(entry))));
    return list(
      "environments",
      views.filter((view) => view !== undefined),
      next,
    );
  },

  // No 304 here: how far it has propagated is not part of what the entity tag counts.
  async getEnvironment(call) {
    const view = (await shown(await call.here())) ?? noEnvironment();
    return jsonResponse(view, 200, { ETag: etagOf(view) });
  },

  async createEnvironment(call) {
    const { comment, expiresAt, ...spec } = await call.body(newEnvironment);
    for (const name of [spec.name, spec.copyFrom]) if (name !== undefined) call.enter(name);
    const onDemand = expiresAt === undefined ? undefined : await demanded(spec, expiresAt);
    const made = { ...spec, ...onDemand?.settings };
    const result = await done(call.workspace.createEnvironment(made, call.write(comment)), LONG_MS);
    call.wroteMap();
    const shown = environmentView(result.environment, result.standing);
    const view = { ...shown, ...(onDemand && !result.replayed && { keys: onDemand.secrets }) };
    return written(view, { ...result, ...view, etag: etagOf(view) }, 201, `${call.path}/${view.name}`);
  },

  async patchEnvironment(call) {
    const { comment, expiresAt, ...rest } = await call.body(environmentPatch);
    const here = await call.here();
    const patch = { ...rest, ...(expiresAt !== undefined && { expiresAt: instantAhead(expiresAt, "/expiresAt") }) };
    return answerBatch(here, await done(here.object.configure(patch, call.write(comment))));
  },

  async deleteEnvironment(call) {
    const { comment } = await call.body(commentBody);
    if (call.query(environmentRemoval).confirm !== call.env) {
      await call.here();
      throw invalid("The query", [{ path: "/confirm", message: "must be the environment's name" }]);
    }
    const result = await done(call.workspace.deleteEnvironment(call.env, call.write(comment)));
    call.wroteMap();
    return gone(result);
  },
} satisfies Handlers;

/** What an environment has that ends by itself: its end, and keys of its own. */
async function demanded(
  { name, production = name === "production" }: { name: string; production?: boolean },
  text: string,
) {
  const expiresAt = instantAhead(text, "/expiresAt");
  if (production) throw invalid("The body", [{ path: "/expiresAt", message: "can't be set for production" }]);
  const [client, server] = await Promise.all(
    (["client", "server"] as const).map((kind) => mintedKey(name, { kind, name: kind, origins: [] })),
  );
  return {
    settings: { expiresAt, keys: [client!.key, server!.key] },
    secrets: { client: client!.secret, server: server!.secret },
  };
}
