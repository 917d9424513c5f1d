import { describe, expect, test } from "vitest";
import { CONTROLS } from "../../../src/contract/release.ts";
import { ROLES } from "../../../src/contract/role.ts";
import { type Answer, booleanFlag, environment, send } from "./client.ts";
import { as, type Caller, newToken } from "./tokens.ts";

/* What the API says may be done now is what it then does, and what it refuses it says before, with the reason. */

type Action = { action: string; allowed: boolean; why?: string };
const actionsOf = ({ body }: Answer): Record<string, Action> =>
  Object.fromEntries((body as { actions: Action[] }).actions.map((one) => [one.action, one]));

const PLAN = {
  stages: [
    { name: "ten", percentage: 10, minBake: "1d", gates: [{ approval: { role: "editor", notAuthor: false } }] },
    { name: "all", percentage: 100 },
  ],
};
const ROUTE: Record<string, string> = {
  pauseRelease: "pause",
  resumeRelease: "resume",
  approveRelease: "approve",
  advanceRelease: "advance",
  promoteRelease: "promote",
  unrelease: "unrelease",
  cancelRelease: "cancel",
  acknowledgeRelease: "acknowledge",
};

/** A flag that is being released, after some controls. */
async function released(...controls: string[]): Promise<{ path: string; name: string; release: string }> {
  const { path, name } = await environment();
  await send("PUT", `${path}/flags/f`, { body: booleanFlag() });
  const made = await send("POST", `${path}/flags/f/releases`, { body: { plan: PLAN } });
  expect(made.status, made.text).toBe(201);
  const release = `${path}/flags/f/releases/${(made.body as { id: string }).id}`;
  for (const control of controls) expect((await send("POST", `${release}/${control}`)).status, control).toBe(200);
  return { path, name, release };
}

describe("the actions of a release", () => {
  const states: [string, string[]][] = [
    ["baking", []],
    ["paused", ["pause"]],
    ["baking again", ["pause", "resume"]],
    ["taken back", ["unrelease"]],
    ["cancelled", ["cancel"]],
  ];
  const cases = states.flatMap(([state, before]) => CONTROLS.map((control) => [state, control, before] as const));

  test.each(cases)("%s: says of %s what then happens", async (_, control, before) => {
    const { release } = await released(...before);
    const [name] = Object.entries(ROUTE).find(([, one]) => one === control)!;
    const said = actionsOf(await send("GET", release))[name]!;
    const answer = await send("POST", `${release}/${control}`);
    if (said.allowed) expect(answer.status, answer.text).toBe(200);
    else {
      expect(said.why).toMatch(/^[A-Z].*\.$/);
      if (answer.status !== 200) expect((answer.body as { detail: string }).detail).toBe(said.why);
    }
  });

  test("say which role is missing, and who may approve", async () => {
    const { name, release } = await released();
    const callers = Object.fromEntries(
      await Promise.all(ROLES.map(async (role) => [role, as((await newToken(role, [name])).secret)] as const)),
    ) as Record<(typeof ROLES)[number], Caller>;
    const viewer = actionsOf(await callers.viewer("GET", release));
    expect(Object.keys(viewer).toSorted()).toEqual(Object.keys(ROUTE).toSorted());
    for (const one of Object.values(viewer))
      expect(one).toMatchObject({ allowed: false, why: "This needs the role operator." });
    const operator = actionsOf(await callers.operator("GET", release));
    expect(operator["pauseRelease"]).toEqual({ action: "pauseRelease", allowed: true });
    expect(operator["approveRelease"]).toMatchObject({ allowed: false, why: expect.stringContaining("editor") });
    expect(actionsOf(await callers.editor("GET", release))["approveRelease"]).toMatchObject({ allowed: true });
  });

  test("are in the answer to what was done, and don't move the entity tag", async () => {
    const { release } = await released();
    const paused = await send("POST", `${release}/pause`);
    expect(actionsOf(paused)["pauseRelease"]).toMatchObject({ allowed: false, why: "It is paused already." });
    expect(actionsOf(paused)["resumeRelease"]).toMatchObject({ allowed: true });
    expect((await send("GET", release)).headers.get("ETag")).toBe(paused.headers.get("ETag"));
  });

  test("are none once another release has followed", async () => {
    const { path, release } = await released("cancel");
    expect((await send("POST", `${path}/flags/f/releases`, { body: { plan: PLAN } })).status).toBe(201);
    for (const one of Object.values(actionsOf(await send("GET", release))))
      expect(one).toMatchObject({ allowed: false, why: "The release has ended, and another one has followed it." });
  });
});

