import { headersOf } from "./headers.ts";

/* The routes for servers that evaluate by themselves. */

const refused = (status: number, description: string) => ({
  description,
  ...headersOf(status),
  content: { "application/json": { schema: { $ref: "#/components/schemas/OfrepError" } } },
});
const refusals = {
  "401": refused(401, "No valid environment key"),
  "403": refused(403, "Not a server key"),
  "405": refused(405, "Only GET and HEAD"),
  "429": refused(429, "Too many failed attempts from this address"),
  "503": refused(503, "Nothing can be served yet; try again after Retry-After seconds"),
};
const security = [{ environmentKey: [] }, { environmentKeyHeader: [] }];

const held = { name: "If-None-Match", in: "header", description: "The ETag that is held", schema: { type: "string" } };
const OMITTED = {
  type: "object",
  required: ["omitted"],
  properties: {
    omitted: {
      type: "array",
      description: "Sorted by key",
      items: {
        type: "object",
        required: ["key", "code", "path"],
        properties: {
          key: { type: "string", description: "The flag's" },
          code: { type: "string", description: "Why, in the words of `sluice export --format flagd`" },
          path: { type: "string", description: "JSON Pointer to what can't be said, among the live flags by key" },
        },
      },
    },
  },
};
const keys = (description: string) => ({ type: "array", description, items: { type: "string" } });
const SNAPSHOT = {
  type: "object",
  required: ["format", "environment", "incarnation", "version", "at", "flags", "segments", "members", "eventStreams"],
  properties: {
    format: { type: "integer", description: "Of this document; a client that doesn't know it keeps what it holds" },
    environment: { type: "string", description: "Its name" },
    incarnation: { type: "string", description: "New whenever an environment is created under this name" },
    version: { type: "integer", description: "Grows with each write" },
    at: { type: "integer", description: "Epoch milliseconds at which this version was committed" },
    flags: {
      type: "array",
      description: "Flags by key, without what only people read; with `since` only those that are new or differ",
      items: {
        type: "object",
        required: ["version", "flag"],
        properties: {
          version: { type: "integer", description: "The environment's version at which the flag last changed" },
          flag: { type: "object", description: "A flag without `description`, `owner`, `tags` and `kind`" },
          release: {
            type: "object",
            description: "What a live release says of the flag: whose evaluations carry which cohort",
          },
        },
      },
    },
    segments: {
      type: "array",
      description:
        "Segments by key, their listed members as places among the digests; with `since` only those that are new or differ",
      items: { type: "object" },
    },
    members: {
      type: ["string", "null"],
      description: "What to ask `/v1/members/{hash}` for; null where no segment lists a member",
    },
    eventStreams: { type: "array", description: "Where changes are announced to this key", items: { type: "object" } },
    since: {
      type: "string",
      description: "The revision that `flags`, `segments` and `removed` start from; absent where the whole is answered",
    },
    removed: {
      type: "object",
      description: "What was there at `since` and isn't any more",
      required: ["flags", "segments"],
      properties: { flags: keys("Keys of flags"), segments: keys("Keys of segments") },
    },
  },
};

export const SERVER_PATHS = {
  "/v1/snapshot": {
    get: {
      operationId: "serverSnapshot",
      tags: ["Servers"],
      summary: "Fetch all flags, to evaluate them in your own process",
      description:
        "For server keys, and what `sluice/server` asks. Rules reach whoever holds a server key, e-mail addresses in them too; listed members of segments are digests only. Never has environment keys.",
      security,
      parameters: [
        {
          name: "since",
          in: "query",
          description:
            "The revision that is held (`<incarnation>.<version>`): what changed since is answered, or the whole where that isn't known any more",
          schema: { type: "string" },
        },
        held,
      ],
      responses: {
        "200": {
          description: "The whole, or what changed",
          ...headersOf(200, "Sluice-Version", "Sluice-Age", "ETag"),
          content: { "application/json": { schema: SNAPSHOT } },
        },
        "304": { description: "It is what you hold", ...headersOf(304, "Sluice-Version", "Sluice-Age", "ETag") },
        ...refusals,
      },
    },
  },
  "/flagd/v1/flags.json": {
    get: {
      operationId: "flagdFeed",
      tags: ["Servers"],
      summary: "Fetch all flags as flagd's definitions",
      description:
        "For server keys: what a flagd (`--sources` with `provider: http`) or a provider of flagd's that evaluates in its own process fetches again and again. What flagd can't say exactly isn't in it; `/flagd/v1/omitted` names it.",
      security,
      parameters: [held],
      responses: {
        "200": {
          description: "The definitions",
          ...headersOf(200, "Sluice-Version", "Sluice-Age", "Sluice-Omitted", "ETag"),
          content: {
            "application/json": {
              schema: {
                type: "object",
                required: ["flags", "$evaluators"],
                properties: {
                  flags: {
                    type: "object",
                    description: "By key, as flagd reads them",
                    additionalProperties: { type: "object" },
                  },
                  $evaluators: { type: "object", description: "Segments that they refer to, by key" },
                },
              },
            },
          },
        },
        "304": {
          description: "It is what you hold",
          ...headersOf(304, "Sluice-Version", "Sluice-Age", "Sluice-Omitted", "ETag"),
        },
        ...refusals,
      },
    },
  },
  "/flagd/v1/omitted": {
    get: {
      operationId: "flagdOmitted",
      tags: ["Servers"],
      summary: "List the flags that flagd can't say",
      description: "By key, each with the first reason. For server keys.",
      security,
      parameters: [held],
      responses: {
        "200": {
          description: "The flags that aren't in the feed",
          ...headersOf(200, "Sluice-Version", "Sluice-Age", "Sluice-Omitted", "ETag"),
          content: { "application/json": { schema: OMITTED } },
        },
        "304": {
          description: "It is what you hold",
          ...headersOf(304, "Sluice-Version", "Sluice-Age", "Sluice-Omitted", "ETag"),
        },
        ...refusals,
      },
    },
  },
  "/v1/members/{hash}": {
    parameters: [
      {
        name: "hash",
        in: "path",
        required: true,
        description: "`members` of the current snapshot",
        schema: { type: "string" },
      },
    ],
    get: {
      operationId: "serverMembers",
      tags: ["Servers"],
      summary: "Fetch the digests of listed members",
      description: "64 bits each, little-endian. Never changes under one hash.",
      security,
      responses: {
        "200": {
          description: "The digests",
          ...headersOf(200),
          content: { "application/octet-stream": { schema: { type: "string", format: "binary" } } },
        },
        "404": refused(404, "Not the hash that the current snapshot names"),
        ...refusals,
      },
    },
  },
};
