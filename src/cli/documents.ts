import type { Command } from "commander";
import { collect, segment } from "./api.ts";
import { commentHeaders, confirm, type Context, type Run } from "./context.ts";
import { EXIT, type Exit } from "./exit.ts";
import { plain } from "./output.ts";
import type { FlagView } from "./resources.ts";
import { finish } from "./write.ts";

/* `promote`, `audit`, `verify`, `stale`. */

type Difference = { target: { kind: string; key: string }; sentence?: string };
export type Diffed = {
  diff: Difference[];
  kept?: { flag: string; paths: string[] }[];
  refused?: { flag?: string; path: string; reason: string }[];
};

async function promote(
  context: Context,
  { from, to, flag, dryRun }: { from: string; to?: string; flag?: string[]; dryRun?: boolean },
): Promise<Exit> {
  const api = await context.api();
  const target = to ?? api.environment();
  const path = `/environments/${segment(target)}/promote`;
  const body = { from, ...(flag !== undefined && { flags: flag }) };
  const tried = await api.send<Diffed>(path, { method: "POST", body: { ...body, dryRun: true } });
  if (dryRun || tried.body.diff.length === 0) {
    context.output.result(tried.body, () => diffWords(tried.body, `${target} already has what ${from} has.`));
    return tried.body.diff.length === 0 ? EXIT.done : EXIT.differs;
  }
  if (!context.output.json) context.output.note(diffWords(tried.body, ""));
  await confirm(context, `Promote this from ${from} to ${target}?`);
  const answer = await api.send<Diffed>(path, { method: "POST", body, headers: commentHeaders(context) });
  if (answer.waits) return finish(context, api, answer);
  context.output.result(
    answer.body,
    () =>
      `Promoted ${answer.body.diff.length} from ${from} to ${target}, version ${answer.headers.get("Sluice-Version")}.`,
  );
  return EXIT.done;
}

export function diffWords({ diff, kept = [], refused = [] }: Diffed, none: string): string {
  const lines = diff.map(
    ({ target, sentence }) => `  ${target.kind} ${plain(target.key)}${sentence ? `: ${plain(sentence)}` : ""}`,
  );
  const left = kept.map(({ flag, paths }) => `  kept as it is: ${plain(flag)} ${paths.join(", ")}`);
  const not = refused.map(({ flag, path, reason }) => `  refused: ${plain(flag ?? "")} ${path}: ${plain(reason)}`);
  return [...lines, ...left, ...not].join("\n") || none;
}

type Entry = {
  sequence: number;
  at: string;
  actor: { name: string };
  action: string;
  target: { kind: string; key: string };
  comment: string;
};

async function audit(
  context: Context,
  { flag, actor, limit }: { flag?: string; actor?: string; limit: string },
): Promise<void> {
  const api = await context.api();
  const query = new URLSearchParams({
    limit,
    ...(flag !== undefined && { flag }),
    ...(actor !== undefined && { actor }),
  });
  const { body } = await api.send<{ entries: Entry[] }>(api.within(`/audit?${query.toString()}`));
  context.output.result(body, () => {
    const rows = body.entries.map(({ at, actor: { name }, action, target, comment }) => [
      at,
      plain(name),
      action,
      plain(target.key),
      plain(comment),
    ]);
    return context.output.table(["WHEN", "WHO", "WHAT", "OF", "WHY"], rows);
  });
}

async function verify(context: Context): Promise<Exit> {
  const api = await context.api();
  const { body } = await api.send<{ ok: boolean; entries?: number; brokenAt?: number; head?: string }>(
    api.within("/audit/verify"),
  );
  context.output.result(body, () =>
    body.ok
      ? `The log is whole: ${body.entries} entries, head ${body.head}.`
      : `The log is broken${body.brokenAt === undefined ? "" : ` at entry ${body.brokenAt}`}.`,
  );
  return body.ok ? EXIT.done : EXIT.failed;
}

async function stale(context: Context): Promise<Exit> {
  const api = await context.api();
  const views = await collect(api.all<FlagView>(api.within("/flags"), "flags", { state: "stale" }));
  context.output.result({ flags: views }, () =>
    views.length === 0
      ? "No flag has outlived its use."
      : context.output.table(
          ["FLAG", "WHY", "SINCE"],
          views.map(({ flag, stale: why }) => [plain(flag.key), why?.why ?? "", why?.since ?? ""]),
        ),
  );
  return views.length === 0 ? EXIT.done : EXIT.differs;
}

/** Adds what moves documents, and what looks at the log. */
export function documentCommands(program: Command, run: Run): void {
  program
    .command("promote")
    .description("bring flags from one environment to another; shares stay the target's")
    .requiredOption("--from <environment>")
    .option("--to <environment>", "the one that --env names unless said")
    .option("--flag <key...>", "only these")
    .option("--dry-run", "say what would change, and exit 2 if anything would")
    .action(run(promote));
  program
    .command("audit")
    .description("who did what, newest first")
    .option("--flag <key>")
    .option("--actor <name>")
    .option("--limit <n>", "how many entries", "50")
    .action(run(audit));
  program.command("verify").description("whether the audit log is whole").action(run(verify));
  program
    .command("stale")
    .description("flags that have outlived their use; exit 2 if there are any")
    .action(run(stale));
}
