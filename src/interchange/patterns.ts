import { type Place, refuse } from "./report.ts";

/*
 * Patterns of JavaScript (without its u flag) as RE2 reads them. Most are read alike; what differs is translated, and
 * what can't be said is refused with its construct and position (design, interchange.md § 5.4).
 */

/** What JavaScript's `\s` has, as the content of a class. */
const BLANKS = String.raw`\t-\r \x{a0}\x{1680}\x{2000}-\x{200a}\x{2028}\x{2029}\x{202f}\x{205f}\x{3000}\x{feff}`;
const NOT_A_LINE_END = String.raw`[^\n\r\x{2028}\x{2029}]`;
const NEVER = String.raw`[^\x{0}-\x{10ffff}]`;
const ANYTHING = String.raw`[\x{0}-\x{10ffff}]`;
const QUANTIFIER = /^(?:[*+?]|\{(\d{1,6})(?:,(\d{0,6}))?\})\??/;
/** RE2's and JavaScript's limits differ; this is RE2's. */
const MOST_REPETITIONS = 1000;
/** A longer pattern isn't looked at: the limit of what can be stored is far below. */
const LONGEST = 10_000;

/** The same pattern for `matches`. @throws Refusal where there is none */
export function fromJavaScript(pattern: string, place: Place, { ignoreCase = false } = {}): string {
  if (pattern.length > LONGEST) refuse("limit", place, `The pattern is longer than ${LONGEST} characters.`);
  return new Translation(pattern, place, ignoreCase).translate();
}

class Translation {
  private readonly pattern: string;
  private readonly place: Place;
  private readonly ignoreCase: boolean;
  private at = 0;

  constructor(pattern: string, place: Place, ignoreCase: boolean) {
    this.pattern = pattern;
    this.place = place;
    this.ignoreCase = ignoreCase;
  }

  translate(): string {
    let made = "";
    /** Whether what was read last may be repeated: `none` at the beginning, `edge` for what has no width. */
    let last: "none" | "atom" | "edge" | "quantifier" = "none";
    while (this.at < this.pattern.length) {
      const quantifier = QUANTIFIER.exec(this.pattern.slice(this.at, this.at + 20));
      if (quantifier !== null) {
        if (last !== "atom")
          this.refuse(quantifier[0], last === "edge" ? "repeats what has no width" : "repeats nothing");
        made += this.quantifier(quantifier);
        last = "quantifier";
        continue;
      }
      const character = this.pattern[this.at]!;
      if (character === "^" || character === "$") {
        made += this.take(1);
        last = "edge";
      } else if (character === "(") {
        made += this.group();
        last = "none";
      } else if (character === ")") {
        made += this.take(1);
        last = "atom";
      } else if (character === "|") {
        made += this.take(1);
        last = "none";
      } else if (character === "[") {
        made += this.class();
        last = "atom";
      } else if (character === "\\") {
        const [text, edge] = this.escape();
        made += text;
        last = edge ? "edge" : "atom";
      } else if (character === ".") {
        this.take(1);
        made += NOT_A_LINE_END;
        last = "atom";
      } else if (character === "{" || character === "}") this.refuse(character, "is no quantifier");
      else {
        made += this.literal(this.takeCharacter());
        last = "atom";
      }
    }
    return made;
  }

  private quantifier([text, least, most]: RegExpExecArray): string {
    for (const bound of [least, most])
      if (bound !== undefined && Number(bound) > MOST_REPETITIONS) this.refuse(text, "repeats too often");
    if (least !== undefined && most !== undefined && most !== "" && Number(least) > Number(most))
      this.refuse(text, "has its bounds the wrong way round");
    return this.take(text.length);
  }

