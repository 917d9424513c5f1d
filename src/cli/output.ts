import { type CommandError, EXIT, type Mistake } from "./exit.ts";

/*
 * What a command prints. Text for people on a terminal, JSON in a pipe or with `--json`: results go to the standard
 * output, everything else (progress, questions, problems) to the standard error. Colour only on terminals.
 */

export type Streams = {
  out: { write(text: string): unknown; isTTY?: boolean; columns?: number };
  err: { write(text: string): unknown; isTTY?: boolean };
};

const CODES = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33, cyan: 36 } as const;
export type Style = keyof typeof CODES;

export class Output {
  readonly json: boolean;
  readonly #streams: Streams;
  readonly #colour: boolean;

  /** @param json as `--json` or `--no-json` says; undefined: by whether a person looks */
  constructor(streams: Streams, json: boolean | undefined, env: Readonly<Record<string, string | undefined>>) {
    this.#streams = streams;
    this.json = json ?? streams.out.isTTY !== true;
    this.#colour = streams.out.isTTY === true && !env["NO_COLOR"] && env["TERM"] !== "dumb";
  }

  /** Whether a person can be asked. */
  get interactive(): boolean {
    return this.#streams.out.isTTY === true && this.#streams.err.isTTY === true && !this.json;
  }

  style(style: Style, text: string): string {
    return this.#colour ? `\u001b[${CODES[style]}m${text}\u001b[0m` : text;
  }

  /** The result: as JSON, or in the words of `text`. */
  result(value: unknown, text: () => string): void {
    if (this.json) this.#streams.out.write(`${JSON.stringify(value, null, 2)}\n`);
    else {
      const said = text();
      if (said !== "") this.#streams.out.write(`${said}\n`);
    }
  }

  /** A result that is a document, and is written as it is. */
  raw(text: string): void {
    this.#streams.out.write(text);
  }

  /** Something to know beside the result; not in JSON's way. */
  note(text: string): void {
    this.#streams.err.write(`${text}\n`);
  }

  /** A line that the next one replaces, on a terminal. */
  progress(text: string): void {
    if (this.#streams.err.isTTY === true) this.#streams.err.write(`\r\u001b[2K${text}`);
  }

  endProgress(): void {
    if (this.#streams.err.isTTY === true) this.#streams.err.write("\r\u001b[2K");
  }

  /** Why a command couldn't go on. */
  problem(error: CommandError): void {
    const lines = [this.style("red", error.exit === EXIT.usage ? error.message : `Error: ${error.message}`)];
    for (const { path, message } of error.mistakes) lines.push(`  ${placeOf({ path, message })}`);
    this.#streams.err.write(`${lines.join("\n")}\n`);
  }

  /** Rows under headings, each column as wide as it needs; the last one is cut at the terminal's edge. */
  table(headings: string[], rows: string[][]): string {
    const widths = headings.map((heading, i) =>
      Math.max(widthOf(heading), ...rows.map((row) => widthOf(row[i] ?? ""))),
    );
    const line = (cells: string[]): string => {
      const padded = cells.map((cell, i) => cell + " ".repeat(Math.max(0, widths[i]! - widthOf(cell))));
      return padded.join("  ").trimEnd();
    };
    return [this.style("bold", line(headings)), ...rows.map(line)].join("\n");
  }
}

function placeOf({ path, message }: Mistake): string {
  return path === "" ? message : `${path}: ${message}`;
}

const segmenter = new Intl.Segmenter();

/** How many columns a text takes: what is wide (CJK, emoji) takes two, escape sequences none. */
export function widthOf(text: string): number {
  // oxlint-disable-next-line no-control-regex -- escape sequences begin with one
  const plain = text.replaceAll(/\u001b\[[0-9;]*m/g, "");
  let width = 0;
  for (const { segment } of segmenter.segment(plain))
    width +=
      /[\p{Extended_Pictographic}\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff60\uffe0-\uffe6]/u.test(
        segment,
      )
        ? 2
        : 1;
  return width;
}

/** Text that came from elsewhere, without what would steer a terminal. */
export function plain(text: string): string {
  // oxlint-disable-next-line no-control-regex -- these are what is taken out
  return text.replaceAll(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, "\ufffd");
}
