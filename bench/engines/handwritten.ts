import { type CompiledFlag, compile } from "../../src/core/compile.ts";
import { type Context, type Evaluation, evaluate, json } from "../../src/core/evaluate.ts";
import { murmur3After } from "../../src/core/murmur3.ts";
import type { MakeEngine } from "../engine.ts";
import { snapshotBody } from "../published.ts";
import type { FlagSpec, User } from "../scenario.ts";

/*
 * The floor: what someone would write who knows these very flags and nothing else. The single one returns the result
 * objects that Sluice returns, the other one concatenates the same ready pieces; both use Sluice's hash, salted beforehand.
 */

const QUARTER = 2 ** 30;
const HALF = 2 ** 31;

const isStaff = (role: string): boolean => role === "employee" || role === "contractor";

const isInRamp = (country: string): boolean =>
  country === "DE" || country === "AT" || country === "US" || country === "FR" || country === "GB";

/** The numbers and names that differ between the flags of one shape. */
function constants({ key, rules }: FlagSpec) {
  const countries = rules.flatMap(({ test }) => (test.attribute === "country" ? test.oneOf : []));
  const atLeast = rules.flatMap(({ test }) => (test.attribute === "orders" ? [test.atLeast] : []))[0] ?? Infinity;
  return { hash: murmur3After(key), atLeast, countries: new Set<string>(countries) };
}

/** What Sluice answers in each of the ways that a flag of the scenario can end. */
function endings(flag: CompiledFlag, { countries }: { countries: ReadonlySet<string> }) {
  const at = (context: Context): Evaluation => evaluate(flag, context, 0);
  const [country] = countries;
  const ramped = Array.from({ length: 200 }, (_, n) => at({ country, targetingKey: String(n) }));
  const of = (value: boolean): Evaluation => ramped.find((one) => one.value === value) ?? at({});
  return { staff: at({ role: "employee" }), loyal: at({ orders: 1000 }), on: of(true), off: of(false), rest: at({}) };
}

export const make: MakeEngine<User, Evaluation> = (single, all) => {
  const { hash, countries } = constants(single);
  const one = endings(compile(snapshotBody([single]), null).flag(single.key, "server")!, { countries });
  const flags = compile(snapshotBody(all), null)
    .flags("server")
    .map((flag, i) => {
      const known = constants(all[i]!);
      const { staff, loyal, on, off, rest } = endings(flag, known);
      const piece = (ending: Evaluation): string => (i === 0 ? "" : ",") + json(ending, "server");
      return {
        ...known,
        shape: i % 4,
        staff: piece(staff),
        loyal: piece(loyal),
        on: piece(on),
        off: piece(off),
        rest: piece(rest),
      };
    });
  return {
    context: (user) => ({ ...user }),
    evaluate({ role, orders, country, targetingKey }) {
      if (isStaff(role)) return one.staff;
      if (orders >= 100) return one.loyal;
      if (!isInRamp(country)) return one.rest;
      return hash(targetingKey) < QUARTER ? one.on : one.off;
    },
    isOn: (answer) => answer.value === true,
    evaluateAll({ role, orders, country, targetingKey }) {
      let text = '{"flags":[';
      for (const flag of flags) {
        if (flag.shape === 0) text += flag.rest;
        else if (flag.shape === 3) text += flag.hash(targetingKey) < HALF ? flag.on : flag.off;
        else if (isStaff(role)) text += flag.staff;
        else if (flag.shape === 1) text += flag.rest;
        else if (orders >= flag.atLeast) text += flag.loyal;
        else if (!flag.countries.has(country)) text += flag.rest;
        else text += flag.hash(targetingKey) < QUARTER ? flag.on : flag.off;
      }
      return text + "]}";
    },
  };
};
