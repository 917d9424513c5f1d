import type { JsonObject, JsonValue } from "../../contract/json.ts";

/*
 * What agents can do, as data: names, what they take, and truthful hints. All of it goes through the administration API
 * with the caller's own token (`Admin`), so none can do what that wouldn't let this caller do. Names are keys, never ids.
 */

/** Asks the administration API. `body`: the parsed answer, whatever its status. */
export type Admin = (method: string, path: string, body?: JsonObject) => Promise<{ status: number; body: JsonValue }>;

/** What a tool came to. A refusal is a result that says so: the agent can read why, and try another way. */
export type Outcome = { value: JsonValue } | { refused: JsonValue };

export type Tool = {
  name: string;
  description: string;
  input: JsonObject;
  required: string[];
  /** What it answers, as `shapeOf` reads it. */
  output: string;
  hints: { readOnly: boolean; destructive?: boolean; idempotent?: boolean };
  run(args: JsonObject, admin: Admin): Promise<Outcome>;
};

const text = (description: string): JsonObject => ({ type: "string", description });
const ENVIRONMENT = text("Name of the environment, such as production");
const FLAG = text("Key of the flag");
const COMMENT = text("Why, for the audit log");

const segment = encodeURIComponent;
/** A text or a number as text; what is neither was refused before. */
const textOf = (value: JsonValue | undefined): string =>
  typeof value === "number" ? `${value}` : typeof value === "string" ? value : "";
const at = (args: JsonObject, path = ""): string => `/environments/${segment(textOf(args["environment"]))}${path}`;
const flagAt = (args: JsonObject, path = ""): string => at(args, `/flags/${segment(textOf(args["flag"]))}${path}`);

async function asked(admin: Admin, method: string, path: string, body?: JsonObject): Promise<Outcome> {
  const answer = await admin(method, path, body);
  return answer.status < 300 ? { value: answer.body } : { refused: answer.body };
}

/** Some of an answer: `pick` is given the body of a 2xx. */
async function picked(outcome: Promise<Outcome>, pick: (body: JsonObject) => JsonValue): Promise<Outcome> {
  const found = await outcome;
  return "value" in found ? { value: pick(found.value as JsonObject) } : found;
}

const READ = { readOnly: true };
const UNTIL = ["completed", "unreleased", "cancelled"];

