import type { Command } from "commander";
import { type Api, collect } from "./api.ts";
import { commentHeaders, confirm, type Context, type Run } from "./context.ts";
import { type Desired, desired, type Fields, type SegmentView, type Step, type There } from "./desired.ts";
import { CommandError, EXIT, type Exit, type Mistake, worst } from "./exit.ts";
import { keyOf, readFolder, writeFolder } from "./files.ts";
import { plain } from "./output.ts";
import type { FlagView } from "./resources.ts";
import { effectsOf, finish, isProduction, peopleWords } from "./write.ts";

/* `diff`, `apply`, `pull`: flags as code. */

/** How often a plan is made anew because the environment moved between looking and writing. */
const TRIES = 5;

type Options = { file: string; prune?: boolean };
/** What is there, and the entity tag of the environment as it was when that was read. */
type Looked = { there: There; etag: string };

async function look(api: Api): Promise<Looked> {
  for (let i = 0; ; i++) {
    const before = await api.send(api.within(""));
    const live = await collect(api.all<FlagView>(api.within("/flags"), "flags"));
    const archived = await collect(api.all<FlagView>(api.within("/flags"), "flags", { state: "archived" }));
    const segments = await collect(api.all<SegmentView>(api.within("/segments"), "segments"));
    const after = await api.send(api.within(""));
    const etag = after.headers.get("ETag") ?? "";
    // Pages of different versions may not fit together.
    if (before.headers.get("ETag") !== etag && i < TRIES) continue;
    const flags = new Map([...archived, ...live].map((view) => [view.flag.key, view]));
    return { there: { flags, segments: new Map(segments.map((view) => [keyOf(view.segment), view])) }, etag };
  }
}

async function planned(context: Context, { file, prune = false }: Options): Promise<{ plan: Desired; etag: string }> {
  const api = await context.api();
  const wanted = await readFolder(file);
  const { there, etag } = await look(api);
  const plan = desired(wanted, there, prune);
  if (plan.impossible.length > 0)
    throw new CommandError(
      EXIT.conflict,
      "Some files can't be applied as things are.",
      plan.impossible.map(({ file: path, message }) => ({ path, message })),
    );
  return { plan, etag };
}

async function diff(context: Context, options: Options): Promise<Exit> {
  const { plan } = await planned(context, options);
  const people = plan.steps.length === 0 ? undefined : await previewed(await context.api(), plan);
  context.output.result(shown(plan, people), () =>
    [words(plan, context), ...(plan.steps.length > 0 ? [peopleWords(people)] : [])].join("\n"),
  );
  return plan.steps.length === 0 ? EXIT.done : EXIT.differs;
}

async function apply(context: Context, options: Options): Promise<Exit> {
  const api = await context.api();
  for (let i = 1; ; i++) {
    const { plan, etag } = await planned(context, options);
    if (plan.steps.length === 0) {
      context.output.result({ ...shown(plan, undefined), applied: false }, () => words(plan, context));
      return EXIT.done;
    }
    const people = await previewed(api, plan);
    if (!context.output.json && i === 1) context.output.note([words(plan, context), peopleWords(people)].join("\n"));
    if (i === 1 && (await isProduction(api))) await confirm(context, `Apply this to ${api.environment()}?`);
    try {
      const headers = { ...commentHeaders(context), ...(etag !== "" && { "If-Match": etag }) };
      const body = { changes: plan.steps.map(({ change }) => change) };
      const answer = await api.send<object>(api.within("/changes"), { method: "POST", body, headers });
      return worst([await finish(context, api, answer)]);
    } catch (error) {
      const moved = error instanceof CommandError && error.exit === EXIT.conflict;
      if (!moved || i === TRIES) throw located(error, plan);
    }
  }
}

/** Whom it would change; says by its file what the server refuses. */
async function previewed(api: Api, plan: Desired): ReturnType<typeof effectsOf> {
  try {
    return await effectsOf(
      api,
      plan.steps.map(({ change }) => change),
    );
  } catch (error) {
    throw located(error, plan);
  }
}

