import { listed, readChoices, type Typed } from "../../interchange/choices.ts";
import type { Format } from "../../interchange/importer.ts";
import type { Reconciled } from "../../interchange/reconcile.ts";

/* From the text of a file to the body that the native import takes. Other systems' formats are converted in the browser. */

export type FormatName =
  | "sluice"
  | "flagd"
  | "unleash"
  | "split"
  | "flagsmith"
  | "launchdarkly"
  | "growthbook"
  | "configcat";

export const FORMATS: { value: FormatName; label: string }[] = [
  { value: "sluice", label: "Sluice (native)" },
  { value: "flagd", label: "flagd" },
  { value: "unleash", label: "Unleash" },
  { value: "split", label: "Split" },
  { value: "flagsmith", label: "Flagsmith" },
  { value: "launchdarkly", label: "LaunchDarkly" },
  { value: "growthbook", label: "GrowthBook" },
  { value: "configcat", label: "ConfigCat" },
];

/** What was typed beside the document. `report`: the text of an earlier report; `theirs`: keys for which the source wins. */
export type Beside = Typed & { report?: string; theirs?: string };

/**
 * The body to import; undefined where nothing can be, and `conversion` says why.
 *
 * @param ours all that is in the environment
 * @throws SyntaxError for a native document, or an earlier report, that isn't JSON
 * @throws RangeError for what is no choice
 */
export async function prepared(
  format: FormatName,
  text: string,
  beside: Beside,
  ours: () => Promise<{ flags: readonly unknown[]; segments: readonly unknown[] }>,
): Promise<{ body?: unknown; conversion?: Reconciled }> {
  if (format === "sluice") return { body: JSON.parse(text) as unknown };
  const { report: earlier = "", theirs = "", ...typed } = beside;
  const options = readChoices(typed);
  const since = earlier.trim() === "" ? {} : { since: JSON.parse(earlier) as unknown };
  const { convert } = await import("../../interchange/convert.ts");
  const { reconcile } = await import("../../interchange/reconcile.ts");
  const converted = await convert(format satisfies Format, { main: text }, options);
  const { document, report } = reconcile(converted, await ours(), { ...since, theirs: listed(theirs) });
  return document === null ? { conversion: report } : { body: document, conversion: report };
}
