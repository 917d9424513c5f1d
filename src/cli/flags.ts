import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Command } from "commander";
import { type Api, collect, segment } from "./api.ts";
import { commentHeaders, confirm, type Context, type Run } from "./context.ts";
import { CommandError, EXIT, type Exit, misuse } from "./exit.ts";
import { plain } from "./output.ts";
import { type FlagView, isLive, rolloutsOf, serveWords } from "./resources.ts";
import { finish, isProduction, write } from "./write.ts";

/* `flags`, `flag`, `create`, `edit`, `archive`, `restore`, `on`, `off`, `rollout`, `unrelease`. */

const flagPath = (api: Api, key: string, more = ""): string => api.within(`/flags/${segment(key)}${more}`);

type Filters = { query?: string; tag?: string; kind?: string; owner?: string; state?: string };

async function list(context: Context, { query, tag, kind, owner, state }: Filters): Promise<void> {
  const api = await context.api();
  const filters = { q: query, tag, kind, owner, state };
  const views: FlagView[] = await collect(api.all<FlagView>(api.within("/flags"), "flags", filters));
  context.output.result({ flags: views }, () => {
    if (views.length === 0)
      return `No flags in ${api.environment()}${state || query ? " that fit" : ". Make one: sluice create KEY"}.`;
    const rows = views.map((view) => [
      plain(view.flag.key),
      stateWords(view),
      serveWords(view.flag.default),
      view.flag.kind,
      plain(view.flag.owner),
    ]);
    return context.output.table(["FLAG", "STATE", "SERVES", "KIND", "OWNER"], rows);
  });
}

function stateWords({ flag, archivedAt, release, stale }: FlagView): string {
  if (archivedAt !== undefined) return "archived";
  if (!flag.enabled) return "disabled";
  if (isLive(release)) return `${release.state} at ${release.percentage} %`;
  return stale === undefined ? "enabled" : `enabled, stale (${stale.why})`;
}

async function show(context: Context, key: string): Promise<void> {
  const api = await context.api();
  const { body } = await api.send<FlagView>(flagPath(api, key));
  context.output.result(body, () => {
    const { flag, version, updatedAt, updatedBy, release, lastEvaluatedAt } = body;
    const lines = [
      context.output.style("bold", plain(flag.key)) + `  ${flag.type}, ${stateWords(body)}`,
      ...(flag.description ? [plain(flag.description)] : []),
      "",
      ...Object.entries(flag.variants).map(([name, value]) => `  ${plain(name)} = ${JSON.stringify(value)}`),
      "",
      ...flag.rules.map(({ id, when, serve }) => `  rule ${plain(id)}: ${JSON.stringify(when)} → ${serveWords(serve)}`),
      `  everybody else → ${serveWords(flag.default)}`,
      "",
      ...(isLive(release)
        ? [
            `Release ${release.id}: ${release.state}${release.stage ? ` at ${release.stage}` : ""}, ${release.percentage} %`,
          ]
        : []),
      `Version ${version}, ${updatedAt} by ${plain(updatedBy)}`,
      lastEvaluatedAt === undefined ? "Nobody has asked for it yet." : `Last asked for at ${lastEvaluatedAt}`,
    ];
    return lines.join("\n");
  });
}

type NewFlag = {
  type: string;
  variant?: string[];
  clientSide?: boolean;
  kind?: string;
  description?: string;
  owner?: string;
};

async function create(context: Context, key: string, options: NewFlag): Promise<Exit> {
  const api = await context.api();
  const { type, variant: given = [], clientSide, kind, description, owner } = options;
  const variants = given.length > 0 ? Object.fromEntries(given.map(variantOf)) : undefined;
  if (type !== "boolean" && variants === undefined)
    throw misuse(`A ${type} flag needs its variants: --variant name=value, the first of which is served.`);
  const served = variants === undefined ? "off" : Object.keys(variants)[0]!;
  const flag = {
    key,
    type,
    variants: variants ?? { on: true, off: false },
    offVariant: served,
    default: { variant: served },
    ...(clientSide && { clientSide }),
    ...(kind !== undefined && { kind }),
    ...(description !== undefined && { description }),
    ...(owner !== undefined && { owner }),
  };
  const headers = { ...commentHeaders(context), "If-None-Match": "*" };
  const answer = await api.send<FlagView>(flagPath(api, key), { method: "PUT", body: flag, headers });
  return finish(context, api, answer);
}

