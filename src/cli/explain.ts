import type { Command } from "commander";
import type { Context, Run } from "./context.ts";
import { misuse } from "./exit.ts";
import { plain } from "./output.ts";

/* `explain`: what a flag serves to somebody and why. */

type Step = { [name: string]: unknown; holds?: boolean; held?: boolean };
type Explained = { key: string; value?: unknown; variant?: string; reason: string; ruleId?: string; trace: Step[] };

async function explain(
  context: Context,
  key: string,
  { context: given, at }: { context?: string; at?: string },
): Promise<void> {
  const api = await context.api();
  const body = {
    context: contextOf(given),
    flag: key,
    ...(at !== undefined && { at: /^\d+$/.test(at) ? Number(at) : at }),
  };
  const answer = await api.send<{ flags: Explained[] }>(api.within("/evaluate"), { method: "POST", body });
  context.output.result(answer.body, () => answer.body.flags.map((one) => tree(one, context)).join("\n\n"));
}

/** @throws CommandError for what is no JSON object */
export function contextOf(text: string | undefined): Record<string, unknown> {
  if (text === undefined) return {};
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // A single word is who asks.
    if (!/^[[{"]/.test(text.trim())) return { targetingKey: text };
    throw misuse(`--context is not JSON: ${text}`);
  }
  if (typeof value === "number" || typeof value === "string") return { targetingKey: value };
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw misuse("--context must be a JSON object.");
  return value as Record<string, unknown>;
}

function tree({ key, value, variant, reason, ruleId, trace }: Explained, { output }: Context): string {
  const served = variant === undefined ? "the code's default" : `${plain(variant)} = ${JSON.stringify(value)}`;
  const why = ruleId === undefined ? reason : `${reason}, rule ${plain(ruleId)}`;
  return [`${output.style("bold", plain(key))} → ${served}  (${why})`, ...branches(trace, "  ", output)].join("\n");
}

/** Each step of a trace on a line of its own, its parts below it. */
function branches(steps: unknown, indent: string, output: Context["output"]): string[] {
  if (!Array.isArray(steps)) return [];
  return steps.flatMap((step: unknown) => {
    if (typeof step !== "object" || step === null) return [`${indent}${plain(JSON.stringify(step))}`];
    const facts: string[] = [];
    const below: string[] = [];
    for (const [name, value] of Object.entries(step)) {
      if (Array.isArray(value) && value.some((one) => typeof one === "object" && one !== null))
        below.push(...branches(value, `${indent}  `, output));
      else if (typeof value === "object" && value !== null && !Array.isArray(value))
        below.push(...branches([value], `${indent}  `, output));
      else if (name !== "holds" && name !== "held")
        facts.push(`${name} ${typeof value === "string" ? plain(value) : JSON.stringify(value)}`);
    }
    const holds = (step as Step).holds ?? (step as Step).held;
    const mark = holds === undefined ? "·" : holds ? output.style("green", "✓") : output.style("red", "✗");
    return [`${indent}${mark} ${facts.join(", ")}`, ...below];
  });
}

/** Adds the command. */
export function explainCommand(program: Command, run: Run): void {
  program
    .command("explain <key>")
    .description("what a flag serves to somebody, and why")
    .option("-c, --context <json>", "the evaluation context, or just a targeting key")
    .option("--at <version-or-time>", "as it was at a version, or at a time (RFC 3339)")
    .addHelpText(
      "after",
      '\nExamples:\n  $ sluice explain new-checkout --context customer-1\n  $ sluice explain new-checkout --context \'{"targetingKey":"customer-1","country":"DE"}\' --at 2026-11-30T09:00:00Z',
    )
    .action(run(explain));
}
