import {
  accessorNames,
  addName,
  type Confidence,
  type Dynamic,
  type Find,
  isGenerated,
  type Known,
  literalConfidence,
  mentions,
  nothingSeen,
  placesIn,
  type Seen,
} from "./find.ts";
import { extensionOf, isScript, lex, marksOf, type Pieces, type Text } from "./lexer.ts";

/* Reads flags off the text of a program, where there is no syntax tree: OpenFeature's calls look alike in all languages. */

const NAMES =
  /(?<![\w$])(?:(?:get|fetch|resolve)_?)?(?:bool(?:ean)?|string|number|integer|int|long|float|double|object|struct|json)_?(?:value|details)(?:_?with)?(?:_?details)?(?:_?async)?\s*(?:<[^<>()]{0,80}>)?\(/giu;
/** Short names of a language, which mean something else elsewhere. */
const SHORT: Record<string, RegExp> = {
  go: /\.(?:Boolean|String|Float|Int|Object)\((?=\s*(?:\w*[cC]tx|context\.)\b)/g,
  swift: /\.get(?:Value|Details)\((?=\s*key\s*:)/g,
};
const DECLARES = /\b(?:func|fun|def|fn|function|override|abstract|interface)\s+(?:\([^()]*\)\s*)?[\w.]*$/;
const LATER = /^[^()]*?\b(?:flag_?key|key)\s*[:=](?![:=])\s*/i;
const LABEL = /^(?:flag_?key|key)\s*[:=](?![:=])\s*/i;

/** @param file with slashes; its name says how it is written. What isn't code can only mention a flag. */
export function readText(file: string, text: string, known: Known): Seen {
  const seen = nothingSeen();
  const place = placesIn(file, text);
  const marks = marksOf(file);
  const found = (at: number, key: string, how: Find["how"], confidence: Confidence): void =>
    void seen.finds.push({ ...place(at), key, how, confidence });
  if (marks === undefined) {
    for (const [at, key] of mentions(text, 0, text.length, known.keys)) found(at, key, "mention", "possible");
    return seen;
  }
  const pieces = lex(text, marks);
  const generated = isGenerated(text);
  const taken = new Set<Text>();
  // What scripts call so is hardly ever another's; elsewhere a file says whose it is.
  const ofOpenFeature: Confidence = isScript(file) || /open_?feature/i.test(text) ? "likely" : "possible";
  for (const call of calls(pieces, extensionOf(file))) {
    if ("string" in call) {
      const { string, defaulted } = call;
      if (!string.whole) {
        seen.dynamic.push({ ...place(string.start), pattern: patternOf(string.value) });
        taken.add(string);
      } else if (known.keys.has(string.value) || defaulted) {
        taken.add(string);
        const confidence = known.keys.has(string.value) ? "likely" : ofOpenFeature;
        found(string.start, string.value, generated ? "generated" : "call", confidence);
      }
    } else if (ofOpenFeature === "likely") seen.dynamic.push({ ...place(call.at), pattern: "*" } satisfies Dynamic);
  }
  for (const string of pieces.strings)
    if (!taken.has(string) && known.keys.has(string.value))
      found(
        string.start,
        string.value,
        generated ? "generated" : "literal",
        generated ? "likely" : literalConfidence(string.value),
      );
  for (const { start, end } of pieces.comments)
    for (const [at, key] of mentions(text, start, end, known.keys)) found(at, key, "mention", "possible");
  if (generated)
    for (const { key } of seen.finds) for (const name of accessorNames(key)) addName(seen.accessors, name, key);
  else accessors(pieces.code, known, (at, key) => found(at, key, "accessor", "likely"));
  return seen;
}

type Call = { string: Text; defaulted: boolean } | { at: number };

/** Evaluations, each by the string that it asks for, or by the place of what isn't one. */
function* calls({ code, strings }: Pieces, language: string): Generator<Call> {
  const at = new Map(strings.map((string) => [string.start, string]));
  const constants = constantsOf(code, at);
  for (const pattern of [NAMES, SHORT[language]].filter((one) => one !== undefined))
    for (const match of code.matchAll(pattern)) {
      if (DECLARES.test(code.slice(Math.max(0, match.index - 80), match.index))) continue;
      const { start, labelled } = argument(code, match.index + match[0].length);
      const string = at.get(start);
      if (string !== undefined)
        yield { string, defaulted: labelled || /^\s*,/.test(code.slice(string.end, string.end + 40)) };
      else {
        const named = /^[\p{L}_$][\w.$]*(?=\s*[,)])/u.exec(code.slice(start, start + 200))?.[0];
        const constant = constants.get(named?.split(".").at(-1) ?? "");
        if (constant !== undefined) yield { string: { ...constant, start }, defaulted: true };
        else if (named !== undefined) yield { at: start };
      }
    }
}

/**
 * Where the key stands among the arguments that begin at `at`: after a context, or under its name, which may come after
 * others (`labelled`: then the default was given too).
 */
function argument(code: string, at: number): { start: number; labelled: boolean } {
  let rest = code.slice(at, at + 400);
  let start = at;
  const skip = (pattern: RegExp): boolean => {
    const match = pattern.exec(rest);
    if (!match) return false;
    start += match[0].length;
    rest = rest.slice(match[0].length);
    return true;
  };
  skip(/^\s*/);
  skip(/^(?:[\w.&*]*(?:ctx|context|Context|cancellation|token)\w*(?:\.\w+)*(?:\(\))?)\s*,\s*/);
  const labelled = !skip(LABEL) && /^\w+\s*[:=](?![:=])/.test(rest) && skip(LATER);
  // What Python, C# and Swift write before a quote.
  skip(/^(?:[fFrRbBuU]{1,2}|[$@]{1,2}|#+)(?=["'])/);
  return { start, labelled };
}

/** `NAME = "text"`, of which a file has one only. */
function constantsOf(code: string, strings: Map<number, Text>): Map<string, Text> {
  const found = new Map<string, Text>();
  const twice = new Set<string>();
  for (const match of code.matchAll(/([\p{L}_$][\w$]*)(?:\s*:\s*[\w<>?.]+|\s+string)?\s*:?=\s*(?=["'`])/gu)) {
    const string = strings.get(match.index + match[0].length);
    const name = match[1]!;
    if (string === undefined || !string.whole) continue;
    if (found.has(name) && found.get(name)!.value !== string.value) twice.add(name);
    found.set(name, string);
  }
  for (const name of twice) found.delete(name);
  return found;
}

function accessors(code: string, { accessors: names }: Known, found: (at: number, key: string) => void): void {
  if (names.size === 0) return;
  for (const match of code.matchAll(/[\p{L}_$][\w$]*/gu)) {
    // A single word, such as `checkout`, is an accessor only where it is asked for something: `.checkout(`, `Checkout.Value`.
    const keys = names.get(match[0]);
    if (keys === undefined) continue;
    const after = code.slice(match.index + match[0].length, match.index + match[0].length + 20);
    if (/^\s*\(|^\s*\.\s*(?:Value|value)/.test(after)) for (const key of keys) found(match.index, key);
  }
}

/** What is known of a text with something put into it. */
function patternOf(value: string): string {
  return value.replaceAll(/[$#]?\{[^{}]*\}|\$[\p{L}_][\w.]*|\\?\([^()]*\)/gu, "*");
}
