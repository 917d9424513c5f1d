import { env } from "cloudflare:workers";
import { createExecutionContext } from "cloudflare:test";
import { describe, expect, test } from "vitest";
import type { Bindings } from "../../../src/api/bindings.ts";
import { createApp } from "../../../src/api/mount.ts";
import type { FlagLine, FlagLines } from "../../../src/contract/flag-line.ts";
import { booleanFlag, environment, expectProblem, send } from "./client.ts";
import { as, type Caller, newToken } from "./tokens.ts";

/* Flags over all environments: one list, one flag, and one that is made in several. */

type List = { flags: FlagLines[]; cursor?: string };
type Made = { environments: { environment: string; status: number; version?: number; problem?: { type: string } }[] };

/** Environments of their own, and somebody who may enter these and no others. */
async function several(count: number): Promise<{ names: string[]; who: Caller }> {
  const made = await Promise.all(Array.from({ length: count }, async () => environment()));
  const names = made.map(({ name }) => name).toSorted();
  return { names, who: as((await newToken("editor", names)).secret) };
}
const PLAN = {
  stages: [
    { name: "five", percentage: 5, minBake: "1d" },
    { name: "all", percentage: 100 },
  ],
};
const put = async (name: string, key: string, more: Record<string, unknown> = {}): Promise<void> =>
  void (await send("PUT", `/environments/${name}/flags/${encodeURIComponent(key)}`, { body: booleanFlag(more) }));

describe("one flag", () => {
  test("has a line for every environment that the caller may enter", async () => {
    const { names, who } = await several(3);
    await environment(); // of which they learn nothing
    const serve = {
      rollout: { percentage: 12.5, split: [{ variant: "on", weight: 1 }], otherwise: "off" },
    };
    await put(names[0]!, "f", { default: serve, owner: "me", tags: ["a", "b", "c", "d", "e", "f"] });
    await put(names[2]!, "f", { enabled: false });
    const answer = await who("GET", "/flags/f");
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({
      key: "f",
      environments: [
        {
          environment: names[0],
          exists: true,
          type: "boolean",
          kind: "release",
          enabled: true,
          sentence: "On for 12.5 % of everybody; off for the rest.",
          serve: { rollout: {} },
          rules: 0,
          percentage: 12.5,
          owner: "me",
          tags: ["a", "b", "c", "d", "e"],
          version: 2,
        },
        { environment: names[1], exists: false },
        {
          environment: names[2],
          exists: true,
          type: "boolean",
          kind: "release",
          enabled: false,
          sentence: "Disabled: the default in the code for everybody.",
          serve: { variant: "off" },
          rules: 0,
          version: 2,
        },
      ],
    });
  });

  test("shows its live release, the first rollout among its rules, and that it is archived", async () => {
    const { names, who } = await several(2);
    const rollout = { percentage: 7, split: [{ variant: "on", weight: 1 }], otherwise: "off" };
    await put(names[0]!, "f", { rules: [{ serve: { variant: "on" } }, { serve: { rollout } }] });
    await put(names[1]!, "f");
    const path = `/environments/${names[0]}/flags/f/releases`;
    const made = await send("POST", path, { body: { plan: PLAN } });
    expect(made.status, made.text).toBe(201);
    await send("DELETE", `/environments/${names[1]}/flags/f`);
    const { environments } = (await who("GET", "/flags/f")).body as FlagLines;
    expect(environments).toMatchObject([
      { rules: 2, percentage: 5, release: { id: (made.body as { id: string }).id, state: "baking", percentage: 5 } },
      { exists: true, archived: true },
    ]);
  });

  test("404 where none of them has it", async () => {
    const { who } = await several(2);
    expectProblem(await who("GET", "/flags/never"), "not-found");
  });

  test("a line has at most 500 bytes beside the names that people gave", async () => {
    const { names, who } = await several(1);
    const long = "n".repeat(256);
    const split = Array.from({ length: 100 }, (_, i) => ({ variant: `${i}-${long.slice(4)}`, weight: 999_999 }));
    const variants = Object.fromEntries(split.map(({ variant }) => [variant, variant]));
    const rollout = { percentage: 12.345, split, otherwise: split[0]!.variant };
    const body = {
      type: "string",
      variants,
      kind: "operational",
      default: { rollout },
      rules: Array.from({ length: 150 }, () => ({ name: long, serve: { variant: split[1]!.variant } })),
      owner: long,
      tags: Array.from({ length: 50 }, (_, i) => `${i}${long.slice(3)}`),
      description: long,
    };
    const path = `/environments/${names[0]}/flags/f`;
    const made = await send("PUT", path, { body });
    expect(made.status, made.text).toBe(201);
    const stages = [
      { name: "third", percentage: 33.333, minBake: "1d" },
      { name: "all", percentage: 100 },
    ];
    const released = await send("POST", `${path}/releases`, { body: { plan: { stages } } });
    expect(released.status, released.text).toBe(201);
    const [line] = ((await who("GET", "/flags/f")).body as FlagLines).environments;
    const given = [line!.environment, line!.owner!, ...line!.tags!].reduce((sum, text) => sum + text.length, 0);
    expect(line!.release).toBeDefined();
    expect(JSON.stringify(line).length - given).toBeLessThanOrEqual(500);
  });
});

