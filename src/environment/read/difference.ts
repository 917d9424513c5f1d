import type { Difference, FieldChange, Shown } from "../../contract/audit.ts";
import type { Flag } from "../../contract/flag.ts";
import { fieldChanges } from "../../core/difference.ts";
import { isFlag } from "../../core/references.ts";
import { changeSentence } from "../../core/sentence.ts";

/** Places that a sentence names before it counts the rest. */
const NAMED = 3;

/** What changed of one resource: whole, by its places, and in a sentence. */
export function difference(target: Difference["target"], before: Shown, after: Shown): Difference {
  const changes = fieldChanges(before, after);
  return { target, before, after, changes, sentence: sentenceOf(target, before, after, changes) };
}

function sentenceOf(
  { kind }: Difference["target"],
  before: Shown,
  after: Shown,
  changes: readonly FieldChange[],
): string {
  if (kind === "flag") return changeSentence(asFlag(before), asFlag(after));
  if (before === null) return "New.";
  if (after === null) return "Removed.";
  const places = [...new Set(changes.map(({ path }) => path.split("/")[1] ?? "everything"))];
  const more = places.length > NAMED ? ` and ${places.length - NAMED} more` : "";
  return `Changed: ${places.slice(0, NAMED).join(", ")}${more}.`;
}

function asFlag(shown: Shown): Flag | null {
  return shown !== null && isFlag(shown) ? shown : null;
}
