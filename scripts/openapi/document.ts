import * as z from "zod";
import * as answers from "../../src/contract/answers.ts";
import * as counts from "../../src/contract/metric-answers.ts";
import { health } from "../../src/contract/health-answers.ts";
import * as requestAnswers from "../../src/contract/change-request-answers.ts";
import * as ofrepAnswers from "../../src/contract/ofrep-answers.ts";
import { alert } from "../../src/contract/alert.ts";
import { eventBatch } from "../../src/contract/event.ts";
import { condition, flagFields, rule } from "../../src/contract/flag.ts";
import { PROBLEMS, type ProblemType } from "../../src/contract/problem.ts";
import { ADMIN_ROUTES, type Operation } from "../../src/contract/routes.ts";
import * as releases from "../../src/contract/release-answers.ts";
import { planFields } from "../../src/contract/plan.ts";
import * as LIMITS from "../../src/contract/limits.ts";
import { NAME } from "../../src/contract/names.ts";
import { segmentFields } from "../../src/contract/segment.ts";
import { HEADERS, type HeaderName, headersOf } from "./headers.ts";
import { type Description, OPERATIONS } from "./operations.ts";
import { OFREP_PATHS } from "./ofrep.ts";
import { EXAMPLES } from "./examples.ts";
import { SERVER_PATHS } from "./servers.ts";
import { putWords, wordsOf } from "./words.ts";

/* The OpenAPI 3.1 document, made from the schemas and the route table: nothing in it is written twice. */

export type Json = { [name: string]: unknown };

/** Shapes that get a name of their own. What is written differs from what is answered: defaults are filled in. */
const WRITTEN: [string, z.core.$ZodType][] = [
  ["ConditionInput", condition],
  ["RuleInput", rule],
  ["FlagInput", flagFields],
  ["SegmentInput", segmentFields],
  ["PlanInput", planFields],
  ["EventBatch", eventBatch],
];
const ANSWERED: [string, z.core.$ZodType][] = [
  ["Condition", condition],
  ["Flag", answers.wholeFlag],
  ["FlagView", answers.flagView],
  ["Segment", segmentFields],
  ["SegmentView", answers.segmentView],
  ["Release", releases.releaseView],
  ["Plan", releases.planView],
  ["ChangeRequest", requestAnswers.changeRequest],
  ["Environment", answers.environmentView],
  ["Key", answers.keyView],
  ["Token", answers.tokenView],
  ["Actor", answers.actor],
  ["AuditEntry", answers.auditEntry],
  ["ConditionTrace", answers.conditionTrace],
  ["Problem", answers.problem],
  ["Evaluation", ofrepAnswers.evaluation],
  ["BulkEvaluation", ofrepAnswers.bulk],
  ["OfrepError", ofrepAnswers.ofrepError],
  ["Recorded", counts.recorded],
  ["Health", health],
];

class Schemas {
  readonly components: Json = {};
  readonly #written = registry(WRITTEN);
  readonly #answered = registry(ANSWERED);

  constructor() {
    this.#take(this.#written, "input");
    this.#take(this.#answered, "output");
  }

  /** The schema of something sent to the API. */
  sent(schema: z.core.$ZodType): Json {
    return this.#inline(schema, this.#written, "input");
  }

  /** The schema of something the API answers. */
  answered(schema: z.core.$ZodType): Json {
    return this.#inline(schema, this.#answered, "output");
  }

  #take(from: Registry, io: "input" | "output"): void {
    const { schemas } = z.toJSONSchema(from, { ...OPTIONS, io });
    for (const [name, schema] of Object.entries(schemas)) this.components[name] = tidy(schema);
  }

  /** A schema that has no name, referring to those that have; one that has a name is just a reference to it. */
  #inline(schema: z.core.$ZodType, named: Registry, io: "input" | "output"): Json {
    const name = named.get(schema)?.id;
    if (name) return { $ref: `#/components/schemas/${name}` };
    const all = registry([...(io === "input" ? WRITTEN : ANSWERED), ["inline", schema]]);
    const { schemas } = z.toJSONSchema(all, { ...OPTIONS, io });
    if ("__shared" in schemas) throw new Error("A schema that contains itself needs a name in ANSWERED or WRITTEN.");
    return tidy(schemas["inline"] as Json);
  }
}

type Registry = z.core.$ZodRegistry<{ id: string }>;

