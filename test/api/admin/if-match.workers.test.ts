import { expect, test } from "vitest";
import { ADMIN_ROUTES, type Operation } from "../../../src/contract/routes.ts";
import { ASKED, furnished, request, type World } from "./asked.ts";
import { type Answer, booleanFlag, expectProblem, send, stateOf } from "./client.ts";
import { newToken } from "./tokens.ts";

/*
 * What `If-Match` of every write is held against: the resource itself; for writes of the environment as a whole, the
 * environment; for what is only being made, that in which it is made.
 */

type Resource =
  | "flag"
  | "archived"
  | "release"
  | "plan"
  | "segment"
  | "webhook"
  | "key"
  | "token"
  | "environment"
  | "workspace";

const tagIn = ({ headers }: Answer): string => headers.get("ETag")!;
const revisionIn = ({ headers }: Answer): string => `"${headers.get("Sluice-Revision")}"`;

/** How the tag of each is come by, and what changes it; a key and a token never change. */
const TAGS: Record<Resource, (world: World) => Promise<string>> = {
  flag: async ({ path }) => tagIn(await send("GET", `${path}/flags/f`)),
  archived: async ({ path }) => tagIn(await send("GET", `${path}/flags/old`)),
  release: async ({ path, ids }) => tagIn(await send("GET", `${path}/flags/r/releases/${ids["{release}"]}`)),
  plan: async ({ path }) => tagIn(await send("GET", `${path}/plans/p`)),
  segment: async ({ path }) => tagIn(await send("GET", `${path}/segments/s`)),
  webhook: async ({ path, ids }) => tagIn(await send("GET", `${path}/webhooks/${ids["{webhook}"]}`)),
  key: async (world) => {
    const made = await send("POST", `${world.path}/keys`, { body: { kind: "client", name: "tagged" } });
    world.ids["{environment key}"] = (made.body as { id: string }).id;
    return tagIn(made);
  },
  token: async (world) => {
    const body = { name: "tagged", role: "viewer", environments: [world.name] };
    const made = await send("POST", "/tokens", { body });
    world.ids["{token}"] = (made.body as { id: string }).id;
    return tagIn(made);
  },
  environment: async ({ path }) => tagIn(await send("GET", path)),
  workspace: async () =>
    revisionIn(await send("DELETE", `/tokens/${(await newToken("viewer", ["*"])).id}`, { body: {} })),
};
const CHANGES: Partial<Record<Resource, (world: World) => Promise<Answer>>> = {
  flag: async ({ path }) => send("PATCH", `${path}/flags/f`, { body: { owner: "somebody else" } }),
  archived: async ({ path }) => {
    await send("POST", `${path}/flags/old/restore`);
    return send("DELETE", `${path}/flags/old`);
  },
  release: async ({ path, ids }) => {
    await send("POST", `${path}/flags/r/releases/${ids["{release}"]}/pause`);
    return send("POST", `${path}/flags/r/releases/${ids["{release}"]}/resume`);
  },
  plan: async ({ path }) => send("PUT", `${path}/plans/p`, { body: { stages: [{ name: "all", percentage: 100 }] } }),
  segment: async ({ path }) => send("PATCH", `${path}/segments/s`, { body: { name: "changed" } }),
  webhook: async ({ path, ids }) =>
    send("PATCH", `${path}/webhooks/${ids["{webhook}"]}`, { body: { events: ["release.harm"] } }),
  environment: async ({ path }) => send("PUT", `${path}/flags/other`, { body: booleanFlag() }),
  workspace: async () => send("POST", "/tokens", { body: { name: "t", role: "viewer", environments: ["*"] } }),
};

const HELD: Partial<Record<Operation, Resource>> = {
  createEnvironment: "workspace",
  patchEnvironment: "environment",
  deleteEnvironment: "environment",
  putFlag: "flag",
  patchFlag: "flag",
  archiveFlag: "flag",
  restoreFlag: "archived",
  disableFlag: "flag",
  enableFlag: "flag",
  addRule: "flag",
  orderRules: "flag",
  patchRule: "flag",
  deleteRule: "flag",
  setRollout: "flag",
  createRelease: "flag",
  pauseRelease: "release",
  resumeRelease: "release",
  approveRelease: "release",
  advanceRelease: "release",
  promoteRelease: "release",
  unrelease: "release",
  cancelRelease: "release",
  acknowledgeRelease: "release",
  createAlertSecret: "release",
  putPlan: "plan",
  deletePlan: "plan",
  putSegment: "segment",
  patchSegment: "segment",
  deleteSegment: "segment",
  changeMembers: "segment",
  restoreVersion: "environment",
  importFlags: "environment",
  promote: "environment",
  applyChanges: "environment",
  putMetric: "environment",
  deleteMetric: "environment",
  createKey: "environment",
  createOverride: "environment",
  createWebhook: "environment",
  patchWebhook: "webhook",
  deleteWebhook: "webhook",
  testWebhook: "webhook",
  redeliver: "webhook",
  approveChangeRequest: "environment",
  rejectChangeRequest: "environment",
  deleteKey: "key",
  createToken: "workspace",
  deleteToken: "token",
};
/**
 * They write nothing that has an entity tag, or something in each of several environments; or what the route of what was
 * proposed writes (proposals.workers.test.ts), what is scheduled never changes, and the OpenFeature CLI holds no tags.
 */
const READS: Operation[] = [
  "evaluate",
  "preview",
  "previewPlan",
  "createSession",
  "deleteSession",
  "createFlag",
  "propose",
  "createManifestFlag",
  "putManifestFlag",
  "commitProposal",
  "cancelScheduled",
];

/** What isn't the tag itself: a weak one, one without quotes, the tag among others between the quotes of one. */
const NOT_STRONG = (tag: string): string[] => [`W/${tag}`, tag.slice(1, -1), `"x,${tag.slice(1, -1)},y"`];

test("every write is in the table", () => {
  const writes = Object.entries(ADMIN_ROUTES).filter(([, [method]]) => method !== "GET");
  expect([...Object.keys(HELD), ...READS].toSorted()).toEqual(writes.map(([operation]) => operation).toSorted());
});

test.each(Object.entries(HELD) as [Operation, Resource][])(
  "If-Match of %s is held against the %s: 412 and nothing written when it has changed, and only then",
  async (operation, resource) => {
    const world = await furnished(operation);
    const from = operation === "promote" ? await furnished() : undefined;
    const ask = (tag: string) => {
      const headers = { "If-Match": tag };
      if (!from) return request(operation, send, world.name, world, headers);
      return send("POST", `${world.path}/promote`, { body: { from: from.name }, headers });
    };
    const old = await TAGS[resource](world);
    const change = CHANGES[resource];
    if (change) expect((await change(world)).status).toBeLessThan(300);
    const current = change ? await TAGS[resource](world) : old;
    const before = await stateOf(world.path);
    for (const tag of [...(change ? [old] : []), '"somewhere.1"', '""', "nonsense", ...NOT_STRONG(current)])
      expectProblem(await ask(tag), "version-conflict");
    expect(await stateOf(world.path)).toBe(before);

    const tag = change ? await TAGS[resource](world) : old;
    // What else changes in the environment doesn't matter to what has a tag of its own.
    if (!["environment", "workspace"].includes(resource))
      await send("PUT", `${world.path}/flags/another`, { body: booleanFlag() });
    expect((await ask(`"x,y",, "", ${tag}`)).status).toBe(from ? 200 : ASKED[operation].status);
  },
);
