import type { Flag } from "../contract/flag.ts";
import type { JsonValue } from "../contract/json.ts";

/*
 * The manifest of the OpenFeature CLI, from which it generates typed code: every flag with its type and the value that
 * the code falls back to (design, interchange.md § 8.5).
 */

export type ManifestFlag = {
  flagType: "boolean" | "string" | "integer" | "float" | "object";
  defaultValue: JsonValue;
  description?: string;
};

/** The manifest as JSON: flags by key, sorted. */
export function exportManifest({ flags }: { flags: readonly Flag[] }): string {
  const sorted = flags.toSorted((a, b) => (a.key < b.key ? -1 : 1));
  const manifest = { $schema: SCHEMA, flags: Object.fromEntries(sorted.map((flag) => [flag.key, manifestFlag(flag)])) };
  return `${JSON.stringify(manifest, null, 2)}\n`;
}

const SCHEMA = "https://raw.githubusercontent.com/open-feature/cli/refs/heads/main/schema/v0/flag-manifest.json";

/** A number flag all of whose variants are whole is one of integers. Never null: the value falls back to its type's zero. */
export function manifestFlag(flag: Flag): ManifestFlag {
  const { type, variants, offVariant, description } = flag;
  const whole = Object.values(variants).every((value) => Number.isInteger(value));
  const fixed = offVariant ?? ("variant" in flag.default ? flag.default.variant : undefined);
  const value = fixed === undefined ? undefined : variants[fixed];
  return {
    flagType: type === "number" ? (whole ? "integer" : "float") : type,
    defaultValue: value ?? ZEROS[type],
    ...(description === "" ? {} : { description }),
  };
}

const ZEROS: { [type in Flag["type"]]: JsonValue } = { boolean: false, string: "", number: 0, object: {} };
