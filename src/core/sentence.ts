import type { BucketRange, Condition, Flag, Rollout, Rule, Serve } from "../contract/flag.ts";
import type { JsonValue } from "../contract/json.ts";

/*
 * Says in plain sentences what a flag does. Pages, command and agents show the same text, so it is made here, from the
 * flag and nothing else. It is said in steps that follow the order of evaluation: whoever a step names and no step
 * before it named is served as the step says. A property test holds the steps against the evaluator.
 */

/** A part of a step: `share` in per cent of those whom the step names; `variant` null: the default in the code. */
export type Portion = { variant: string | null; share: number };

/**
 * One step of a flag's sentence. `when` absent: everybody who is left. `portions` are of those whom it names; what is
 * missing to 100 goes on to the next step. `remark` says what shares can't: windows, and those who can't be hashed.
 */
export type Clause = {
  who: string;
  when?: Condition;
  window?: { from: string | null; until: string | null };
  portions: Portion[];
  remark?: string;
};

/** What a flag does, in steps; `before` is what has to hold first. */
export type Account = { enabled: boolean; off: string | null; before: string[]; clauses: Clause[] };

/** The steps of a flag's sentence, in the order of evaluation. Rules that can serve nobody are left out. */
export function account(flag: Flag): Account {
  const clauses = flag.rules.map((rule) => clauseOf(rule)).filter((clause) => clause.portions.length > 0);
  clauses.push({ who: clauses.length === 0 ? "everybody" : "everybody else", ...served(flag.default, true) });
  return {
    enabled: flag.enabled,
    off: flag.offVariant,
    before: flag.prerequisites.map(({ flag: key, variants }) => `${key} serves ${either(variants)}`),
    clauses,
  };
}

/** The sentence of a flag, whole: "On for staff and for 25 % of everybody else; off for the rest." */
export function sentence(flag: Flag): string {
  const { enabled, off, before, clauses } = account(flag);
  if (!enabled) return `Disabled: ${gets(flag, off)} for everybody.`;
  const said = capital(join(flag, clauses));
  if (before.length === 0) return `${said}.`;
  return `${said}; only where ${before.join(" and ")}, else ${gets(flag, off)}.`;
}

/** What a change does to a flag, as the sentences before and after it. null: there is no such flag. */
export function changeSentence(before: Flag | null, after: Flag | null): string {
  if (after === null) return before === null ? "Nothing changes." : `Removed. Before: ${sentence(before)}`;
  const now = sentence(after);
  if (before === null) return `New. ${now}`;
  const was = sentence(before);
  return was === now ? `As before: ${now}` : `${now} Before: ${was}`;
}

/** A sentence cut to at most `most` characters at a word, with an ellipsis. */
export function shortened(text: string, most: number): string {
  const characters = Array.from(text);
  if (characters.length <= most) return text;
  const cut = characters.slice(0, most - 1).join("");
  const space = cut.lastIndexOf(" ");
  return `${space > most / 2 ? cut.slice(0, space) : cut}…`;
}

/** How a variant is called in a sentence: on and off for the values of a boolean flag, else its name. */
export function called(flag: Pick<Flag, "type" | "variants">, variant: string | null): string {
  if (variant === null) return "the default in the code";
  const value: JsonValue | undefined = flag.variants[variant];
  if (flag.type === "boolean" && typeof value === "boolean") return value ? "on" : "off";
  return variant;
}

// ---- steps

function clauseOf({ when, window, serve }: Rule): Clause {
  const said = windowSaid(window);
  const { portions, remark } = served(serve);
  const remarks = [said, remark].filter((one) => one !== undefined);
  return {
    who: people(when),
    when,
    window,
    portions,
    ...(remarks.length > 0 && { remark: remarks.join(", ") }),
  };
}

