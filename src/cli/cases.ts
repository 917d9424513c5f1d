import { readFile } from "node:fs/promises";
import type { Command } from "commander";
import { parse } from "yaml";
import { type Flag, flag as flagSchema } from "../contract/flag.ts";
import { type Segment, segment as segmentSchema } from "../contract/segment.ts";
import { publishedFlag, SNAPSHOT_FORMAT, type SnapshotBody } from "../contract/snapshot.ts";
import { compile, type Snapshot } from "../core/compile.ts";
import { evaluate } from "../core/evaluate.ts";
import { packMembers } from "../core/members.ts";
import type { Context, Run } from "./context.ts";
import { CommandError, EXIT, type Exit, misuse } from "./exit.ts";
import { readFolder } from "./files.ts";
import { same } from "./desired.ts";
import type { Json } from "./desired.ts";

/* `test`: contexts and what they must be served, against files, an earlier state, or what is live. */

type Case = {
  name: string;
  flag: string;
  context: Record<string, unknown>;
  expect: { variant?: string | null; value?: Json; reason?: string };
};
type Got = { variant?: string; value?: unknown; reason?: string; errorCode?: string };
type Options = { files?: string; at?: string; format: string };

/** @throws CommandError that says which case is wrong and how it would be right */
async function casesIn(file: string): Promise<Case[]> {
  const text = await readFile(file, "utf8").catch((error: unknown) => {
    throw misuse(`${file} can't be read: ${String(error)}`);
  });
  let value: unknown;
  try {
    value = parse(text);
  } catch (error) {
    throw new CommandError(EXIT.invalid, `${file} is neither JSON nor YAML: ${String(error)}`);
  }
  const list = Array.isArray(value) ? value : (value as { cases?: unknown } | null)?.cases;
  const example = "A case is { flag: new-checkout, context: { targetingKey: ada }, expect: on }";
  if (!Array.isArray(list)) throw new CommandError(EXIT.invalid, `${file} must be a list of cases. ${example}`);
  return list.map((one: unknown, i): Case => {
    const { flag, context = {}, expect, name } = (one ?? {}) as Record<string, unknown>;
    const wrong = (why: string): CommandError =>
      new CommandError(EXIT.invalid, `Case ${i + 1} of ${file} ${why}. ${example}`);
    if (typeof flag !== "string") throw wrong("names no flag");
    if (typeof context !== "object" || context === null || Array.isArray(context))
      throw wrong("has a context that is no object");
    if (expect === undefined) throw wrong("expects nothing");
    // YAML reads a bare `on` or `off` as text (1.2), a bare `true` as a boolean: a value, then.
    const expected =
      typeof expect === "string" || expect === null
        ? { variant: expect }
        : typeof expect === "object" && !Array.isArray(expect)
          ? (expect as Case["expect"])
          : { value: expect as Json };
    const said = typeof name === "string" ? name : `${flag} for ${JSON.stringify(context)}`;
    return { name: said, flag, context: context as Record<string, unknown>, expect: expected };
  });
}

async function test(context: Context, file: string, { files, at, format }: Options): Promise<Exit> {
  if (!["tap", "junit"].includes(format)) throw misuse(`--format ${format}: it is tap or junit.`);
  const cases = await casesIn(file);
  const ask = files === undefined ? await live(context, at) : await fromFiles(files);
  const results: { one: Case; got: Got; passed: boolean }[] = [];
  for (const one of cases) {
    const got = await ask(one);
    results.push({ one, got, passed: fits(one, got) });
    context.output.progress(`${results.length} of ${cases.length}`);
  }
  context.output.endProgress();
  context.output.raw(format === "tap" ? tap(results) : junit(file, results));
  return results.every(({ passed }) => passed) ? EXIT.done : EXIT.failed;
}

function fits({ expect }: Case, { variant, value, reason, errorCode }: Got): boolean {
  if (errorCode !== undefined) return false;
  if (expect.variant !== undefined && (variant ?? null) !== expect.variant) return false;
  if (expect.value !== undefined && !same(expect.value, (value ?? null) as Json)) return false;
  return expect.reason === undefined || expect.reason === reason;
}

async function live(context: Context, at: string | undefined): Promise<(one: Case) => Promise<Got>> {
  const api = await context.api();
  const when = at === undefined ? {} : { at: /^\d+$/.test(at) ? Number(at) : at };
  return async ({ flag, context: of }) => {
    const body = { context: of, flag, ...when };
    try {
      const answer = await api.send<{ flags: Got[] }>(api.within("/evaluate"), { method: "POST", body });
      return answer.body.flags[0] ?? NOT_FOUND;
    } catch (error) {
      if (error instanceof CommandError && error.status === 404) return NOT_FOUND;
      throw error;
    }
  };
}

