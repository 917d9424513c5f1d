import { Api } from "./api.ts";
import { CommandError, EXIT, type Exit, misuse } from "./exit.ts";
import type { Output } from "./output.ts";
import { accessOf, type Given } from "./settings.ts";

/* What a command is given: where it runs, how it prints and asks, and the API once it needs it. */

export type Environment = Readonly<Record<string, string | undefined>>;

/** Questions to a person. Only on a terminal. */
export type Questions = {
  /** A text that isn't shown while it is typed. */
  secret(question: string): Promise<string>;
  confirm(question: string): Promise<boolean>;
};

export type Context = {
  readonly env: Environment;
  readonly folder: string;
  readonly output: Output;
  readonly questions: Questions;
  readonly given: Given & { yes?: boolean; comment?: string };
  /** All that comes in at the standard input. */
  input(): Promise<string>;
  /** The API with this person's token. @throws CommandError where nobody is logged in */
  api(): Promise<Api>;
};

/** Makes `api` of a context: asked for once, then kept. */
export function apiOf(given: Given, env: Environment, folder: string): () => Promise<Api> {
  let made: Promise<Api> | undefined;
  return () => (made ??= accessOf(given, env, folder).then((access) => new Api(access)));
}

/** Headers that carry what is said of a write. */
export function commentHeaders({ given }: Context): Record<string, string> {
  return given.comment === undefined ? {} : { "Sluice-Comment": encodeURIComponent(given.comment) };
}

/** Asks a person whether to go on. Where nobody can be asked, `--yes` has to have said so. */
export async function confirm(context: Context, question: string): Promise<void> {
  if (context.given.yes) return;
  if (!context.output.interactive) throw misuse(`${question} Say --yes where nobody can be asked.`);
  if (!(await context.questions.confirm(question))) throw new CommandError(EXIT.failed, "Nothing was changed.");
}

/** Turns what a command does into an action of commander. A number that comes back is the exit code. */
export type Run = <A extends unknown[]>(
  action: (context: Context, ...args: A) => Promise<void | Exit>,
) => (...args: A) => Promise<void>;
