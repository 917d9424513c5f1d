import { expect } from "vitest";
import { NATIVE } from "../../../src/contract/interchange.ts";
import { ADMIN_ROUTES, type Operation } from "../../../src/contract/routes.ts";
import { type Answer, booleanFlag, environment, ROOT, send } from "./client.ts";
import { type Caller, newToken } from "./tokens.ts";

/* One request for every route of the table that the API is mounted from; a route without one doesn't compile. */

/** What a route is asked in an environment that has all of it, and its status for whoever may. */
export type Asked = {
  status: number;
  key?: string;
  id?: string;
  body?: (name: string) => unknown;
  query?: (name: string) => string;
  headers?: Record<string, string>;
  /** It takes away what it was asked for, so that it can be asked only once. */
  once?: true;
};
/** What a browser says of a request that a page of this site makes. */
export const OWN_PAGE = { "Sec-Fetch-Site": "same-origin" };
/** A rule that is for nobody. */
const FIRST = { id: "first", when: { any: [] }, serve: { variant: "on" } };
const flag = { key: "f" };
const segment = { key: "s" };
const webhook = { key: "{webhook}" };
const delivery = { ...webhook, id: "{delivery}" };

const PLAN = {
  stages: [
    { name: "1%", percentage: 1, minBake: "1d" },
    { name: "10%", percentage: 10, minBake: "1d" },
    { name: "all", percentage: 100 },
  ],
  guardrails: [],
};
/** The same with a gate that keeps everybody at its first stage. */
const GATED = { ...PLAN, stages: [{ ...PLAN.stages[0], gates: [{ approval: {} }] }, ...PLAN.stages.slice(1)] };

export const ASKED: Record<Operation, Asked> = {
  whoAmI: { status: 200 },
  createSession: { status: 200, headers: OWN_PAGE, body: () => ({ token: ROOT }) },
  deleteSession: { status: 204, headers: OWN_PAGE },
  listEnvironments: { status: 200 },
  createEnvironment: { status: 201, once: true, body: (name) => ({ name: `${name}-2` }) },
  getEnvironment: { status: 200 },
  patchEnvironment: { status: 200, body: () => ({ description: "d" }) },
  deleteEnvironment: { status: 204, once: true, query: (name) => `?confirm=${name}` },
  listFlagsEverywhere: { status: 200 },
  createFlag: { status: 200, body: (name) => ({ flag: { key: "new", ...booleanFlag() }, environments: [name] }) },
  getFlagEverywhere: { ...flag, status: 200 },
  watchEnvironment: { status: 200 },
  listFlags: { status: 200 },
  getFlag: { ...flag, status: 200 },
  putFlag: { ...flag, status: 200, body: () => booleanFlag({ rules: [FIRST] }) },
  patchFlag: { ...flag, status: 200, body: () => ({ owner: "me" }) },
  archiveFlag: { ...flag, status: 200, once: true },
  restoreFlag: { key: "old", status: 200, once: true },
  disableFlag: { ...flag, status: 200 },
  enableFlag: { ...flag, status: 200 },
  addRule: { ...flag, status: 200, once: true, body: () => ({ rule: { id: "new", serve: { variant: "on" } } }) },
  orderRules: { ...flag, status: 200, body: () => ({ order: ["first"] }) },
  patchRule: { ...flag, id: "first", status: 200, body: () => ({ name: "n" }) },
  deleteRule: { ...flag, id: "first", status: 200, once: true },
  setRollout: { ...flag, status: 200, body: () => ({ percentage: 1 }) },
  flagHistory: { ...flag, status: 200 },
  flagMetrics: { ...flag, status: 200 },
  flagShadow: { ...flag, status: 200 },
  flagExperiment: { ...flag, status: 404 },
  listAllReleases: { status: 200 },
  listReleases: { key: "r", status: 200 },
  createRelease: { ...flag, status: 201, once: true, body: () => ({ plan: "p" }) },
  getRelease: { key: "r", status: 200 },
  releaseReport: { key: "r", status: 200 },
  pauseRelease: { key: "r", status: 200, once: true },
  resumeRelease: { key: "r", status: 409, once: true },
  approveRelease: { key: "r", status: 200, once: true },
  advanceRelease: { key: "r", status: 200, once: true },
  promoteRelease: { key: "r", status: 200, once: true },
  unrelease: { key: "r", status: 200, once: true },
  cancelRelease: { key: "r", status: 200, once: true },
  acknowledgeRelease: { key: "r", status: 409, once: true },
  createAlertSecret: { key: "r", status: 201 },
  listPlans: { status: 200 },
  getPlan: { key: "p", status: 200 },
  putPlan: { key: "p", status: 200, once: true, body: () => PLAN },
  previewPlan: { status: 200, body: () => ({ flag: "f", plan: "small-site" }) },
  listPresets: { status: 200 },
  deletePlan: { key: "p", status: 204, once: true },
  listSegments: { status: 200 },
  getSegment: { ...segment, status: 200 },
  putSegment: { ...segment, status: 200 },
  patchSegment: { ...segment, status: 200, body: () => ({ name: "n" }) },
  deleteSegment: { ...segment, status: 204, once: true },
  listMembers: { ...segment, status: 200 },
  changeMembers: { ...segment, status: 200, body: () => ({ add: ["a"] }) },
  applyChanges: { status: 200, body: () => ({ changes: [{ op: "disableFlag", key: "f" }] }) },
  listScheduled: { status: 200 },
  getScheduled: { key: "sc-0", status: 404 },
  cancelScheduled: { key: "sc-0", status: 404 },
  propose: { status: 201, body: () => ({ changes: [{ op: "disableFlag", key: "f" }] }) },
  commitProposal: { key: "proposal", status: 404 },
  listAudit: { status: 200 },
  verifyAudit: { status: 200 },
  listVersions: { status: 200 },
  getVersion: { key: "1", status: 200 },
  restoreVersion: { key: "1", status: 200, once: true },
  evaluate: { status: 200, body: () => ({ context: {} }) },
  preview: { status: 200, body: () => ({ changes: [{ op: "disableFlag", key: "f" }], contexts: [{}] }) },
  exportFlags: { status: 200 },
  importFlags: { status: 200, body: () => ({ ...NATIVE, flags: [], segments: [] }) },
  promote: { status: 422, body: (name) => ({ from: name }) },
  getManifest: { status: 200 },
  createManifestFlag: { status: 201, body: () => ({ key: "m", type: "boolean", defaultValue: false }), once: true },
  putManifestFlag: { ...flag, status: 200, body: () => ({ key: "f", type: "boolean", description: "d" }) },
  listMetrics: { status: 200 },
  getMetric: { key: "m", status: 200 },
  putMetric: { key: "m", status: 200, body: () => ({ per: "unit" }) },
  deleteMetric: { key: "m", status: 204, once: true },
  listKeys: { status: 200 },
  createKey: { status: 201, body: () => ({ kind: "server", name: "k" }) },
  deleteKey: { key: "{environment key}", status: 204, once: true },
  createOverride: { status: 201, body: () => ({ flag: "f", variant: "on" }) },
  listChangeRequests: { status: 200 },
  getChangeRequest: { key: "cr", status: 404 },
  approveChangeRequest: { key: "cr", status: 404 },
  rejectChangeRequest: { key: "cr", status: 404 },
  listWebhooks: { status: 200 },
  createWebhook: { status: 201, once: true, body: () => ({ url: "https://hooks.shop.example/" }) },
  getWebhook: { ...webhook, status: 200 },
  patchWebhook: { ...webhook, status: 200, body: () => ({ format: "slack" }) },
  deleteWebhook: { ...webhook, status: 204, once: true },
  testWebhook: { ...webhook, status: 202 },
  listDeliveries: { ...webhook, status: 200 },
  getDelivery: { ...delivery, status: 200 },
  redeliver: { ...delivery, status: 202 },
  listTokens: { status: 200 },
  createToken: { status: 201, body: (name) => ({ name: "t", role: "viewer", environments: [name] }) },
  deleteToken: { key: "{token}", status: 204, once: true },
  workspaceAudit: { status: 200 },
  verifyWorkspaceAudit: { status: 200 },
};
export const OPERATIONS = Object.keys(ADMIN_ROUTES) as Operation[];

