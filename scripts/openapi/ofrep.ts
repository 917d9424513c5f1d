import { type HeaderName, headersOf } from "./headers.ts";

/* The routes that aren't in the administration's table. Their shapes are OFREP's. */

const ref = (name: string) => ({ $ref: `#/components/schemas/${name}` });
const json = (name: string) => ({ content: { "application/json": { schema: ref(name) } } });
const failure = (status: number, description: string, ...more: HeaderName[]) => ({
  description,
  ...headersOf(status, ...more),
  ...json("OfrepError"),
});

const failures = {
  "400": failure(
    400,
    "The body or the context can't be read, or the flag can't be evaluated",
    "Sluice-Version?",
    "Sluice-Age?",
  ),
  "401": failure(401, "No valid environment key"),
  "403": failure(403, "This key may not do that, or not from this origin"),
  "413": failure(413, "The context is larger than 64 KiB"),
  "415": failure(415, "The content encoding is not accepted"),
  "429": failure(429, "Too many failed attempts from this address"),
  "503": failure(503, "Nothing can be served yet; try again after Retry-After seconds"),
};
const held = [
  {
    name: "flagConfigEtag",
    in: "query",
    description: "A revision that must have been seen",
    schema: { type: "string" },
  },
  { name: "flagConfigLastModified", in: "query", description: "Accepted and not needed", schema: { type: "string" } },
];
const ifNoneMatch = {
  name: "If-None-Match",
  in: "header",
  description: "An entity tag that is held already; then 304",
  schema: { type: "string" },
};
const contextBody = {
  required: false,
  content: {
    "application/json": {
      example: { context: { targetingKey: "user-1", email: "ada@shop.example" } },
      schema: {
        type: "object",
        properties: {
          context: {
            type: ["object", "null"],
            description: "Attributes of the subject, up to 64 KiB and 10 levels",
            properties: { targetingKey: { description: "Who is asking", type: ["string", "integer"] } },
            additionalProperties: true,
          },
        },
      },
    },
  },
};
const EVENTS = {
  id: "5b0c7e2e-9d0f-4d0e-8a53-1f6c7f6a1d10",
  events: [
    { type: "exposure", flag: "new-checkout", variant: "on", targetingKey: "user-1" },
    { type: "outcome", metric: "purchase", value: 1, targetingKey: "user-1" },
  ],
};
const security = [{ environmentKey: [] }, { environmentKeyHeader: [] }];
const bulkAnswers = {
  "200": {
    description: "Every flag that the key may see",
    ...headersOf(200, "Sluice-Version", "Sluice-Age", "ETag"),
    ...json("BulkEvaluation"),
  },
  "304": { description: "The answer is the one you hold", ...headersOf(304, "Sluice-Version", "Sluice-Age", "ETag") },
  ...failures,
};

const STREAM = [
  "A `text/event-stream` for `EventSource`, as in OFREP 0.3. It opens with `retry`, a comment and the `id` of the",
  "current version. An event says that answers may have changed: evaluate again, with its `etag` as `flagConfigEtag`,",
  "and the answer is from that version at least. Events come when something was written and when the window of a rule",
  "begins or ends; those within a moment are merged. Who connects without the current version as `Last-Event-ID` is sent",
  "one event at once. A comment follows every 20 seconds. The stream ends when its token does and when its key is",
  "deleted; the next bulk evaluation has an address that is good, or is refused.",
].join(" ");
const EVENT = `id: 12\ndata: {"type":"refetchEvaluation","etag":"k3v9x0q2m7ab.12","lastModified":1795269600}\n\n`;

