import * as z from "zod/mini";
import { type Flag, flag, percentage, type RuleInput, split } from "./flag.ts";
import { isJsonObject, type JsonObject } from "./json.ts";
import * as LIMITS from "./limits.ts";
import { name } from "./names.ts";
import { segment } from "./segment.ts";

/*
 * A change is one thing to do to an environment's resources. A write is a batch of changes, all or none, that makes
 * at most one version. The single-resource routes are batches of one.
 */

const patch = z.custom<JsonObject>(isJsonObject, "must be an object");

/** The target of a rollout: `rule` by its id, else the flag's `default`. */
export const rolloutTarget = z.strictObject({ percentage, rule: z.optional(name), split: z.optional(split) });

const key = name;
const changeOnWire = z.discriminatedUnion("op", [
  z.strictObject({ op: z.literal("putFlag"), flag }),
  z.strictObject({ op: z.literal("patchFlag"), key, patch }),
  z.extend(rolloutTarget, { op: z.literal("setRollout"), key }),
  z.strictObject({ op: z.enum(["enableFlag", "disableFlag", "archiveFlag"]), key }),
  z.strictObject({ op: z.literal("putSegment"), segment }),
  z.strictObject({ op: z.literal("deleteSegment"), key }),
]);

/** The body of `POST …/changes` before its comment. */
export const changeList = z.array(changeOnWire).check(z.minLength(1), z.maxLength(LIMITS.changesPerBatch));

/**
 * Changes that have routes of their own but no place in a batch sent by a client. `replaceFlag` is a put that brings an
 * archived flag back; `createFlag` one that never replaces.
 */
type RouteOnlyChange =
  | { op: "createFlag"; flag: Flag }
  | { op: "restoreFlag"; key: string }
  | { op: "replaceFlag"; flag: Flag }
  | { op: "addRule"; key: string; rule: RuleInput; before?: string }
  | { op: "patchRule"; key: string; id: string; patch: JsonObject }
  | { op: "deleteRule"; key: string; id: string }
  | { op: "orderRules"; key: string; order: string[] }
  | { op: "patchSegment"; key: string; patch: JsonObject }
  | { op: "changeMembers"; key: string; add: string[]; remove: string[] };

/** What may be done to one rule by itself. `id` and `before` are ids of rules. */
export type RuleChange = Extract<RouteOnlyChange, { op: "addRule" | "patchRule" | "deleteRule" | "orderRules" }>;

export type Change = z.output<typeof changeOnWire> | RouteOnlyChange;

/**
 * Who did it, as the log remembers it. `via`: how they were known. `family`: whose credentials theirs belongs to, where
 * that isn't themselves; never shown.
 */
export type Actor = { id: string; name: string; via: "root" | "token" | "access" | "release"; family?: string };

/** Whom somebody counts as where one person must not count twice: a token counts as the person or token that made it. */
export function familyOf({ id, via, family }: Actor): string {
  return family ?? `${via}:${id.toWellFormed()}`;
}

/** An actor as it is shown. */
export function shownActor({ id, name, via }: Actor): Actor {
  return { id, name, via };
}
