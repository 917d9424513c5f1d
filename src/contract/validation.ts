import * as z from "zod/mini";
import { type Issue, pointer, unrepresentable } from "./json.ts";
import { inEnglish } from "./messages.ts";

// The small build of zod says only "Invalid input" until it is given a language.
z.config({ localeError: inEnglish });

export type Parsed<T> = { ok: true; value: T } | { ok: false; issues: Issue[] };

/** Validates a parsed JSON document against a schema. Issues carry JSON Pointers and never repeat what was sent. */
export function parse<S extends z.ZodMiniType>(schema: S, input: unknown): Parsed<z.output<S>> {
  const foreign = unrepresentable(input);
  if (foreign) return { ok: false, issues: [foreign] };
  const result = schema.safeParse(input);
  if (result.success) return { ok: true, value: result.data };
  return { ok: false, issues: flatten(result.error.issues, []) };
}

type ZodIssue = z.core.$ZodIssue;

function flatten(issues: readonly ZodIssue[], prefix: PropertyKey[]): Issue[] {
  return issues.flatMap((issue): Issue[] => {
    const path = [...prefix, ...issue.path];
    if (issue.code === "unrecognized_keys")
      return issue.keys.map((key) => ({ path: pointer([...path, key]), message: "is not a known property" }));
    if (issue.code === "invalid_union" && issue.errors.length > 0) return flattenUnion(issue.errors, path);
    if (issue.code === "invalid_key")
      return issue.issues.map((inner) => ({ path: pointer(path), message: inner.message }));
    return [{ path: pointer(path), message: plain(issue) }];
  });
}

/** The complaints of the form that the writer most likely meant; where several are as likely, one about the whole. */
function flattenUnion(forms: readonly (readonly ZodIssue[])[], path: PropertyKey[]): Issue[] {
  const misfits = forms.map(misfit);
  const least = Math.min(...misfits);
  const likely = forms.filter((_, i) => misfits[i] === least);
  // Of a text or an object, say, an object was meant: what is wrong in it is told, not that it is no text.
  const ofItsType = forms.filter((form) => !isOtherType(form));
  if (ofItsType.length === 1) return flatten(ofItsType[0]!, path);
  if (likely.length === 1 || least < SHAPE) return flatten(likely[0]!, path);
  const types = likely.flatMap(([only, ...more]) =>
    only?.code === "invalid_type" && only.path.length === 0 && more.length === 0 ? [only.expected] : [],
  );
  if (types.length < likely.length) return [{ path: pointer(path), message: "has none of the possible forms" }];
  return [{ path: pointer(path), message: `expected ${[...new Set(types)].join(" or ")}` }];
}

/** Weight of a complaint about the shape itself: a wrong type, a property too many, or one missing. */
const SHAPE = 100;

function misfit(form: readonly ZodIssue[]): number {
  return form.reduce((sum, issue) => {
    if (issue.code === "unrecognized_keys") return sum + SHAPE * issue.keys.length;
    const own = issue.path.length === 1 && typeof issue.path[0] === "string";
    if ((own || issue.path.length === 0) && isOfType(issue)) return sum + SHAPE;
    if (own && issue.code === "invalid_value") return sum + SHAPE;
    if (isUndiscriminated(issue)) return sum + 1.5 * SHAPE;
    return sum + 1;
  }, 0);
}

/** It says that the value's type is wrong, or that there is no value. */
function isOfType(issue: ZodIssue): boolean {
  if (issue.code !== "invalid_union") return issue.code === "invalid_type";
  const forms = issue.errors;
  return forms.length > 0 && forms.every(isOtherType);
}

/** Its only complaint is that the value as a whole is of another type. */
function isOtherType([only, ...more]: readonly ZodIssue[]): boolean {
  return only !== undefined && more.length === 0 && only.path.length === 0 && isOfType(only);
}

/** No form has the value that tells the forms apart. */
function isUndiscriminated(issue: ZodIssue): boolean {
  return issue.code === "invalid_union" && issue.errors.length === 0;
}

function plain(issue: ZodIssue): string {
  if (isUndiscriminated(issue))
    return issue.message.replace(/^Invalid discriminator value. Expected/, "must be one of");
  const missing = /^Invalid input: expected (.*), received undefined$/.exec(issue.message);
  if (missing) return missing[1] === "nonoptional" ? "is needed" : `is needed: ${missing[1]}`;
  return issue.message.replace(/^Invalid input: /, "").replace(/^Invalid /, "invalid ");
}
