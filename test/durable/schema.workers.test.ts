import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, test } from "vitest";
import { isNewerSchema, makeTables, type Migration, NewerSchema, openTables } from "../../src/durable/schema.ts";
import { ENVIRONMENT_MIGRATIONS } from "../../src/environment/store/schema.ts";
import type { WorkspaceObjects } from "../../src/workspace/workspace.ts";
import { put } from "../environment/build.ts";
import { created } from "../environment/object.ts";

const NUMBER = "SELECT number FROM schema_number";

function dump(storage: DurableObjectStorage): Record<string, unknown> {
  const tables = storage.sql
    .exec<{ name: string }>("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT GLOB '_cf_*'")
    .toArray();
  return Object.fromEntries(tables.map(({ name }) => [name, [...storage.sql.exec(`SELECT * FROM "${name}"`).raw()]]));
}

const refusalOf = (asked: Promise<unknown>): Promise<unknown> =>
  asked.then(
    () => undefined,
    (error: unknown) => error,
  );

test("an environment of a later version of Sluice is neither read nor written, and goes on under that", async () => {
  const here = await created();
  await here.write([put("f")]);
  await here.inside((storage) => void storage.sql.exec("UPDATE schema_number SET number = 1000"));
  await evictDurableObject(here.stub);
  const before = await here.inside(dump);
  const asked = [
    () => here.object.flag("f"),
    () => here.object.apply([put("g")], { actor: { id: "a", name: "A", via: "token" }, comment: "" }),
    () => here.object.inform("relay", 0),
    () => here.object.destroy(),
  ];
  for (const ask of asked) expect(isNewerSchema(await refusalOf(ask()))).toBe(true);

  await here.inside((_, one) => one.alarm());
  expect(await here.inside(dump)).toEqual(before);
  expect(await here.inside((storage) => storage.getAlarm())).not.toBeNull();

  await here.inside((storage) =>
    storage.sql.exec("UPDATE schema_number SET number = ?", ENVIRONMENT_MIGRATIONS.length),
  );
  await evictDurableObject(here.stub);
  expect(await here.object.flag("f")).not.toBeNull();
});

test("Workspace of a later version of Sluice likewise", async () => {
  const name = `workspace-${crypto.randomUUID()}`;
  const stub = env.WORKSPACE.getByName(name);
  await runInDurableObject(stub, (_, { storage }) => void storage.sql.exec("UPDATE schema_number SET number = 1000"));
  await evictDurableObject(stub);
  const workspace = (env.WORKSPACE as unknown as WorkspaceObjects).getByName(name);
  for (const asked of [workspace.environments(), workspace.authenticate("ab".repeat(32))])
    expect(await refusalOf(asked)).toMatchObject({ message: expect.stringMatching(/newer-schema: .* of schema 1000/) });
});

test("tables from before there were numbers get one, and all that has come since", async () => {
  const here = await created();
  await here.write([put("f")]);
  await here.inside(({ sql }) => {
    sql.exec("DROP TABLE schema_number");
    sql.exec("DROP TABLE change_requests"); // made at its first use then
    sql.exec("CREATE TABLE outlines (x)");
  });
  await evictDurableObject(here.stub);
  expect(await here.object.flag("f")).not.toBeNull();
  expect(await here.object.changeRequests({ limit: 1 })).toEqual({ requests: [] });
  expect(await here.rows(NUMBER)).toEqual([{ number: ENVIRONMENT_MIGRATIONS.length }]);
  expect(await here.rows("SELECT name FROM sqlite_master WHERE name = 'outlines'")).toEqual([]);
});

const FIRST: Migration = (sql) => void sql.exec("CREATE TABLE IF NOT EXISTS things (a)");
const SECOND: Migration = (sql) => void sql.exec("ALTER TABLE things ADD COLUMN b; INSERT INTO things VALUES (1, 2)");
const BROKEN: Migration = (sql) => {
  sql.exec("ALTER TABLE things ADD COLUMN c");
  throw new Error("broken");
};
const nowhere = (): DurableObjectStub => env.ENVIRONMENT.getByName(`nowhere/${crypto.randomUUID()}`);

test("migrations run once each and in order, and one that fails leaves the schema before it", async () => {
  await runInDurableObject(nowhere(), (_, { storage }) => {
    openTables(storage, [FIRST], "things");
    expect(dump(storage)).toEqual({});
    makeTables(storage, [FIRST]);
    expect(() => makeTables(storage, [FIRST, SECOND, BROKEN])).toThrow("broken");
    expect(storage.sql.exec(NUMBER).one()).toEqual({ number: 2 });
    openTables(storage, [FIRST, SECOND], "things");
    expect(storage.sql.exec("SELECT * FROM things").toArray()).toEqual([{ a: 1, b: 2 }]);
    expect(() => openTables(storage, [FIRST], "things").exec(NUMBER)).toThrow(NewerSchema);
  });
});
