/*
 * Takes the text of a program apart into code, strings and comments, well enough for any language with the usual marks.
 */

/** A string in a program: `start` is its quote. `whole`: nothing is put into it while the program runs. */
export type Text = { start: number; end: number; value: string; whole: boolean };
export type Pieces = {
  /** As long as the text: comments and what is in strings are blanks, quotes stay. */
  code: string;
  strings: Text[];
  comments: { start: number; end: number }[];
};

/** How a language writes comments and strings. `chars`: `'x'` is one character, not a text. */
export type Marks = { line: string[]; block: boolean; quotes: string; chars?: boolean; triple?: boolean };

const C: Marks = { line: ["//"], block: true, quotes: '"', chars: true, triple: true };
const JS: Marks = { line: ["//"], block: true, quotes: "\"'`" };
const HASH: Marks = { line: ["#"], block: false, quotes: "\"'", triple: true };
const LANGUAGES: Record<string, Marks> = {
  go: { ...C, quotes: '"`', triple: false },
  ...Object.fromEntries(
    ["java", "kt", "kts", "swift", "scala", "cs", "rs", "c", "cc", "cpp", "h", "m", "mm"].map((one) => [one, C]),
  ),
  ...Object.fromEntries(["dart", "groovy", "gradle"].map((one) => [one, { ...C, quotes: "\"'", chars: false }])),
  ...Object.fromEntries(
    ["js", "mjs", "cjs", "jsx", "ts", "mts", "cts", "tsx", "vue", "svelte", "astro", "html", "htm"].map((one) => [
      one,
      JS,
    ]),
  ),
  ...Object.fromEntries(["py", "pyi", "rb", "sh", "bash", "ex", "exs", "pl", "r"].map((one) => [one, HASH])),
  php: { line: ["//", "#"], block: true, quotes: "\"'" },
  lua: { line: ["--"], block: false, quotes: "\"'" },
  fs: { line: ["//"], block: false, quotes: '"', chars: true, triple: true },
  vb: { line: ["'"], block: false, quotes: '"' },
};

/** How a file is written, by its name; undefined where it isn't code. */
export function marksOf(file: string): Marks | undefined {
  return LANGUAGES[extensionOf(file)];
}

/** Whether it is JavaScript or TypeScript, or a page or component with scripts in it. */
export function isScript(file: string): boolean {
  return /^(?:[cm]?[jt]sx?|vue|svelte|html?)$/.test(extensionOf(file));
}

/** What follows the last dot of a file's name, in lower case. */
export function extensionOf(file: string): string {
  return /\.([^./\\]+)$/.exec(file)?.[1]!.toLowerCase() ?? "";
}

export function lex(text: string, marks: Marks): Pieces {
  const strings: Text[] = [];
  const comments: Pieces["comments"] = [];
  const code: string[] = [];
  let kept = 0;
  const blank = (start: number, end: number): void => {
    code.push(text.slice(kept, start), text.slice(start, end).replaceAll(/[^\n\r]/g, " "));
    kept = end;
  };
  for (let at = 0; at < text.length;) {
    const end = commentEnd(text, at, marks);
    if (end !== undefined) {
      comments.push({ start: at, end });
      blank(at, end);
      at = end;
    } else if (marks.quotes.includes(text[at]!)) {
      const string = stringAt(text, at, marks);
      strings.push(string);
      const width = text.startsWith(text[at]!.repeat(3), at) && marks.triple ? 3 : 1;
      if (string.end - string.start >= 2 * width) blank(at + width, string.end - width);
      at = string.end;
    } else at = marks.chars && text[at] === "'" ? charEnd(text, at) : at + 1;
  }
  code.push(text.slice(kept));
  return { code: code.join(""), strings, comments };
}

function commentEnd(text: string, at: number, { line, block }: Marks): number | undefined {
  if (block && text.startsWith("/*", at)) {
    const end = text.indexOf("*/", at + 2);
    return end === -1 ? text.length : end + 2;
  }
  if (!line.some((mark) => text.startsWith(mark, at))) return undefined;
  const end = text.indexOf("\n", at);
  return end === -1 ? text.length : end;
}

/** A string that isn't closed on its line ends there: better to miss one than to take the rest of a file for it. */
function stringAt(text: string, start: number, { triple, quotes }: Marks): Text {
  const quote = text[start]!;
  const long = triple && text.startsWith(quote.repeat(3), start);
  const close = long ? quote.repeat(3) : quote;
  const lines = long || quote === "`";
  let value = "";
  let at = start + close.length;
  for (; at < text.length; at++) {
    if (text.startsWith(close, at))
      return { start, end: at + close.length, value, whole: isWhole(text, start, value, quotes) };
    if (text[at] === "\n" && !lines) break;
    if (text[at] === "\\" && at + 1 < text.length) at += 1;
    value += text[at]!;
  }
  return { start, end: Math.min(at, text.length), value, whole: false };
}

/** `f"exp-{name}"`, `$"exp-{name}"`, `"exp-$name"`, `"exp-\(name)"`, `"exp-#{name}"`, and templates of JavaScript. */
function isWhole(text: string, start: number, value: string, quotes: string): boolean {
  if (/[$#]\{|\$[\p{L}_]/u.test(value)) return false;
  if (quotes === '"' && /\((?=.*\))/.test(value) && text.slice(start, start + value.length + 4).includes("\\("))
    return false;
  return !(value.includes("{") && /(?:\b[fF][rR]?|\b[rR][fF]|\$@?)$/.test(text.slice(Math.max(0, start - 3), start)));
}

function charEnd(text: string, at: number): number {
  const match = /^'(?:\\.[^'\n]{0,8}|[^'\\\n]{1,2})'/u.exec(text.slice(at, at + 14));
  return at + (match?.[0].length ?? 1);
}
