import { createDecipheriv, createHash } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import type { Command } from "commander";
import { listed, readChoices, type Typed } from "../interchange/choices.ts";
import { type Conversion, convert, IMPORTABLE, type NativeDocument } from "../interchange/convert.ts";
import { exportFlagd } from "../interchange/flagd/exporter.ts";
import { guess } from "../interchange/guess.ts";
import type { Documents, Format, Options } from "../interchange/importer.ts";
import { exportManifest } from "../interchange/manifest.ts";
import { reconcile, type Reconciled } from "../interchange/reconcile.ts";
import { commentHeaders, confirm, type Context, type Run } from "./context.ts";
import { type Diffed, diffWords } from "./documents.ts";
import { CommandError, EXIT, type Exit, misuse } from "./exit.ts";
import { plain } from "./output.ts";
import { finish, isProduction } from "./write.ts";

/* `import` and `export`: Sluice's own documents, and those of other systems, which are converted here. */

type ImportOptions = Omit<Typed, "only"> & {
  format?: string;
  segments?: string;
  names?: string;
  members?: string[];
  only?: string[];
  decryptionKey?: string;
  since?: string;
  theirs?: string;
  report?: string;
  dryRun?: boolean;
};

async function importFile(context: Context, file: string, options: ImportOptions): Promise<Exit> {
  const text = await contentOf(file);
  const format = formatOf(text, options, context);
  if (format === "native") return send(context, text, options, undefined, "");
  const converted = await convert(format, await documentsOf(text, options), chosen(options));
  const since = options.since === undefined ? undefined : await jsonOf(options.since);
  const { document, report } = await reconciled(context, converted, since, options);
  if (options.decryptionKey !== undefined) report.sha256 = createHash("sha256").update(text).digest("hex");
  if (options.report !== undefined) await writeFile(options.report, `${JSON.stringify(report, null, 2)}\n`);
  if (!context.output.json) context.output.note(reportWords(report, context));
  if (document === null) {
    if (context.output.json) context.output.result({ report }, () => "");
    throw new CommandError(EXIT.invalid, `Nothing was imported: ${whyNot(report)}`);
  }
  return send(context, JSON.stringify(document), { ...options, partial: false }, report, provenance(format, report));
}

/** The format that was said, or what the document looks like. */
function formatOf(text: string, { format }: ImportOptions, { output }: Context): Format | "native" {
  if (format === "native" || format === "sluice") return "native";
  const found = format ?? guess(text) ?? "native";
  if (format === undefined && found !== "native") output.note(`This looks like ${found}.`);
  const known = IMPORTABLE.find((one) => one === found);
  if (known === undefined && found !== "native")
    throw misuse(`--format ${found}: there is ${["native", ...IMPORTABLE].join(", ")}.`);
  return known ?? "native";
}

/** What of a conversion is new to the environment, compared with what is there and with an earlier import. */
async function reconciled(context: Context, converted: Conversion, since: unknown, { theirs }: ImportOptions) {
  const api = await context.api();
  const { body } = await api.send<NativeDocument>(api.within("/export"));
  try {
    return reconcile(converted, body, { since, ...(theirs !== undefined && { theirs: listed(theirs) }) });
  } catch (error) {
    if (error instanceof TypeError) throw misuse(`--since: ${error.message}.`);
    throw error;
  }
}

async function contentOf(file: string): Promise<string> {
  return readFile(file, "utf8").catch((error: unknown) => {
    throw misuse(`${file} can't be read: ${String(error)}`);
  });
}

async function jsonOf(file: string): Promise<unknown> {
  const text = await contentOf(file);
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw new CommandError(EXIT.invalid, `${file} is not JSON: ${String(error)}`);
  }
}

async function documentsOf(text: string, options: ImportOptions): Promise<Documents> {
  const { segments, names, members = [], decryptionKey } = options;
  const main = decryptionKey === undefined ? text : await decrypted(text, decryptionKey);
  const listedMembers = await Promise.all(
    members.map(async (one): Promise<[string, string[]]> => {
      const at = one.indexOf("=");
      if (at < 1) throw misuse(`--members ${one}: it is a segment, = and a file with a key in each line.`);
      const lines = (await contentOf(one.slice(at + 1))).split(/\r?\n/);
      return [one.slice(0, at), lines.filter((line) => line !== "")];
    }),
  );
  return {
    main,
    ...(segments !== undefined && { segments: await jsonOf(segments) }),
    ...(names !== undefined && { names: await jsonOf(names) }),
    ...(listedMembers.length > 0 && { members: Object.fromEntries(listedMembers) }),
  };
}

