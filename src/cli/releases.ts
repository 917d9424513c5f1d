import { readFile } from "node:fs/promises";
import type { Command } from "commander";
import { parse } from "yaml";
import { type Api, segment } from "./api.ts";
import { commentHeaders, type Context, type Run } from "./context.ts";
import { CommandError, EXIT, type Exit, misuse } from "./exit.ts";
import { plain } from "./output.ts";
import { type FlagView, isLive } from "./resources.ts";
import { write } from "./write.ts";

/* `release …`: start one, drive it, watch it to its end. */

type View = {
  id: string;
  flag: string;
  state: string;
  stage?: string;
  percentage: number;
  exposures?: number;
  activeSeconds: number;
  verdicts: { metric: string; role: string; verdict: string }[];
  next: { what: string; at?: string; estimated?: boolean }[];
  endedAt?: string;
  timeline: { at: string; what: string; cause: string; actor: { name: string }; comment: string }[];
};

const VERBS = {
  approve: "consent to what the present stage waits for",
  advance: "go to the next stage now",
  promote: "go to the last stage now",
  pause: "stop where it is; its guardrails are still judged",
  resume: "go on after a pause",
  unrelease: "take it back from everybody",
  cancel: "end it and leave what is served as it is",
  acknowledge: "go on in spite of what a signal says",
} as const;
const DONE = { completed: EXIT.done, unreleased: EXIT.differs, cancelled: EXIT.failed } as const;
/** Between two looks at a release that is watched, in milliseconds. */
const LOOK_MS = 2_000;

const releasesPath = (api: Api, flag: string, more = ""): string =>
  api.within(`/flags/${segment(flag)}/releases${more}`);

/** The release that is meant: the one named, else the flag's live one, else its latest. */
async function meant(api: Api, flag: string, id: string | undefined): Promise<View> {
  if (id !== undefined) return (await api.send<View>(releasesPath(api, flag, `/${segment(id)}`))).body;
  const { body } = await api.send<{ releases: View[] }>(releasesPath(api, flag, "?limit=1"));
  const [latest] = body.releases;
  if (latest === undefined) throw new CommandError(EXIT.failed, `${plain(flag)} has never been released here.`);
  return latest;
}

async function start(
  context: Context,
  flag: string,
  options: { plan: string; rule?: string; at?: string; lower?: boolean },
): Promise<Exit> {
  const api = await context.api();
  const plan = await planOf(options.plan);
  const { rule, at: startAt, lower } = options;
  const body = {
    plan,
    ...(rule !== undefined && { rule }),
    ...(startAt !== undefined && { startAt }),
    ...(lower && { lower }),
  };
  const { body: view } = await api.send<FlagView>(api.within(`/flags/${segment(flag)}`));
  const says = `${plain(flag)} (now ${isLive(view.release) ? `in the release ${view.release.id}` : "without a release"}) is released by ${typeof plan === "string" ? `the plan ${plan}` : options.plan}${startAt === undefined ? "" : `, from ${startAt} on`}.`;
  return write(context, { path: releasesPath(api, flag), body, says });
}

/** A plan in a file (JSON or YAML), where the text looks like one; else the name of a kept plan or a preset. */
async function planOf(text: string): Promise<unknown> {
  if (!/[./\\]/.test(text)) return text;
  const content = await readFile(text, "utf8").catch((error: unknown) => {
    throw misuse(`${text} can't be read: ${String(error)}`);
  });
  try {
    return parse(content);
  } catch (error) {
    throw misuse(`${text} is neither JSON nor YAML: ${String(error)}`);
  }
}

async function drive(
  context: Context,
  verb: keyof typeof VERBS,
  flag: string,
  options: { id?: string; stage?: string },
): Promise<Exit> {
  const api = await context.api();
  const view = await meant(api, flag, options.id);
  const body = options.stage === undefined ? {} : { stage: options.stage };
  const says = `${plain(flag)} is ${view.state}${view.stage ? ` at ${plain(view.stage)}` : ""}, ${view.percentage} %: ${verb} will ${VERBS[verb]}.`;
  return write(context, { path: releasesPath(api, flag, `/${segment(view.id)}/${verb}`), body, says });
}

/** Follows a release to its end; how it ended is the exit code, so that a pipeline can be the release. */
async function watch(
  context: Context,
  flag: string,
  { id, timeout }: { id?: string; timeout?: string },
): Promise<Exit> {
  const api = await context.api();
  const { output } = context;
  const until = timeout === undefined ? Infinity : Date.now() + secondsOf(timeout) * 1000;
  let view = await meant(api, flag, id);
  const path = releasesPath(api, flag, `/${segment(view.id)}`);
  let shown = view.timeline.length;
  for (;;) {
    for (; shown < view.timeline.length; shown++) {
      output.endProgress();
      if (!output.json) output.note(happened(view.timeline[shown]!));
    }
    const exit = (DONE as Partial<Record<string, Exit>>)[view.state];
    if (exit !== undefined) {
      output.endProgress();
      output.result(view, () => strip(view, output));
      return exit;
    }
    if (Date.now() >= until) {
      output.endProgress();
      throw new CommandError(EXIT.failed, `It is still ${view.state} after ${timeout}; it goes on by itself.`);
    }
    output.progress(strip(view, output));
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    view = await patiently(() => api.send<View>(path), view);
  }
}

