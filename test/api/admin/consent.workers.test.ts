import { runDurableObjectAlarm } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, test } from "vitest";
import type { Actor } from "../../../src/contract/change.ts";
import { keyOf } from "../../../src/contract/snapshot.ts";
import type { Write } from "../../../src/environment/rpc.ts";
import { put } from "../../environment/build.ts";
import { created, WRITE } from "../../environment/object.ts";
import { booleanFlag, environment, expectProblem, send } from "./client.ts";
import { as, newToken } from "./tokens.ts";

/* Whose consent counts for a change, and what it is that they consent to. */

type Request = { id: string; state: string; approvals: unknown[] };
const STAGES = {
  stages: [
    { name: "1%", percentage: 1, minBake: "1d" },
    { name: "all", percentage: 100 },
  ],
};
const EVERYBODY = { stages: [{ name: "all", percentage: 100 }] };

async function guarded(requiresApproval: number) {
  const { name, path } = await environment();
  await send("PUT", `${path}/flags/f`, { body: booleanFlag() });
  await send("PUT", `${path}/plans/p`, { body: STAGES });
  await send("PATCH", path, { body: { requiresApproval } });
  const person = async (role: "editor" | "admin" = "editor") => {
    const token = await newToken(role, [name]);
    return Object.assign(as(token.secret), { id: token.id });
  };
  const ask = async (by: ReturnType<typeof as>): Promise<Request> => {
    const answer = await by("PUT", `${path}/flags/f/rollout`, { body: { percentage: 25 } });
    expect(answer.status).toBe(202);
    return answer.body as Request;
  };
  const approve = (by: ReturnType<typeof as>, { id }: Request) =>
    by("POST", `${path}/change-requests/${id}/approve`, { body: {} });
  return { name, path, person, ask, approve };
}

describe("a token made by somebody is no other person", () => {
  test("who asks for a change can't consent to it with a token of their own making, nor one made with that", async () => {
    const { name, person, ask, approve } = await guarded(1);
    const ada = await person("admin");
    const request = await ask(ada);
    let maker: ReturnType<typeof as> = ada;
    for (let generation = 0; generation < 3; generation++) {
      const body = { name: "second", role: "admin", environments: [name] };
      const made = (await maker("POST", "/tokens", { body })).body as { secret: string; id: string };
      maker = as(made.secret);
      expectProblem(await approve(maker, request), "forbidden");
    }
    expectProblem(await approve(ada, await ask(maker)), "forbidden");
    expect((await approve(await person(), request)).body).toMatchObject({ state: "applied" });
  });

  test("two of one family consent as one", async () => {
    const { name, person, ask, approve } = await guarded(2);
    const [ada, bob] = [await person(), await person("admin")];
    const body = { name: "second", role: "editor", environments: [name] };
    const second = as(((await bob("POST", "/tokens", { body })).body as { secret: string }).secret);
    const request = await ask(ada);
    expect((await approve(bob, request)).body).toMatchObject({ state: "open" });
    expect((await approve(second, request)).body).toMatchObject({ state: "open", approvals: [{ by: { id: bob.id } }] });
    expect((await approve(await person(), request)).body).toMatchObject({ state: "applied" });
  });

  test("nor is it where a gate of a release is to be opened by somebody who didn't write it", async () => {
    const { name, path } = await environment();
    await send("PUT", `${path}/flags/f`, { body: booleanFlag() });
    const token = await newToken("admin", [name]);
    const ada = as(token.secret);
    const gates = [{ approval: { role: "operator", notAuthor: true } }];
    const stages = [
      { name: "1%", percentage: 1, minBake: "1s", gates },
      { name: "all", percentage: 100 },
    ];
    const begun = await ada("POST", `${path}/flags/f/releases`, { body: { plan: { stages } } });
    const { id } = begun.body as { id: string };
    const body = { name: "second", role: "admin", environments: [name] };
    const second = as(((await ada("POST", "/tokens", { body })).body as { secret: string }).secret);
    const approved = () => second("POST", `${path}/flags/f/releases/${id}/approve`, { body: {} });
    expect((await approved()).status).toBe(409);
    expect((await send("GET", `${path}/flags/f/releases/${id}`)).body).toMatchObject({ approvals: [] });
  });

  test("to which family somebody belongs is shown nowhere", async () => {
    const { person, path, ask } = await guarded(1);
    const ada = await person("admin");
    const request = await ask(ada);
    for (const at of [`/me`, `${path}/change-requests/${request.id}`, `${path}/audit`, "/tokens"])
      expect((await ada("GET", at)).text).not.toContain("family");
  });
});

test("the consent of a token that was revoked since doesn't count", async () => {
  const { person, ask, approve } = await guarded(2);
  const [ada, bob, eve] = [await person(), await person(), await person()];
  const request = await ask(ada);
  expect((await approve(bob, request)).body).toMatchObject({ state: "open" });
  expect((await send("DELETE", `/tokens/${bob.id}`)).status).toBe(204);
  expect((await approve(eve, request)).body).toMatchObject({ state: "open", approvals: [{ by: { id: eve.id } }] });
  expect((await approve(await person(), request)).body).toMatchObject({ state: "applied" });
});

