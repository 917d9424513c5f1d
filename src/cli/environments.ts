import type { Command } from "commander";
import { collect, segment } from "./api.ts";
import { commentHeaders, confirm, type Context, type Run } from "./context.ts";
import { parseDuration } from "../contract/duration.ts";
import { misuse } from "./exit.ts";
import { plain } from "./output.ts";
import type { EnvironmentView, FlagView } from "./resources.ts";
import { isLive } from "./resources.ts";

/* `env …` and `status`. */

type Request = { id: string; action: string; author: { name: string }; required: number; approvals: unknown[] };

async function list(context: Context): Promise<void> {
  const api = await context.api();
  const environments = await collect(api.all<EnvironmentView>("/environments", "environments"));
  context.output.result({ environments }, () => {
    const rows = environments.map((one) => [
      one.name,
      String(one.flags),
      String(one.version),
      one.requiresApproval > 0 ? `consent of ${one.requiresApproval}` : "",
      one.expiresAt === undefined ? "" : `ends ${one.expiresAt}`,
      plain(one.description),
    ]);
    return context.output.table(["ENVIRONMENT", "FLAGS", "VERSION", "", "", "DESCRIPTION"], rows);
  });
}

/** What is live, what waits, in every environment that this token may enter. */
async function status(context: Context): Promise<void> {
  const api = await context.api();
  const environments = await collect(api.all<EnvironmentView>("/environments", "environments"));
  const all = await Promise.all(
    environments.map(async ({ name, flags, version, propagated }) => {
      const at = `/environments/${segment(name)}`;
      const views = await collect(api.all<FlagView>(`${at}/flags`, "flags"));
      const requests = await collect(api.all<Request>(`${at}/change-requests`, "changeRequests", { state: "open" }));
      const releases = views.flatMap(({ flag, release }) => (isLive(release) ? [{ flag: flag.key, ...release }] : []));
      return { environment: name, flags, version, propagated, releases, waiting: requests };
    }),
  );
  context.output.result({ environments: all }, () =>
    all
      .map(({ environment, flags, version, propagated, releases, waiting }) =>
        [
          `${context.output.style("bold", environment)}  ${flags} flags, version ${version} on ${propagated.relays} of ${propagated.of} relays`,
          ...releases.map(
            (one) =>
              `  release of ${plain(one.flag)}: ${one.state}${one.stage ? ` at ${plain(one.stage)}` : ""}, ${one.percentage} %`,
          ),
          ...waiting.map((one) => `  waits for consent: ${one.action} by ${plain(one.author.name)} (${one.id})`),
        ].join("\n"),
      )
      .join("\n"),
  );
}

async function create(
  context: Context,
  name: string,
  options: { from?: string; description?: string; ttl?: string },
): Promise<void> {
  const expiresAt = options.ttl === undefined ? undefined : endAfter(options.ttl);
  const api = await context.api();
  const body = {
    name,
    ...(options.from !== undefined && { copyFrom: options.from }),
    ...(expiresAt !== undefined && { expiresAt }),
    ...(options.description !== undefined && { description: options.description }),
  };
  const headers = commentHeaders(context);
  const { body: made } = await api.send<EnvironmentView & { keys?: { client: string; server: string } }>(
    "/environments",
    { method: "POST", body, headers },
  );
  context.output.result(made, () =>
    made.keys === undefined
      ? `Made ${name}. Its keys are made on the page, or by POST …/keys.`
      : `Made ${name}, which ends ${made.expiresAt}. Its keys are shown this once:\n${made.keys.client}\n${made.keys.server}`,
  );
}

/** The instant at which something ends that has this long to live. */
function endAfter(ttl: string): string {
  const ms = parseDuration(ttl);
  if (ms === undefined || ms === 0) throw misuse("--ttl takes a duration such as 36h or 7d.");
  return new Date(Date.now() + ms).toISOString();
}

async function extend(context: Context, name: string, { ttl }: { ttl: string }): Promise<void> {
  const expiresAt = endAfter(ttl);
  const api = await context.api();
  const { body: left } = await api.send<EnvironmentView>(`/environments/${segment(name)}`, {
    method: "PATCH",
    body: { expiresAt },
    headers: commentHeaders(context),
  });
  context.output.result(left, () => `${name} ends ${left.expiresAt}.`);
}

async function remove(context: Context, name: string): Promise<void> {
  const api = await context.api();
  await confirm(context, `Delete ${name} with all its flags, keys and history? This can't be undone.`);
  await api.send(`/environments/${segment(name)}?confirm=${segment(name)}`, {
    method: "DELETE",
    headers: commentHeaders(context),
  });
  context.output.result({ environment: name, deleted: true }, () => `${name} is deleted.`);
}

/** Adds `env`, what is below it, and `status`. */
export function environmentCommands(program: Command, run: Run): void {
  program.command("status").description("environments, live releases, and what waits for somebody").action(run(status));
  const env = program.command("env").description("environments");
  env.command("list").description("which there are").action(run(list));
  env
    .command("create <name>")
    .description("make one, for a branch or a demo too")
    .option("--from <environment>", "with this one's flags and segments")
    .option("--description <text>")
    .option("--ttl <duration>", "it ends by itself after this, such as 7d, and comes with keys of its own")
    .action(run(create));
  env
    .command("extend <name>")
    .description("let one that ends by itself live on")
    .requiredOption("--ttl <duration>", "from now, such as 7d")
    .action(run(extend));
  env.command("delete <name>").description("delete it for good").action(run(remove));
}