const OPTIONS = {
  target: "draft-2020-12",
  unrepresentable: "any",
  uri: (id: string) => `#/components/schemas/${id}`,
} as const;

function registry(entries: [string, z.core.$ZodType][]): Registry {
  const made = z.registry<{ id: string }>();
  for (const [id, schema] of entries) made.add(schema, { id });
  return made;
}

/** Without what only a schema that stands alone needs, and with patterns that every language reads. */
function tidy(schema: Json): Json {
  const { $schema: _, $id: __, ...rest } = schema;
  return portable(rest) as Json;
}

/** Names and what is made of them, without what only regular expressions of JavaScript know. */
const NAME_SCHEMA = {
  minLength: 1,
  maxLength: LIMITS.nameLength,
  pattern: "^[^\\u0000-\\u001F\\u007F-\\u009F]*$",
  not: { enum: [".", "..", "__proto__", "constructor", "prototype"] },
};
const PORTABLE: Record<string, Json> = {
  [NAME.source]: NAME_SCHEMA,
  "^\\d{1,9}$": { pattern: "^[0-9]{1,9}$" },
  "^\\d{1,15}$": { pattern: "^[0-9]{1,15}$" },
};

function portable(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(portable);
  if (typeof value !== "object" || value === null) return value;
  const all = Object.fromEntries(Object.entries(value).map(([name, one]) => [name, portable(one)]));
  if (typeof all["pattern"] !== "string") return all;
  const pattern = all["pattern"]
    .replaceAll("\\p{Cc}\\p{Cs}", "\\u0000-\\u001F\\u007F-\\u009F")
    .replaceAll("\\p{Lu}", "A-Z");
  return { ...all, pattern, ...PORTABLE[all["pattern"]] };
}

const json = (schema: Json, type = "application/json") => ({ content: { [type]: { schema } } });
const problemAnswer = (status: number): Json => {
  const titles = Object.values(PROBLEMS).filter((one) => one.status === status);
  return {
    description: titles.map((one) => one.title).join(", or: "),
    ...headersOf(status),
    ...json({ $ref: "#/components/schemas/Problem" }, "application/problem+json"),
  };
};
const statusOf = (type: ProblemType): number => PROBLEMS[type].status;
const SUCCESS = {
  200: "Done, or found",
  201: "Created",
  202: "Taken on; not done yet",
  204: "Done; nothing is left to show",
} as const;

/** The whole document. `version` is the package's. */
export function openApiDocument(version: string): Json {
  const schemas = new Schemas();
  const paths: Record<string, Json> = { ...OFREP_PATHS, ...SERVER_PATHS, [ALERT_PATH]: alertRoute(schemas) };
  for (const [operation, [method, path, role]] of Object.entries(ADMIN_ROUTES)) {
    const whole = `/admin/v1${path}`;
    const item = (paths[whole] ??= pathItem(path));
    item[method.toLowerCase()] = describe(operation as Operation, method, path, role, schemas);
  }
  const document = {
    openapi: "3.1.1",
    info: {
      title: "Sluice",
      version,
      summary: "Progressive delivery at the edge",
      description:
        "Feature flags evaluated close to users, and their administration. Evaluation follows the OpenFeature Remote Evaluation Protocol 0.3. Every response carries a Request-Id.",
      license: { name: "Apache-2.0", identifier: "Apache-2.0" },
    },
    servers: [{ url: "/", description: "This deployment" }],
    tags: [
      { name: "Evaluation", description: "For applications: OFREP, with an environment key." },
      { name: "Events", description: "For applications: what was seen and what came of it." },
      { name: "Servers", description: "For servers that evaluate in their own process." },
      {
        name: "Environments",
        description: "What is kept apart: each environment has flags, segments and keys of its own.",
      },
      { name: "Flags", description: "Who is served which variant." },
      { name: "Releases", description: "In stages, each watched, and taken back where it harms; and plans for them." },
      { name: "Segments", description: "Named sets of contexts." },
      { name: "Changes", description: "Several changes at once, all or none." },
      { name: "Audit", description: "Who did what, and when." },
      { name: "Versions", description: "Every state that an environment has been in." },
      { name: "Trial", description: "What flags serve and why; what changes would change. Nothing is written." },
      { name: "Interchange", description: "Documents, and from one environment to another." },
      { name: "Metrics", description: "What came of it." },
      { name: "Change requests", description: "Changes that wait for the consent of others." },
      { name: "Overrides", description: "Testers see a variant before others do." },
      { name: "Webhooks", description: "Who is told when a person is needed." },
      { name: "Keys", description: "What applications sign in with." },
      { name: "Access", description: "Who may administer." },
      { name: "Health", description: "For monitors." },
    ],
    paths,
    components: {
      schemas: schemas.components,
      headers: HEADERS,
      securitySchemes: {
        environmentKey: { type: "http", scheme: "bearer", description: "slc_client_… or slc_server_…" },
        environmentKeyHeader: { type: "apiKey", in: "header", name: "X-API-Key" },
        clientKeyQuery: { type: "apiKey", in: "query", name: "key", description: "Client keys only" },
        adminToken: { type: "http", scheme: "bearer", description: "slc_admin_…, or the root token" },
        session: {
          type: "apiKey",
          in: "cookie",
          name: "__Host-sluice-session",
          description:
            "The dashboard's session, opened by `POST /admin/v1/session`; on http on the machine itself it is called `sluice-session-<port>`. Writes with it must come from this site's own pages",
        },
        access: {
          type: "apiKey",
          in: "header",
          name: "Cf-Access-Jwt-Assertion",
          description: "Set by Cloudflare Access for people who are signed in there, where this deployment uses it",
        },
      },
    },
  };
  const missing = wordless(document);
  if (missing.length > 0) throw new Error(`scripts/openapi/words has none for: ${missing.join(", ")}`);
  return document;
}

