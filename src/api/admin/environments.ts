import {
  commentBody,
  environmentPatch,
  environmentRemoval,
  type EnvironmentView,
  newEnvironment,
  pageQuery,
} from "../../contract/admin.ts";
import { covers } from "../../contract/role.ts";
import { unmet } from "../../core/precondition.ts";
import type { EnvironmentEntry } from "../../workspace/workspace.ts";
import { jsonResponse } from "../respond.ts";
import { list, written } from "./answer.ts";
import { type Call, type Handlers, noEnvironment } from "./call.ts";
import { afterKey, pageOf } from "./cursor.ts";
import { environmentView, etagOf } from "./environment-view.ts";
import { invalid, Refused } from "./refused.ts";
import { ask, done } from "./remote.ts";

export const environmentHandlers = {
  async listEnvironments(call) {
    const { limit, cursor } = call.query(pageQuery);
    const { after } = afterKey(cursor);
    const entries = await ask(call.workspace.environments());
    const visible = entries.filter(({ name }) => covers(call.principal.environments, name));
    const { items, next } = pageOf(visible, (entry) => entry.name, after, limit);
    const views = await Promise.all(items.map(async (entry) => environmentView(call.open(entry))));
    return list(
      "environments",
      views.filter((view) => view !== undefined),
      next,
    );
  },

  // No 304 here: the description is not part of what the entity tag counts.
  async getEnvironment(call) {
    const view = await present(call, (await call.here()).entry);
    return jsonResponse(view, 200, { ETag: etagOf(view) });
  },

  async createEnvironment(call) {
    const spec = await call.body(newEnvironment);
    for (const name of [spec.name, spec.copyFrom]) if (name !== undefined) call.enter(name);
    const { actor, comment } = call.write(spec.comment);
    const { environment } = await done(call.workspace.createEnvironment({ ...spec, comment }, actor));
    call.wroteMap();
    const view = await present(call, environment);
    return written(view, { ...view, etag: etagOf(view) }, 201, `${call.path}/${view.name}`);
  },

  async patchEnvironment(call) {
    const patch = await call.body(environmentPatch);
    const { actor, comment } = call.write(patch.comment);
    await unchanged(call);
    const { environment } = await done(call.workspace.patchEnvironment(call.env, { ...patch, comment }, actor));
    const view = await present(call, environment);
    return written(view, { ...view, etag: etagOf(view) });
  },

  async deleteEnvironment(call) {
    const { comment } = await call.body(commentBody);
    const { actor, comment: why } = call.write(comment);
    await unchanged(call);
    if (call.query(environmentRemoval).confirm !== call.env)
      throw invalid("The query", [{ path: "/confirm", message: "must be the environment's name" }]);
    await done(call.workspace.deleteEnvironment(call.env, actor, why));
    call.wroteMap();
    return new Response(null, { status: 204 });
  },
} satisfies Handlers;

async function present(call: Call, entry: EnvironmentEntry): Promise<EnvironmentView> {
  return (await environmentView(call.open(entry))) ?? noEnvironment();
}

/** Holds the preconditions of a write to the environment as a whole against its version. */
async function unchanged(call: Call): Promise<void> {
  const { ifMatch, ifNoneMatch } = call.write();
  const { revision } = await present(call, (await call.here()).entry);
  const problem = unmet({ ifMatch, ifNoneMatch }, revision);
  if (problem) throw new Refused(problem);
}
