import { describe, expect, test } from "vitest";
import type { Role } from "../../../src/contract/role.ts";
import { type Answer, booleanFlag, environment, expectProblem, expectWritten, send, stateOf, TIME } from "./client.ts";
import { as, type Caller, newToken } from "./tokens.ts";

type Request = { id: string; state: string; diff?: unknown[]; appliedVersion?: number };
type Person = Caller & { id: string };

const PLAN = {
  stages: [
    { name: "10%", percentage: 10, minBake: "1d" },
    { name: "all", percentage: 100 },
  ],
};

/** An environment with a flag, a segment and a plan, in which so many others have to consent; and people. */
async function guarded(requiresApproval = 1) {
  const { name, path } = await environment();
  const changes = [
    { op: "putFlag", flag: { key: "f", ...booleanFlag() } },
    { op: "putFlag", flag: { key: "g", ...booleanFlag() } },
    { op: "putSegment", segment: { key: "s", include: ["ada"] } },
  ];
  expect((await send("POST", `${path}/changes`, { body: { changes } })).status).toBe(200);
  expect((await send("PUT", `${path}/plans/p`, { body: PLAN })).status).toBe(201);
  const set = await send("PATCH", path, { body: { requiresApproval } });
  expect(set.body).toMatchObject({ requiresApproval });
  const person = async (role: Role = "editor"): Promise<Person> => {
    const token = await newToken(role, [name]);
    return Object.assign(as(token.secret), { id: token.id });
  };
  const requests = `${path}/change-requests`;
  return {
    path,
    requests,
    person,
    approve: (by: Caller, { id }: Request, body = {}) => by("POST", `${requests}/${id}/approve`, { body }),
    reject: (by: Caller, { id }: Request, body = {}) => by("POST", `${requests}/${id}/reject`, { body }),
    show: async ({ id }: Request) => (await send("GET", `${requests}/${id}`)).body as Request,
    percentage: async () => {
      const { body } = await send("GET", `${path}/flags/f`);
      return (
        (body as { flag: { default: { rollout?: { percentage: number } } } }).flag.default.rollout?.percentage ?? null
      );
    },
  };
}

/** The request that came of a write which waits. */
function waiting(answer: Answer): Request {
  expect(answer.status).toBe(202);
  return answer.body as Request;
}