describe("the list", () => {
  test("has every flag of every environment once, in order, and pages", async () => {
    const { names, who } = await several(3);
    const keys = Array.from({ length: 12 }, (_, i) => `k${String(i).padStart(2, "0")}`);
    for (const [index, key] of keys.entries()) await put(names[index % 3]!, key);
    await put(names[1]!, keys[0]!);
    const all = (await who("GET", "/flags?limit=1000")).body as List;
    expect(all.flags.map(({ key }) => key)).toEqual(keys);
    expect(all.cursor).toBeUndefined();
    for (const { environments } of all.flags) expect(environments.map((one) => one.environment)).toEqual(names);
    expect(all.flags[0]!.environments.map(({ exists }) => exists)).toEqual([true, true, false]);
    const walked: FlagLines[] = [];
    for (let cursor = ""; ;) {
      const page = (await who("GET", `/flags?limit=5${cursor}`)).body as List;
      walked.push(...page.flags);
      if (page.cursor === undefined) break;
      expect(page.flags).toHaveLength(5);
      cursor = `&cursor=${page.cursor}`;
    }
    expect(walked).toEqual(all.flags);
  });

  test("shows all lines of a flag that fits somewhere", async () => {
    const { names, who } = await several(2);
    await put(names[0]!, "a", { owner: "me" });
    await put(names[1]!, "a");
    await put(names[1]!, "b", { enabled: false });
    await put(names[0]!, "c");
    await send("DELETE", `/environments/${names[0]}/flags/c`);
    const keysOf = async (query: string): Promise<string[]> =>
      ((await who("GET", `/flags${query}`)).body as List).flags.map(({ key }) => key);
    expect(await keysOf("")).toEqual(["a", "b"]);
    expect(await keysOf("?owner=me")).toEqual(["a"]);
    expect(await keysOf("?state=disabled")).toEqual(["b"]);
    expect(await keysOf("?state=archived")).toEqual(["c"]);
    expect(await keysOf("?q=B")).toEqual(["b"]);
    const [mine] = ((await who("GET", "/flags?owner=me")).body as List).flags;
    expect(mine!.environments).toMatchObject([{ owner: "me" }, { exists: true, enabled: true }]);
    const [only] = ((await who("GET", `/flags?environments=${names[1]}`)).body as List).flags;
    expect(only!.environments.map(({ environment: name }) => name)).toEqual([names[1]]);
  });

  test("refuses environments that are none, and those beyond one's scope alike", async () => {
    const { names, who } = await several(1);
    const other = await environment();
    for (const name of [other.name, "never-was"])
      expectProblem(await who("GET", `/flags?environments=${names[0]},${name}`), "forbidden");
    expectProblem(await send("GET", "/flags?environments=never-was"), "invalid", [{ path: "/environments" }]);
    for (const query of ["?limit=1001", "?limit=0", "?environments=", "?environments=No%20Name", "?state=gone"])
      expect((await who("GET", `/flags${query}`)).status, query).toBe(422);
  });

  test("marks an environment that can't be reached, and is 503 when that is all of them", async () => {
    const { names } = await several(2);
    for (const name of names) await put(name, "f");
    const { secret } = await newToken("viewer", names);
    const real = (env as unknown as Bindings).ENVIRONMENT;
    const ask = async (down: (name: string) => boolean, path: string): Promise<Response> => {
      const dead = new Proxy({}, { get: () => async () => Promise.reject(new Error("down")) });
      const getByName = (name: string) => (down(name.split("/")[0]!) ? dead : real.getByName(name));
      const bindings = { ...(env as unknown as Bindings), ENVIRONMENT: { getByName } } as unknown as Bindings;
      const request = new Request(`https://sluice.test/admin/v1${path}`, {
        headers: { Authorization: `Bearer ${secret}` },
      });
      return createApp().fetch(request, bindings, createExecutionContext());
    };
    const half = (await (await ask((name) => name === names[0], "/flags")).json()) as List;
    const lines: FlagLine[] = half.flags[0]!.environments;
    expect(lines[0]).toEqual({ environment: names[0], unavailable: true });
    expect(lines[1]).toMatchObject({ environment: names[1], exists: true });
    const one = (await (await ask((name) => name === names[0], "/flags/f")).json()) as FlagLines;
    expect(one.environments[0]).toEqual({ environment: names[0], unavailable: true });
    expect((await ask(() => true, "/flags")).status).toBe(503);
  });
});

