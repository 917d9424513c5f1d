/*
 * How a command ends. The code says what a pipeline should do next; docs/reference/commands.md lists them.
 */

export const EXIT = {
  /** It is done, or there is no difference. */
  done: 0,
  /** It failed: not reachable, not allowed, not there. */
  failed: 1,
  /** Differences are pending, or a release was taken back. */
  differs: 2,
  /** What was given isn't valid. */
  invalid: 3,
  /** It waits for the consent of others. */
  waits: 4,
  /** It has changed meanwhile, or the present state doesn't allow it. */
  conflict: 5,
  /** The command was used in a wrong way. */
  usage: 64,
} as const;
export type Exit = (typeof EXIT)[keyof typeof EXIT];

/** Where several hold, the first of these counts. */
const ORDER: readonly Exit[] = [
  EXIT.usage,
  EXIT.conflict,
  EXIT.invalid,
  EXIT.failed,
  EXIT.waits,
  EXIT.differs,
  EXIT.done,
];

/** The one of several codes that counts. */
export function worst(codes: Iterable<Exit>): Exit {
  const all = new Set(codes);
  return ORDER.find((code) => all.has(code)) ?? EXIT.done;
}

/** One thing that is wrong, and where: a JSON Pointer into what was sent. */
export type Mistake = { path: string; message: string };

/** A command that can't go on: what to say, and how to end. */
export class CommandError extends Error {
  readonly exit: Exit;
  readonly mistakes: readonly Mistake[];
  /** The status that the API refused with; undefined where it wasn't the API. */
  readonly status: number | undefined;
  constructor(exit: Exit, message: string, mistakes: readonly Mistake[] = [], status?: number) {
    super(message);
    this.name = "CommandError";
    this.exit = exit;
    this.mistakes = mistakes;
    this.status = status;
  }
}

/** The command was used in a wrong way. */
export function misuse(message: string): CommandError {
  return new CommandError(EXIT.usage, message);
}
