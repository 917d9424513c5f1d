import { createInterface } from "node:readline";
import type { Command } from "commander";
import type { Context, Run } from "./context.ts";
import { accessOf } from "./settings.ts";

/* `mcp`: the agents' door over stdio. Each line goes to `/mcp` with this person's token, and its answer comes back. */

type Message = {
  id?: unknown;
  method?: unknown;
  params?: { _meta?: Record<string, unknown>; name?: unknown; uri?: unknown };
};

async function mcp(context: Context): Promise<void> {
  const { url, token } = await accessOf(context.given, context.env, context.folder);
  const answers: Promise<void>[] = [];
  for await (const line of createInterface({ input: process.stdin })) {
    if (line.trim() === "") continue;
    answers.push(passOn(line, url, token).then((answer) => void (answer && context.output.raw(`${answer}\n`))));
  }
  await Promise.all(answers);
}

/** The answer to a message, in one line; undefined where there is none. Never rejects: what fails is an answer too. */
async function passOn(line: string, url: string, token: string): Promise<string | undefined> {
  let message: Message = {};
  try {
    message = JSON.parse(line) as Message;
  } catch {
    // The server says so, in the protocol's own words.
  }
  try {
    const headers = { Authorization: `Bearer ${token}`, "Content-Type": "application/json", ...spoken(message) };
    const response = await fetch(`${url}/mcp`, { method: "POST", redirect: "error", headers, body: line });
    const text = await response.text();
    if (response.status === 202 || message.id === undefined) return undefined;
    if (response.headers.get("Content-Type")?.startsWith("application/json")) return text;
    const { detail = `It was answered ${response.status}.` } = JSON.parse(text) as { detail?: string };
    return failure(message.id, detail);
  } catch (error) {
    return message.id === undefined ? undefined : failure(message.id, `Sluice can't be reached: ${String(error)}`);
  }
}

/** What a message says of itself, said again in headers, as the protocol wants it over HTTP since 2026-07-28. */
function spoken({ method, params }: Message): Record<string, string> {
  const version = params?._meta?.["io.modelcontextprotocol/protocolVersion"];
  if (typeof version !== "string" || typeof method !== "string") return {};
  const name = method === "tools/call" ? params?.name : method === "resources/read" ? params?.uri : undefined;
  return {
    "MCP-Protocol-Version": version,
    "Mcp-Method": method,
    ...(typeof name === "string" && {
      "Mcp-Name": /^[\x21-\x7e]*$/.test(name) ? name : `=?base64?${Buffer.from(name).toString("base64")}?=`,
    }),
  };
}

function failure(id: unknown, message: string): string {
  return JSON.stringify({ jsonrpc: "2.0", id, error: { code: -32000, message } });
}

/** Adds the command. */
export function mcpCommand(program: Command, run: Run): void {
  program
    .command("mcp")
    .description("for agents: the Model Context Protocol over standard input and output")
    .addHelpText(
      "after",
      '\nExamples:\n  An agent\'s configuration: { "command": "npx", "args": ["--no", "sluice", "mcp"] }',
    )
    .action(run(mcp));
}
