import type { FlagSpec, User } from "./scenario.ts";

/**
 * A contestant of the in-process part. Its definitions are given as data when it is made; `context` brings a user into
 * the shape that it wants and is never timed.
 */
export type Engine<Context, Answer> = {
  context(user: User): Context;
  /** The value with all that the engine tells about it, by its cheapest call that gives the value. */
  evaluate(context: Context): Answer;
  isOn(answer: Answer): boolean;
  /** All flags as the JSON text of an OFREP bulk answer: key, value, variant, reason and metadata of each. */
  evaluateAll(context: Context): string;
};

export type MakeEngine<Context, Answer> = (single: FlagSpec, all: readonly FlagSpec[]) => Engine<Context, Answer>;

/** Metadata that an engine without any of its own answers with. */
export const METADATA = { version: "1" };
export const VARIANT = (on: boolean): string => (on ? "on" : "off");