/** Puts words where there are none, and says what has none still. */
function wordless({ components, paths }: { components: Json; paths: Record<string, Json> }): string[] {
  const named = Object.entries(components["schemas"] as Json).flatMap(([name, schema]) => putWords(schema, [name]));
  const operations = Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(item).flatMap(([method, operation]) => {
      const { operationId = `${method} ${path}`, requestBody, responses } = operation as Json;
      return putWords([requestBody, responses], [String(operationId)]);
    }),
  );
  return [...new Set([...named, ...operations])];
}

const ALERT_PATH = "/admin/v1/environments/{env}/flags/{key}/releases/{id}/alert";

/** The one route of the administration that takes a signature, or a token of its own, in place of an admin token. */
function alertRoute(schemas: Schemas): Json {
  const refused = [400, 401, 405, 409, 413, 415, 422, 429, 503];
  return {
    ...pathItem(ALERT_PATH),
    post: {
      operationId: "alertRelease",
      tags: ["Releases"],
      summary: "Report harm from outside: pauses a release, or takes it back",
      description:
        "Signed by the scheme of Standard Webhooks with the release's own secret; at most 5 minutes old, and each id counts once. Monitors that can't sign or choose their body (Alertmanager, Grafana, Datadog) send the release's token as Bearer and `?action=` instead: any JSON is taken, its beginning kept as the cause, and one whose `status` is `resolved` does nothing. Neither can do anything else. 401 is the same whatever is missing or wrong.",
      security: [],
      parameters: [
        {
          name: "action",
          in: "query",
          description: "With a token: what is to be done",
          schema: { type: "string", enum: ["pause", "unrelease"] },
        },
        headerParameter("webhook-id", "Names the message"),
        headerParameter("webhook-timestamp", "Epoch seconds"),
        headerParameter("webhook-signature", "`v1,<base64>` of HMAC-SHA-256 over `<id>.<timestamp>.<body>`"),
      ],
      requestBody: {
        required: true,
        content: {
          "application/json": { schema: { anyOf: [schemas.sent(alert), {}] }, example: EXAMPLES.alertRelease },
        },
      },
      responses: {
        200: { description: "Done, now or before", ...headersOf(200), ...json(schemas.answered(releases.alerted)) },
        ...Object.fromEntries(refused.map((status) => [status, problemAnswer(status)])),
      },
    },
  };
}

function pathItem(path: string): Json {
  const parameters = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    name,
    in: "path",
    required: true,
    schema: { type: "string" },
    description: name === "env" ? "Name of the environment" : "One percent-encoded segment",
  }));
  return parameters.length > 0 ? { parameters } : {};
}

