import { resolve } from "node:path";
import type { Command } from "commander";
import { type Api, collect, segment } from "./api.ts";
import type { Context, Run } from "./context.ts";
import type { SegmentView } from "./desired.ts";
import { CommandError, EXIT, type Exit } from "./exit.ts";
import { plain as printable } from "./output.ts";
import { addName, type Known, type Names, nothingSeen, type Seen } from "./refs/find.ts";
import { isScript } from "./refs/lexer.ts";
import { MARKER, markdown, type Seen as Whole } from "./refs/markdown.ts";
import { type EnvironmentFlags, type Removal, report } from "./refs/readiness.ts";
import { mayAsk, readScript } from "./refs/script.ts";
import { readText } from "./refs/text.ts";
import { filesOf, type Skipped, textOf } from "./refs/tree.ts";
import type { EnvironmentView, FlagView } from "./resources.ts";

/* `refs`: where the code asks for flags, what it asks for that isn't there, and what could be removed. */

async function refs(context: Context, folder: string, options: { markdown?: boolean }): Promise<Exit> {
  const api = await context.api();
  const environments = await environmentsOf(api);
  const keys = new Set(environments.flatMap(({ flags }) => [...(flags?.keys() ?? [])]));
  const { files, finds, dynamic, skipped } = await readAll(resolve(context.folder, folder), keys, (text) =>
    context.output.progress(text),
  );
  context.output.endProgress();
  const found = report(finds, dynamic, environments, Date.now());
  const whole: Whole & { skipped: Skipped[] } = {
    environments: environments.flatMap(({ environment, flags }) => (flags === undefined ? [] : [environment])),
    files,
    finds,
    dynamic,
    ...found,
    skipped,
  };
  if (options.markdown) context.output.raw(markdown(whole));
  else context.output.result(whole, () => words(whole, context));
  const sure = found.missing.some(({ confidence }) => confidence !== "possible");
  return sure ? EXIT.differs : EXIT.done;
}

/** What an environment has; those that end by themselves are copies, and say nothing about a flag's future. */
async function environmentsOf(api: Api): Promise<EnvironmentFlags[]> {
  const all = await collect(api.all<EnvironmentView>("/environments", "environments"));
  const lasting = all.filter(({ expiresAt }) => expiresAt === undefined);
  if (lasting.length === 0) throw new CommandError(EXIT.failed, "This token may enter no environment.");
  return Promise.all(
    lasting.map(async ({ name }): Promise<EnvironmentFlags> => {
      const at = `/environments/${segment(name)}`;
      try {
        const archived = await collect(api.all<FlagView>(`${at}/flags`, "flags", { state: "archived" }));
        const live = await collect(api.all<FlagView>(`${at}/flags`, "flags"));
        const segments = await collect(api.all<SegmentView>(`${at}/segments`, "segments"));
        const flags = new Map([...archived, ...live].map((view) => [view.flag.key, view]));
        return { environment: name, flags, needed: neededBy([...live.map(({ flag }) => flag), ...segments]) };
      } catch (error) {
        if (error instanceof CommandError && (error.status ?? 0) >= 500)
          return { environment: name, flags: undefined, needed: new Set() };
        throw error;
      }
    }),
  );
}

/** Flags that others refer to, as prerequisites or in conditions: `{ "flag": key, "variants": […] }`. */
function neededBy(resources: object[]): Set<string> {
  const found = new Set<string>();
  const waiting: unknown[] = [...resources];
  while (waiting.length > 0) {
    const one = waiting.pop();
    if (typeof one !== "object" || one === null) continue;
    const { flag, variants } = one as { flag?: unknown; variants?: unknown };
    if (typeof flag === "string" && Array.isArray(variants)) found.add(flag);
    waiting.push(...Object.values(one));
  }
  return found;
}

type Code = { files: number; finds: Seen["finds"]; dynamic: Seen["dynamic"]; skipped: Skipped[] };

/** Reads all files: once for the names that they give to keys, and once more where there are such names. */
async function readAll(folder: string, keys: ReadonlySet<string>, progress: (text: string) => void): Promise<Code> {
  const files = await filesOf(folder);
  const known: Known = { keys, constants: new Map(), accessors: new Map() };
  const first = await readOnce(folder, files, known, progress);
  if (first.constants.size === 0 && first.accessors.size === 0) return first;
  return readOnce(folder, files, { keys, constants: first.constants, accessors: first.accessors }, progress);
}