const NOT_FOUND: Got = { errorCode: "FLAG_NOT_FOUND" };

async function fromFiles(folder: string): Promise<(one: Case) => Promise<Got>> {
  const wanted = await readFolder(folder);
  const flags: Flag[] = [];
  const segments: Segment[] = [];
  const mistakes: { path: string; message: string }[] = [];
  for (const { kind, fields, file } of wanted) {
    const read = kind === "flag" ? flagSchema.safeParse(fields) : segmentSchema.safeParse(fields);
    if (!read.success)
      for (const { path, message } of read.error.issues)
        mistakes.push({ path: `${file}/${path.map(String).join("/")}`, message });
    else if (kind === "flag") flags.push(read.data as Flag);
    else segments.push(read.data as Segment);
  }
  if (mistakes.length > 0) throw new CommandError(EXIT.invalid, `Files in ${folder} are not valid.`, mistakes);
  const snapshot = published(flags, segments);
  return async ({ flag: key, context }) => {
    const flag = snapshot.flag(key, "server");
    return flag === undefined ? NOT_FOUND : evaluate(flag, context, Date.now());
  };
}

/** What files say, ready to evaluate as the edge would. */
function published(flags: Flag[], segments: Segment[]): Snapshot {
  const { bytes, ranges } = packMembers(segments);
  const body: SnapshotBody = {
    format: SNAPSHOT_FORMAT,
    environment: "files",
    incarnation: "files",
    version: 1,
    at: 0,
    keys: [],
    flags: flags.map((flag) => ({ version: 1, flag: publishedFlag(flag) })),
    segments: segments.map(({ key, by, when }) => ({ key, by, when, ...ranges.get(key)! })),
    members: bytes.length === 0 ? null : "files",
  };
  return compile(body, bytes);
}

function wrongWords({ expect }: Case, { variant, value, reason, errorCode }: Got): string {
  const got = errorCode ?? `${variant ?? "the code's default"} = ${JSON.stringify(value ?? null)} (${reason})`;
  return `expected ${JSON.stringify(expect)}, got ${got}`;
}

type Result = { one: Case; got: Got; passed: boolean };

function tap(results: Result[]): string {
  const lines = results.flatMap(({ one, got, passed }, i) => {
    const line = `${passed ? "ok" : "not ok"} ${i + 1} - ${one.name.replaceAll(/[#\n]/g, " ")}`;
    return passed ? [line] : [line, `  ---`, `  message: ${JSON.stringify(wrongWords(one, got))}`, `  ...`];
  });
  return ["TAP version 14", `1..${results.length}`, ...lines, ""].join("\n");
}

function junit(file: string, results: Result[]): string {
  const failures = results.filter(({ passed }) => !passed).length;
  const cases = results.map(({ one, got, passed }) => {
    const head = `  <testcase classname="${xml(one.flag)}" name="${xml(one.name)}"`;
    return passed ? `${head}/>` : `${head}><failure message="${xml(wrongWords(one, got))}"/></testcase>`;
  });
  return [
    `<?xml version="1.0" encoding="UTF-8"?>`,
    `<testsuite name="${xml(file)}" tests="${results.length}" failures="${failures}">`,
    ...cases,
    `</testsuite>`,
    "",
  ].join("\n");
}

/** XML can't say control characters at all. */
function xml(text: string): string {
  const names: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
  return text.replaceAll(/[^\t\n\r\P{Cc}]/gu, "\ufffd").replaceAll(/[&<>"]/g, (one) => names[one]!);
}

/** Adds the command. */
export function testCommand(program: Command, run: Run): void {
  program
    .command("test <cases>")
    .description("whether contexts are served what a file of cases says: TAP or JUnit; exit 1 if one isn't")
    .option("--files <folder>", "against flags in files, without asking anybody")
    .option("--at <version-or-time>", "against an earlier state")
    .option("--format <format>", "tap or junit", "tap")
    .addHelpText(
      "after",
      "\nA case: { flag: new-checkout, context: { targetingKey: ada }, expect: on }; expect takes a variant, or { variant, value, reason }.\n\nExamples:\n  $ sluice test cases.yaml --files flags-as-code\n  $ sluice test cases.yaml -e production --format junit > report.xml",
    )
    .action(run(test));
}
