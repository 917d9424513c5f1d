import { type Schema, Validator } from "@cfworker/json-schema";
import { openApiDocument } from "../../scripts/openapi/document.ts";

/*
 * Whether what the API answers is what its OpenAPI document says. The validator interprets schemas: workerd doesn't let
 * code be made from text, which others do.
 */

type Content = Record<string, { schema: Schema }>;
type Responses = Record<string, { content?: Content }>;
type Described = { pattern: RegExp; operations: Record<string, { responses: Responses }> };

/** References as a schema that stands alone has them. */
const text = JSON.stringify(openApiDocument("0")).replaceAll('"#/components/schemas/', '"#/$defs/');
const { paths, components } = JSON.parse(text) as {
  paths: Record<string, Described["operations"]>;
  components: { schemas: Record<string, Schema> };
};
const DESCRIBED: Described[] = Object.entries(paths).map(([path, operations]) => {
  const last = path.startsWith("/ofrep/") ? ".+" : "[^/]+";
  const pattern = path.replaceAll(".", "\\.").replaceAll(/\{\w+\}/g, last);
  return { pattern: new RegExp(`^${pattern}$`), operations };
});
/** What any address may answer where it has no operation. */
const ELSEWHERE: Responses = Object.fromEntries(
  [400, 401, 404, 405, 429, 503].map((status) => [
    status,
    { content: { "application/problem+json": { schema: { $ref: "#/$defs/Problem" } } } },
  ]),
);

const validators = new WeakMap<Schema, Validator>();
function validatorOf(schema: Schema): Validator {
  let made = validators.get(schema);
  if (!made) {
    made = new Validator({ ...schema, $defs: components.schemas }, "2020-12", false);
    validators.set(schema, made);
  }
  return made;
}

/** The responses of the operation that a request is for. A literal segment is matched before a parameter. */
function responsesOf(method: string, path: string): Responses {
  const here = DESCRIBED.filter(({ pattern }) => pattern.test(path));
  const found = here.find(({ operations }) => operations[method.toLowerCase()]);
  return found?.operations[method.toLowerCase()]?.responses ?? ELSEWHERE;
}

/** What of an answer isn't as the document says; empty when all is. `path` is the address without its query. */
export function undescribed(
  method: string,
  path: string,
  { status, headers, text: body }: { status: number; headers: Headers; text: string },
): string[] {
  const what = `${method} ${path} → ${status}`;
  const response = responsesOf(method === "HEAD" ? "GET" : method, path)[status];
  if (!response) return [`${what}: this status is not described`];
  if (method === "HEAD") return [];
  const type = headers.get("Content-Type")?.split(";")[0] ?? "";
  if (!response.content) return body === "" ? [] : [`${what}: a body is not described`];
  const content = response.content[type];
  if (!content) return [`${what}: the content type "${type}" is not described`];
  const { valid, errors } = validatorOf(content.schema).validate(JSON.parse(body));
  return valid ? [] : errors.map(({ instanceLocation, error }) => `${what}: ${instanceLocation}: ${error}`);
}