async function readOnce(
  folder: string,
  files: readonly string[],
  known: Known,
  progress: (text: string) => void,
): Promise<Code & Pick<Seen, "constants" | "accessors">> {
  const all = nothingSeen();
  const skipped: Skipped[] = [];
  let read = 0;
  for (const [at, file] of files.entries()) {
    if (at % 200 === 0) progress(`${at} of ${files.length} files …`);
    const content = await textOf(folder, file);
    if (content === undefined) continue;
    if ("why" in content) {
      skipped.push({ file, why: content.why });
      continue;
    }
    read += 1;
    const seen = await readOne(file, content.text, known, (why) => skipped.push({ file, why }));
    for (const find of seen.finds) all.finds.push(find);
    for (const one of seen.dynamic) all.dynamic.push(one);
    merge(all.constants, seen.constants);
    merge(all.accessors, seen.accessors);
  }
  return { files: read, ...all, skipped };
}

function merge(into: Names, more: Names): void {
  for (const [name, keys] of more) for (const key of keys) addName(into, name, key);
}

async function readOne(file: string, text: string, known: Known, note: (why: string) => void): Promise<Seen> {
  if (!isScript(file)) return readText(file, text, known);
  if (!mayAsk(text, known)) return nothingSeen();
  const { parse } = await import("@babel/parser");
  try {
    return readScript(parse, file, text, known);
  } catch (error) {
    note(`read as text: ${error instanceof Error ? error.message.split("\n", 1)[0]! : String(error)}`);
    return readText(file, text, known);
  }
}

/** A name of a file or a flag: it ends no line, whatever it has in it. */
function plain(name: string): string {
  return printable(name).replaceAll(/[\t\n\u2028\u2029]/g, "\ufffd");
}

function words(whole: Whole & { skipped: Skipped[] }, { output }: Context): string {
  const { missing, unasked, removable, dynamic, files, finds, skipped } = whole;
  const at = ({ file, line, column }: { file: string; line: number; column: number }): string =>
    plain(`${file}:${line}:${column}`);
  const section = (title: string, lines: string[]): string[] =>
    lines.length === 0 ? [] : ["", output.style("bold", title), ...lines];
  const ready = (one: Removal): string => `  ${plain(one.key)}: ${plain(one.reason)}`;
  const by = (readiness: Removal["readiness"]): Removal[] => removable.filter((one) => one.readiness === readiness);
  return [
    `${finds.length} finds in ${files} files, against ${whole.environments.map(plain).join(", ")}.`,
    ...section(
      "Asked for, and not there",
      missing.map(
        (one) =>
          `  ${output.style("red", plain(one.key))} at ${at(one)}, ${one.archived ? "archived" : one.confidence}`,
      ),
    ),
    ...section("Ready to be removed", by("safe").map(ready)),
    ...section("Could be removed, with care", by("careful").map(ready)),
    ...section(
      "Nobody here asks for",
      unasked.map((key) => `  ${plain(key)}`),
    ),
    ...section(
      "Put together while it runs",
      dynamic.map((one) => `  ${plain(one.pattern)} at ${at(one)}`),
    ),
    ...section(
      "Not read as they should be",
      skipped.filter(({ why }) => why !== "binary").map(({ file, why }) => `  ${plain(file)}: ${plain(why)}`),
    ),
  ].join("\n");
}

/** Adds the command. */
export function refsCommand(program: Command, run: Run): void {
  program
    .command("refs [folder]")
    .description(
      "where code asks for flags: keys that aren't there, flags nobody asks for, and what is ready to be removed; exit 2 if a key isn't there",
    )
    .option("--markdown", `as a comment on a pull request, which begins with ${MARKER}`)
    .addHelpText(
      "after",
      "\nTypeScript and JavaScript are read by their syntax, other languages by their text, and each find says how sure it is. Flags are those of all environments that you may enter.\n\nExamples:\n  $ sluice refs\n  $ sluice refs services/shop --markdown > comment.md\n  $ sluice refs --json | jq '.removable[] | select(.readiness == \"safe\").key'",
    )
    .action(
      run((context, folder: string | undefined, options: { markdown?: boolean }) =>
        refs(context, folder ?? ".", options),
      ),
    );
}
