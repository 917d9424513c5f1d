import { Command, Option } from "commander";
import { accountCommands } from "./account.ts";
import { testCommand } from "./cases.ts";
import { codeCommands } from "./code.ts";
import { completionCommands } from "./completion.ts";
import type { Run } from "./context.ts";
import { devCommand } from "./dev.ts";
import { documentCommands } from "./documents.ts";
import { environmentCommands } from "./environments.ts";
import { explainCommand } from "./explain.ts";
import { flagCommands } from "./flags.ts";
import { mcpCommand } from "./mcp.ts";
import { interchangeCommands } from "./interchange.ts";
import { refsCommand } from "./refs.ts";
import { releaseCommands } from "./releases.ts";

/** All commands, with what they take and their help. @param run see context.ts */
export function programOf(version: string, run: Run): Command {
  const program = new Command("sluice")
    .description("Feature flags, rollouts and releases, from the terminal and from pipelines.")
    .version(version)
    .showHelpAfterError("(sluice --help, or sluice COMMAND --help)")
    .showSuggestionAfterError()
    .configureHelp({ sortSubcommands: false, showGlobalOptions: true })
    .option("-e, --env <environment>", "the environment that is meant (SLUICE_ENVIRONMENT, sluice.json)")
    .option("--url <address>", "where Sluice is (SLUICE_URL, sluice.json, login)")
    .option("--use <profile>", "a login by its name")
    .option("--comment <text>", "why, for the audit log")
    .option("-y, --yes", "don't ask, where production is changed")
    .addOption(new Option("--json", "JSON, as in a pipe"))
    .addOption(new Option("--no-json", "text, as on a terminal"))
    .addHelpText("after", EXITS);
  accountCommands(program, run);
  environmentCommands(program, run);
  flagCommands(program, run);
  explainCommand(program, run);
  releaseCommands(program, run);
  codeCommands(program, run);
  testCommand(program, run);
  refsCommand(program, run);
  documentCommands(program, run);
  interchangeCommands(program, run);
  devCommand(program, run);
  mcpCommand(program, run);
  completionCommands(program, run);
  return program;
}

const EXITS = `
Exit codes:
  0 done, or no difference     3 refused as invalid        5 conflict
  1 failed                     4 waits for consent        64 wrong usage
  2 differences pending, or a release that was taken back

In a pipe, results are JSON and problems go to the standard error. SLUICE_TOKEN is used with SLUICE_URL or --url only.
`;