  private group(): string {
    const rest = this.pattern.slice(this.at);
    if (!rest.startsWith("(?")) return this.take(1);
    if (rest.startsWith("(?:")) return this.take(3);
    const named = /^\(\?<[A-Za-z_][A-Za-z0-9_]*>/.exec(rest.slice(0, 200));
    if (named !== null) return this.take(named[0].length);
    return this.refuse(rest.slice(0, 4), "is a group that RE2 doesn't have (look-around, or a flag)");
  }

  /** What stands for an escape outside of classes, and whether it has no width. */
  private escape(): [text: string, edge: boolean] {
    const letter = this.pattern[this.at + 1];
    if (letter === undefined) return this.refuse("\\", "escapes nothing");
    if (letter === "b" || letter === "B") return [this.take(2), true];
    if ("dDwW".includes(letter)) return [this.take(2), false];
    if (letter === "s" || letter === "S") {
      this.take(2);
      return [`[${letter === "S" ? "^" : ""}${BLANKS}]`, false];
    }
    return [this.literal(this.escapedCharacter()), false];
  }

  /** The one character that an escape stands for, in classes or outside. */
  private escapedCharacter(): string {
    const rest = this.pattern.slice(this.at, this.at + 6);
    const letter = rest[1];
    const control = letter === undefined ? undefined : CONTROLS[letter];
    if (control !== undefined) {
      this.take(2);
      return control;
    }
    const coded = /^\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4}))/.exec(rest);
    if (coded !== null) {
      const code = Number.parseInt((coded[1] ?? coded[2])!, 16);
      if (code >= 0xd800 && code <= 0xdfff) this.refuse(coded[0], "is half of a character");
      this.take(coded[0].length);
      return String.fromCharCode(code);
    }
    if (letter === "0" && !/^\\0\d/.test(rest)) {
      this.take(2);
      return "\0";
    }
    if (letter !== undefined && /[!-/:-@[-`{-~]/.test(letter) && letter !== "_") {
      this.take(2);
      return letter;
    }
    return this.refuse(rest.slice(0, 2), "is read otherwise by RE2, or not at all");
  }

  private class(): string {
    this.take(1);
    const negated = this.pattern[this.at] === "^";
    if (negated) this.take(1);
    let made = "";
    for (;;) {
      const character = this.pattern[this.at];
      if (character === undefined) this.refuse("[", "isn't closed");
      if (character === "]") {
        this.take(1);
        break;
      }
      made += this.member();
    }
    if (made === "") return negated ? ANYTHING : NEVER;
    return `[${negated ? "^" : ""}${made}]`;
  }

  /** A character, set or range of a class. */
  private member(): string {
    if (this.pattern.startsWith("[:", this.at)) this.refuse("[:", "begins a named class in RE2");
    const set = this.setInClass();
    if (set !== undefined) {
      if (this.pattern[this.at] === "-" && this.pattern[this.at + 1] !== "]") this.refuse("-", "is a range of a set");
      return set;
    }
    const from = this.characterInClass();
    if (this.pattern[this.at] !== "-" || this.pattern[this.at + 1] === "]" || this.pattern[this.at + 1] === undefined)
      return this.ranged(from, from);
    this.take(1);
    if (this.setInClass() !== undefined) this.refuse("-", "is a range that ends in a set");
    const to = this.characterInClass();
    if (to.codePointAt(0)! < from.codePointAt(0)!) this.refuse(`${from}-${to}`, "is a range in the wrong order");
    return this.ranged(from, to);
  }

  private setInClass(): string | undefined {
    if (this.pattern[this.at] !== "\\") return undefined;
    const letter = this.pattern[this.at + 1] ?? "";
    if ("dDwW".includes(letter) && letter !== "") return this.take(2);
    if (letter === "S") this.refuse("\\S", "can't be part of a class in RE2 as JavaScript means it");
    if (letter !== "s") return undefined;
    this.take(2);
    return BLANKS;
  }

  private characterInClass(): string {
    if (this.pattern[this.at] !== "\\") {
      const character = this.takeCharacter();
      return character.length === 1 ? character : this.refuse(character, "is two characters to JavaScript");
    }
    if (this.pattern[this.at + 1] !== "b") return this.escapedCharacter();
    this.take(2);
    return "\b";
  }

  /** A range as RE2 writes it; where case doesn't count, with its letters in the other case as well. */
  private ranged(from: string, to: string): string {
    const write = (low: number, high: number): string => (low === high ? coded(low) : `${coded(low)}-${coded(high)}`);
    const [low, high] = [from.codePointAt(0)!, to.codePointAt(0)!];
    let made = write(low, high);
    if (!this.ignoreCase) return made;
    this.onlyAscii(from === to ? from : `${from}-${to}`, high);
    for (const [start, shift] of [
      [0x41, 32],
      [0x61, -32],
    ] as const) {
      const [a, b] = [Math.max(low, start), Math.min(high, start + 25)];
      if (a <= b) made += write(a + shift, b + shift);
    }
    return made;
  }

  private literal(character: string): string {
    const code = character.codePointAt(0)!;
    if (!this.ignoreCase) return coded(code);
    this.onlyAscii(character, code);
    const other = /[a-z]/.test(character) ? character.toUpperCase() : character.toLowerCase();
    return /[A-Za-z]/.test(character) ? `[${character}${other}]` : coded(code);
  }

  private onlyAscii(what: string, code: number): void {
    if (code > 0x7f) this.refuse(what, "is outside ASCII in a pattern for which case doesn't count");
  }

  /** A character as it stands there; of a pair of surrogates both. */
  private takeCharacter(): string {
    const code = this.pattern.codePointAt(this.at)!;
    if (code >= 0xd800 && code <= 0xdfff) this.refuse("a lone surrogate", "is half of a character");
    // Without its u flag JavaScript takes such a character for two.
    if (code > 0xffff && /^(?:[*+?{]|-)/.test(this.pattern.slice(this.at + 2)))
      this.refuse(String.fromCodePoint(code), "is two characters to JavaScript, of which the second is repeated");
    return this.take(code > 0xffff ? 2 : 1);
  }

  private take(units: number): string {
    const taken = this.pattern.slice(this.at, this.at + units);
    this.at += units;
    return taken;
  }

  private refuse(construct: string, why: string): never {
    const what = JSON.stringify(construct.slice(0, 20));
    return refuse("regex", this.place, `The pattern can't be taken over: ${what} at ${this.at + 1} ${why}.`);
  }
}

const CONTROLS: { [letter: string]: string | undefined } = {
  t: "\t",
  n: "\n",
  r: "\r",
  f: "\f",
  v: "\v",
};

/** A character that means itself wherever it stands. */
function coded(code: number): string {
  const character = String.fromCodePoint(code);
  return /[A-Za-z0-9 _]/.test(character) || (code > 0x7f && code !== 0x2028 && code !== 0x2029 && code !== 0xfeff)
    ? character
    : `\\x{${code.toString(16)}}`;
}
