import type * as z from "zod/mini";

/**
 * What is said of what a schema refuses, in English: the words of zod's own `en` for the codes that the schemas here can
 * give. That one knows fifty formats by name, and is four times as large (docs/adr/012-small-build-of-zod.md).
 */
export function inEnglish(issue: z.core.$ZodRawIssue): string {
  switch (issue.code) {
    case "invalid_type":
      return `Invalid input: expected ${issue.expected}, received ${received(issue.input)}`;
    case "invalid_value":
      return issue.values.length === 1
        ? `Invalid input: expected ${quoted(issue.values[0])}`
        : `Invalid option: expected one of ${issue.values.map(quoted).join("|")}`;
    case "too_big":
      return `Too big: expected ${issue.origin} to ${bound(issue, issue.maximum, "<")}`;
    case "too_small":
      return `Too small: expected ${issue.origin} to ${bound(issue, issue.minimum, ">")}`;
    case "invalid_format":
      return issue.format === "regex"
        ? `Invalid string: must match pattern ${issue.pattern}`
        : `Invalid ${issue.format === "url" ? "URL" : issue.format}`;
    case "not_multiple_of":
      return `Invalid number: must be a multiple of ${issue.divisor}`;
    case "invalid_key":
      return `Invalid key in ${issue.origin}`;
    case "invalid_union":
      if (Array.isArray(issue.options) && issue.options.length > 0)
        return `Invalid discriminator value. Expected ${issue.options.map((one) => `'${String(one)}'`).join(" | ")}`;
      return "Invalid input";
    case "unrecognized_keys":
    case "invalid_element":
    case "custom":
      return "Invalid input";
  }
}

/** The type of what was sent, which is parsed JSON. */
function received(input: unknown): string {
  return input === null ? "null" : Array.isArray(input) ? "array" : typeof input;
}

function quoted(value: unknown): string {
  return typeof value === "string" ? `"${value}"` : String(value);
}

const UNITS: { [origin: string]: string } = { string: "characters", array: "items" };

function bound(
  { origin, exact, inclusive }: { origin: string; exact?: boolean; inclusive?: boolean },
  limit: number | bigint,
  sign: string,
): string {
  const unit = UNITS[origin];
  const adjective = exact ? "exactly " : sign + (inclusive ? "=" : "");
  return unit === undefined ? `be ${adjective}${limit}` : `have ${adjective}${limit} ${unit}`;
}
