import { dereference, type Schema, validate } from "@cfworker/json-schema";
import document from "../../public/openapi.json?raw";
import { headersOf } from "../../scripts/openapi/headers.ts";

/*
 * Whether what the API answers is what its OpenAPI document says. The validator interprets schemas: workerd doesn't let
 * code be made from text, which others do. The document is read as it was last made (`npm run openapi`; `npm run check` knows
 * whether it is current): making it anew for every file of tests took longer than most of the files.
 */

type Content = Record<string, { schema: Schema }>;
type Header = { required: boolean; schema: Schema };
type Responses = Record<string, { content?: Content; headers?: Record<string, { $ref: string }> }>;
type Described = { pattern: RegExp; operations: Record<string, { responses: Responses }> };

const NAMED = "https://sluice.test/named";
/** References as they are found from every schema. */
const text = document.replaceAll('"#/components/schemas/', `"${NAMED}#/$defs/`);
const { paths, components } = JSON.parse(text) as {
  paths: Record<string, Described["operations"]>;
  components: { schemas: Record<string, Schema>; headers: Record<string, Header> };
};
const DESCRIBED: Described[] = Object.entries(paths).map(([path, operations]) => {
  const last = path.startsWith("/ofrep/") ? ".+" : "[^/]+";
  const pattern = path.replaceAll(".", "\\.").replaceAll(/\{\w+\}/g, last);
  return { pattern: new RegExp(`^${pattern}$`), operations };
});
/** What any address may answer where it has no operation: below /ofrep what OFREP wants, elsewhere a problem. */
function elsewhere(type: string, name: string, statuses: number[]): Responses {
  const content = { [type]: { schema: { $ref: `${NAMED}#/$defs/${name}` } } };
  return Object.fromEntries(statuses.map((status) => [status, { content, ...headersOf(status) }]));
}
const ELSEWHERE = elsewhere("application/problem+json", "Problem", [400, 401, 404, 405, 429, 503]);
const BESIDE_OFREP = {
  ...elsewhere("application/json", "OfrepError", [400, 401, 403, 404, 405, 429, 503]),
  204: headersOf(204, "Allow"), // a preflight
};
/** Headers that say something of the answer: where one is sent it is described. All others belong to every answer. */
const TELLING = new Set(Object.keys(components.headers).map((name) => name.toLowerCase()));

/** Every schema that was needed so far, by its address. */
const lookup = dereference({ $defs: components.schemas }, Object.create(null), new URL(NAMED));
const known = new Set<Schema>();

function errorsOf(schema: Schema, value: unknown) {
  if (!known.has(schema)) {
    known.add(schema);
    dereference(schema, lookup, new URL(`https://sluice.test/${known.size}`));
  }
  const { valid, errors } = validate(value, schema, "2020-12", lookup, false);
  return valid ? [] : errors;
}

/** What the routes of the OpenFeature CLI answer where they have no operation: a refusal as it reads it. */
function elsewhereOf([described]: Described[]): Responses {
  const content = Object.values(described?.operations ?? {}).find(({ responses }) => responses)?.responses["401"]
    ?.content;
  return Object.fromEntries(
    Object.entries(ELSEWHERE).map(([status, response]) => [status, content ? { ...response, content } : response]),
  );
}

/** The responses of the operation that a request is for. A literal segment is matched before a parameter. */
function responsesOf(method: string, path: string): Responses {
  const here = DESCRIBED.filter(({ pattern }) => pattern.test(path));
  const found = here.find(({ operations }) => operations[method.toLowerCase()]);
  return (
    found?.operations[method.toLowerCase()]?.responses ??
    (/^\/(?:ofrep|v1)(?:\/|$)/.test(path)
      ? BESIDE_OFREP
      : path.includes("/openfeature/")
        ? elsewhereOf(here)
        : ELSEWHERE)
  );
}

/** Where a request was for; the leniencies of OFREP's addresses are no addresses of their own. */
function addressOf(path: string): string {
  return path.replace(/^\/+/, "/").replace(/^(\/ofrep\/v1\/evaluate\/flags)\/+$/, "$1");
}

/** What of an answer isn't as the document says; empty when all is. `path` is the address without its query. */
export function undescribed(
  method: string,
  path: string,
  { status, headers, text: body }: { status: number; headers: Headers; text: string },
): string[] {
  const what = `${method} ${path} → ${status}`;
  const asGet = method === "HEAD" && !path.includes("/ofrep/"); // there it is a method of its own, and not available
  const response = responsesOf(asGet ? "GET" : method, addressOf(path))[status];
  if (!response) return [`${what}: this status is not described`];
  const wrong = undescribedHeaders(response.headers ?? {}, headers).map((problem) => `${what}: ${problem}`);
  if (method === "HEAD" || wrong.length > 0) return wrong;
  const type = headers.get("Content-Type")?.split(";")[0] ?? "";
  if (!response.content) return body === "" ? [] : [`${what}: a body is not described`];
  const content = response.content[type];
  if (!content) return [`${what}: the content type "${type}" is not described`];
  if (type === "text/event-stream") return [];
  const errors = errorsOf(content.schema, JSON.parse(body));
  return errors.map(({ instanceLocation, error }) => `${what}: ${instanceLocation}: ${error}`);
}

function undescribedHeaders(described: Record<string, { $ref: string }>, headers: Headers): string[] {
  const known = new Set(Object.keys(described).map((name) => name.toLowerCase()));
  const extra = [...headers.keys()].filter((name) => TELLING.has(name) && !known.has(name));
  const wrong = Object.entries(described).flatMap(([name, { $ref }]) => {
    const { required, schema } = components.headers[$ref.slice("#/components/headers/".length)]!;
    const value = headers.get(name);
    if (value === null) return required ? [`has no ${name}`] : [];
    const is = schema.type === "integer" && /^\d+$/.test(value) ? Number(value) : value;
    return errorsOf(schema, is).length === 0 ? [] : [`${name} is ${value}`];
  });
  return [...extra.map((name) => `${name} is not described`), ...wrong];
}
