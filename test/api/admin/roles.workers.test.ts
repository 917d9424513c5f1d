import { beforeAll, describe, expect, test } from "vitest";
import { includes, type Role, ROLES } from "../../../src/contract/role.ts";
import { ADMIN_ROUTES, type Operation } from "../../../src/contract/routes.ts";
import { proving } from "../../support/counts.ts";
import { ASKED, furnished, OPERATIONS, request, type World } from "./asked.ts";
import { type Answer, booleanFlag, environment, expectProblem, send, stateOf } from "./client.ts";
import { as, bytesOf, type Caller, newToken } from "./tokens.ts";

/*
 * Every route × every role × right and wrong environment → status.
 */

/** Only for those whose scope is every environment. */
const FOR_ALL: Operation[] = ["workspaceAudit", "verifyWorkspaceAudit"];

describe("every route for every role", () => {
  /** Here only is done what can be done again, so that it serves all tests. */
  let shared: World;
  let callers: Record<"here" | "everywhere" | "elsewhere", Record<Role, Caller>>;
  const callersIn = async (scope: string[]): Promise<Record<Role, Caller>> => {
    const made = await Promise.all(ROLES.map(async (role) => [role, as((await newToken(role, scope)).secret)]));
    return Object.fromEntries(made) as Record<Role, Caller>;
  };
  /** Every write moves it. */
  const revision = async (): Promise<string | null> => (await send("GET", shared.path)).headers.get("ETag");
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
    const { status, once } = ASKED[operation];
    const mayHere = (role: Role): boolean => includes(role, needed) && !FOR_ALL.includes(operation);

    test(`${method} ${path} needs ${needed}, here or everywhere`, async () => {
      const all = ROLES.flatMap((role) => [
        { role, where: "here" as const, allowed: mayHere(role) },
        { role, where: "everywhere" as const, allowed: includes(role, needed) },
      ]);
      const before = await revision();
      for (const { role, where } of all.filter(({ allowed }) => !allowed))
        expectProblem(await request(operation, callers[where][role], shared.name, shared), "forbidden");
      expect(await revision()).toBe(before);
      for (const { role, where } of all.filter(({ allowed }) => allowed)) {
        // What can be made once only takes a world for each. For all but the least role it is enough how far they come.
        if (once && !proving && (role !== needed || where !== "here")) {
          const stale = { "If-Match": '"of something else"' };
          expectProblem(await request(operation, callers[where][role], shared.name, shared, stale), "version-conflict");
          continue;
        }
        const world = once ? await furnished(operation) : shared;
        const own = once && where === "here";
        const caller = own ? as((await newToken(role, [world.name, `${world.name}-2`])).secret) : callers[where][role];
        expect((await request(operation, caller, world.name, world)).status, role).toBe(status);
      }
    });

    if (path.includes("{env}"))
      test(`${method} ${path} is for all of another environment the same 403, whether it exists or not`, async () => {
        const before = await revision();
        const answers: Answer[] = [];
        for (const role of ROLES)
          for (const name of [shared.name, "never-was", ...(role === "admin" ? ["No%20Name", "%00"] : [])])
            answers.push(await request(operation, callers.elsewhere[role], name, shared));
        for (const answer of answers) expectProblem(answer, "forbidden");
        expect(new Set(answers.map(bytesOf)).size).toBe(1);
        expect(await revision()).toBe(before);
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