describe("the actions of a flag", () => {
  test.each([
    ["as it was made", [], ["disableFlag", "archiveFlag", "createRelease", "setRollout", "patchFlag", "putFlag"]],
    ["disabled", ["POST disable"], ["enableFlag", "archiveFlag", "setRollout", "patchFlag", "putFlag"]],
    ["archived", ["DELETE "], ["restoreFlag"]],
    [
      "rolled out",
      ["PUT rollout"],
      ["disableFlag", "archiveFlag", "createRelease", "setRollout", "patchFlag", "putFlag", "unrelease"],
    ],
  ] as const)("%s", async (_, before, allowed) => {
    const { path } = await environment();
    await send("PUT", `${path}/flags/f`, { body: booleanFlag() });
    for (const one of before) {
      const [method, tail] = one.split(" ") as [string, string];
      const address = tail === "" ? `${path}/flags/f` : `${path}/flags/f/${tail}`;
      expect((await send(method, address, tail === "rollout" ? { body: { percentage: 5 } } : {})).status).toBe(200);
    }
    const all = Object.values(actionsOf(await send("GET", `${path}/flags/f`)));
    expect(
      all
        .filter((one) => one.allowed)
        .map(({ action }) => action)
        .toSorted(),
    ).toEqual([...allowed].toSorted());
    for (const one of all) expect(one.why === undefined).toBe(one.allowed);
  });

  test("say what hinders: others that depend on it, a live release, the role", async () => {
    const { path, name } = await environment();
    const changes = [
      { op: "putFlag", flag: { key: "base", ...booleanFlag() } },
      { op: "putFlag", flag: { key: "f", ...booleanFlag({ prerequisites: [{ flag: "base", variants: ["on"] }] }) } },
    ];
    expect((await send("POST", `${path}/changes`, { body: { changes } })).status).toBe(200);
    const made = await send("POST", `${path}/flags/f/releases`, { body: { plan: PLAN } });
    const { id } = made.body as { id: string };
    expect(actionsOf(await send("GET", `${path}/flags/base`))["archiveFlag"]).toMatchObject({ allowed: false });
    const flag = actionsOf(await send("GET", `${path}/flags/f`));
    expect(flag["createRelease"]).toMatchObject({ allowed: false, why: `The flag is being released by ${id}.` });
    expect(flag["unrelease"]).toMatchObject({ allowed: true });
    const viewer = as((await newToken("viewer", [name])).secret);
    const { flags } = (await viewer("GET", `${path}/flags`)).body as { flags: { actions: Action[] }[] };
    expect(flags).toHaveLength(2);
    for (const { actions } of flags) expect(actions.every((one) => !one.allowed)).toBe(true);
  });

  test("are in the answer to a write, for whoever made it", async () => {
    const { path } = await environment();
    const put = await send("PUT", `${path}/flags/f`, { body: booleanFlag() });
    expect(actionsOf(put)["disableFlag"]).toMatchObject({ allowed: true });
    expect(actionsOf(await send("POST", `${path}/flags/f/disable`))["enableFlag"]).toMatchObject({ allowed: true });
  });
});

describe("the list of all releases", () => {
  type List = { releases: { id: string; flag: string; state: string; actions: Action[] }[]; cursor?: string };

  async function several(): Promise<{ path: string; live: string[]; ended: string[] }> {
    const { path } = await environment();
    const [live, ended]: [string[], string[]] = [[], []];
    for (const [index, key] of ["a", "b", "c", "d", "e"].entries()) {
      await send("PUT", `${path}/flags/${key}`, { body: booleanFlag() });
      const made = await send("POST", `${path}/flags/${key}/releases`, { body: { plan: PLAN } });
      const { id } = made.body as { id: string };
      if (index % 2 === 0) live.unshift(id);
      else {
        await send("POST", `${path}/flags/${key}/releases/${id}/${index === 1 ? "cancel" : "unrelease"}`);
        ended.unshift(id);
      }
    }
    return { path, live, ended };
  }

  test("has live ones first, each with its actions, and pages", async () => {
    const { path, live, ended } = await several();
    const all = (await send("GET", `${path}/releases`)).body as List;
    const groups = all.releases.map(({ id }) => (live.includes(id) ? "live" : "ended"));
    expect(groups).toEqual(["live", "live", "live", "ended", "ended"]);
    expect(all.releases.map(({ id }) => id).toSorted()).toEqual([...live, ...ended].toSorted());
    for (const { actions } of all.releases) expect(actions).toHaveLength(8);
    const walked: string[] = [];
    for (let cursor = ""; ;) {
      const page = (await send("GET", `${path}/releases?limit=2${cursor}`)).body as List;
      walked.push(...page.releases.map(({ id }) => id));
      if (page.cursor === undefined) break;
      cursor = `&cursor=${page.cursor}`;
    }
    expect(walked).toEqual(all.releases.map(({ id }) => id));
  });

  test("by state", async () => {
    const { path, live, ended } = await several();
    const idsOf = async (state: string): Promise<string[]> =>
      ((await send("GET", `${path}/releases?state=${state}`)).body as List).releases.map(({ id }) => id).toSorted();
    expect(await idsOf("live")).toEqual(live.toSorted());
    expect(await idsOf("baking")).toEqual(live.toSorted());
    expect([...(await idsOf("cancelled")), ...(await idsOf("unreleased"))].toSorted()).toEqual(ended.toSorted());
    expect(await idsOf("completed")).toEqual([]);
    for (const query of ["?state=dead", "?cursor=bm9uc2Vuc2U", "?limit=0"])
      expect((await send("GET", `${path}/releases${query}`)).status).toBe(422);
  });
});

test("whoever polls a flag is told how its release goes, though the entity tag stands", async () => {
  const { path, release } = await released();
  const first = await send("GET", `${path}/flags/f`);
  const headers = { "If-None-Match": first.headers.get("ETag")! };
  await send("POST", `${release}/pause`);
  const second = await send("GET", `${path}/flags/f`, { headers });
  expect(second.status).toBe(200);
  expect(second.headers.get("ETag")).toBe(first.headers.get("ETag"));
  expect(second.body).toMatchObject({ release: { state: "paused" } });
  await send("POST", `${release}/cancel`);
  const last = (await send("GET", `${path}/flags/f`)).headers.get("ETag")!;
  expect((await send("GET", `${path}/flags/f`, { headers: { "If-None-Match": last } })).status).toBe(304);
});
