import * as z from "zod/mini";
import { comment, flagQuery, type FlagView, itemsUpTo } from "./admin.ts";
import { type Flag, flag } from "./flag.ts";
import * as LIMITS from "./limits.ts";
import { environmentName } from "./names.ts";
import type { ReleaseOutline } from "./release.ts";
import { everywhere } from "./role.ts";

/* Flags over all environments: what a list of thousands of rows is made of, and one flag that is made in several. */

/**
 * A flag in one environment, in at most 500 bytes beside the names that people gave it. All but `environment` is absent
 * where the environment can't be reached, and all but `exists` too where the flag isn't there.
 */
export type FlagLine = {
  environment: string;
  unavailable?: true;
  exists?: boolean;
  archived?: true;
  type?: Flag["type"];
  kind?: Flag["kind"];
  enabled?: boolean;
  /** What the flag does, cut at 160 characters. */
  sentence?: string;
  /** What the default serves: a variant, the default in the code, or a rollout, of which `percentage` has the share. */
  serve?: { variant: string } | { codeDefault: true } | { rollout: object };
  /** How many there are. */
  rules?: number;
  /** The default rollout's; where the default has none, that of the first rule that has one. */
  percentage?: number;
  /** The live one. */
  release?: Pick<ReleaseOutline, "id" | "state" | "percentage">;
  owner?: string;
  /** The first five. */
  tags?: string[];
  stale?: FlagView["stale"];
  lastEvaluatedAt?: string;
  version?: number;
};
export type FlagLines = { key: string; environments: FlagLine[] };

/** Names with commas between them. */
const listed = z.pipe(
  z.string().check(z.maxLength(8_192)),
  z.transform((text) => text.split(",")),
);

export const everywhereQuery = z.extend(flagQuery, {
  limit: itemsUpTo(LIMITS.everywherePage, LIMITS.usualPage),
  environments: z.exactOptional(z.pipe(listed, z.array(environmentName).check(z.minLength(1)))),
});

/** The flag to be made, and where: in all environments that whoever asks may enter, or in some. */
export const newFlag = z.strictObject({
  flag,
  environments: z.union([
    everywhere,
    z.array(environmentName).check(z.minLength(1), z.maxLength(100), z.refine(distinct, "must not name one twice")),
  ]),
  comment,
});

function distinct(names: readonly string[]): boolean {
  return new Set(names).size === names.length;
}
