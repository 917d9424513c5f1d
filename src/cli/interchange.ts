import { readFile, writeFile } from "node:fs/promises";
import type { Command } from "commander";
import type { Code } from "../interchange/codes.ts";
import { convert, IMPORTABLE, type NativeDocument, type Report } from "../interchange/convert.ts";
import { exportFlagd } from "../interchange/flagd/exporter.ts";
import type { Format, Options } from "../interchange/importer.ts";
import { exportManifest } from "../interchange/manifest.ts";
import { commentHeaders, confirm, type Context, type Run } from "./context.ts";
import { type Diffed, diffWords } from "./documents.ts";
import { CommandError, EXIT, type Exit, misuse } from "./exit.ts";
import { plain } from "./output.ts";
import { finish, isProduction } from "./write.ts";

/* `import` and `export`: Sluice's own documents, and those of other systems, which are converted here. */

type ImportOptions = {
  format: string;
  segments?: string;
  accept?: string;
  only?: string[];
  prefix?: string;
  bucketing?: string;
  engine?: string;
  identity?: string;
  dryRun?: boolean;
  partial?: boolean;
};

async function importFile(context: Context, file: string, options: ImportOptions): Promise<Exit> {
  const text = await contentOf(file);
  if (options.format === "native" || options.format === "sluice") return send(context, text, options, undefined, "");
  const format = IMPORTABLE.find((one) => one === options.format);
  if (format === undefined)
    throw misuse(`--format ${options.format}: there is ${["native", ...IMPORTABLE].join(", ")}.`);
  const { document, report } = await convert(format, await documentsOf(text, options), chosen(options));
  if (!context.output.json) context.output.note(reportWords(report, context));
  if (document === null) {
    if (context.output.json) context.output.result({ report }, () => "");
    throw new CommandError(EXIT.invalid, `Nothing was imported: ${whyNot(report)}`);
  }
  return send(context, JSON.stringify(document), { ...options, partial: false }, report, provenance(format, report));
}

async function contentOf(file: string): Promise<string> {
  return readFile(file, "utf8").catch((error: unknown) => {
    throw misuse(`${file} can't be read: ${String(error)}`);
  });
}

async function documentsOf(main: string, { segments }: ImportOptions): Promise<{ main: string; segments?: unknown }> {
  if (segments === undefined) return { main };
  const text = await contentOf(segments);
  try {
    return { main, segments: JSON.parse(text) as unknown };
  } catch (error) {
    throw new CommandError(EXIT.invalid, `${segments} is not JSON: ${String(error)}`);
  }
}

function chosen({ accept, only, prefix, bucketing, engine, identity, partial }: ImportOptions): Options {
  const generation = (["v1", "v2", "v3"] as const).find((one) => one === bucketing);
  if (bucketing !== undefined && generation === undefined)
    throw misuse(`--bucketing ${bucketing}: it is v1, v2 or v3.`);
  if (engine !== undefined && engine !== "js" && engine !== "go") throw misuse(`--engine ${engine}: it is js or go.`);
  if (identity !== undefined && identity !== "composite") throw misuse(`--identity ${identity}: it is composite.`);
  return {
    ...(accept !== undefined && { accept: accept.split(",").map((code) => code.trim() as Code) }),
    ...(only !== undefined && { only }),
    ...(prefix !== undefined && { prefix }),
    ...(generation !== undefined && { bucketing: generation }),
    ...(engine !== undefined && { engine }),
    ...(identity !== undefined && { identity }),
    ...(partial && { partial }),
  };
}

/** Where it comes from and what was accepted, for the audit log. */
function provenance(format: Format, { sha256, summary }: Report): string {
  const accepted = Object.keys(summary.issues).length > 0 ? `; told: ${Object.keys(summary.issues).join(", ")}` : "";
  return `Import from ${format}, sha256 ${sha256 ?? "unknown"}${accepted}`;
}

function whyNot({ issues, summary }: Report): string {
  const [first] = issues;
  if (first !== undefined) return `${first.reason} (${first.code} at ${first.path || "the beginning"})`;
  return `${summary.flags.refused} flags can't be said exactly. --partial imports the others; --accept CODE approximates where that may be.`;
}

function reportWords({ flags, segments, summary }: Report, { output }: Context): string {
  const lines = [...flags, ...segments].flatMap(({ kind, source, status, issues }) => {
    if (status === "imported" && issues.length === 0) return [];
    const mark = {
      imported: output.style("green", "+"),
      refused: output.style("red", "x"),
      skipped: output.style("dim", "-"),
    }[status];
    return [
      `${mark} ${kind} ${plain(source)}`,
      ...issues.map(({ code, path, reason }) => `    ${code} at ${plain(path)}: ${plain(reason)}`),
    ];
  });
  const { imported, refused, skipped } = summary.flags;
  return [...lines, `${imported} flags can be imported, ${refused} are refused, ${skipped} are left out.`].join("\n");
}