export const TOOLS: readonly Tool[] = [
  {
    name: "context",
    description:
      "Who you are and may do, which environments there are, which releases are live in them and what waits. Begin here.",
    input: {},
    required: [],
    output: "you{} environments[]",
    hints: READ,
    run: context,
  },
  {
    name: "find_flags",
    description: "Flags of an environment by a text in key, description, owner or tags, or by state.",
    input: {
      environment: ENVIRONMENT,
      query: text("Part of a key, description, owner or tag"),
      state: { type: "string", enum: ["enabled", "disabled", "archived", "stale"] },
      limit: { type: "integer", minimum: 1, maximum: 100, description: "20 unless said" },
    },
    required: ["environment"],
    output: "flags[] more?",
    hints: READ,
    run: (args, admin) => {
      const query = new URLSearchParams({ limit: textOf(args["limit"] ?? 20) });
      if (typeof args["query"] === "string") query.set("q", args["query"]);
      if (typeof args["state"] === "string") query.set("state", args["state"]);
      return picked(asked(admin, "GET", at(args, `/flags?${query.toString()}`)), (body) => ({
        flags: (body["flags"] as JsonObject[]).map(line),
        ...(body["cursor"] !== undefined && { more: true }),
      }));
    },
  },
  {
    name: "get_flag",
    description: "One flag, whole: variants, rules, what it serves, its release.",
    input: { environment: ENVIRONMENT, flag: FLAG },
    required: ["environment", "flag"],
    output: "flag{} version# updatedAt updatedBy archivedAt release{} stale{} actions[]",
    hints: READ,
    run: (args, admin) => asked(admin, "GET", flagAt(args)),
  },
  {
    name: "explain",
    description: "What a flag serves to a context and why: each rule and clause, held or not.",
    input: {
      environment: ENVIRONMENT,
      flag: FLAG,
      context: { type: "object", description: 'The evaluation context, such as { targetingKey: "customer-1" }' },
    },
    required: ["environment", "flag", "context"],
    output: "flags[]",
    hints: READ,
    run: (args, admin) =>
      asked(admin, "POST", at(args, "/evaluate"), { flag: args["flag"]!, context: args["context"]! }),
  },
  {
    name: "stale_flags",
    description: "Flags that have outlived their use, with why.",
    input: { environment: ENVIRONMENT },
    required: ["environment"],
    output: "flags[]",
    hints: READ,
    run: (args, admin) =>
      picked(asked(admin, "GET", at(args, "/flags?state=stale&limit=100")), (body) => ({
        flags: (body["flags"] as JsonObject[]).map(line),
      })),
  },
  {
    name: "release_report",
    description:
      "The latest release of a flag: what each stage saw, verdicts with evidence, who decided, what comes next.",
    input: { environment: ENVIRONMENT, flag: FLAG },
    required: ["environment", "flag"],
    output: "flag release{} stages[]",
    hints: READ,
    run: async (args, admin) => {
      const found = await asked(admin, "GET", flagAt(args, "/releases?limit=1"));
      if ("refused" in found) return found;
      const [latest] = (found.value as { releases: { id: string }[] }).releases;
      if (latest === undefined) return { refused: { detail: "This flag has never been released here." } };
      return asked(admin, "GET", flagAt(args, `/releases/${segment(latest.id)}/report`));
    },
  },
  {
    name: "audit",
    description: "Who did what in an environment, newest first.",
    input: {
      environment: ENVIRONMENT,
      flag: FLAG,
      limit: { type: "integer", minimum: 1, maximum: 100, description: "20 unless said" },
    },
    required: ["environment"],
    output: "entries[]",
    hints: READ,
    run: (args, admin) => {
      const query = new URLSearchParams({ limit: textOf(args["limit"] ?? 20) });
      if (typeof args["flag"] === "string") query.set("flag", args["flag"]);
      return picked(asked(admin, "GET", at(args, `/audit?${query.toString()}`)), (body) => ({
        entries: (body["entries"] as JsonObject[]).map(entryLine),
      }));
    },
  },
  {
    name: "unrelease",
    description:
      "Takes a flag back from everybody, at once: its live release, or else all its rollouts to 0. Harm never waits.",
    input: { environment: ENVIRONMENT, flag: FLAG, comment: COMMENT },
    required: ["environment", "flag"],
    output: "flag id state percentage# version#",
    hints: { readOnly: false, destructive: true, idempotent: true },
    run: unrelease,
  },
  {
    name: "disable_flag",
    description: "Turns a whole flag off, at once: everybody gets its off variant.",
    input: { environment: ENVIRONMENT, flag: FLAG, comment: COMMENT },
    required: ["environment", "flag"],
    output: "key enabled? version#",
    hints: { readOnly: false, destructive: true, idempotent: true },
    run: (args, admin) => picked(asked(admin, "POST", flagAt(args, "/disable"), commentOf(args)), line),
  },
  {
    name: "propose_change",
    description:
      "Proposes a change without making it, and answers the diff and how many people change. Exactly one of changes (as in a batch: setRollout, putFlag, patchFlag, enableFlag, archiveFlag, …), release ({ flag, plan, rule? }), promote ({ from, flags? }). Show it to a person, then commit.",
    input: {
      environment: ENVIRONMENT,
      changes: {
        type: "array",
        items: { type: "object" },
        description: 'Such as [{ "op": "setRollout", "key": "new-checkout", "percentage": 5 }]',
      },
      release: { type: "object", description: "A release to start, by a kept plan's name or a plan" },
      promote: { type: "object", description: "Flags to bring from another environment" },
    },
    required: ["environment"],
    output: "proposal expiresAt version# diff[] preview{} needs",
    hints: { readOnly: false, destructive: false },
    run: (args, admin) => {
      const { environment: _, ...proposal } = args;
      return picked(asked(admin, "POST", at(args, "/proposals"), proposal), withoutContexts);
    },
  },
  {
    name: "commit",
    description: "Makes exactly what was proposed, once. Where others have to consent it becomes a change request.",
    input: { environment: ENVIRONMENT, proposal: text("What propose_change answered"), comment: COMMENT },
    required: ["environment", "proposal"],
    output: "flag id state percentage# version#",
    hints: { readOnly: false, destructive: true },
    run: (args, admin) =>
      picked(
        asked(admin, "POST", at(args, `/proposals/${segment(textOf(args["proposal"]))}/commit`), commentOf(args)),
        withoutContexts,
      ),
  },
];

