import { describe, expect, test } from "vitest";
import { booleanFlag, environment, send, wholeFlag } from "./client.ts";

/* What goes without saying, and refusals that say where and how much. */

describe("a boolean flag", () => {
  const plain = wholeFlag("f", { offVariant: "off" });

  test("needs no more than its type, wherever it is made", async () => {
    const { path, name } = await environment();
    const put = await send("PUT", `${path}/flags/f`, { body: { type: "boolean" } });
    expect(put.status, put.text).toBe(201);
    expect(put.body).toMatchObject({ flag: plain });
    const changes = [{ op: "putFlag", flag: { key: "g", type: "boolean" } }];
    expect((await send("POST", `${path}/changes`, { body: { changes } })).status).toBe(200);
    expect((await send("POST", `${path}/preview`, { body: { changes } })).status).toBe(200);
    const everywhere = { flag: { key: "h", type: "boolean" }, environments: [name] };
    expect((await send("POST", "/flags", { body: everywhere })).body).toMatchObject({
      environments: [{ status: 201 }],
    });
    const document = { format: "sluice", formatVersion: 1, flags: [{ key: "i", type: "boolean" }] };
    expect((await send("POST", `${path}/import`, { body: document })).body).toMatchObject({ imported: ["i"] });
    for (const key of ["g", "i"])
      expect((await send("GET", `${path}/flags/${key}`)).body).toMatchObject({ flag: { ...plain, key } });
    expect((await send("GET", `${path}/flags/h`)).body).toMatchObject({ flag: { ...plain, key: "h", enabled: false } });
  });

  test("that says more keeps what it says; other types still need theirs", async () => {
    const { path } = await environment();
    const own = { type: "boolean", variants: { yes: true, no: false }, default: { variant: "no" } };
    expect((await send("PUT", `${path}/flags/f`, { body: own })).body).toMatchObject({
      flag: { ...own, offVariant: null },
    });
    const on = await send("PUT", `${path}/flags/g`, { body: { type: "boolean", default: { variant: "on" } } });
    expect(on.body).toMatchObject({ flag: { variants: { on: true, off: false }, default: { variant: "on" } } });
    for (const body of [{ type: "string" }, { type: "boolean", variants: { yes: true } }, {}])
      expect((await send("PUT", `${path}/flags/h`, { body })).status).toBe(422);
  });
});

test("at most a hundred errors are named, and the others counted", async () => {
  const { path } = await environment();
  const unknown = Object.fromEntries(Array.from({ length: 150 }, (_, i) => [`property-${i}`, i]));
  const answer = await send("PUT", `${path}/flags/f`, { body: { ...booleanFlag(), ...unknown } });
  const { errors, more } = answer.body as { errors: unknown[]; more: number };
  expect([answer.status, errors.length, more]).toEqual([422, 100, 50]);
  const few = await send("PUT", `${path}/flags/f`, { body: { ...booleanFlag(), x: 1 } });
  expect(few.body).not.toHaveProperty("more");
});

test("a diff has a sentence, and a line of the list has the flag's", async () => {
  const { path, name } = await environment();
  await send("PUT", `${path}/flags/f`, { body: { type: "boolean" } });
  await send("PUT", `${path}/flags/f/rollout`, { body: { percentage: 25 } });
  const { diff } = (await send("POST", `${path}/versions/2/restore`, { body: { dryRun: true } })).body as {
    diff: { sentence: string }[];
  };
  expect(diff[0]!.sentence).toMatch(/25/);
  const { environments } = (await send("GET", "/flags/f")).body as {
    environments: { environment: string; sentence?: string }[];
  };
  expect(environments.find(({ environment: one }) => one === name)!.sentence).toMatch(/25/);
});
