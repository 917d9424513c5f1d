import { dereference, type Schema, validate } from "@cfworker/json-schema";
import { expect, test } from "vitest";
import * as z from "zod/mini";
import document from "../../public/openapi.json?raw";
import { EXAMPLES } from "../../scripts/openapi/examples.ts";
import { OPERATIONS } from "../../scripts/openapi/operations.ts";
import { idleWords } from "../../scripts/openapi/words.ts";
import type { Operation } from "../../src/contract/routes.ts";

/* What the OpenAPI document tells a person: of everything in it, and by an example of every body. */

type Json = { [name: string]: unknown };
type Parameter = { name: string; in: string; description?: string };
type Media = { schema: Schema; example?: unknown; examples?: Record<string, { value: unknown }> };
type Described = Json & {
  operationId?: string;
  summary?: string;
  description?: string;
  parameters?: Parameter[];
  requestBody?: { content: Record<string, Media> };
};
/** References as they are found from every schema. */
const NAMED = "https://sluice.test/named";
const whole = JSON.parse(document.replaceAll('"#/components/schemas/', `"${NAMED}#/$defs/`)) as {
  paths: Record<string, Record<string, unknown>>;
  components: { schemas: Record<string, Json> };
};
const operations = Object.entries(whole.paths).flatMap(([path, item]) =>
  Object.entries(item)
    .filter(([method]) => method !== "parameters")
    .map(([method, operation]) => ({
      name: `${method} ${path}`,
      operation: operation as Described,
      shared: (item["parameters"] ?? []) as Parameter[],
    })),
);

/** Every property below a schema, by the path that leads to it. */
function* propertiesOf(schema: unknown, path: string[]): Generator<{ path: string[]; property: Json }> {
  if (Array.isArray(schema)) for (const one of schema) yield* propertiesOf(one, path);
  if (typeof schema !== "object" || schema === null || Array.isArray(schema)) return;
  for (const [name, value] of Object.entries(schema)) {
    if (["enum", "const", "default", "required", "examples", "example"].includes(name)) continue;
    if (name !== "properties") yield* propertiesOf(value, path);
    else
      for (const [key, property] of Object.entries(value as Record<string, Json>)) {
        yield { path: [...path, key], property };
        yield* propertiesOf(property, [...path, key]);
      }
  }
}
const properties = [
  ...Object.entries(whole.components.schemas).flatMap(([name, schema]) => [...propertiesOf(schema, [name])]),
  ...operations.flatMap(({ name, operation }) => [
    ...propertiesOf([operation.requestBody, operation["responses"]], [operation.operationId ?? name]),
  ]),
];

test("every operation, parameter and property is described, and no words are left over", () => {
  expect(operations.length).toBeGreaterThan(100);
  expect(operations.filter(({ operation: { summary } }) => !summary).map(({ name }) => name)).toEqual([]);
  const parameters = operations.flatMap(({ name, operation, shared }) =>
    [...shared, ...(operation.parameters ?? [])].map((one) => ({ ...one, at: `${name} ${one.name}` })),
  );
  expect(parameters.filter(({ description }) => !description).map(({ at }) => at)).toEqual([]);
  expect(properties.length).toBeGreaterThan(2_000);
  expect(properties.filter(({ property }) => !property["description"]).map(({ path }) => path.join("."))).toEqual([]);
  const queries = operations.flatMap(({ operation }) =>
    (operation.parameters ?? []).map(({ name }) => [operation.operationId ?? "", name]),
  );
  expect(idleWords([...properties.map(({ path }) => path), ...queries])).toEqual([]);
});

test("every body has an example that its schema takes, as the document has it and as the Worker does", () => {
  const lookup = dereference({ $defs: whole.components.schemas as never }, Object.create(null), new URL(NAMED));
  const bodies = operations.filter(({ operation }) => operation.requestBody);
  expect(bodies.length).toBeGreaterThan(50);
  for (const [index, { name, operation }] of bodies.entries())
    for (const [type, { schema, example }] of Object.entries(operation.requestBody!.content)) {
      expect(example, name).toBeDefined();
      dereference(schema, lookup, new URL(`https://sluice.test/${index}/${type}`));
      expect(validate(example, schema, "2020-12", lookup, false).errors, name).toEqual([]);
    }
  for (const [operation, { body }] of Object.entries(OPERATIONS))
    if (body) expect(z.safeParse(body, EXAMPLES[operation as Operation]).error?.issues, operation).toBeUndefined();
});

test("names are described in a way that other languages read", () => {
  expect(document).not.toMatch(/\\\\p\{/);
});
