import type { Command } from "commander";
import { Api } from "./api.ts";
import type { Context, Run } from "./context.ts";
import { misuse } from "./exit.ts";
import { plain } from "./output.ts";
import { originOf, ProfileFile, tokenOf } from "./settings.ts";

/* `login`, `logout`, `whoami`: who asks. */

type Me = { name: string; role: string; environments: string[]; expiresAt?: string };

/** Checks a token where it is for, and keeps it for this origin alone. */
async function login(context: Context, url: string, profile: string | undefined): Promise<void> {
  const origin = originOf(url);
  const { output } = context;
  const typed = output.interactive
    ? await context.questions.secret(`Admin token for ${origin}`)
    : await context.input();
  const token = tokenOf(typed);
  const { body: me } = await new Api({ url: origin, token }).send<Me>("/me");
  const file = new ProfileFile(context.env);
  const known = await file.read();
  const name = profile ?? new URL(origin).host;
  const { env: environment } = context.given;
  known.profiles[name] = { url: origin, token, ...(environment !== undefined && { environment }) };
  await file.write({ current: name, profiles: known.profiles });
  output.result({ profile: name, url: origin, ...shown(me) }, () => `Logged in to ${origin} as ${described(me)}.`);
}

async function logout(context: Context, profile: string | undefined): Promise<void> {
  const file = new ProfileFile(context.env);
  const { current, profiles } = await file.read();
  const name = profile ?? current;
  if (name === undefined || profiles[name] === undefined)
    throw misuse(name === undefined ? "Nobody is logged in." : `There is no profile ${name}.`);
  delete profiles[name];
  const [next] = Object.keys(profiles);
  await file.write({ ...(next !== undefined && { current: current === name ? next : (current ?? next) }), profiles });
  context.output.result(
    { profile: name, loggedOut: true },
    () => `Logged out of ${name}. The token itself still works; revoke it where it was made.`,
  );
}

async function whoami(context: Context): Promise<void> {
  const api = await context.api();
  const { body: me } = await api.send<Me>("/me");
  const { url, environment } = api.access;
  const value = { url, ...(environment !== undefined && { environment }), ...shown(me) };
  context.output.result(
    value,
    () => `${described(me)}, at ${url}${environment === undefined ? "" : `, meaning ${environment}`}.`,
  );
}

function shown({ name, role, environments, expiresAt }: Me): object {
  return { name, role, environments, ...(expiresAt !== undefined && { expiresAt }) };
}

function described({ name, role, environments, expiresAt }: Me): string {
  const where = environments.includes("*") ? "every environment" : environments.join(", ");
  return `${plain(name)} (${role} in ${where}${expiresAt === undefined ? "" : `, until ${expiresAt}`})`;
}

/** @param run runs an action with its context, and ends the command as it came out */
export function accountCommands(program: Command, run: Run): void {
  program
    .command("login <url>")
    .description("keep an admin token for this address; asked for hidden, or read from the standard input")
    .option("--profile <name>", "the name to keep it under; the host unless said")
    .addHelpText(
      "after",
      "\nExamples:\n  $ sluice login https://flags.example.com\n  $ sluice login http://127.0.0.1:8787 < token.txt",
    )
    .action(run((context, url: string, { profile }: { profile?: string }) => login(context, url, profile)));
  program
    .command("logout")
    .description("forget a token")
    .option("--profile <name>", "which; the one that was logged in last unless said")
    .action(run((context, { profile }: { profile?: string }) => logout(context, profile)));
  program.command("whoami").description("who asks, with which role, and where").action(run(whoami));
}