/** GrowthBook's payload with what was encrypted in it: AES-CBC, the initialisation vector before the dot. */
async function decrypted(text: string, key: string): Promise<string> {
  const payload = JSON.parse(text) as Record<string, unknown>;
  try {
    const bytes = (base64: string): Buffer => Buffer.from(base64, "base64");
    for (const [from, to] of [
      ["encryptedFeatures", "features"],
      ["encryptedSavedGroups", "savedGroups"],
      ["encryptedExperiments", "experiments"],
    ] as const) {
      const sealed = payload[from];
      if (typeof sealed !== "string" || sealed === "") continue;
      const [vector = "", cipher = ""] = sealed.split(".");
      const opener = createDecipheriv("aes-128-cbc", bytes(key), bytes(vector));
      const opened = Buffer.concat([opener.update(bytes(cipher)), opener.final()]).toString("utf8");
      payload[to] = JSON.parse(opened) as unknown;
      delete payload[from];
    }
  } catch {
    throw new CommandError(EXIT.invalid, "The payload can't be decrypted with this key.");
  }
  return JSON.stringify(payload);
}

function chosen(options: ImportOptions): Options {
  try {
    return readChoices(options);
  } catch (error) {
    if (error instanceof RangeError) throw misuse(`--${error.message}`);
    throw error;
  }
}

/** Where it comes from and what was accepted, for the audit log. */
function provenance(format: Format, { sha256, summary }: Reconciled): string {
  const accepted = Object.keys(summary.issues).length > 0 ? `; told: ${Object.keys(summary.issues).join(", ")}` : "";
  return `Import from ${format}, sha256 ${sha256 ?? "unknown"}${accepted}`;
}

function whyNot({ issues, summary }: Reconciled): string {
  const [first] = issues;
  if (first !== undefined) return `${first.reason} (${first.code} at ${first.path || "the beginning"})`;
  return `${summary.flags.refused} flags can't be said exactly. --partial imports the others; --accept CODE approximates where that may be.`;
}

function reportWords({ flags, segments, summary, gone }: Reconciled, { output }: Context): string {
  const lines = [...flags, ...segments].flatMap(({ kind, source, status, issues, conflict }) => {
    if ((status === "imported" || status === "unchanged") && issues.length === 0) return [];
    const mark = {
      imported: output.style("green", "+"),
      unchanged: "=",
      refused: output.style("red", "x"),
      conflict: output.style("red", "!"),
      skipped: output.style("dim", "-"),
    }[status];
    return [
      `${mark} ${kind} ${plain(source)}`,
      ...(conflict === undefined ? [] : [`    conflict: ${conflict}`]),
      ...issues.map(({ code, path, reason }) => `    ${code} at ${plain(path)}: ${plain(reason)}`),
    ];
  });
  for (const { kind, source } of gone)
    lines.push(`? ${kind} ${plain(source)} is gone from the source, and stays here.`);
  const { imported, unchanged, refused, skipped, conflict } = summary.flags;
  const more = [
    ...(unchanged > 0 ? [`${unchanged} are as they are here`] : []),
    ...(conflict > 0 ? [`${conflict} were changed on both sides`] : []),
  ].map((part) => `, ${part}`);
  return [
    ...lines,
    `${imported} flags can be imported, ${refused} are refused, ${skipped} are left out${more.join("")}.`,
  ].join("\n");
}

async function send(
  context: Context,
  text: string,
  { dryRun, partial }: ImportOptions,
  report: Reconciled | undefined,
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
    .option("--format <format>", `native, ${IMPORTABLE.join(", ")}; what the document looks like unless said`)
    .option("--segments <file>", "the other system's segments, where its export has only their names")
    .option("--accept <codes>", "refusals that may be approximated instead, with commas between")
    .option("--only <key...>", "only these flags")
    .option("--prefix <text>", "put before every key")
    .option("--bucketing <generation>", "flagd: v1, v2 or v3")
    .option("--engine <engine>", "which of the other system's engines decides where they disagree: js or go")
    .option("--identity <how>", "flagsmith: composite, where people were hashed by environment and identifier")
    .option("--names <file>", "names, owners and tags from the other system's administration interface")
    .option("--members <segment=file...>", "the members of a big segment, one in each line")
    .option("--map <names>", "attributes by other names, such as remoteAddress=client.ip, with commas between")
    .option("--static <values>", "attributes with one value in this environment, such as appName=web: decided now")
    .option("--id <which>", "targetingKey, or keep: the other system's identity keeps its name")
    .option("--variants <which>", "Unleash: which flag has the feature's name, variant or enabled")
    .option("--sticky", "GrowthBook: who lacks the hash attribute is bucketed by the fallback attribute")
    .option("--client-side <keys>", "flags that browsers may evaluate, with commas between")
    .option("--decryption-key <key>", "GrowthBook: the key of an encrypted payload")
    .option("--since <report>", "an earlier report: what changed here alone is left alone")
    .option("--theirs <keys>", "of what changed on both sides, these as the source has them, with commas between")
    .option("--report <file>", "write the report to a file, for --since")
    .option("--partial", "import what can be, and leave out the rest")
    .option("--dry-run", "say what would change, and exit 2 if anything would")
    .addHelpText(
      "after",
      "\nExamples:\n  $ sluice import flags.json --env staging --dry-run\n  $ sluice import unleash.json --format unleash --partial --env staging",
    )
    .action(run(importFile));
}
