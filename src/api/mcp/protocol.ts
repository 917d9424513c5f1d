import { isJsonObject, type JsonObject, type JsonValue } from "../../contract/json.ts";

/*
 * The Model Context Protocol as a stateless server over HTTP needs it: one JSON-RPC message in, one answer out. Spoken
 * without the SDK, which would triple the Worker (design/tools.md). Two generations: 2025-06-18 and 2025-11-25 with
 * `initialize`, and 2026-07-28, where each request says of itself which version it speaks, in its body and its headers.
 */

/** The newest first: who asks for a version that isn't known is offered the newest of those with `initialize`. */
export const LEGACY_VERSIONS = ["2025-11-25", "2025-06-18"] as const;
export const MODERN_VERSION = "2026-07-28";

const META = "io.modelcontextprotocol/";
/** JSON-RPC's codes, and those that 2026-07-28 adds. */
const CODES = {
  notJson: -32700,
  notRequest: -32600,
  noMethod: -32601,
  badParams: -32602,
  internal: -32603,
  headersDiffer: -32020,
  unknownVersion: -32022,
} as const;

export type Implementation = { name: string; version: string };

/** What a server offers: its methods answer with a result, or throw `BadParams`. */
export type Server = {
  info: Implementation;
  instructions: string;
  /** @param client what the caller says it is; a claim */
  handle(method: string, params: JsonObject, client: string): Promise<JsonObject | undefined>;
};

/** A request whose parameters can't be used. */
export class BadParams extends Error {
  readonly data: JsonObject | undefined;
  constructor(message: string, data?: JsonObject) {
    super(message);
    this.name = "BadParams";
    this.data = data;
  }
}

/** An answer: `status` and the body, which is absent for a notification (202). */
export type Reply = { status: number; body?: JsonObject };
type Id = string | number | null;

/** Answers one message. `header` gives a header of the request by its lower-case name. */
export async function answerMessage(
  text: string,
  header: (name: string) => string | null,
  server: Server,
): Promise<Reply> {
  let message: unknown;
  try {
    message = JSON.parse(text);
  } catch {
    return failure(400, null, CODES.notJson, "The body is not JSON.");
  }
  if (!isJsonObject(message) || message["jsonrpc"] !== "2.0")
    return failure(400, null, CODES.notRequest, "The body must be one JSON-RPC 2.0 message; batches aren't taken.");
  const id = idOf(message);
  const { method } = message;
  if (typeof method !== "string")
    // An answer to something that was never asked: there is nothing to say to it.
    return "result" in message || "error" in message
      ? { status: 202 }
      : failure(400, id ?? null, CODES.notRequest, "A message needs a method.");
  if (id === undefined) return { status: 202 };
  const params = message["params"] ?? {};
  if (!isJsonObject(params)) return failure(400, id, CODES.badParams, "params must be an object.");
  const meta = isJsonObject(params["_meta"]) ? params["_meta"] : {};
  const version = meta[`${META}protocolVersion`];
  const wrong = typeof version === "string" ? modernFault(version, method, params, header) : legacyFault(header);
  if (wrong) return failure(400, id, wrong.code, wrong.message, wrong.data);
  return answerRequest(
    id,
    method,
    params,
    { modern: typeof version === "string", client: clientOf(meta, params) },
    server,
  );
}

async function answerRequest(
  id: Id,
  method: string,
  params: JsonObject,
  { modern, client }: { modern: boolean; client: string },
  server: Server,
): Promise<Reply> {
  try {
    const result =
      (modern ? discover(method, server) : initialize(method, params, server)) ??
      (await server.handle(method, params, client));
    if (result === undefined)
      return failure(modern ? 404 : 200, id, CODES.noMethod, `There is no method ${method} here.`);
    return {
      status: 200,
      body: { jsonrpc: "2.0", id, result: modern ? complete(method, result, server.info) : result },
    };
  } catch (error) {
    if (error instanceof BadParams) return failure(200, id, CODES.badParams, error.message, error.data);
    console.error("mcp failed", { method }, error);
    return failure(200, id, CODES.internal, "Something went wrong here.");
  }
}