/** A refusal of changes, told of the files that they come from. */
function located(error: unknown, { steps }: Desired): unknown {
  if (!(error instanceof CommandError)) return error;
  const mistakes = error.mistakes.map(({ path, message }): Mistake => {
    const match = /^\/changes\/(\d+)(?:\/(?:flag|segment))?(.*)$/s.exec(path);
    const step = match ? steps[Number(match[1])] : undefined;
    return step ? { path: `${step.file ?? step.key}${match![2]}`, message } : { path, message };
  });
  return new CommandError(error.exit, error.message, mistakes);
}

function shown({ steps, held }: Desired, people: unknown): object {
  const changes = steps.map(({ kind, key, does, fields, file }) => ({
    kind,
    key,
    does,
    fields,
    ...(file && { file }),
  }));
  return { changes, held, ...(people !== undefined && { people }) };
}

const MARK = { create: "+", update: "~", archive: "-", delete: "-" } as const;

function words({ steps, held }: Desired, { output }: Context): string {
  const colour = { create: "green", update: "yellow", archive: "red", delete: "red" } as const;
  const line = ({ does, kind, key, fields }: Step): string =>
    `${output.style(colour[does], `${MARK[does]} ${kind} ${plain(key)}`)}${does === "update" ? `: ${fields.join(", ")}` : does === "create" ? "" : ` is ${does}d`}`;
  const kept = held.map(({ key, release, what }) =>
    output.style("dim", `= ${plain(key)}: ${plain(what)} is held by the release ${release}`),
  );
  const none = steps.length === 0 ? ["No difference."] : [];
  return [...steps.map(line), ...kept, ...none].join("\n");
}

async function pull(context: Context, folder: string): Promise<void> {
  const api = await context.api();
  const { there } = await look(api);
  const flags = [...there.flags.values()]
    .filter(({ archivedAt }) => archivedAt === undefined)
    .map(({ flag }) => {
      const rules = flag.rules.filter(({ id }) => !id.startsWith("release:"));
      return JSON.parse(JSON.stringify({ ...flag, rules })) as Fields;
    });
  // Lists that are too long to be shown stay where they are: a file without them leaves them alone.
  const segments = [...there.segments.values()].map(({ segment }) => {
    const fields: Fields = { ...segment };
    for (const list of ["include", "exclude"]) if (!Array.isArray(fields[list])) delete fields[list];
    return fields;
  });
  const done = await writeFolder(folder, { flags, segments });
  context.output.result({ flags: flags.length, segments: segments.length, ...done }, () =>
    [
      `${flags.length} flags and ${segments.length} segments in ${folder}.`,
      ...done.written.map((file) => `  written ${file}`),
      ...done.removed.map((file) => `  removed ${file}`),
    ].join("\n"),
  );
}

/** Adds the commands of flags as code. */
export function codeCommands(program: Command, run: Run): void {
  const examples =
    "\nA folder has flags/KEY.json (or .yaml) and segments/KEY.json. What a file leaves out is left alone, and so is what a live release holds.";
  program
    .command("diff")
    .description("what files would change, and for whom; exit 2 if anything")
    .requiredOption("-f, --file <folder>", "the folder with the files")
    .option("--prune", "archive flags, and delete segments, that no file is about")
    .addHelpText("after", `${examples}\n\nExamples:\n  $ sluice diff -f flags-as-code -e production`)
    .action(run(diff));
  program
    .command("apply")
    .description("make an environment as files say: one write, one version")
    .requiredOption("-f, --file <folder>", "the folder with the files")
    .option("--prune", "archive flags, and delete segments, that no file is about")
    .addHelpText(
      "after",
      `${examples}\n\nExamples:\n  $ sluice apply -f flags-as-code -e staging --comment "$GIT_COMMIT"`,
    )
    .action(run(apply));
  program.command("pull <folder>").description("write an environment's flags and segments as files").action(run(pull));
}