/** `last`: nothing follows, so that passing on gives the default in the code. */
function served(serve: Serve, last = false): { portions: Portion[]; remark?: string } {
  if ("variant" in serve) return { portions: [{ variant: serve.variant, share: 100 }] };
  if ("codeDefault" in serve) return { portions: [{ variant: null, share: 100 }] };
  const { rollout } = serve;
  const portions = [...shares(rollout)].filter(({ share }) => share > 0);
  const taken = portions.reduce((sum, { share }) => sum + share, 0);
  if ((rollout.otherwise !== null || last) && taken < 100 - 1e-9)
    portions.push({ variant: rollout.otherwise, share: 100 - taken });
  const remark = absentSaid(rollout, last, portions);
  return { portions: merged(portions), ...(remark !== undefined && { remark }) };
}

function* shares(rollout: Rollout): Generator<Portion> {
  if ("ranges" in rollout) {
    for (const { variant, from, to } of rollout.ranges) yield { variant, share: (to - from) * 100 };
    return;
  }
  const all = rollout.split.reduce((sum, { weight }) => sum + weight, 0);
  for (const { variant, weight } of rollout.split) yield { variant, share: (rollout.percentage * weight) / all };
}

/** The same variant is named once, whether it comes as a share or as what is left. */
function merged(portions: Portion[]): Portion[] {
  const sums = new Map<string | null, number>();
  for (const { variant, share } of portions) sums.set(variant, (sums.get(variant) ?? 0) + share);
  return [...sums].map(([variant, share]) => ({ variant, share }));
}

/** What those get in whom there is nothing to hash; nothing where they are among those who are left of the rollout. */
function absentSaid(
  { by, absent, otherwise, ...rest }: Rollout,
  last: boolean,
  portions: Portion[],
): string | undefined {
  const none = `without ${typeof by === "string" ? by : either(by)}`;
  const goOn = !last && portions.reduce((sum, { share }) => sum + share, 0) < 100 - 1e-9;
  const passedOn = goOn ? undefined : last ? `the default in the code for those ${none}` : `not for those ${none}`;
  if (absent === "skip") return passedOn;
  if (absent === "otherwise") {
    if (portions.some(({ variant }) => variant === otherwise)) return undefined;
    return otherwise === null ? passedOn : `${otherwise} for those ${none}`;
  }
  const first = "split" in rest ? rest.split[0]!.variant : rest.ranges[0]!.variant;
  return `${absent === "first" ? first : absent.variant} for those ${none}`;
}

function windowSaid({ from, until }: { from: string | null; until: string | null }): string | undefined {
  if (from === null && until === null) return undefined;
  if (until === null) return `from ${from} on`;
  return from === null ? `until ${until}` : `from ${from} until ${until}`;
}

// ---- words

/** "on for a and for 25 % of b; off for everybody else": clauses that say the same of all they name share their words. */
function join(flag: Flag, clauses: Clause[]): string {
  const parts: { what: string; whom: string[] }[] = [];
  for (const [index, clause] of clauses.entries()) {
    const portions = told(flag, clauses, index);
    for (const [portion, { variant, share }] of portions.entries()) {
      const what = gets(flag, variant);
      const whole = share > 100 - 1e-9;
      const who = clause.remark === undefined ? clause.who : `${clause.who} (${clause.remark})`;
      const rest = index === clauses.length - 1 && portion > 0 && portion === portions.length - 1;
      const whom = rest ? "the rest" : whole ? who : `${percent(share)} of ${who}`;
      const last = parts.at(-1);
      if (last?.what === what) last.whom.push(whom);
      else parts.push({ what, whom: [whom] });
    }
  }
  return parts.map(({ what, whom }) => `${what} for ${list(whom)}`).join("; ");
}

/**
 * The portions of a clause that have to be said. What is left of a rollout needs no words where everybody after it gets
 * the same: then "everybody else" names them too.
 */
function told(flag: Flag, clauses: Clause[], index: number): Portion[] {
  const { portions } = clauses[index]!;
  const last = portions.at(-1);
  if (portions.length < 2 || last === undefined) return portions;
  const after = clauses.slice(index + 1);
  const same =
    after.length > 0 &&
    after.every(
      (one) =>
        one.portions.length === 1 &&
        one.portions[0]!.share > 100 - 1e-9 &&
        gets(flag, one.portions[0]!.variant) === gets(flag, last.variant),
    );
  return same ? portions.slice(0, -1) : portions;
}