describe("a flag that is made in several environments", () => {
  const flag = { key: "f", ...booleanFlag() };

  test("is made in each as written, and disabled where nothing is said", async () => {
    const { names, who } = await several(2);
    const answer = await who("POST", "/flags", { body: { flag, environments: ["*"], comment: "why" } });
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({
      environments: names.map((name) => ({ environment: name, status: 201, version: 2 })),
    });
    for (const name of names) {
      const { body } = await send("GET", `/environments/${name}/flags/f`);
      expect(body).toMatchObject({ flag: { ...flag, enabled: false } });
      expect((await send("GET", `/environments/${name}/flags/f/history`)).body).toMatchObject({
        entries: [{ action: "putFlag", comment: "why", actor: { via: "token" } }],
      });
    }
    const on = { flag: { ...flag, key: "on", enabled: true }, environments: [names[0]] };
    expect(((await who("POST", "/flags", { body: on })).body as Made).environments).toHaveLength(1);
    expect((await send("GET", `/environments/${names[0]}/flags/on`)).body).toMatchObject({ flag: { enabled: true } });
    expect((await send("GET", `/environments/${names[1]}/flags/on`)).status).toBe(404);
  });

  test("replaces none that exists, archived or not, and each environment says what came of it", async () => {
    const { names, who } = await several(4);
    await put(names[0]!, "f", { owner: "somebody" });
    await put(names[1]!, "f");
    await send("DELETE", `/environments/${names[1]}/flags/f`);
    await send("PATCH", `/environments/${names[2]}`, { body: { requiresApproval: 1 } });
    const { environments } = (await who("POST", "/flags", { body: { flag, environments: names } })).body as Made;
    expect(environments.map(({ status }) => status)).toEqual([409, 409, 202, 201]);
    expect(environments[0]!.problem!.type).toBe("/problems/conflict");
    expect((await send("GET", `/environments/${names[0]}/flags/f`)).body).toMatchObject({
      flag: { owner: "somebody" },
    });
    const again = (await who("POST", "/flags", { body: { flag, environments: [names[3]] } })).body as Made;
    expect(again.environments).toMatchObject([{ status: 409 }]);
  });

  test("points into the body where it isn't valid there", async () => {
    const { names, who } = await several(1);
    const bad = { ...flag, rules: [{ when: { segment: "missing" }, serve: { variant: "on" } }] };
    const { environments } = (await who("POST", "/flags", { body: { flag: bad, environments: names } })).body as Made;
    expect(environments).toMatchObject([
      { status: 422, problem: { status: 422, errors: [{ path: expect.stringMatching(/^\/flag\/rules\/0/) }] } },
    ]);
    const refused = await who("POST", "/flags", { body: { flag: { ...flag, type: "bool" }, environments: names } });
    expectProblem(refused, "invalid", [{ path: "/flag/type" }]);
    for (const environments_ of [[], [names[0], names[0]], "*", [names[0], "*"]])
      expect((await who("POST", "/flags", { body: { flag, environments: environments_ } })).status).toBe(422);
  });

  test("needs all of the environments named in one's scope, whether they exist or not", async () => {
    const { names, who } = await several(1);
    const other = await environment();
    for (const name of [other.name, "never-was"])
      expectProblem(await who("POST", "/flags", { body: { flag, environments: [names[0], name] } }), "forbidden");
    expect((await send("GET", `/environments/${names[0]}/flags/f`)).status).toBe(404);
    const { environments } = (await send("POST", "/flags", { body: { flag, environments: ["never-was", names[0]] } }))
      .body as Made;
    expect(environments).toMatchObject([{ status: 404 }, { status: 201 }]);
  });

  test("sent again with its Idempotency-Key is made once, and goes on where it failed", async () => {
    const { names, who } = await several(2);
    await put(names[1]!, "f");
    const headers = { "Idempotency-Key": "one" };
    const body = { flag, environments: names };
    const first = (await who("POST", "/flags", { body, headers })).body as Made;
    expect(first.environments.map(({ status }) => status)).toEqual([201, 409]);
    const second = await who("POST", "/flags", { body, headers });
    expect((second.body as Made).environments.map(({ status }) => status)).toEqual([201, 409]);
    expect(second.headers.get("Idempotent-Replay")).toBe("true");
  });
});
