import { type Clause, DECIMAL } from "../contract/flag.ts";
import { readInstant, withoutLastZeros } from "../contract/instant.ts";
import { textOf } from "./attributes.ts";
import { scanned } from "./run.ts";

/*
 * The operators of order. Decimal numbers and instants are compared as they are written, however long, never as the
 * doubles that are nearest to them; a double itself is the shortest decimal that is read as it.
 */

type Comparison = Extract<Clause, { operator: "lessThan" | "atMost" | "greaterThan" | "atLeast" | "before" | "after" }>;
type Refuse = (index: number, message: string) => void;

/** How values are read, undefined where they can't be, and which of two comes first. */
type Order<T> = { read: (value: unknown) => T | undefined; compare: (one: T, other: T) => number };

/** Compiles a clause. An order holds for any of the values if it holds for the most generous one, so that there is one bound. */
export function compare({ operator, as, values }: Comparison, refuse: Refuse): (value: unknown) => boolean {
  if (as === "text") return ordered(operator, values.map(textOf), TEXTS.read, TEXTS.compare); // by their UTF-16 units
  if (operator === "before" || operator === "after") {
    const bounds = read(values, asInstant, refuse, "must be an RFC 3339 date-time");
    return ordered(operator, bounds, asInstant, compareInstants);
  }
  const bounds = read(values, asDecimal, refuse, "must be a decimal number");
  return ordered(operator, bounds, as === "typed" ? asTyped : asDecimal, compareDecimals);
}

const TEXTS: Order<string> = { read: textOf, compare: (one, other) => (one < other ? -1 : Number(one > other)) };

function read<T>(values: readonly unknown[], as: Order<T>["read"], refuse: Refuse, message: string): T[] {
  return values.flatMap((value, index): T[] => {
    const bound = as(value);
    if (bound !== undefined) return [bound];
    refuse(index, message);
    return [];
  });
}

function ordered<T>(
  operator: Comparison["operator"],
  bounds: readonly T[],
  as: Order<T>["read"],
  order: Order<T>["compare"],
): (value: unknown) => boolean {
  if (bounds.length === 0) return () => false;
  const most = bounds.reduce((a, b) => (order(a, b) < 0 ? b : a));
  const least = bounds.reduce((a, b) => (order(b, a) < 0 ? b : a));
  const test =
    (holds: (value: T) => boolean) =>
    (value: unknown): boolean => {
      const known = as(value);
      return known !== undefined && holds(known);
    };
  switch (operator) {
    case "lessThan":
    case "before":
      return test((value) => order(value, most) < 0);
    case "atMost":
      return test((value) => order(value, most) <= 0);
    case "greaterThan":
    case "after":
      return test((value) => order(value, least) > 0);
    case "atLeast":
      return test((value) => order(value, least) >= 0);
  }
}

// ---- decimal numbers

/** The digits before the point, without zeros in front, and after it, without zeros at the end. */
type Digits = { negative: boolean; whole: string; fraction: string };
/** A double where that is exact; else digits. */
type Decimal = number | Digits;

/** So few characters have at most 15 digits, and no two such decimals are the same double, nor in another order. */
const EXACT_LENGTH = 15;

/** A number, or a text that is wholly a decimal number. */
function asDecimal(value: unknown): Decimal | undefined {
  if (typeof value === "number") return asTyped(value);
  if (typeof value !== "string") return undefined;
  scanned(value);
  if (!DECIMAL.test(value)) return undefined;
  return value.length <= EXACT_LENGTH ? Number(value) : digitsOf(value);
}

function asTyped(value: unknown): number | undefined {
  return typeof value === "number" && !Number.isNaN(value) ? value : undefined;
}

function compareDecimals(one: Decimal, other: Decimal): number {
  if (typeof one === "number" && typeof other === "number")
    return one - other || Number(one > other) - Number(one < other);
  if (one === Infinity || other === -Infinity) return 1;
  if (one === -Infinity || other === Infinity) return -1;
  const [a, b] = [
    typeof one === "number" ? digitsOf(expanded(one)) : one,
    typeof other === "number" ? digitsOf(expanded(other)) : other,
  ];
  if (a.negative !== b.negative) return a.negative ? -1 : 1;
  const size =
    a.whole.length - b.whole.length || TEXTS.compare(a.whole, b.whole) || TEXTS.compare(a.fraction, b.fraction);
  return a.negative ? -size : size;
}

/** Of a text that matches `DECIMAL`. */
function digitsOf(text: string): Digits {
  const start = /^[+-]?0*/.exec(text)![0].length;
  const point = text.indexOf(".");
  const whole = text.slice(start, point < 0 ? text.length : Math.max(start, point));
  const fraction = point < 0 ? "" : withoutLastZeros(text.slice(point + 1));
  return { negative: text.startsWith("-") && (whole !== "" || fraction !== ""), whole, fraction };
}

/** A finite number as a decimal without an exponent. */
function expanded(number: number): string {
  const [, sign = "", first = "", rest = "", exponent] = /^(-?)(\d+)(?:\.(\d+))?(?:e([+-]\d+))?$/.exec(String(number))!;
  if (exponent === undefined) return `${sign}${first}${rest === "" ? "" : `.${rest}`}`;
  const point = first.length + Number(exponent);
  const digits = first + rest;
  if (point <= 0) return `${sign}0.${"0".repeat(-point)}${digits}`;
  return `${sign}${digits.padEnd(point, "0")}`;
}

// ---- instants

/** Whole epoch milliseconds, and the digits after them. */
type Moment = { ms: number; finer: string };

/** Epoch milliseconds as a number, or an RFC 3339 text. */
function asInstant(value: unknown): Moment | undefined {
  if (typeof value === "string") {
    scanned(value);
    return readInstant(value);
  }
  if (typeof value !== "number" || Number.isNaN(value)) return undefined;
  if (Number.isInteger(value) || !Number.isFinite(value)) return { ms: value, finer: "" };
  const ms = Math.floor(value);
  return { ms, finer: expanded(value < 0 ? value - ms : value).replace(/^.*\./, "") };
}

function compareInstants(one: Moment, other: Moment): number {
  if (one.ms !== other.ms) return one.ms < other.ms ? -1 : 1;
  return TEXTS.compare(one.finer, other.finer);
}
