import type { Flag } from "../contract/flag.ts";
import type { JsonValue } from "../contract/json.ts";

/** A flag in the manifest of the OpenFeature CLI, from which it generates typed code. */
export type ManifestFlag = {
  flagType: "boolean" | "string" | "integer" | "float" | "object";
  defaultValue: JsonValue;
  description?: string;
};

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