describe("a write that changes what is evaluated", () => {
  test("202: it waits, nothing is changed, and what it would do is shown", async () => {
    const { path, requests, person, show } = await guarded(2);
    const ada = await person();
    const before = await stateOf(path);
    const answer = await ada("PUT", `${path}/flags/f/rollout`, { body: { percentage: 25, comment: "try it" } });
    const request = waiting(answer);
    const open = {
      id: expect.stringMatching(/^cr-[0-9a-z]+$/),
      state: "open",
      action: "setRollout",
      targets: [{ kind: "flag", key: "f" }],
      author: { id: ada.id, name: expect.any(String), via: "token" },
      comment: "try it",
      createdAt: TIME,
      version: 4,
      required: 2,
      approvals: [],
      diff: [
        {
          target: { kind: "flag", key: "f" },
          before: expect.objectContaining({ default: { variant: "off" } }),
          after: expect.objectContaining({ default: { rollout: expect.objectContaining({ percentage: 25 }) } }),
          changes: [expect.objectContaining({ path: "/default", before: { variant: "off" } })],
          sentence: expect.stringContaining("25 %"),
        },
      ],
      preview: { flags: [{ key: "f", changed: 0, of: 0, examples: [] }] },
    };
    expect(request).toEqual(open);
    expect(await stateOf(path)).toBe(before);
    expect(await show(request)).toEqual(open);
    const list = (await send("GET", requests)).body as { changeRequests: Request[] };
    expect(list.changeRequests).toMatchObject([{ id: request.id, state: "open" }]);
    expect(list.changeRequests[0]).not.toHaveProperty("diff");
  });

  test("is made by the last consent of others, as its author's, and the log tells all of it", async () => {
    const { path, person, approve, percentage } = await guarded(2);
    const [ada, bob, eve] = [await person(), await person("operator"), await person("operator")];
    const request = waiting(await ada("PUT", `${path}/flags/f/rollout`, { body: { percentage: 25, comment: "why" } }));
    expectProblem(await approve(ada, request), "forbidden");
    expect(expectWritten(await approve(bob, request, { comment: "fine" }), 200).version).toBe(4);
    expect((await approve(bob, request)).body).toMatchObject({ state: "open", approvals: [{ by: { id: bob.id } }] });
    expect(await percentage()).toBeNull();
    const last = await approve(eve, request);
    expect(expectWritten(last, 200).version).toBe(5);
    expect(last.body).toMatchObject({ state: "applied", appliedVersion: 5, decided: { by: { id: eve.id } } });
    expect(await percentage()).toBe(25);
    expectProblem(await approve(await person(), request), "conflict");

    const { entries } = (await send("GET", `${path}/audit`)).body as {
      entries: { action: string; actor: { id: string } }[];
    };
    expect(entries.slice(0, 4).map(({ action, actor }) => [action, actor.id])).toEqual([
      ["setRollout", ada.id],
      ["approveChangeRequest", eve.id],
      ["approveChangeRequest", bob.id],
      ["openChangeRequest", ada.id],
    ]);
    expect(entries[0]).toMatchObject({ comment: expect.stringMatching(/^why \(cr-\w+, approved by .+, .+\)$/) });
    expect((await send("GET", `${path}/audit/verify`)).body).toMatchObject({ ok: true });
    const { versions } = (await send("GET", `${path}/versions`)).body as { versions: { version: number }[] };
    expect(versions.map(({ version }) => version)).toEqual([5, 4, 3, 2, 1]);
  });

  test("is asked for anew when somebody else changed it meanwhile: 409, consent dropped", async () => {
    const { path, person, approve, percentage, show } = await guarded(2);
    const [ada, bob, eve] = [await person(), await person(), await person()];
    const request = waiting(await ada("PUT", `${path}/flags/f/rollout`, { body: { percentage: 25 } }));
    const other = waiting(await eve("PUT", `${path}/flags/g/rollout`, { body: { percentage: 50 } }));
    await approve(bob, request);
    expect((await ada("PATCH", `${path}/flags/f`, { body: { owner: "shop" } })).status).toBe(200);
    expect(await show(request)).toMatchObject({ state: "outdated", approvals: [] });
    expectProblem(await approve(eve, request), "conflict");
    expectProblem(await approve(eve, request), "conflict");
    expect(await show(request)).toMatchObject({ state: "outdated", approvals: [] });
    expect(await percentage()).toBeNull();
    // What touches another flag is as it was.
    await approve(bob, other);
    expect((await approve(ada, other)).body).toMatchObject({ state: "applied" });
  });

  test("can be refused, and taken back by its author", async () => {
    const { path, person, approve, reject } = await guarded();
    const [ada, bob] = [await person(), await person()];
    const ask = async () => waiting(await ada("PUT", `${path}/flags/f/rollout`, { body: { percentage: 25 } }));
    for (const who of [ada, bob]) {
      const request = await ask();
      expect((await reject(who, request, { comment: "no" })).body).toMatchObject({
        state: "rejected",
        decided: { by: { id: who.id }, comment: "no" },
      });
      expectProblem(await approve(bob, request), "conflict");
      expectProblem(await reject(bob, request), "conflict");
    }
  });

  test("needs the consent of people who might make it themselves", async () => {
    const { path, person, approve } = await guarded();
    const [ada, operator] = [await person(), await person("operator")];
    const request = waiting(await ada("PATCH", `${path}/flags/f`, { body: { offVariant: "off" } }));
    expectProblem(await approve(operator, request), "forbidden");
    expect((await approve(await person(), request)).body).toMatchObject({ state: "applied" });
  });

  test("is still refused at once for its own faults, and a dry run is a dry run", async () => {
    const { path, person, requests } = await guarded();
    const ada = await person();
    expectProblem(await ada("PUT", `${path}/flags/f/rollout`, { body: { percentage: 101 } }), "invalid", [
      { path: "/percentage" },
    ]);
    expectProblem(await ada("DELETE", `${path}/flags/nothing`), "not-found");
    expectProblem(
      await ada("PUT", `${path}/flags/f`, {
        body: booleanFlag({ offVariant: "on" }),
        headers: { "If-Match": '"x.1"' },
      }),
      "version-conflict",
    );
    expectProblem(await ada("POST", `${path}/flags/f/releases`, { body: { plan: "nothing" } }), "invalid", [
      { path: "/plan" },
    ]);
    expect(
      (await ada("POST", `${path}/import?dryRun=true`, { body: documentOf([{ key: "new", ...booleanFlag() }]) }))
        .status,
    ).toBe(200);
    expect((await send("GET", requests)).body).toEqual({ changeRequests: [] });
  });

  test("once for one Idempotency-Key", async () => {
    const { path, person, requests } = await guarded();
    const ada = await person();
    const options = { body: { percentage: 25 }, headers: { "Idempotency-Key": "k" } };
    const [first, second] = [
      await ada("PUT", `${path}/flags/f/rollout`, options),
      await ada("PUT", `${path}/flags/f/rollout`, options),
    ];
    expect(second.status).toBe(202);
    expect(second.headers.get("Idempotent-Replay")).toBe("true");
    expect((second.body as Request).id).toBe((first.body as Request).id);
    expect(((await send("GET", requests)).body as { changeRequests: [] }).changeRequests).toHaveLength(1);
  });
});

