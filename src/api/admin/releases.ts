import type * as z from "zod/mini";
import { commentBody, pageQuery } from "../../contract/admin.ts";
import { parseInstant } from "../../contract/instant.ts";
import { plan } from "../../contract/plan.ts";
import {
  advancing,
  control,
  type Control,
  hasEnded,
  newRelease,
  type ReleaseView,
  reportQuery,
} from "../../contract/release.ts";
import { releaseQuery } from "../../contract/release-query.ts";
import type { NewRelease } from "../../environment/release/create-release.ts";
import type { Released } from "../../environment/release/releases.ts";
import type { Write } from "../../environment/rpc.ts";
import { newIncarnation } from "../../workspace/register.ts";
import { jsonResponse } from "../respond.ts";
import { list, resource, written } from "./answer.ts";
import type { Call, Handlers, Here } from "./call.ts";
import { afterKey, afterRelease, pageOf } from "./cursor.ts";
import { withPlanFor } from "./plan-addresses.ts";
import { refusal } from "./refused.ts";
import { promisedTo, reportedIn } from "./plan-preview.ts";
import { reportOf } from "./release-report.ts";
import { ask, done } from "./remote.ts";
import { reportPage } from "./report-page.ts";

/* What a release does is decided by the environment's object; here requests become commands. */

const noSuchRelease = () => refusal("not-found", "There is no such release.");

export const releaseHandlers = {
  async listReleases(call) {
    const { cursor, limit } = call.query(pageQuery);
    const { object } = await call.here();
    const found = await ask(object.releases(call.key, { limit, ...afterKey(cursor) }, call.caller));
    if (!found) throw refusal("not-found", "There is no such flag.");
    return list(
      "releases",
      found.releases.map((one) => withPlanFor(call.principal.role, one)),
      found.next,
    );
  },

  async listAllReleases(call) {
    const { cursor, ...query } = call.query(releaseQuery);
    const { object } = await call.here();
    const found = await ask(object.allReleases({ ...query, ...afterRelease(cursor) }, call.caller));
    return list(
      "releases",
      found.releases.map((one) => withPlanFor(call.principal.role, one)),
      found.next,
    );
  },

  async createRelease(call) {
    const { comment, ...spec } = await call.body(newRelease);
    const result = await begin(call, { flag: call.key, ...spec }, call.write(comment));
    const view = withPlanFor(call.principal.role, result.release!);
    return written(view, result, 201, `${call.path}/${view.id}`);
  },

  async getRelease(call) {
    const { view, etag } = await find(call);
    // A live one's tag stands for what is to be decided; what is known of it grows by the minute, and its clock runs.
    return hasEnded(view.state) ? resource(call, view, etag) : jsonResponse(view, 200, { ETag: etag });
  },

  async releaseReport(call) {
    const { stage } = call.query(reportQuery);
    const { view } = await find(call);
    const report = reportOf(view);
    const stages = report.stages.filter((one) => stage === undefined || one.stage === stage);
    if (stage !== undefined && stages.length === 0)
      throw refusal("not-found", "The release hasn't been at such a stage.");
    const shown = { ...report, stages };
    if (!wantsPage(call.headers)) return jsonResponse(shown, 200, { Vary: "Accept" });
    const { html, policy } = await reportPage(shown);
    const type = "text/html; charset=utf-8";
    return new Response(html, { headers: { "Content-Type": type, "Content-Security-Policy": policy, Vary: "Accept" } });
  },

  pauseRelease: (call) => drive(call, "pause"),
  resumeRelease: (call) => drive(call, "resume"),
  approveRelease: (call) => drive(call, "approve"),
  advanceRelease: (call) => drive(call, "advance"),
  promoteRelease: (call) => drive(call, "promote"),
  unrelease: (call) => drive(call, "unrelease"),
  cancelRelease: (call) => drive(call, "cancel"),
  acknowledgeRelease: (call) => drive(call, "acknowledge"),

  async listPlans(call) {
    const { limit, cursor } = call.query(pageQuery);
    const { after } = afterKey(cursor);
    const { object } = await call.here();
    const { items, next } = pageOf(await ask(object.plans()), ({ name }) => name, after, limit);
    return list(
      "plans",
      items.map((one) => withPlanFor(call.principal.role, one)),
      next,
    );
  },

  async getPlan(call) {
    const { object } = await call.here();
    const found = await ask(object.plan(call.key));
    if (!found) throw refusal("not-found", "There is no such plan.");
    return resource(call, withPlanFor(call.principal.role, found.view), found.etag);
  },

  async putPlan(call) {
    const name = call.name("plan");
    const body = await call.body(plan);
    const { object, wrote } = await call.here();
    const result = await done(object.release({ op: "putPlan", name, plan: body }, call.write()));
    wrote(result.version);
    const shown = withPlanFor(call.principal.role, result.plan!);
    return result.created ? written(shown, result, 201, call.path) : written(shown, result);
  },

  async deletePlan(call) {
    const { comment } = await call.body(commentBody);
    const { object, wrote } = await call.here();
    const result = await done(object.release({ op: "deletePlan", name: call.key }, call.write(comment)));
    wrote(result.version);
    return written(undefined, result);
  },
} satisfies Handlers;

type Spec = Omit<z.output<typeof newRelease>, "comment"> & { flag: string };

/** Begins a release. */
export async function begin(call: Call, spec: Spec, write: Write): Promise<Released> {
  const here = await call.here();
  const command = await beginning(call, here, spec);
  const result = await done(here.object.release(command, write));
  here.wrote(result.version);
  return result;
}

/** What a new release is asked for with: what is wanted, and what is known where it begins. */
export async function beginning(call: Call, here: Here, { startAt, ...spec }: Spec): Promise<NewRelease> {
  const reported = await reportedIn(call, here.entry);
  const { flag, plan: chosen, rule } = spec;
  const wanted = { flag, plan: chosen, ...(rule !== undefined && { rule }) };
  const promised = await promisedTo(call, here, wanted, reported);
  const known = { ...(reported && { reported }), ...(promised && { promised }) };
  const at = startAt === undefined ? {} : { startAt: parseInstant(startAt)! };
  return { op: "create", id: newIncarnation(), ...spec, ...at, ...known };
}

/** Who names HTML, as browsers do, gets the page; programs, which take anything or JSON, get that. */
function wantsPage(headers: Headers): boolean {
  return /(^|[\s,])text\/html\s*(,|;|$)/i.test(headers.get("Accept") ?? "");
}

async function find(call: Call): Promise<{ view: ReleaseView; etag: string }> {
  const { object } = await call.here();
  const found = await ask(object.findRelease(call.key, call.id, call.caller));
  if (!found) throw noSuchRelease();
  return { ...found, view: withPlanFor(call.principal.role, found.view) };
}

async function drive(call: Call, what: Control): Promise<Response> {
  const goesOn = what === "advance" || what === "promote";
  const { comment, ...how } = await call.body(goesOn ? advancing : control);
  const { object, wrote } = await call.here();
  const { role } = call.principal;
  const command = { op: "control", flag: call.key, id: call.id, control: what, role, ...how } as const;
  const result = await done(object.release(command, call.write(comment)));
  wrote(result.version);
  return written(withPlanFor(role, result.release!), result);
}
