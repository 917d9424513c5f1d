import type { FlagView } from "../../contract/admin.ts";
import { flag } from "../../contract/flag.ts";
import * as LIMITS from "../../contract/limits.ts";
import { manifestUpdate, newManifestFlag } from "../../contract/manifest.ts";
import type { problemBody, Refusal } from "../../contract/problem.ts";
import { covers, includes } from "../../contract/role.ts";
import { keyOf } from "../../contract/snapshot.ts";
import { manifestFlag } from "../../core/manifest-flag.ts";
import type { Applied } from "../../environment/rpc.ts";
import { equal } from "../../environment/write/equal.ts";
import type { Afterwards, Bindings } from "../bindings.ts";
import { authenticateAdmin } from "../principal.ts";
import { jsonResponse } from "../respond.ts";
import { written } from "./answer.ts";
import { type Call, type Handlers, valid } from "./call.ts";
import { etagOf } from "./environment-view.ts";
import { invalid, refusal } from "./refused.ts";
import { ask, done, Postponed } from "./remote.ts";

/*
 * What `openfeature pull` and `push` ask for: flags with their types and the values that code falls back to. A manifest
 * doesn't change who sees what: what exists already gets another description and no more.
 */

export const manifestHandlers = {
  async getManifest(call) {
    if (call.env === NONE)
      throw refusal("bad-request", "Say which environment: by ?environment= or in the provider's address.");
    const { object } = await call.here();
    const { flags } = await ask(object.flags({ limit: LIMITS.flags }));
    return jsonResponse({ flags: flags.map(shown) }, 200, capabilities(call));
  },

  async createManifestFlag(call) {
    const { key, type, defaultValue, description } = valid("The body", newManifestFlag, await call.json());
    const { object, wrote } = await call.here();
    const whole = valid("The body", flag, { key, description: description ?? "", ...serving(type, defaultValue) });
    const result = await made(object.apply([{ op: "createFlag", flag: whole }], call.write()));
    wrote(result.version);
    return answered(call, result, 201);
  },

  async putManifestFlag(call) {
    const { key, type, defaultValue, description } = valid("The body", manifestUpdate, await call.json());
    const { object, wrote } = await call.here();
    if (key !== call.key) throw invalid("The body", [{ path: "/key", message: "must be the key in the path" }]);
    const found = await ask(object.flag(key));
    if (!found) throw refusal("not-found", "There is no such flag.");
    const is = manifestFlag(found.view.flag);
    if (type !== is.flagType || (defaultValue !== undefined && !equal(defaultValue, is.defaultValue)))
      throw refusal(
        "conflict",
        `A manifest doesn't change who sees what. Change type and values of ${JSON.stringify(key)} on its page: ${call.page}`,
      );
    const patch = { description: description ?? "" };
    const result = await made(object.apply([{ op: "patchFlag", key, patch }], call.write()));
    wrote(result.version);
    return answered(call, result, 200);
  },
} satisfies Handlers;

/** What a flag serves that gives everybody one value, enabled or not. */
function serving(type: string, value: unknown): object {
  if (type !== "boolean")
    return {
      type: type === "integer" || type === "float" ? "number" : type,
      variants: { default: value },
      offVariant: "default",
      default: { variant: "default" },
    };
  const variant = value === true ? "on" : "off";
  return { type, variants: { on: true, off: false }, offVariant: variant, default: { variant } };
}

/** What a write came to. The CLI takes any 2xx for done, so waiting for consent is none. */
async function made(answer: Promise<Applied | Refusal>): Promise<Applied> {
  try {
    return await done(answer);
  } catch (error) {
    if (!(error instanceof Postponed)) throw error;
    throw refusal(
      "conflict",
      `This waits for the consent of others, as the change request ${error.result.postponed.id}.`,
    );
  }
}

function answered(call: Call, result: Applied, status: number): Response {
  const view = result.flag!;
  const response = written(
    { flag: shown(view), updatedAt: view.updatedAt },
    { ...result, etag: etagOf(result) },
    status,
  );
  for (const [name, value] of Object.entries(capabilities(call))) response.headers.set(name, value);
  return response;
}

function shown({ flag }: FlagView): object {
  const { flagType: type, ...rest } = manifestFlag(flag);
  return { key: flag.key, type, ...rest };
}

function capabilities({ principal }: Call): Record<string, string> {
  return { "X-Manifest-Capabilities": includes(principal.role, "editor") ? "read,write" : "read" };
}

const BELOW = /^\/admin\/v1\/environments\/[^/]+\/openfeature\//;

/** An answer of these routes: a refusal as the CLI reads it. Others are left alone. */
export async function asManifest(request: Request, response: Response): Promise<Response> {
  if (response.ok || !BELOW.test(new URL(request.url).pathname)) return response;
  const { detail: message, errors } = await response.json<ReturnType<typeof problemBody>>();
  const details = errors?.map(({ path, message: what }) => ({ field: path, message: what }));
  const { status } = response;
  const told = jsonResponse({ error: { message, status, ...(details && { details }) } }, status);
  for (const [name, value] of response.headers) if (!told.headers.has(name)) told.headers.set(name, value);
  return told;
}

/**
 * A request for the same routes without an environment in the path: for that in the query, else for the only one that the
 * caller may enter, else for none.
 */
export async function throughEnvironment(request: Request, env: Bindings, ctx: () => Afterwards): Promise<Request> {
  const url = new URL(request.url);
  const name = url.searchParams.get("environment") ?? (await onlyOne(request, env, ctx));
  url.pathname = `/admin/v1/environments/${encodeURIComponent(name)}${url.pathname}`;
  url.search = "";
  return new Request(url, request);
}

async function onlyOne(request: Request, env: Bindings, ctx: () => Afterwards): Promise<string> {
  const principal = await authenticateAdmin(request, env, ctx);
  if ("type" in principal) return NONE; // which is refused again, and first
  const all = await ask(env.WORKSPACE.getByName(keyOf.workspaceObject).environments());
  const [first, ...more] = all.filter(({ name }) => covers(principal.environments, name));
  return first && more.length === 0 ? first.name : NONE;
}

/** No environment has this name. */
const NONE = "?environment=";