function documentOf(flags: unknown[], segments: unknown[] = []) {
  return { format: "sluice", formatVersion: 1, flags, segments };
}

describe("every way to change what is evaluated waits, and is made as it was shown", () => {
  const ways: Record<string, (path: string, by: Caller) => Promise<Answer>> = {
    "PUT a flag": (path, by) => by("PUT", `${path}/flags/new`, { body: booleanFlag() }),
    "PATCH a flag": (path, by) => by("PATCH", `${path}/flags/f`, { body: { metadata: { a: 1 } } }),
    "archive a flag": (path, by) => by("DELETE", `${path}/flags/f`),
    "enable a flag": async (path, by) => {
      expect((await by("POST", `${path}/flags/f/disable`)).status).toBe(200);
      return by("POST", `${path}/flags/f/enable`);
    },
    "PUT a segment": (path, by) => by("PUT", `${path}/segments/new`, { body: { include: ["bob"] } }),
    "PATCH a segment": (path, by) => by("PATCH", `${path}/segments/s`, { body: { exclude: ["eve"] } }),
    "change members": (path, by) =>
      by("POST", `${path}/segments/s/members`, { body: { add: ["bob", "cyd"], remove: ["ada"] } }),
    "delete a segment": (path, by) => by("DELETE", `${path}/segments/s`),
    "a batch": (path, by) =>
      by("POST", `${path}/changes`, {
        body: {
          changes: [
            { op: "disableFlag", key: "g" },
            { op: "putSegment", segment: { key: "t", include: ["bob"] } },
            {
              op: "patchFlag",
              key: "f",
              patch: { rules: [{ id: "r", when: { segment: "t" }, serve: { variant: "on" } }] },
            },
          ],
        },
      }),
    "an import": (path, by) => by("POST", `${path}/import`, { body: documentOf([{ key: "new", ...booleanFlag() }]) }),
    "restoring a version": (path, by) => by("POST", `${path}/versions/1/restore`),
  };

  test.each(Object.entries(ways))("%s", async (_, write) => {
    const { path, person, approve } = await guarded();
    const [ada, bob] = [await person(), await person()];
    const request = waiting(await write(path, ada));
    const [before, inForce] = [await stateOf(path), await document(path)];
    expect(request.diff).not.toEqual([]);
    expect((await approve(bob, request)).body).toMatchObject({ state: "applied" });
    expect(await stateOf(path)).not.toBe(before);

    // The same write where nobody has to be asked leaves the same.
    const free = await guarded(0);
    expect((await write(free.path, await free.person())).status).not.toBe(202);
    expect(await document(path)).toEqual(await document(free.path));
    expect(await document(path)).not.toEqual(inForce);
  });

  async function document(path: string): Promise<unknown> {
    const { flags, segments } = (await send("GET", `${path}/export`)).body as { flags: unknown; segments: unknown };
    return { flags, segments };
  }

  test("a promotion", async () => {
    const { path, person, approve } = await guarded();
    const from = await environment();
    await send("PUT", `${from.path}/flags/theirs`, { body: booleanFlag() });
    const admin = await newToken("editor", ["*"]);
    const request = waiting(await as(admin.secret)("POST", `${path}/promote`, { body: { from: from.name } }));
    expect((await approve(await person(), request)).body).toMatchObject({ state: "applied" });
    expect((await send("GET", `${path}/flags/theirs`)).status).toBe(200);
  });
});

