import type { Command } from "commander";
import { collect } from "./api.ts";
import type { Context, Run } from "./context.ts";
import { misuse } from "./exit.ts";
import type { EnvironmentView, FlagView } from "./resources.ts";

/* Completion for bash, zsh and fish: a script for the shell, which asks `sluice __complete` for each word. */

const SHELLS: Record<string, string> = {
  bash: `_sluice() {
  local IFS=$'\\n'
  COMPREPLY=($(sluice __complete -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null))
}
complete -o default -F _sluice sluice
`,
  zsh: `#compdef sluice
_sluice() {
  local -a found
  found=("\${(@f)$(sluice __complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)}")
  compadd -a found
}
compdef _sluice sluice
`,
  fish: `complete -c sluice -f -a '(sluice __complete -- (commandline -opc)[2..] (commandline -ct) 2>/dev/null)'
`,
};
/** How long somebody who pressed Tab waits for names from Sluice. */
const PATIENCE_MS = 5_000;

async function script(context: Context, shell: string): Promise<void> {
  const text = SHELLS[shell];
  if (text === undefined) throw misuse(`There is completion for ${Object.keys(SHELLS).join(", ")}, not for ${shell}.`);
  context.output.raw(text);
}

/** What could stand in place of the last word, a line each. Says nothing rather than something wrong. */
async function complete(context: Context, words: string[], program: Command): Promise<void> {
  const last = words.at(-1) ?? "";
  const before = words.slice(0, -1);
  const found = await candidates(context, before, program);
  const lines = found.filter((one) => one.startsWith(last)).map((one) => `${one}\n`);
  context.output.raw(lines.join(""));
}

async function candidates(context: Context, before: string[], program: Command): Promise<string[]> {
  const previous = before.at(-1);
  if (previous !== undefined && ["-e", "--env", "--from", "--to", "--pull"].includes(previous))
    return environments(context);
  let here = program;
  let given = 0;
  for (const word of before) {
    if (word.startsWith("-")) continue;
    const below = here.commands.find((one) => one.name() === word);
    if (below) here = below;
    else if (here !== program) given += 1;
  }
  const options = here.options.map(({ long }) => long ?? "").filter(Boolean);
  if (here.commands.length > 0)
    return [...here.commands.map((one) => one.name()).filter((name) => !name.startsWith("__")), ...options];
  const wanted = here.registeredArguments[given]?.name();
  if (wanted === "key" || wanted === "flag") return [...(await flags(context)), ...options];
  return wanted === "name" && here.parent?.name() === "env" ? environments(context) : options;
}

async function environments(context: Context): Promise<string[]> {
  const api = await context.api();
  return patiently(
    collect(api.all<EnvironmentView>("/environments", "environments")).then((all) => all.map(({ name }) => name)),
  );
}

async function flags(context: Context): Promise<string[]> {
  const api = await context.api();
  return patiently(
    collect(api.all<FlagView>(api.within("/flags"), "flags")).then((all) => all.map(({ flag }) => flag.key)),
  );
}

function patiently(names: Promise<string[]>): Promise<string[]> {
  const late = new Promise<string[]>((resolve) => setTimeout(resolve, PATIENCE_MS, []).unref());
  return Promise.race([names, late]);
}

/** Adds `completion` and what its scripts ask. */
export function completionCommands(program: Command, run: Run): void {
  program
    .command("completion <shell>")
    .description("a script that completes commands, environments and flags: bash, zsh or fish")
    .addHelpText(
      "after",
      "\nExamples:\n  $ source <(sluice completion bash)\n  $ sluice completion fish > ~/.config/fish/completions/sluice.fish",
    )
    .action(run(script));
  program
    .command("__complete [words...]", { hidden: true })
    .allowUnknownOption()
    .action(run((context, words: string[]) => complete(context, words, program)));
}