describe("a release rests on tokens that hold when it goes on", () => {
  /** The cron's look: what is due is done. */
  const looked = async (name: string) => {
    const { incarnation } = (await env.WORKSPACE.getByName(keyOf.workspaceObject).environment(name))!;
    const stub: DurableObjectStub = env.ENVIRONMENT.getByName(keyOf.environmentObject(name, incarnation));
    await runDurableObjectAlarm(stub);
  };

  test("a stage isn't left on the consent of a token that was revoked since; another person's opens the gate", async () => {
    const { name, path } = await environment();
    await send("PUT", `${path}/flags/f`, { body: booleanFlag() });
    const gates = ["operator", "operator"].map((role) => ({ approval: { role } }));
    const stages = [
      { name: "1%", percentage: 1, minBake: "1s", gates },
      { name: "all", percentage: 100 },
    ];
    const begun = await send("POST", `${path}/flags/f/releases`, { body: { plan: { stages, guardrails: [] } } });
    const at = `${path}/flags/f/releases/${(begun.body as { id: string }).id}`;
    const [bob, eve, kim] = await Promise.all([1, 2, 3].map(() => newToken("operator", [name])));
    const approve = ({ secret }: { secret: string }) => as(secret)("POST", `${at}/approve`, { body: {} });
    expect((await approve(bob!)).status).toBe(200);
    expect((await send("DELETE", `/tokens/${bob!.id}`)).status).toBe(204);
    expect((await approve(eve!)).body).toMatchObject({ stage: "1%", approvals: [{ by: { id: eve!.id } }] });
    expectProblem(await send("POST", `${at}/advance`, { body: {} }), "conflict");
    expect((await approve(kim!)).status).toBe(200);
    const view = async () => {
      await looked(name);
      return (await send("GET", at)).body;
    };
    await expect.poll(view, { timeout: 10_000 }).toMatchObject({ percentage: 100 });
  });

  test("one that is to start later doesn't when its author's token is revoked by then", async () => {
    const { name, path } = await environment();
    await send("PUT", `${path}/flags/f`, { body: booleanFlag() });
    const token = await newToken("operator", [name]);
    const startAt = new Date(Date.now() + 1500).toISOString();
    const body = { plan: STAGES, startAt };
    const begun = await as(token.secret)("POST", `${path}/flags/f/releases`, { body });
    const at = `${path}/flags/f/releases/${(begun.body as { id: string }).id}`;
    expect((await send("DELETE", `/tokens/${token.id}`)).status).toBe(204);
    await expect
      .poll(
        async () => {
          await looked(name);
          return (await send("GET", at)).body;
        },
        { timeout: 10_000 },
      )
      .toMatchObject({ state: expect.not.stringMatching("scheduled") });
    expect((await send("GET", at)).body).toMatchObject({ state: "paused" });
    expect((await send("GET", `${path}/flags/f`)).body).toMatchObject({ flag: { default: { variant: "off" } } });
  });
});

describe("consent to a release by the name of a plan", () => {
  test("is to the plan's text as it was: rewritten meanwhile, it has to be asked for anew", async () => {
    const { path, person, approve } = await guarded(1);
    const ada = await person("admin");
    const asked = await ada("POST", `${path}/flags/f/releases`, { body: { plan: "p" } });
    expect(asked.body).toMatchObject({ release: { flag: "f", planName: "p", plan: STAGES } });
    expect((await ada("PUT", `${path}/plans/p`, { body: EVERYBODY })).status).toBe(200);
    expectProblem(await approve(await person(), asked.body as Request), "conflict");
    const shown = (await send("GET", `${path}/change-requests/${(asked.body as Request).id}`)).body;
    expect(shown).toMatchObject({ state: "outdated" });
    expect((await send("GET", `${path}/flags/f`)).body).toMatchObject({ flag: { default: { variant: "off" } } });
  });

  test("nor does it hold for a plan that was deleted and made anew under its name", async () => {
    const { path, person, approve } = await guarded(1);
    const ada = await person("admin");
    const asked = await ada("POST", `${path}/flags/f/releases`, { body: { plan: "p" } });
    expect((await ada("DELETE", `${path}/plans/p`, { body: {} })).status).toBe(204);
    expectProblem(await approve(await person(), asked.body as Request), "conflict");
    await ada("PUT", `${path}/plans/p`, { body: STAGES });
    expectProblem(await approve(await person(), asked.body as Request), "conflict");
  });

  test("starts it as it was shown when nothing has changed", async () => {
    const { path, person, approve } = await guarded(1);
    const asked = await (await person())("POST", `${path}/flags/f/releases`, { body: { plan: "p" } });
    expect((await approve(await person(), asked.body as Request)).body).toMatchObject({ state: "applied" });
    expect((await send("GET", `${path}/flags/f/releases`)).body).toMatchObject({
      releases: [{ planName: "p", stage: "1%", percentage: 1 }],
    });
  });
});