function describe(operation: Operation, method: string, path: string, role: string, schemas: Schemas): Json {
  const is: Description = OPERATIONS[operation];
  const write = method !== "GET" && !is.readsOnly;
  const parameters: Json[] = [
    ...queryParameters(operation, is.query, schemas),
    ...(is.conditional && write
      ? [headerParameter("If-Match", "The entity tag that must still be current; else 412")]
      : []),
    ...(is.conditional && !write
      ? [headerParameter("If-None-Match", "An entity tag that is held already; then 304")]
      : []),
    ...(write
      ? [
          headerParameter(
            "Idempotency-Key",
            "1 to 255 printable ASCII characters: sent again within 24 h, it is done once",
          ),
        ]
      : []),
    ...(is.commentHeader ? [headerParameter("Sluice-Comment", "Why, for the log: percent-encoded UTF-8")] : []),
  ];
  const responses: Json = {};
  const all = { ...is.answers, ...(is.consent && { 202: requestAnswers.changeRequest }) };
  for (const [status, schema] of Object.entries(all))
    responses[status] = {
      description: SUCCESS[Number(status) as keyof typeof SUCCESS],
      ...headersOf(Number(status), ...ownHeaders(is, write, Number(status), schema !== null)),
      ...(schema && withPage(is, json(schemas.answered(schema), is.stream ? "text/event-stream" : undefined))),
    };
  if (is.conditional && !write) responses[304] = { description: "What you hold is current", ...headersOf(304, "ETag") };
  const refusals: ProblemType[] = ["bad-request", "unauthenticated", "forbidden", "invalid"];
  refusals.push("too-many-requests", "unavailable");
  if (path.includes("{")) refusals.push("not-found");
  if (method !== "GET") refusals.push("unsupported-media-type", "too-large", "conflict");
  if (is.conditional && write) refusals.push("version-conflict");
  for (const status of refusals.map(statusOf).sort((a, b) => a - b)) {
    responses[status] ??= problemAnswer(status);
    if (is.manifest) Object.assign(responses[status] as Json, json(schemas.answered(requestAnswers.manifestError)));
  }
  return {
    operationId: operation,
    tags: [is.tag],
    summary: is.summary,
    description: [is.description, is.open ? "Needs no other credential." : `Needs the role ${role}.`].join(" ").trim(),
    security: is.open ? [] : [{ adminToken: [] }, { session: [] }, { access: [] }],
    ...(parameters.length > 0 && { parameters }),
    ...(is.body && { requestBody: requestBody(operation, is, is.body, schemas) }),
    responses,
  };
}

function withPage({ page }: Description, { content }: ReturnType<typeof json>): Json {
  return { content: page ? { ...content, "text/html": { schema: { type: "string" } } } : content };
}

/** What a successful answer says of itself, beside what every answer has. */
function ownHeaders(is: Description, write: boolean, status: number, shown: boolean): HeaderName[] {
  if (is.cookie) return ["Set-Cookie"];
  if (!write) return is.conditional || is.tagged ? ["ETag"] : [];
  return [
    ...(is.unversioned ? [] : (["Sluice-Version", "Sluice-Revision"] as const)),
    ...(shown && !is.unversioned ? (["ETag"] as const) : []),
    ...(status === 201 && !is.unaddressed ? (["Location"] as const) : []),
    "Idempotent-Replay",
  ];
}

function requestBody(operation: Operation, is: Description, body: z.core.$ZodType, schemas: Schemas): Json {
  const schema = schemas.sent(body);
  const example = EXAMPLES[operation];
  const content: Json = { "application/json": { schema, example } };
  if (is.patch) content["application/merge-patch+json"] = { schema: { type: "object" }, example };
  return { required: (schema["required"] as unknown[] | undefined) !== undefined, content };
}

function headerParameter(name: string, description: string): Json {
  return { name, in: "header", description, schema: { type: "string" } };
}

function queryParameters(operation: string, query: z.core.$ZodType | undefined, schemas: Schemas): Json[] {
  if (!query) return [];
  const { properties = {}, required = [] } = schemas.sent(query) as {
    properties?: Record<string, Json>;
    required?: string[];
  };
  return Object.entries(properties).map(([name, schema]) => ({
    name,
    in: "query",
    description: wordsOf([operation, name]),
    required: required.includes(name),
    schema: name === "limit" ? limitOf(operation) : schema,
  }));
}

/** A number as text, which JSON Schema calls a number where it stands in a query. */
function limitOf(operation: string): Json {
  const [most, usual] =
    operation === "listMembers"
      ? [LIMITS.membersPage, LIMITS.usualMembersPage]
      : [operation === "listFlagsEverywhere" ? LIMITS.everywherePage : LIMITS.page, LIMITS.usualPage];
  return { type: "integer", minimum: 1, maximum: most, default: usual };
}