function gets(flag: Flag, variant: string | null): string {
  return called(flag, variant);
}

/** Whom a condition names, as they are called in a sentence. */
export function people(when: Condition): string {
  if ("all" in when && when.all.length === 0) return "everybody";
  if ("any" in when && when.any.length === 0) return "nobody";
  if ("segment" in when) return when.segment;
  return `those ${phrase(when)}`;
}

/** A condition in words that can follow "those". */
export function phrase(when: Condition): string {
  if ("all" in when) {
    if (when.all.length === 0) return "of all kinds";
    return when.all.map((one) => inner(one, when.all.length > 1)).join(" and ");
  }
  if ("any" in when) {
    if (when.any.length === 0) return "of no kind";
    return when.any.map((one) => inner(one, when.any.length > 1)).join(" or ");
  }
  if ("not" in when) return `not ${inner(when.not, true)}`;
  if ("segment" in when) return `in ${when.segment}`;
  if ("flag" in when) return `for whom ${when.flag} serves ${either(when.variants)}`;
  if ("bucket" in when) return bucketSaid(when.bucket);
  if ("window" in when) return `at times ${windowSaid(when.window) ?? "of all kinds"}`;
  const wanted = either(when.values.map((value) => text(value)));
  const ignoring = "ignoreCase" in when && when.ignoreCase ? " (in any case)" : "";
  return `whose ${when.attribute} ${OPERATORS[when.operator]}${when.operator === "exists" ? "" : ` ${wanted}`}${ignoring}`;
}

function bucketSaid(bucket: BucketRange): string {
  const by = typeof bucket.by === "string" ? bucket.by : either(bucket.by);
  const parts =
    "ranges" in bucket
      ? bucket.ranges.map(({ from, to }) => [from * 100, to * 100] as const)
      : [[bucket.from / 1_000, bucket.to / 1_000] as const];
  return `in ${parts.map(([from, to]) => `${percent(from)} to ${percent(to)}`).join(" or ")} of ${bucket.salt} by ${by}`;
}

/** `among`: it stands among others, so what is joined by another word has to be put in brackets. */
function inner(node: Condition, among: boolean): string {
  const joined = ("all" in node && node.all.length > 1) || ("any" in node && node.any.length > 1);
  return among && joined ? `(${phrase(node)})` : phrase(node);
}

const OPERATORS = {
  in: "is",
  contains: "contains",
  startsWith: "starts with",
  endsWith: "ends with",
  matches: "matches",
  lessThan: "is less than",
  atMost: "is at most",
  greaterThan: "is greater than",
  atLeast: "is at least",
  before: "is before",
  after: "is after",
  semver: "is a version in",
  cidr: "is an address in",
  containsAll: "contains all of",
  exists: "is present",
  type: "is of type",
  version: "is a version",
} as const;

/** How many values are named before the rest is counted. */
const NAMED = 4;

function either(values: readonly string[]): string {
  const named = values.length > NAMED ? [...values.slice(0, NAMED - 1), `${values.length - NAMED + 1} others`] : values;
  return list(named, "or");
}

function list(items: readonly string[], word = "and for"): string {
  if (items.length < 2) return items[0] ?? "nothing";
  if (items.length === 2) return `${items[0]} ${word} ${items[1]}`;
  return `${items.slice(0, -1).join(word === "or" ? ", " : ", for ")} ${word} ${items.at(-1)}`;
}

function text(value: unknown): string {
  const written = typeof value === "string" ? value : JSON.stringify(value);
  return written === "" ? '""' : shortened(written, 60);
}

/** A share as people write it: "25 %", "0.1 %". */
export function percent(share: number): string {
  return `${Math.round(share * 1_000) / 1_000} %`;
}

function capital(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1);
}