const person = (id: string, via: Actor["via"] = "token"): Write => ({ actor: { id, name: id, via }, comment: "" });

describe("settings that say how much consent is needed", () => {
  test("are lowered by consent, raised without", async () => {
    const { path, person: somebody, approve } = await guarded(2);
    const ada = await somebody("admin");
    for (const requiresApproval of [1, 0]) {
      const lowered = await ada("PATCH", path, { body: { requiresApproval } });
      expect(lowered.status).toBe(202);
      expect(lowered.body).toMatchObject({
        action: "patchEnvironment",
        diff: [{ before: { requiresApproval: 2 }, after: { requiresApproval } }],
      });
      expectProblem(await approve(await somebody("editor"), lowered.body as Request), "forbidden");
    }
    expect((await send("GET", path)).body).toMatchObject({ requiresApproval: 2 });
    expect((await ada("PATCH", path, { body: { requiresApproval: 3 } })).status).toBe(200);
    const asked = (await ada("PATCH", path, { body: { requiresApproval: 0 } })).body as Request;
    for (const _ of [1, 2, 3]) await approve(await somebody("admin"), asked);
    expect((await send("GET", path)).body).toMatchObject({ requiresApproval: 0 });
  });

  test("can take the consent of people signed in by Access alone; to take others' again needs theirs", async () => {
    const { object } = await created();
    await object.apply([put("f")], WRITE);
    await object.configure({ requiresApproval: 1, approvalBy: "access" }, WRITE);
    const asked = await object.apply([put("f", { default: { variant: "on" } })], person("ada"));
    const id = asked.ok ? asked.postponed!.id : "";
    const decide = (write: Write, which = id) =>
      object.decideChangeRequest({ id: which, approve: true, role: "admin" }, write);
    expect(await decide(person("root", "root"))).toMatchObject({ ok: false, problem: { type: "forbidden" } });
    expect(await decide(person("bob@example.com", "access"))).toMatchObject({ changeRequest: { state: "applied" } });

    const loosened = await object.configure({ approvalBy: "any" }, person("ada"));
    expect(loosened).toMatchObject({ ok: true, postponed: { state: "open" }, summary: { approvalBy: "access" } });
    const other = loosened.ok ? loosened.postponed!.id : "";
    expect(await decide(person("root", "root"), other)).toMatchObject({ ok: false });
    expect(await decide(person("eve@example.com", "access"), other)).toMatchObject({
      changeRequest: { state: "applied" },
    });
    expect(await object.summary()).toMatchObject({ approvalBy: "any", requiresApproval: 1 });
  });

  test("that somebody changed meanwhile outdate a request to lower them", async () => {
    const { object } = await created();
    await object.configure({ requiresApproval: 1 }, WRITE);
    const asked = await object.configure({ requiresApproval: 0 }, person("ada"));
    await object.configure({ description: "other" }, person("ada"));
    const decision = { id: asked.ok ? asked.postponed!.id : "", approve: true, role: "admin" as const };
    expect(await object.decideChangeRequest(decision, person("bob"))).toMatchObject({ problem: { type: "conflict" } });
  });
});

describe("what only takes away waits for nobody", () => {
  test("a share that is lowered to 0, a flag that is disabled, and batches of nothing else", async () => {
    const { object } = await created();
    await object.apply([put("f"), put("g")], WRITE);
    for (const key of ["f", "g"]) await object.apply([{ op: "setRollout", key, percentage: 50 }], WRITE);
    await object.configure({ requiresApproval: 1 }, WRITE);
    const lowered = await object.apply(
      [
        { op: "setRollout", key: "f", percentage: 0 },
        { op: "disableFlag", key: "g" },
      ],
      WRITE,
    );
    expect(lowered).toMatchObject({ ok: true, changed: true });
    expect(lowered).not.toHaveProperty("postponed");
    for (const more of [
      { op: "enableFlag", key: "g" },
      { op: "setRollout", key: "g", percentage: 1 },
    ] as const) {
      const mixed = await object.apply([{ op: "setRollout", key: "f", percentage: 0 }, more], WRITE);
      expect(mixed).toMatchObject({ ok: true, postponed: { state: "open" } });
    }
  });
});

test("a request for consent to very much is kept, however long it is", async () => {
  const { object } = await created();
  await object.configure({ requiresApproval: 1 }, WRITE);
  const keys = Array.from({ length: 4_000 }, (_, i) => `${"k".repeat(200)}-${i}`);
  const asked = await object.apply(
    keys.map((key) => put(key)),
    WRITE,
  );
  expect(asked).toMatchObject({ ok: true, postponed: { state: "open" } });
  const decision = { id: asked.ok ? asked.postponed!.id : "", approve: true, role: "admin" as const };
  expect(await object.decideChangeRequest(decision, person("bob"))).toMatchObject({
    changeRequest: { state: "applied" },
  });
});
