import { CommanderError, type Command } from "commander";
import { cancel, confirm, isCancel, password } from "@clack/prompts";
import { collect } from "./api.ts";
import { apiOf, type Context, type Questions, type Run } from "./context.ts";
import { CommandError, EXIT } from "./exit.ts";
import { Output } from "./output.ts";
import { programOf } from "./program.ts";

/* One run of `sluice`. */

declare const SLUICE_VERSION: string;

type Options = { env?: string; url?: string; use?: string; comment?: string; yes?: boolean; json?: boolean };

/** The signal of `| head`: whoever reads has gone, and there is nothing to say about it. */
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit(process.exitCode ?? EXIT.done);
  throw error;
});

const questions: Questions = {
  async secret(message) {
    const answer = await password({ message });
    if (isCancel(answer)) throw stopped();
    return answer;
  },
  async confirm(message) {
    const answer = await confirm({ message, initialValue: false });
    if (isCancel(answer)) throw stopped();
    return answer;
  },
};

function stopped(): CommandError {
  cancel("Nothing was changed.");
  return new CommandError(EXIT.failed, "Stopped.");
}

function contextOf({ env: environment, url, use, comment, yes, json }: Options): Context {
  const given = {
    ...(environment !== undefined && { env: environment }),
    ...(url !== undefined && { url }),
    ...(use !== undefined && { profile: use }),
    ...(comment !== undefined && { comment }),
    ...(yes !== undefined && { yes }),
  };
  const folder = process.cwd();
  return {
    env: process.env,
    folder,
    given,
    questions,
    output: new Output({ out: process.stdout, err: process.stderr }, json, process.env),
    input: async () => Buffer.concat(await collect<Buffer>(process.stdin)).toString("utf8"),
    api: apiOf(given, process.env, folder),
  };
}

/** `json` is unset unless one of its two options was given, though commander sets it for the second. */
function optionsOf(program: Command): Options {
  const { json, ...others } = program.opts<Options>();
  return program.getOptionValueSource("json") === "cli" && json !== undefined ? { ...others, json } : others;
}

async function main(): Promise<void> {
  const run: Run =
    (action) =>
    async (...args) => {
      const context = contextOf(optionsOf(program));
      try {
        const exit = await action(context, ...args);
        if (exit !== undefined) process.exitCode = exit;
      } catch (error) {
        const problem = error instanceof CommandError ? error : unexpected(error);
        context.output.problem(problem);
        process.exitCode = problem.exit;
      }
    };
  const program = programOf(SLUICE_VERSION, run);
  exitOverride(program);
  try {
    await program.parseAsync();
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    process.exitCode = error.exitCode === 0 ? EXIT.done : EXIT.usage;
  }
}

function exitOverride(command: Command): void {
  command.exitOverride();
  for (const below of command.commands) exitOverride(below);
}

function unexpected(error: unknown): CommandError {
  const said = error instanceof Error ? error.message : String(error);
  return new CommandError(EXIT.failed, said === "" ? "Something went wrong." : said);
}

await main();
