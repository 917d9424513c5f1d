import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Command } from "commander";
import { PRINTED } from "../src/cli/printed.ts";
import { programOf } from "../src/cli/program.ts";
import { PRODUCT_VERSION } from "../src/contract/version.ts";
import { ROOT } from "./build.ts";

/* `npm run commands`: docs/reference/commands.md, from the definitions of the commands. */

export const REFERENCE = join(ROOT, "docs/reference/commands.md");

/** The page as it must be. */
export function commandsPage(): string {
  const program = programOf(PRODUCT_VERSION, () => async () => undefined);
  const all = program.commands.flatMap((one) =>
    one.commands.length > 0 ? one.commands.map((below) => [one.name(), below] as const) : [["", one] as const],
  );
  const shown = all.filter(([, one]) => !one.name().startsWith("__"));
  return [
    "# Commands",
    "",
    "Made by `npm run commands` from the definitions. How to begin is in the [guide](../guides/command-line.md).",
    "",
    "## For every command",
    "",
    options(program),
    "",
    "Each says what it prints in a pipe. Names with a capital letter are schemas of [`openapi.json`](../../public/openapi.json). Problems are on the standard error, each with its place as a JSON Pointer.",
    "",
    ...shown.flatMap(([above, one]) => section(above, one)),
  ].join("\n");
}

function section(above: string, command: Command): string[] {
  const takes = command.registeredArguments.map((one) => {
    const name = one.variadic ? `${one.name()}...` : one.name();
    return one.required ? ` <${name}>` : ` [${name}]`;
  });
  const name = [above, command.name()].filter(Boolean).join(" ");
  const table = command.options.length > 0 ? [options(command), ""] : [];
  const prints = ["In a pipe:", "", "```text", PRINTED[name] ?? "", "```", ""];
  return [`## sluice ${name}${takes.join("")}`, "", `${capital(command.description())}.`, "", ...table, ...prints];
}

function options(command: Command): string {
  const rows = command.options.map(({ flags, description, defaultValue }) => {
    const usual = defaultValue === undefined ? "" : ` (${String(defaultValue)} unless said)`;
    return `| \`${flags.replaceAll("|", "\\|")}\` | ${description.replaceAll("|", "\\|")}${usual} |`;
  });
  return ["| option | means |", "| --- | --- |", ...rows].join("\n");
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

if (import.meta.main) await writeFile(REFERENCE, commandsPage());