/** The newest view, or the one before where Sluice can't be reached just now: the release goes on without us. */
async function patiently(ask: () => Promise<{ body: View }>, before: View): Promise<View> {
  try {
    return (await ask()).body;
  } catch (error) {
    if (error instanceof CommandError && error.message.includes("can't be reached")) return before;
    throw error;
  }
}

function secondsOf(text: string): number {
  const match = /^(\d+)(s|m|h|d)$/.exec(text);
  if (!match) throw misuse(`--timeout ${text}: it is a number with s, m, h or d, such as 45m.`);
  return Number(match[1]) * { s: 1, m: 60, h: 3600, d: 86_400 }[match[2] as "s" | "m" | "h" | "d"];
}

function strip({ state, stage, percentage, verdicts, next }: View, output: Context["output"]): string {
  const colour = { harm: "red", invalid: "red", nodata: "yellow", inconclusive: "yellow", healthy: "green" } as const;
  const judged = verdicts.map(
    ({ metric, verdict }) =>
      `${plain(metric)} ${output.style(colour[verdict as keyof typeof colour] ?? "dim", verdict)}`,
  );
  const [first] = next;
  const then =
    first === undefined
      ? ""
      : `${plain(first.what)}${first.at === undefined ? "" : ` ${first.estimated ? "about " : ""}${clock(first.at)}`}`;
  return [`${state}${stage ? ` ${plain(stage)}` : ""} ${percentage} %`, judged.join(", "), then]
    .filter(Boolean)
    .join(" · ");
}

function clock(at: string): string {
  const seconds = Math.round((Date.parse(at) - Date.now()) / 1000);
  if (seconds <= 0) return "now";
  return seconds < 120 ? `in ${seconds} s` : `in ${Math.round(seconds / 60)} min`;
}

function happened({ at, what, cause, actor, comment }: View["timeline"][number]): string {
  return `${at}  ${what}  ${plain(actor.name)}: ${plain(cause)}${comment ? ` (${plain(comment)})` : ""}`;
}

async function report(context: Context, flag: string, { id, stage }: { id?: string; stage?: string }): Promise<void> {
  const api = await context.api();
  const view = await meant(api, flag, id);
  const query = stage === undefined ? "" : `?stage=${segment(stage)}`;
  const { body } = await api.send<object>(releasesPath(api, flag, `/${segment(view.id)}/report${query}`), {
    headers: { Accept: "application/json", ...commentHeaders(context) },
  });
  context.output.result(body, () => [strip(view, context.output), ...view.timeline.map(happened)].join("\n"));
}

/** Adds `release` and what is below it. */
export function releaseCommands(program: Command, run: Run): void {
  const release = program
    .command("release")
    .description("releases: a change in stages, each watched, taken back where it harms");
  release
    .command("start <flag>")
    .description("release a flag by a plan")
    .requiredOption(
      "--plan <name-or-file>",
      "a kept plan, a preset (careful, standard, quick, small-site), or a file: ./plan.yaml",
    )
    .option("--rule <id>", "the rule that is released; the default unless said")
    .option("--at <time>", "when it starts (RFC 3339); now unless said")
    .option("--lower", "it may begin below what is served now, and take people out")
    .addHelpText(
      "after",
      "\nExamples:\n  $ sluice release start new-checkout --plan standard\n  $ sluice release start new-checkout --plan ./plan.yaml && sluice release watch new-checkout --timeout 8h",
    )
    .action(run(start));
  release
    .command("watch <flag>")
    .description("follow it to its end: exit 0 completed, 2 taken back, 1 cancelled")
    .option("--id <id>", "which; the latest unless said")
    .option("--timeout <duration>", "give up after this, such as 45m")
    .action(run(watch));
  release
    .command("report <flag>")
    .description("what each stage saw, and who decided")
    .option("--id <id>")
    .option("--stage <name>")
    .action(run(report));
  for (const [verb, what] of Object.entries(VERBS))
    release
      .command(`${verb} <flag>`)
      .description(what)
      .option("--id <id>", "which; the latest unless said")
      .option("--stage <name>", "only while it is at this stage")
      .action(
        run((context, flag: string, options: { id?: string; stage?: string }) =>
          drive(context, verb as keyof typeof VERBS, flag, options),
        ),
      );
}