async function context(_: JsonObject, admin: Admin): Promise<Outcome> {
  const me = await asked(admin, "GET", "/me");
  const found = await asked(admin, "GET", "/environments?limit=100");
  if ("refused" in me) return me;
  if ("refused" in found) return found;
  const { name, role } = me.value as JsonObject;
  const environments: JsonObject[] = [];
  for (const one of (found.value as { environments: JsonObject[] }).environments) {
    const environment = textOf(one["name"]);
    const [releases, requests] = await Promise.all([
      asked(admin, "GET", at({ environment }, "/releases?state=live&limit=20")),
      asked(admin, "GET", at({ environment }, "/change-requests?state=open&limit=20")),
    ]);
    environments.push({
      environment,
      production: one["production"] ?? environment === "production",
      flags: one["flags"]!,
      version: one["version"]!,
      requiresApproval: one["requiresApproval"]!,
      releases: listOf(releases, "releases").map((release) =>
        some(release, ["flag", "id", "state", "stage", "percentage", "next"]),
      ),
      waiting: listOf(requests, "changeRequests").map((request) =>
        some(request, ["id", "action", "targets", "createdAt"]),
      ),
    });
  }
  return { value: { you: { name: name!, role: role! }, environments } };
}

async function unrelease(args: JsonObject, admin: Admin): Promise<Outcome> {
  const found = await asked(admin, "GET", flagAt(args));
  if ("refused" in found) return found;
  const { flag, release } = found.value as { flag: JsonObject; release?: JsonObject };
  if (release !== undefined && !UNTIL.includes(textOf(release["state"])))
    return picked(
      asked(admin, "POST", flagAt(args, `/releases/${segment(textOf(release["id"]))}/unrelease`), commentOf(args)),
      (view) => some(view, ["flag", "id", "state", "percentage"]),
    );
  const key = flag["key"]!;
  const serves = [
    ...(flag["rules"] as JsonObject[]).map((rule) => ({ rule: rule["id"], serve: rule["serve"] })),
    { rule: undefined, serve: flag["default"] },
  ];
  const changes = serves
    .filter(({ serve }) => shareOf(serve) > 0)
    .map(({ rule }): JsonObject => ({ op: "setRollout", key, percentage: 0, ...(rule !== undefined && { rule }) }));
  if (changes.length === 0)
    return {
      refused: { detail: "This flag has no rollout that could be taken back. disable_flag turns all of it off." },
    };
  return asked(admin, "POST", at(args, "/changes"), { changes, ...commentOf(args) });
}

function shareOf(serve: JsonValue | undefined): number {
  const percentage = (serve as { rollout?: { percentage?: number } } | undefined)?.rollout?.percentage;
  return typeof percentage === "number" ? percentage : 0;
}

function commentOf({ comment }: JsonObject): JsonObject {
  return typeof comment === "string" ? { comment } : {};
}

function listOf(outcome: Outcome, name: string): JsonObject[] {
  return "value" in outcome ? ((outcome.value as JsonObject)[name] as JsonObject[]) : [];
}

function some(from: JsonObject, names: string[]): JsonObject {
  return Object.fromEntries(names.filter((name) => from[name] !== undefined).map((name) => [name, from[name]!]));
}

/** A flag in a line. */
function line(view: JsonObject): JsonObject {
  const flag = view["flag"] as JsonObject;
  return {
    ...some(flag, ["key", "type", "kind", "enabled", "description", "owner", "tags", "default"]),
    rules: (flag["rules"] as unknown[]).length,
    ...some(view, ["release", "stale", "archivedAt", "lastEvaluatedAt", "version"]),
  };
}

function entryLine(entry: JsonObject): JsonObject {
  return some(entry, ["sequence", "at", "actor", "action", "target", "comment", "version"]);
}

/** Counts of people stay; who they are is nobody's business here. */
function withoutContexts(body: JsonObject): JsonValue {
  const preview = body["preview"];
  if (typeof preview !== "object" || preview === null || Array.isArray(preview)) return body;
  const flags = ((preview["flags"] ?? []) as JsonObject[]).map((effect) => some(effect, ["key", "changed", "of"]));
  return { ...body, preview: { flags } };
}