async function send(
  context: Context,
  text: string,
  { dryRun, partial }: ImportOptions,
  report: Report | undefined,
  comment: string,
): Promise<Exit> {
  const api = await context.api();
  const { output } = context;
  const path = (dry: boolean): string => {
    const query = new URLSearchParams({ ...(partial && { partial: "true" }), ...(dry && { dryRun: "true" }) });
    return api.within(`/import?${query.toString()}`);
  };
  const tried = await api.send<Diffed>(path(true), { method: "POST", body: text });
  const shown = { ...tried.body, ...(report && { report }) };
  if (dryRun || tried.body.diff.length === 0) {
    output.result(shown, () => diffWords(tried.body, "Nothing would change."));
    return tried.body.diff.length === 0 ? EXIT.done : EXIT.differs;
  }
  if (!output.json) output.note(diffWords(tried.body, ""));
  if (await isProduction(api)) await confirm(context, `Import this into ${api.environment()}?`);
  const said =
    context.given.comment === undefined && comment !== ""
      ? { "Sluice-Comment": encodeURIComponent(comment) }
      : commentHeaders(context);
  const answer = await api.send<Diffed>(path(false), { method: "POST", body: text, headers: said });
  if (answer.waits) return finish(context, api, answer);
  output.result(
    { ...answer.body, ...(report && { report }) },
    () => `Imported ${answer.body.diff.length}, version ${answer.headers.get("Sluice-Version")}.`,
  );
  return EXIT.done;
}

type ExportOptions = { format: string; output?: string; partial?: boolean };

async function exportFlags(context: Context, { format, output: file, partial }: ExportOptions): Promise<void> {
  if (!["native", "sluice", "flagd", "manifest"].includes(format))
    throw misuse(`--format ${format}: there is native, flagd, manifest.`);
  const api = await context.api();
  const { body } = await api.send<NativeDocument>(api.within("/export"));
  const text = exported(body, format, partial === true, context);
  if (file === undefined) return context.output.raw(text);
  await writeFile(file, text);
  context.output.note(`Written to ${file}.`);
}

function exported(document: NativeDocument, format: string, partial: boolean, { output }: Context): string {
  if (format === "manifest") return exportManifest(document);
  if (format !== "flagd") return `${JSON.stringify(document, null, 2)}\n`;
  const { text, left } = exportFlagd(document, { partial });
  const mistakes = left.flatMap(({ flag, issues }) =>
    issues.map(({ path, reason }) => ({ path: `${flag} ${path}`, message: reason })),
  );
  if (text === null)
    throw new CommandError(EXIT.invalid, "flagd can't say all of it. --partial writes the rest.", mistakes);
  for (const { path, message } of mistakes) output.note(`left out: ${plain(path)}: ${plain(message)}`);
  return text.endsWith("\n") ? text : `${text}\n`;
}

/** Adds `export` and `import`. */
export function interchangeCommands(program: Command, run: Run): void {
  program
    .command("export")
    .description("an environment's flags and segments as one document")
    .option("--format <format>", "native, flagd, or manifest (of the OpenFeature CLI)", "native")
    .option("-o, --output <file>", "where to; the standard output unless said")
    .option("--partial", "leave out what the format can't say")
    .action(run(exportFlags));
  program
    .command("import <file>")
    .description("take a document in: Sluice's own, or another system's, without moving one user")
    .option("--format <format>", `native, ${IMPORTABLE.join(", ")}`, "native")
    .option("--segments <file>", "the other system's segments, where its export has only their names")
    .option("--accept <codes>", "refusals that may be approximated instead, with commas between")
    .option("--only <key...>", "only these flags")
    .option("--prefix <text>", "put before every key")
    .option("--bucketing <generation>", "flagd: v1, v2 or v3")
    .option("--engine <engine>", "which of the other system's engines decides where they disagree: js or go")
    .option("--identity <how>", "flagsmith: composite, where people were hashed by environment and identifier")
    .option("--partial", "import what can be, and leave out the rest")
    .option("--dry-run", "say what would change, and exit 2 if anything would")
    .addHelpText(
      "after",
      "\nExamples:\n  $ sluice import flags.json --env staging --dry-run\n  $ sluice import unleash.json --format unleash --partial --env staging",
    )
    .action(run(importFile));
}
