import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, readFile, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import type { Command } from "commander";
import { Api, collect, segment } from "./api.ts";
import type { Context, Run } from "./context.ts";
import { CommandError, EXIT, type Exit, misuse } from "./exit.ts";
import type { EnvironmentView } from "./resources.ts";

/*
 * `dev`: Sluice itself on this machine, filled from an environment. The runtime is a checkout's; the package has none.
 */

type Options = { pull?: string; set?: string[]; port: string; state?: string; built?: boolean };
type Local = { url: string; adminToken: string; child: ChildProcess };
type Override = { key: string; variant: string };

const READY = /^Sluice is ready on (http:\S+)$/m;
/** Building the Worker and starting it, on a machine that does other things too. */
const READY_MS = 120_000;

async function dev(context: Context, options: Options): Promise<Exit> {
  const root = await checkout();
  if (root === undefined)
    throw misuse(
      "dev runs in a checkout of Sluice: this package has the command, and no runtime. There: npm ci && npx --no sluice dev",
    );
  const overrides = (options.set ?? []).map(overrideOf);
  if (!/^\d{1,5}$/.test(options.port) || Number(options.port) > 65_535)
    throw misuse(`--port ${options.port}: it is 0 to 65535.`);
  const { pull } = options;
  const source = pull === undefined ? undefined : await context.api();
  const document = source && (await source.send<object>(`/environments/${segment(pull!)}/export`)).body;
  const state =
    options.state === undefined ? await mkdtemp(join(tmpdir(), "sluice-dev-")) : resolve(context.folder, options.state);
  try {
    const local = await started(context, root, state, options, document === undefined);
    const over = new Promise<number | null>((done) => void local.child.once("exit", done));
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const)
      process.once(signal, () => local.child.kill("SIGTERM"));
    try {
      const filled = await fill(local, pull, document, overrides);
      context.output.result(filled, () => words(filled));
    } catch (error) {
      local.child.kill("SIGTERM");
      await over;
      throw error;
    }
    return (await over) === 0 ? EXIT.done : EXIT.failed;
  } finally {
    if (options.state === undefined) await rm(state, { recursive: true, force: true });
  }
}

/** The checkout that this command was built in; undefined where it was installed. */
async function checkout(): Promise<string | undefined> {
  try {
    const own = await realpath(new URL(import.meta.url));
    const root = resolve(dirname(own), "../..");
    const { name, scripts } = JSON.parse(await readFile(join(root, "package.json"), "utf8")) as {
      name?: string;
      scripts?: { start?: string };
    };
    const here = own === (await realpath(join(root, "dist/package/sluice.mjs")));
    return here && name === "sluice" && scripts?.start !== undefined ? root : undefined;
  } catch {
    return undefined;
  }
}

/** `key=variant`. A key may have an equals sign, a variant that does is named in the flag's own JSON. */
function overrideOf(text: string): Override {
  const at = text.lastIndexOf("=");
  if (at < 1 || at === text.length - 1) throw misuse(`--set ${text}: it is KEY=VARIANT, such as new-checkout=on.`);
  return { key: text.slice(0, at), variant: text.slice(at + 1) };
}

async function started(
  context: Context,
  root: string,
  state: string,
  { port, built }: Options,
  example: boolean,
): Promise<Local> {
  const args = [join(root, "scripts/start.ts"), ...(built ? ["--built"] : [])];
  // Nothing of this person's access goes along: what runs here has a token of its own.
  const { SLUICE_TOKEN: _, ADMIN_TOKEN: __, ...env } = context.env;
  const child = spawn(join(root, "node_modules/.bin/node"), args, {
    cwd: root,
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...env, PORT: port, STATE_DIR: state, SEED: example ? "" : "none", VISITORS: "none" },
  });
  let said = "";
  const url = await new Promise<string>((done, fail) => {
    const late = setTimeout(() => {
      child.kill("SIGTERM");
      fail(new CommandError(EXIT.failed, `It wasn't ready after ${READY_MS / 1000} s.\n${said}`));
    }, READY_MS);
    child.once("error", (error) =>
      fail(new CommandError(EXIT.failed, `The runtime can't be started: ${error.message}. Has npm ci been run?`)),
    );
    child.once("exit", () => fail(new CommandError(EXIT.failed, said.trim() || "The runtime ended.")));
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding("utf8").on("data", (text: string) => {
        const ready = READY.exec((said += text));
        if (ready) {
          clearTimeout(late);
          done(ready[1]!);
        } else context.output.progress(text.trim().split("\n").at(-1) ?? "");
      });
  });
  context.output.endProgress();
  return { url, adminToken: (await readFile(join(state, "admin-token"), "utf8")).trim(), child };
}

