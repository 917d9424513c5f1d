import { expect } from "vitest";
import { parse } from "../../src/contract/validation.ts";
import { flag as flagSchema } from "../../src/contract/flag.ts";
import { segment as segmentSchema } from "../../src/contract/segment.ts";
import { evaluate, type Evaluation } from "../../src/core/evaluate.ts";
import { type Conversion, convertWith, type NativeDocument } from "../../src/interchange/convert.ts";
import type { Documents, Format, Importer, Options } from "../../src/interchange/importer.ts";
import { publish } from "../core/publish.ts";

/* What the tests of all importers do: convert, look at what must always be so, evaluate. */

type Context = { readonly [attribute: string]: unknown };

/** The caller's default in the code. */
export const IN_CODE = Symbol("in the code");

/** Converts, and holds the document to what is promised of all documents. */
export function converted(importer: Importer, format: Format, documents: Documents, options: Options = {}): Conversion {
  const conversion = convertWith(importer, format, documents, { partial: true, ...options });
  const { document, report } = conversion;
  const again = convertWith(importer, format, documents, { partial: true, ...options });
  expect(JSON.stringify(again)).toBe(JSON.stringify(conversion));
  const keys = new Set([...(document?.flags ?? []), ...(document?.segments ?? [])].map(({ key }) => key));
  for (const entry of report.flags) {
    for (const key of entry.keys) expect([entry.source, key, keys.has(key)]).toEqual([entry.source, key, true]);
    for (const issue of entry.issues) {
      expect(issue.reason).toMatch(/\.$/);
      if (issue.level === "refused") expect(entry.status).toBe("refused");
      if (typeof documents.main === "object")
        expect([issue.path, resolves(documents.main, issue.path)]).toEqual([issue.path, true]);
    }
  }
  for (const flag of document?.flags ?? []) expect(parse(flagSchema, flag)).toEqual({ ok: true, value: flag });
  for (const segment of document?.segments ?? [])
    expect(parse(segmentSchema, segment)).toEqual({ ok: true, value: segment });
  return conversion;
}

/** Whether a JSON Pointer leads somewhere; where a list is meant by its only element, to that. */
export function resolves(document: unknown, path: string): boolean {
  let here = document;
  for (const step of path.split("/").slice(1)) {
    const name = step.replaceAll("~1", "/").replaceAll("~0", "~");
    if (typeof here !== "object" || here === null) return false;
    if (!Object.hasOwn(here, name)) return false;
    here = (here as Record<string, unknown>)[name];
  }
  return true;
}

/** Evaluates the flags of a document: the value, or IN_CODE. */
export function evaluator(document: NativeDocument): (key: string, context: Context, now?: number) => unknown {
  const evaluation = resolver(document);
  return (key, context, now) => {
    const { value, variant } = evaluation(key, context, now);
    return variant === undefined ? IN_CODE : value;
  };
}

/** The same with all that an evaluation says. */
export function resolver(document: NativeDocument): (key: string, context: Context, now?: number) => Evaluation {
  const snapshot = publish(document.flags, document.segments);
  return (key, context, now = 0) => {
    const flag = snapshot.flag(key, "server");
    if (flag === undefined) throw new Error(`there is no flag ${key}`);
    const evaluation = evaluate(flag, context, now);
    if (evaluation.errorCode !== undefined) throw new Error(`${key} answers ${evaluation.errorCode}`);
    return evaluation;
  };
}