function idOf({ id }: JsonObject): Id | undefined {
  return typeof id === "string" || typeof id === "number" || id === null ? id : undefined;
}

function clientOf(meta: JsonObject, params: JsonObject): string {
  const info = meta[`${META}clientInfo`] ?? params["clientInfo"];
  const name = isJsonObject(info) ? info["name"] : undefined;
  return typeof name === "string" ? name : "";
}

/** What was before 2026-07-28: a greeting, and pings. */
function initialize(method: string, params: JsonObject, { info, instructions }: Server): JsonObject | undefined {
  if (method === "ping") return {};
  if (method !== "initialize") return undefined;
  const asked = params["protocolVersion"];
  const protocolVersion = LEGACY_VERSIONS.find((version) => version === asked) ?? LEGACY_VERSIONS[0];
  return { protocolVersion, capabilities: { tools: {}, resources: {} }, serverInfo: info, instructions };
}

function discover(method: string, { instructions }: Server): JsonObject | undefined {
  if (method !== "server/discover") return undefined;
  const supportedVersions = [MODERN_VERSION, ...LEGACY_VERSIONS];
  return { supportedVersions, capabilities: { tools: {}, resources: {} }, instructions };
}

/** What every result of 2026-07-28 says of itself, and how long a list may be kept. */
function complete(method: string, result: JsonObject, info: Implementation): JsonObject {
  const listed = /^(?:server\/discover|tools\/list|resources\/(?:list|templates\/list|read))$/.test(method);
  // What this caller may see is this caller's, and flags change: only what the code itself says may be kept.
  const ttlMs =
    method === "server/discover" || method === "tools/list" || method === "resources/templates/list" ? 3_600_000 : 0;
  const hints = listed ? { ttlMs, cacheScope: "private" } : {};
  return { resultType: "complete", ...hints, ...result, _meta: { [`${META}serverInfo`]: info } };
}

type Fault = { code: number; message: string; data?: JsonObject };

/** The headers of 2026-07-28 say again what the body says, so that who stands between needn't read it. They must agree. */
function modernFault(
  version: string,
  method: string,
  params: JsonObject,
  header: (name: string) => string | null,
): Fault | undefined {
  if (version !== MODERN_VERSION)
    return {
      code: CODES.unknownVersion,
      message: `Protocol version ${version} is not known here.`,
      data: { supported: [MODERN_VERSION, ...LEGACY_VERSIONS], requested: version },
    };
  const differs = (name: string): Fault => ({
    code: CODES.headersDiffer,
    message: `The header ${name} doesn't say what the body says.`,
  });
  if (header("mcp-protocol-version") !== version) return differs("MCP-Protocol-Version");
  if (header("mcp-method") !== method) return differs("Mcp-Method");
  const field = method === "tools/call" ? "name" : method === "resources/read" ? "uri" : undefined;
  const named = field === undefined ? undefined : params[field];
  return typeof named === "string" && decoded(header("mcp-name")) !== named ? differs("Mcp-Name") : undefined;
}

/** A header that can't carry its text as it is has it as base64 of UTF-8. */
function decoded(text: string | null): string | null {
  const match = /^=\?base64\?(.*)\?=$/.exec(text ?? "");
  if (!match) return text;
  try {
    return new TextDecoder().decode(Uint8Array.from(atob(match[1]!), (byte) => byte.charCodeAt(0)));
  } catch {
    return null;
  }
}

function legacyFault(header: (name: string) => string | null): Fault | undefined {
  const version = header("mcp-protocol-version");
  if (version === null || [MODERN_VERSION, ...LEGACY_VERSIONS, "2025-03-26"].includes(version)) return undefined;
  return {
    code: CODES.unknownVersion,
    message: `Protocol version ${version} is not known here.`,
    data: { supported: [MODERN_VERSION, ...LEGACY_VERSIONS], requested: version },
  };
}

function failure(status: number, id: Id, code: number, message: string, data?: JsonValue): Reply {
  const error: JsonObject = data === undefined ? { code, message } : { code, message, data };
  return { status, body: { jsonrpc: "2.0", id, error } };
}
