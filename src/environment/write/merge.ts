import { isJsonObject, type JsonObject, type JsonValue, mergePatch } from "../../contract/json.ts";

/*
 * Merge patches of things that come in several forms, of which each has properties of its own: who writes a property of
 * another form means that form, and needn't name what of the present one has to go (RFC 7396 would leave both).
 */

type Forms = readonly (readonly string[])[];

const SERVE: Forms = [["variant"], ["rollout"], ["codeDefault"]];
const ROLLOUT: Forms = [["percentage", "split"], ["ranges"]];
const CONDITION: Forms = [
  ["all"],
  ["any"],
  ["not"],
  ["attribute", "operator", "values", "ignoreCase", "as", "scheme"],
  ["segment"],
  ["flag", "variants"],
  ["bucket"],
  ["window"],
];

/** A flag, or a segment, after a patch. */
export function patchedResource(before: object, patch: JsonObject): JsonObject {
  return merged(before as JsonObject, patch, { default: patchedServe, when: patchedCondition });
}

/** A rule after a patch. */
export function patchedRule(before: object, patch: JsonObject): JsonObject {
  return merged(before as JsonObject, patch, { serve: patchedServe, when: patchedCondition });
}

function patchedServe(before: unknown, patch: JsonObject): JsonValue {
  return merged(inForm(before, patch, SERVE), patch, {
    rollout: (rollout, change) => mergePatch(inForm(rollout, change, ROLLOUT), change),
  });
}

function patchedCondition(before: unknown, patch: JsonObject): JsonValue {
  return merged(inForm(before, patch, CONDITION), patch, { not: patchedCondition });
}

/** The merge of all of it, where some properties are merged in a way of their own. */
function merged(
  before: JsonObject,
  patch: JsonObject,
  own: Record<string, (before: unknown, patch: JsonObject) => JsonValue>,
): JsonObject {
  const result = mergePatch(before, patch) as JsonObject;
  for (const [name, merge] of Object.entries(own)) {
    const change = patch[name];
    if (isJsonObject(change)) result[name] = merge(before[name], change);
  }
  return result;
}

/** What of a thing can stay beside a patch: without what belongs to another form than the one that the patch names. */
function inForm(before: unknown, patch: JsonObject, forms: Forms): JsonObject {
  if (!isJsonObject(before)) return {};
  const meant = forms.find((form) => form.some((name) => patch[name] !== undefined && patch[name] !== null));
  const others = meant === undefined ? [] : forms.filter((form) => form !== meant).flat();
  return Object.fromEntries(Object.entries(before).filter(([name]) => !others.includes(name)));
}
