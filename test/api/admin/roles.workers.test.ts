import { beforeAll, describe, expect, test } from "vitest";
import { NATIVE } from "../../../src/contract/interchange.ts";
import { includes, type Role, ROLES } from "../../../src/contract/role.ts";
import { ADMIN_ROUTES, type Operation } from "../../../src/contract/routes.ts";
import { type Answer, booleanFlag, environment, expectProblem, send, stateOf } from "./client.ts";
import { as, bytesOf, type Caller, newToken } from "./tokens.ts";

/*
 * Every route × every role × right and wrong environment → status. The routes come from the table that the API is
 * mounted from, and one that isn't described here doesn't compile.
 */

/** What a route is asked in an environment that has all of it, and its status for whoever may. */
type Asked = { status: number; key?: string; body?: (name: string) => unknown; query?: (name: string) => string };
const flag = { key: "f" };
const segment = { key: "s" };

const ASKED: Record<Operation, Asked> = {
  whoAmI: { status: 200 },
  listEnvironments: { status: 200 },
  createEnvironment: { status: 201, body: (name) => ({ name: `${name}-2` }) },
  getEnvironment: { status: 200 },
  patchEnvironment: { status: 200, body: () => ({ description: "d" }) },
  deleteEnvironment: { status: 204, query: (name) => `?confirm=${name}` },
  listFlags: { status: 200 },
  getFlag: { ...flag, status: 200 },
  putFlag: { ...flag, status: 200, body: () => booleanFlag() },
  patchFlag: { ...flag, status: 200, body: () => ({ owner: "me" }) },
  archiveFlag: { ...flag, status: 200 },
  restoreFlag: { key: "old", status: 200 },
  disableFlag: { ...flag, status: 200 },
  enableFlag: { ...flag, status: 200 },
  setRollout: { ...flag, status: 200, body: () => ({ percentage: 1 }) },
  flagHistory: { ...flag, status: 200 },
  listSegments: { status: 200 },
  getSegment: { ...segment, status: 200 },
  putSegment: { ...segment, status: 200 },
  patchSegment: { ...segment, status: 200, body: () => ({ name: "n" }) },
  deleteSegment: { ...segment, status: 204 },
  changeMembers: { ...segment, status: 200, body: () => ({ add: ["a"] }) },
  applyChanges: { status: 200, body: () => ({ changes: [{ op: "disableFlag", key: "f" }] }) },
  listAudit: { status: 200 },
  verifyAudit: { status: 200 },
  listVersions: { status: 200 },
  getVersion: { key: "1", status: 200 },
  restoreVersion: { key: "1", status: 200 },
  evaluate: { status: 200, body: () => ({ context: {} }) },
  preview: { status: 200, body: () => ({ changes: [{ op: "disableFlag", key: "f" }], contexts: [{}] }) },
  exportFlags: { status: 200 },
  importFlags: { status: 200, body: () => ({ ...NATIVE, flags: [], segments: [] }) },
  promote: { status: 422, body: (name) => ({ from: name }) },
  listKeys: { status: 200 },
  createKey: { status: 201, body: () => ({ kind: "server", name: "k" }) },
  deleteKey: { key: "{environment key}", status: 204 },
  listTokens: { status: 200 },
  createToken: { status: 201, body: (name) => ({ name: "t", role: "viewer", environments: [name] }) },
  deleteToken: { key: "{token}", status: 204 },
  workspaceAudit: { status: 200 },
  verifyWorkspaceAudit: { status: 200 },
};
/** Only for those whose scope is every environment. */
const FOR_ALL: Operation[] = ["workspaceAudit", "verifyWorkspaceAudit"];
const OPERATIONS = Object.keys(ADMIN_ROUTES) as Operation[];

type World = { name: string; path: string; ids: Record<string, string> };

/** An environment with two flags, one of them archived, a segment and a key; and a token for it. */
async function furnished(): Promise<World> {
  const { name, path } = await environment();
  const changes = [
    { op: "putFlag", flag: { key: "f", ...booleanFlag() } },
    { op: "putFlag", flag: { key: "old", ...booleanFlag() } },
    { op: "putSegment", segment: { key: "s" } },
  ];
  expect((await send("POST", `${path}/changes`, { body: { changes } })).status).toBe(200);
  expect((await send("DELETE", `${path}/flags/old`)).status).toBe(200);
  const key = (await send("POST", `${path}/keys`, { body: { kind: "server", name: "k" } })).body as { id: string };
  const token = await newToken("viewer", [name]);
  return { name, path, ids: { "{environment key}": key.id, "{token}": token.id } };
}

async function request(operation: Operation, caller: Caller, name: string, { ids }: World): Promise<Answer> {
  const [method, path] = ADMIN_ROUTES[operation];
  const { key = "", body, query } = ASKED[operation];
  const address = path.replace("{env}", name).replace("{key}", ids[key] ?? key) + (query?.(name) ?? "");
  return caller(method, address, body && { body: body(name) });
}