export type World = { name: string; path: string; ids: Record<string, string> };

const idIn = ({ body }: Answer): string => (body as { id: string }).id;

/** What has an id of its own: how it comes to be, and whatever else with it. */
type Place = { name: string; path: string; operation: Operation | undefined };
const MADE: Record<string, (at: Place) => Promise<Record<string, string>>> = {
  "{release}": async ({ path, operation }) => {
    const goesOn = operation === "advanceRelease" || operation === "promoteRelease";
    const plan = goesOn ? PLAN : GATED;
    return { "{release}": idIn(await send("POST", `${path}/flags/r/releases`, { body: { plan } })) };
  },
  "{environment key}": async ({ path }) => ({
    "{environment key}": idIn(await send("POST", `${path}/keys`, { body: { kind: "server", name: "k" } })),
  }),
  "{token}": async ({ name }) => ({ "{token}": (await newToken("viewer", [name])).id }),
  "{webhook}": async ({ path }) => {
    const hook = idIn(await send("POST", `${path}/webhooks`, { body: { url: "https://hooks.shop.example/" } }));
    return { "{webhook}": hook, "{delivery}": idIn(await send("POST", `${path}/webhooks/${hook}/test`)) };
  },
};

/**
 * An environment with three flags, one of them archived, a segment, a metric and a plan. With a release of a flag, a
 * key, a webhook, and a token for it; of these only what `operation` is about, if one is given.
 */
export async function furnished(operation?: Operation): Promise<World> {
  const { name, path } = await environment();
  const changes = [
    { op: "putFlag", flag: { key: "f", ...booleanFlag({ rules: [FIRST] }) } },
    { op: "putFlag", flag: { key: "r", ...booleanFlag() } },
    { op: "putFlag", flag: { key: "old", ...booleanFlag() } },
    { op: "putSegment", segment: { key: "s" } },
  ];
  expect((await send("POST", `${path}/changes`, { body: { changes } })).status).toBe(200);
  expect((await send("DELETE", `${path}/flags/old`)).status).toBe(200);
  expect((await send("PUT", `${path}/metrics/m`, { body: {} })).status).toBe(201);
  expect((await send("PUT", `${path}/plans/p`, { body: PLAN })).status).toBe(201);
  const ids: Record<string, string> = {};
  for (const [what, make] of Object.entries(MADE))
    if (!operation || isAbout(operation, what)) Object.assign(ids, await make({ name, path, operation }));
  return { name, path, ids };
}

function isAbout(operation: Operation, what: string): boolean {
  const { key, id } = ASKED[operation];
  return key === what || id === what || (what === "{release}" && key === "r");
}

export async function request(
  operation: Operation,
  caller: Caller,
  name: string,
  { ids }: World,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const [method, path] = ADMIN_ROUTES[operation];
  const { key = "", id = "{release}", body, query, headers: own } = ASKED[operation];
  const names = path
    .replace("{env}", name)
    .replace("{key}", ids[key] ?? key)
    .replace("{id}", ids[id] ?? id);
  const address = names + (query?.(name) ?? "");
  return caller(method, address, { headers: { ...own, ...headers }, ...(body && { body: body(name) }) });
}