describe("releases", () => {
  test("a start waits, and covers the later stages; nothing else of a release does", async () => {
    const { path, person, approve, percentage } = await guarded();
    const [ada, bob] = [await person("operator"), await person("operator")];
    const request = waiting(await ada("POST", `${path}/flags/f/releases`, { body: { plan: PLAN } }));
    expect(request).toMatchObject({ action: "createRelease", release: { flag: "f", plan: { stages: [{}, {}] } } });
    expect((await send("GET", `${path}/flags/f/releases`)).body).toEqual({ releases: [] });
    expect((await approve(bob, request)).body).toMatchObject({ state: "applied" });
    const { releases } = (await send("GET", `${path}/flags/f/releases`)).body as { releases: { id: string }[] };
    expect(releases).toMatchObject([{ state: "baking", createdBy: { id: ada.id } }]);
    expect(await percentage()).toBe(10);
    for (const what of ["pause", "resume", "unrelease"])
      expect((await ada("POST", `${path}/flags/f/releases/${releases[0]!.id}/${what}`)).status, what).toBe(200);
    expect(await percentage()).toBe(0);
  });

  test("cancelling doesn't wait", async () => {
    const { path, person, approve } = await guarded();
    const [ada, bob] = [await person("operator"), await person("operator")];
    await approve(bob, waiting(await ada("POST", `${path}/flags/f/releases`, { body: { plan: PLAN } })));
    const { releases } = (await send("GET", `${path}/flags/f/releases`)).body as { releases: { id: string }[] };
    expect((await ada("POST", `${path}/flags/f/releases/${releases[0]!.id}/cancel`)).body).toMatchObject({
      state: "cancelled",
    });
  });

  test("a plan waits only while a live release follows it", async () => {
    const { path, person, approve } = await guarded();
    const [ada, bob] = [await person(), await person()];
    const longer = { stages: [PLAN.stages[0], { name: "50%", percentage: 50 }, PLAN.stages[1]] };
    expect((await ada("PUT", `${path}/plans/q`, { body: PLAN })).status).toBe(201);
    await approve(bob, waiting(await ada("POST", `${path}/flags/f/releases`, { body: { plan: "p" } })));
    const request = waiting(await ada("PUT", `${path}/plans/p`, { body: longer }));
    expect(request).toMatchObject({ action: "putPlan", plan: { name: "p" } });
    expect((await send("GET", `${path}/plans/p`)).body).toMatchObject({ revision: 1 });
    expect((await approve(bob, request)).body).toMatchObject({ state: "applied" });
    expect((await send("GET", `${path}/plans/p`)).body).toMatchObject({ revision: 2 });
  });
});

