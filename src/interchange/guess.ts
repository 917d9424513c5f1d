import { isRecord, own, parseDocument } from "./documents.ts";
import type { Format } from "./importer.ts";
import { Refusal } from "./report.ts";

/** Whose document a text is, by what only theirs have; undefined where nothing tells, or it isn't JSON. */
export function guess(text: string): Format | "native" | undefined {
  let document: unknown;
  try {
    document = parseDocument(text);
  } catch (error) {
    if (error instanceof Refusal) return undefined;
    throw error;
  }
  // Pages as one list are what their first is, and a stream's first message is what it brings.
  if (Array.isArray(document)) [document] = document as unknown[];
  const data = own(document, "data");
  if (isRecord(data) && isRecord(own(data, "flags"))) document = data;
  const has = (name: string): boolean => own(document, name) !== undefined;
  if (own(document, "format") === "sluice") return "native";
  if (has("ff") || has("splits")) return "split";
  if (has("feature_states")) return "flagsmith";
  if (has("group_type_mapping")) return "posthog";
  if (isRecord(own(document, "f"))) return "configcat";
  if (has("encryptedFeatures") || has("savedGroups")) return "growthbook";
  if (has("environments") || has("flagValues")) return "launchdarkly";
  const features = own(document, "features");
  const events = own(document, "events");
  if (Array.isArray(events)) return own(events[0], "event") === undefined ? "unleash" : "launchdarkly";
  if (Array.isArray(features)) return "unleash";
  if (isRecord(features)) return "growthbook";
  return guessFlags(own(document, "flags") ?? own(document, "items"));
}

/** LaunchDarkly's flags list their variations; flagd's name their variants. */
function guessFlags(flags: unknown): Format | undefined {
  const [first] = isRecord(flags) ? Object.values(flags) : Array.isArray(flags) ? (flags as unknown[]) : [];
  if (own(first, "variations") !== undefined) return "launchdarkly";
  return isRecord(own(first, "variants")) ? "flagd" : undefined;
}