/** `name=value`, the value as JSON, or as text where it isn't JSON. */
function variantOf(text: string): [string, unknown] {
  const at = text.indexOf("=");
  if (at < 1) throw misuse(`--variant ${text}: it is name=value, such as --variant blue='"#00f"'.`);
  const value = text.slice(at + 1);
  try {
    return [text.slice(0, at), JSON.parse(value)];
  } catch {
    return [text.slice(0, at), value];
  }
}

async function edit(context: Context, key: string): Promise<void | Exit> {
  const { output, env } = context;
  const editor = env["VISUAL"] || env["EDITOR"];
  if (!output.interactive) throw misuse("edit needs a terminal. In a script: sluice apply -f FILE.");
  if (!editor) throw misuse("Which editor? Set EDITOR.");
  const api = await context.api();
  const before = await api.send<FlagView>(flagPath(api, key));
  const folder = await mkdtemp(join(tmpdir(), "sluice-"));
  try {
    const file = join(folder, "flag.json");
    const was = `${JSON.stringify(before.body.flag, null, 2)}\n`;
    await writeFile(file, was, { mode: 0o600 });
    for (;;) {
      await opened(editor, file);
      const text = await readFile(file, "utf8");
      if (text === was) return output.note("Nothing was changed.");
      try {
        if (await isProduction(api)) await confirm(context, `Write this to ${api.environment()}?`);
        const headers = { ...commentHeaders(context), "If-Match": before.headers.get("ETag") ?? "*" };
        return await finish(context, api, await api.send(flagPath(api, key), { method: "PUT", body: text, headers }));
      } catch (error) {
        if (!(error instanceof CommandError) || error.exit !== EXIT.invalid) throw error;
        output.problem(error);
        if (!(await context.questions.confirm("Edit it again? What you typed is kept."))) throw error;
      }
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function opened(editor: string, file: string): Promise<void> {
  return new Promise((resolve, reject) => {
    // EDITOR may have arguments of its own, as git takes it.
    const child = spawn(`${editor} "$0"`, [file], { shell: true, stdio: "inherit" });
    child.once("error", reject);
    child.once("exit", (code) =>
      code === 0 ? resolve() : reject(new CommandError(EXIT.failed, `${editor} ended with ${code}.`)),
    );
  });
}

async function toggle(context: Context, key: string, enabled: boolean): Promise<Exit> {
  const api = await context.api();
  const { body } = await api.send<FlagView>(flagPath(api, key));
  const is = (on: boolean): string => (on ? "enabled" : "disabled, so everybody gets its off variant");
  const says = `${plain(key)} is ${is(body.flag.enabled)}; it will be ${is(enabled)}.`;
  const changes = [{ op: enabled ? "enableFlag" : "disableFlag", key }];
  return write(context, { path: flagPath(api, key, enabled ? "/enable" : "/disable"), body: {}, says, changes });
}

async function rollout(context: Context, key: string, share: string, { rule }: { rule?: string }): Promise<Exit> {
  const percentage = Number(share.replace(/\s*%$/, ""));
  if (!Number.isFinite(percentage) || share.trim() === "")
    throw misuse(`${share} is no percentage: 0 to 100, such as 25 or 0.5.`);
  const api = await context.api();
  const { body: view } = await api.send<FlagView>(flagPath(api, key));
  const now = rolloutsOf(view.flag).find((one) => one.rule === rule)?.rollout.percentage;
  const where = rule === undefined ? "by default" : `by the rule ${rule}`;
  const says = `${plain(key)} is served to ${now ?? 0} % ${where}; it will be ${percentage} %.`;
  const body = { percentage, ...(rule !== undefined && { rule }) };
  const changes = [{ op: "setRollout", key, ...body }];
  return write(context, { path: flagPath(api, key, "/rollout"), method: "PUT", body, says, changes });
}

/** As the page's button: the live release's own; else every rollout to 0 in one write; else the word that helps. */
async function unrelease(context: Context, key: string): Promise<Exit> {
  const api = await context.api();
  const { body: view } = await api.send<FlagView>(flagPath(api, key));
  if (isLive(view.release)) {
    const { id, percentage } = view.release;
    const says = `The release of ${plain(key)} at ${percentage} % is taken back.`;
    return write(context, { path: flagPath(api, key, `/releases/${segment(id)}/unrelease`), body: {}, says });
  }
  const rollouts = rolloutsOf(view.flag).filter(({ rollout: one }) => (one.percentage ?? 0) > 0);
  if (rollouts.length === 0)
    throw new CommandError(
      EXIT.conflict,
      `${plain(key)} has no rollout that could be taken back. To turn the whole flag off: sluice off ${key}`,
    );
  const changes = rollouts.map(({ rule }) => ({
    op: "setRollout",
    key,
    percentage: 0,
    ...(rule !== undefined && { rule }),
  }));
  const says = rollouts
    .map(({ rule, rollout: { percentage } }) => `${rule ?? "default"}: ${percentage} % → 0 %`)
    .join("\n");
  return write(context, { path: api.within("/changes"), body: { changes }, says, changes });
}

async function archive(context: Context, key: string): Promise<Exit> {
  const api = await context.api();
  const says = `${plain(key)} is archived: it answers as a flag that isn't there, so the code's default applies.`;
  return write(context, { path: flagPath(api, key), method: "DELETE", says, changes: [{ op: "archiveFlag", key }] });
}

async function restore(context: Context, key: string, { version }: { version?: string }): Promise<Exit> {
  const api = await context.api();
  const body = version === undefined ? {} : { version: Number(version) };
  const says =
    version === undefined
      ? `${plain(key)} comes back out of the archive.`
      : `${plain(key)} is brought back as it was at version ${version}.`;
  return write(context, { path: flagPath(api, key, "/restore"), body, says });
}

/** Adds the commands about single flags. */
export function flagCommands(program: Command, run: Run): void {
  program
    .command("flags")
    .description("the flags of an environment")
    .option("-q, --query <text>", "those whose key, description, owner or tags have this text")
    .option("--tag <tag>")
    .option("--kind <kind>")
    .option("--owner <owner>")
    .option("--state <state>", "enabled, disabled, archived or stale")
    .action(run(list));
  program.command("flag <key>").description("one flag, whole").action(run(show));
  program
    .command("create <key>")
    .description("make a flag that is off for everybody")
    .option("--type <type>", "boolean, string, number or object", "boolean")
    .option("--variant <name=value...>", "its variants; the first is served")
    .option("--client-side", "browsers and apps may evaluate it")
    .option("--kind <kind>")
    .option("--description <text>")
    .option("--owner <owner>")
    .addHelpText(
      "after",
      "\nExamples:\n  $ sluice create new-checkout --client-side\n  $ sluice create banner --type string --variant none='' --variant sale='Summer sale'",
    )
    .action(run(create));
  program
    .command("edit <key>")
    .description("change a flag's JSON in $EDITOR; what isn't valid is said and can be mended")
    .action(run(edit));
  program.command("archive <key>").description("take a flag out of service; it can be restored").action(run(archive));
  program
    .command("restore <key>")
    .description("bring an archived flag back, or an earlier state of one")
    .option("--version <n>", "as it was at this version")
    .action(run(restore));
  program
    .command("on <key>")
    .description("enable the whole flag")
    .action(run((context, key: string) => toggle(context, key, true)));
  program
    .command("off <key>")
    .description("disable the whole flag, at once")
    .action(run((context, key: string) => toggle(context, key, false)));
  program
    .command("rollout <key> <percentage>")
    .description("set how many people get it")
    .option("--rule <id>", "of this rule; of the default unless said")
    .addHelpText(
      "after",
      "\nExamples:\n  $ sluice rollout new-checkout 25\n  $ sluice rollout new-checkout 5 --rule ramp --comment 'first customers'",
    )
    .action(run(rollout));
  program
    .command("unrelease <key>")
    .description("take it back from everybody: the live release, or all rollouts to 0")
    .action(run(unrelease));
}
