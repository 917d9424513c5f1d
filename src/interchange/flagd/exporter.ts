import type { NativeDocument } from "../convert.ts";
import { REASONS, type Why } from "./reasons.ts";
import { type Left, writeFlagd } from "./writer.ts";

export type Exported = {
  /** The definitions as JSON; null where flags are left out and it wasn't said that the others are wanted. */
  text: string | null;
  left: Left[];
};

const SCHEMA = "https://flagd.dev/schema/v0/flags.json";

/** The way out: a file for flagd. `partial`: flags that can't be said are left out; without it, any of them leaves out all. */
export function exportFlagd({ flags, segments }: NativeDocument, { partial = false } = {}): Exported {
  const { written, evaluators, left: unsaid } = writeFlagd(flags, segments);
  const left = unsaid.map(({ flag, issues }) => ({
    flag,
    issues: issues.map((issue) => ({ ...issue, reason: REASONS[issue.reason as Why] })),
  }));
  if (left.length > 0 && !partial) return { text: null, left };
  const $evaluators = Object.fromEntries(evaluators);
  const document = { $schema: SCHEMA, flags: written, ...(evaluators.size > 0 ? { $evaluators } : {}) };
  return { text: `${JSON.stringify(document, null, 2)}\n`, left };
}