type Filled = {
  url: string;
  dashboard: string;
  adminToken: string;
  environments: { environment: string; flags: number; keys?: { client: string; server: string } }[];
};

/** Makes the environment with what was pulled, and keys of its own: those of the source never come along. */
async function fill(
  { url, adminToken }: Local,
  pull: string | undefined,
  document: object | undefined,
  overrides: Override[],
): Promise<Filled> {
  const api = new Api({ url, token: adminToken });
  let keys: { client: string; server: string } | undefined;
  const there = await collect(api.all<EnvironmentView>("/environments", "environments"));
  if (pull !== undefined && document !== undefined) {
    if (!there.some(({ name }) => name === pull))
      await api.send("/environments", { method: "POST", body: { name: pull } });
    const at = `/environments/${segment(pull)}`;
    await api.send(`${at}/import`, { method: "POST", body: document });
    const made = async (kind: string): Promise<string> =>
      (
        await api.send<{ secret: string }>(`${at}/keys`, {
          method: "POST",
          body: { kind, name: `sluice dev (${kind})` },
        })
      ).body.secret;
    keys = { client: await made("client"), server: await made("server") };
  }
  const all = pull === undefined ? there.map(({ name }) => name) : [pull];
  for (const name of all) await override(api, name, overrides);
  const environments = await Promise.all(
    all.map(async (environment) => {
      const { body } = await api.send<EnvironmentView>(`/environments/${segment(environment)}`);
      return { environment, flags: body.flags, ...(keys !== undefined && { keys }) };
    }),
  );
  return { url, dashboard: `${url}/#token=${adminToken}`, adminToken, environments };
}

/** Serves one variant to everybody, whatever the flag's rules say. */
async function override(api: Api, environment: string, overrides: Override[]): Promise<void> {
  if (overrides.length === 0) return;
  const changes = overrides.map(({ key, variant }) => ({
    op: "patchFlag",
    key,
    patch: { enabled: true, prerequisites: [], rules: [], default: { variant } },
  }));
  await api.send(`/environments/${segment(environment)}/changes`, { method: "POST", body: { changes } });
}

function words({ url, dashboard, environments }: Filled): string {
  return [
    `Dashboard  ${dashboard}`,
    `Sluice     ${url}`,
    ...environments.flatMap(({ environment, flags, keys }) => [
      `${environment}: ${flags} flags`,
      ...(keys === undefined ? [] : [`  client key ${keys.client}`, `  server key ${keys.server}`]),
    ]),
    "",
    "Ctrl-C ends it.",
  ].join("\n");
}

/** Adds the command. */
export function devCommand(program: Command, run: Run): void {
  program
    .command("dev")
    .description(
      "Sluice itself on this machine, in a checkout: the example shop, or an environment's flags and segments",
    )
    .option("--pull <environment>", "fill it with this environment's flags and segments, never with its keys")
    .option("--set <key=variant...>", "serve everybody this variant here")
    .option("--port <n>", "where it listens; 0 takes a free one", "8787")
    .option("--state <folder>", "keep what is changed there; else it is gone at the end")
    .option("--built", "take the Worker as it was built last")
    .addHelpText(
      "after",
      "\nExamples:\n  $ sluice dev --pull staging --set new-checkout=on\n  $ sluice dev --port 0 --state .sluice-dev",
    )
    .action(run(dev));
}