describe("every route for every role", () => {
  /** Here only what changes nothing is done, so that it serves all tests. */
  let shared: World;
  let callers: Record<"here" | "everywhere" | "elsewhere", Record<Role, Caller>>;
  const callersIn = async (scope: string[]): Promise<Record<Role, Caller>> => {
    const made = await Promise.all(ROLES.map(async (role) => [role, as((await newToken(role, scope)).secret)]));
    return Object.fromEntries(made) as Record<Role, Caller>;
  };
  beforeAll(async () => {
    shared = await furnished();
    callers = {
      here: await callersIn([shared.name, `${shared.name}-2`]),
      everywhere: await callersIn(["*"]),
      elsewhere: await callersIn(["somewhere-else"]),
    };
  });

  for (const operation of OPERATIONS) {
    const [method, path, needed] = ADMIN_ROUTES[operation];
    const { status } = ASKED[operation];
    const mayHere = (role: Role): boolean => includes(role, needed) && !FOR_ALL.includes(operation);

    test(`${method} ${path} needs ${needed}, here or everywhere`, async () => {
      const before = await stateOf(shared.path);
      for (const role of ROLES) {
        const allowed = { here: mayHere(role), everywhere: includes(role, needed) };
        for (const where of ["here", "everywhere"] as const)
          if (!allowed[where])
            expectProblem(await request(operation, callers[where][role], shared.name, shared), "forbidden");
          else if (method === "GET")
            expect((await request(operation, callers[where][role], shared.name, shared)).status, role).toBe(status);
          else {
            const world = await furnished();
            const scope = where === "here" ? [world.name, `${world.name}-2`] : ["*"];
            const caller = as((await newToken(role, scope)).secret);
            expect((await request(operation, caller, world.name, world)).status, role).toBe(status);
          }
      }
      expect(await stateOf(shared.path)).toBe(before);
    });

    if (path.includes("{env}"))
      test(`${method} ${path} is for all of another environment the same 403, whether it exists or not`, async () => {
        const before = await stateOf(shared.path);
        const answers: Answer[] = [];
        for (const role of ROLES)
          for (const name of [shared.name, "never-was", "No%20Name", "%00"])
            answers.push(await request(operation, callers.elsewhere[role], name, shared));
        for (const answer of answers) expectProblem(answer, "forbidden");
        expect(new Set(answers.map(bytesOf)).size).toBe(1);
        expect(await stateOf(shared.path)).toBe(before);
      });
  }
});

test("an environment can be made only within the scope, and 403 doesn't tell which exist", async () => {
  const { name } = await environment();
  const admin = as((await newToken("admin", ["mine", "mine-2"])).secret);
  const post = (body: unknown) => admin("POST", "/environments", { body });
  const refused = await Promise.all([
    post({ name }),
    post({ name: "never-was" }),
    post({ name: "mine", copyFrom: name }),
    post({ name: "mine", copyFrom: "never-was" }),
  ]);
  for (const answer of refused) expectProblem(answer, "forbidden");
  expect(new Set(refused.map(bytesOf)).size).toBe(1);
  expect((await post({ name: "mine" })).status).toBe(201);
  expect((await post({ name: "mine-2", copyFrom: "mine" })).status).toBe(201);
});

test("lists show only what is one's own", async () => {
  const [one, two] = [await environment(), await environment()];
  const mine = as((await newToken("viewer", [two.name, one.name, "never-was"])).secret);
  const { body } = await mine("GET", "/environments");
  const names = (body as { environments: { name: string }[] }).environments.map(({ name }) => name);
  expect(names).toEqual([one.name, two.name].toSorted());
});

describe("a batch needs the strongest role among its changes", () => {
  const changes: Record<string, { change: unknown; role: Role }> = {
    putFlag: { change: { op: "putFlag", flag: { key: "new", ...booleanFlag() } }, role: "editor" },
    patchFlag: { change: { op: "patchFlag", key: "f", patch: { owner: "me" } }, role: "editor" },
    archiveFlag: { change: { op: "archiveFlag", key: "f" }, role: "editor" },
    putSegment: { change: { op: "putSegment", segment: { key: "new" } }, role: "editor" },
    deleteSegment: { change: { op: "deleteSegment", key: "s" }, role: "editor" },
    setRollout: { change: { op: "setRollout", key: "f", percentage: 1 }, role: "operator" },
    disableFlag: { change: { op: "disableFlag", key: "f" }, role: "operator" },
    enableFlag: { change: { op: "enableFlag", key: "f" }, role: "operator" },
  };

  test.each(Object.entries(changes))("%s, alone and among others", async (_, { change, role }) => {
    const { name, path } = await furnished();
    const before = await stateOf(path);
    for (const have of ROLES) {
      const caller = as((await newToken(have, [name])).secret);
      for (const batch of [[change], [{ op: "disableFlag", key: "f" }, change]]) {
        if (includes(have, role)) continue;
        expectProblem(await caller("POST", `${path}/changes`, { body: { changes: batch } }), "forbidden");
        expect(await stateOf(path)).toBe(before);
      }
    }
    const caller = as((await newToken(role, [name])).secret);
    expect((await caller("POST", `${path}/changes`, { body: { changes: [change] } })).status).toBe(200);
  });
});