describe("what doesn't wait", () => {
  test("disabling, and a batch of nothing else; with something else the batch waits", async () => {
    const { path, person } = await guarded();
    const ada = await person();
    const disable = ["f", "g"].map((key) => ({ op: "disableFlag", key }));
    expect((await ada("POST", `${path}/flags/f/disable`)).status).toBe(200);
    expect((await ada("POST", `${path}/changes`, { body: { changes: disable } })).status).toBe(200);
    waiting(
      await ada("POST", `${path}/changes`, {
        body: { changes: [{ op: "setRollout", key: "f", percentage: 1 }, ...disable] },
      }),
    );
  });

  test("what only people read, what changes nothing, and settings", async () => {
    const { path, person } = await guarded();
    const ada = await person("admin");
    for (const patch of [{ description: "d" }, { owner: "o", tags: ["t"] }, { kind: "operational" }, {}])
      expect((await ada("PATCH", `${path}/flags/f`, { body: patch })).status).toBe(200);
    expect((await ada("PATCH", `${path}/segments/s`, { body: { name: "n", description: "d" } })).status).toBe(200);
    expect((await ada("POST", `${path}/keys`, { body: { kind: "server", name: "k" } })).status).toBe(201);
    expect((await ada("PATCH", path, { body: { description: "d" } })).body).toMatchObject({ requiresApproval: 1 });
  });
});

test("lists page and filter; 422 for more than 10 others; 409 for more than 100 open", async () => {
  const { path, person, requests, reject } = await guarded();
  const ada = await person();
  expectProblem(await send("PATCH", path, { body: { requiresApproval: 11 } }), "invalid", [
    { path: "/requiresApproval" },
  ]);
  const ids: string[] = [];
  for (let i = 0; i < 100; i++)
    ids.unshift(waiting(await ada("PUT", `${path}/flags/f/rollout`, { body: { percentage: i + 0.5 } })).id);
  expectProblem(await ada("PUT", `${path}/flags/f/rollout`, { body: { percentage: 3 } }), "conflict");
  const walked: string[] = [];
  for (let cursor = ""; ;) {
    const { body } = await send("GET", `${requests}?limit=40${cursor}`);
    const page = body as { changeRequests: Request[]; cursor?: string };
    walked.push(...page.changeRequests.map(({ id }) => id));
    if (page.cursor === undefined) break;
    cursor = `&cursor=${page.cursor}`;
  }
  expect(walked).toEqual(ids);
  await reject(ada, { id: ids[7]!, state: "open" });
  const rejected = await send("GET", `${requests}?state=rejected`);
  expect(rejected.body).toMatchObject({ changeRequests: [{ id: ids[7], state: "rejected" }] });
});

test("whoever wants to hear of decisions hears of a change that waits", async () => {
  const { path, person } = await guarded();
  const events = ["request.opened", "request.closed", "flag.changed"];
  const hook = (await send("POST", `${path}/webhooks`, { body: { url: "https://hooks.shop.example/", events } }))
    .body as Request;
  const { id } = waiting(await (await person())("PUT", `${path}/flags/f/rollout`, { body: { percentage: 25 } }));
  const told = async () => {
    const { body } = await send("GET", `${path}/webhooks/${hook.id}/deliveries`);
    return (body as { deliveries: { event: string }[] }).deliveries.map(({ event }) => event);
  };
  expect(await told()).toEqual(["request.opened"]);
  expect((await (await person())("POST", `${path}/change-requests/${id}/reject`, { body: {} })).status).toBe(200);
  expect(await told()).toEqual(["request.closed", "request.opened"]);
  const next = waiting(await (await person())("PUT", `${path}/flags/f/rollout`, { body: { percentage: 25 } }));
  expect((await (await person())("POST", `${path}/change-requests/${next.id}/approve`, { body: {} })).status).toBe(200);
  expect((await told()).slice(0, 3).toSorted()).toEqual(["flag.changed", "request.closed", "request.opened"]);
});
