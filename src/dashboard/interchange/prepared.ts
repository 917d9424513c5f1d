import type { Report as Conversion } from "../../interchange/convert.ts";
import type { Format } from "../../interchange/importer.ts";

/* From the text of a file to the body that the native import takes. Other systems' formats are converted in the browser. */

export type FormatName = "sluice" | "flagd" | "unleash" | "flagsmith" | "launchdarkly" | "growthbook" | "configcat";

export const FORMATS: { value: FormatName; label: string }[] = [
  { value: "sluice", label: "Sluice (native)" },
  { value: "flagd", label: "flagd" },
  { value: "unleash", label: "Unleash" },
  { value: "flagsmith", label: "Flagsmith" },
  { value: "launchdarkly", label: "LaunchDarkly" },
  { value: "growthbook", label: "GrowthBook" },
  { value: "configcat", label: "ConfigCat" },
];

/**
 * The body to import; undefined where nothing can be, and `conversion` says why.
 *
 * @param partial whether what can't be said exactly is left out
 * @throws SyntaxError for a native document that isn't JSON
 */
export async function prepared(
  format: FormatName,
  text: string,
  partial: boolean,
): Promise<{ body?: unknown; conversion?: Conversion }> {
  if (format === "sluice") return { body: JSON.parse(text) as unknown };
  const { convert } = await import("../../interchange/convert.ts");
  const { document, report } = await convert(format satisfies Format, { main: text }, { partial });
  return document === null ? { conversion: report } : { body: document, conversion: report };
}