export const OFREP_PATHS = {
  "/ofrep/v1/evaluate/flags/{key}": {
    parameters: [
      {
        name: "key",
        in: "path",
        required: true,
        description: "The whole rest of the path",
        schema: { type: "string" },
      },
    ],
    post: {
      operationId: "evaluateFlag",
      tags: ["Evaluation"],
      summary: "Evaluate one flag",
      security,
      parameters: held,
      requestBody: contextBody,
      responses: {
        "200": {
          description: "What the flag serves to this context",
          ...headersOf(200, "Sluice-Version", "Sluice-Age"),
          ...json("Evaluation"),
        },
        "404": failure(404, "There is no such flag for this key", "Sluice-Version", "Sluice-Age"),
        ...failures,
      },
    },
  },
  "/ofrep/v1/evaluate/flags": {
    post: {
      operationId: "evaluateFlags",
      tags: ["Evaluation"],
      summary: "Evaluate all flags",
      security,
      parameters: [...held, ifNoneMatch],
      requestBody: contextBody,
      responses: bulkAnswers,
    },
    get: {
      operationId: "evaluateFlagsWithoutPreflight",
      tags: ["Evaluation"],
      summary: "Evaluate all flags without a CORS preflight",
      security: [...security, { clientKeyQuery: [] }],
      parameters: [
        {
          name: "context",
          in: "query",
          description: "base64url of the context's JSON, up to 8 KiB",
          schema: { type: "string" },
        },
        ...held,
        ifNoneMatch,
      ],
      responses: { ...bulkAnswers, "414": failure(414, "The context is longer than 8 KiB") },
    },
  },
  "/ofrep/v1/stream": {
    get: {
      operationId: "streamChanges",
      tags: ["Evaluation"],
      summary: "Hear of changes as they happen",
      description: STREAM,
      security: [],
      parameters: [
        {
          name: "token",
          in: "query",
          required: true,
          description: "Take the whole address from `eventStreams` of a bulk evaluation",
          schema: { type: "string" },
        },
        {
          name: "Last-Event-ID",
          in: "header",
          description: "The last `id` that was received; browsers send it by themselves",
          schema: { type: "string" },
        },
      ],
      responses: {
        "200": {
          description: "Server-sent events, until the token ends or its key is deleted",
          ...headersOf(200),
          content: { "text/event-stream": { schema: { type: "string" }, example: EVENT } },
        },
        "401": failure(401, "The token is wrong, has ended, or is of a key that was deleted"),
        "405": failure(405, "Only GET"),
        "429": failures["429"],
      },
    },
  },
  "/v1/events": {
    post: {
      operationId: "recordEvents",
      tags: ["Events"],
      summary: "Report exposures and outcomes",
      description:
        "1 to 500 events and 256 KiB; the content type is not insisted on, so that `navigator.sendBeacon` can send text. What is answered 202 is counted for good. One bad event doesn't sink the rest. A batch of the same `id` counts once within an hour, so after a failure the same batch can be sent again.",
      security: [...security, { clientKeyQuery: [] }],
      requestBody: { required: true, content: { "application/json": { schema: ref("EventBatch"), example: EVENTS } } },
      responses: {
        "202": { description: "Counted, but for those that are `rejected`", ...headersOf(202), ...json("Recorded") },
        "400": failure(400, "The body can't be read, or has no `id` or no list of events"),
        "401": failures["401"],
        "403": failures["403"],
        "413": failure(413, "More than 500 events or 256 KiB"),
        "415": failures["415"],
        "429": failure(
          429,
          "Too many failed attempts, or more than 60 requests a minute with a client key, from this address",
        ),
        "503": failure(503, "They can't be counted at the moment; send the same batch again after Retry-After seconds"),
      },
    },
  },
  "/healthz": {
    get: {
      operationId: "health",
      tags: ["Health"],
      summary: "Is this isolate able to serve",
      security: [],
      responses: {
        "200": { description: "ok, or degraded and in what", ...headersOf(200), ...json("Health") },
        "405": {
          description: "Only GET and HEAD",
          ...headersOf(405),
          content: { "application/problem+json": { schema: ref("Problem") } },
        },
        "503": { description: "Nothing can be served", ...headersOf(503), ...json("Health") },
      },
    },
  },
};
