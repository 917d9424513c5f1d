/*
 * The work that every contestant does, said once and in nobody's format: boolean flags, users, and what the answer
 * must be. Only conditions are used that every engine knows natively (equality with one of a list, at least a number),
 * so that nobody has to emulate.
 */

export type Test =
  | { attribute: "role" | "country"; oneOf: readonly string[] }
  | { attribute: "orders"; atLeast: number };

/** The first rule whose test holds decides; `percentage` of those it applies to get `on`, the rest `off`. */
export type RuleSpec = { id: string; test: Test; percentage: number };

/** `percentage` of those whom no rule served get `on`. */
export type FlagSpec = { key: string; rules: readonly RuleSpec[]; percentage: number };

export type User = { targetingKey: string; role: string; orders: number; country: string };

const COUNTRIES = ["DE", "AT", "US", "FR", "GB", "JP", "BR", "NL"];

const staff: RuleSpec = {
  id: "staff",
  test: { attribute: "role", oneOf: ["employee", "contractor"] },
  percentage: 100,
};
const loyal = (atLeast: number): RuleSpec => ({ id: "loyal", test: { attribute: "orders", atLeast }, percentage: 100 });
const ramp = (first: number): RuleSpec => {
  const oneOf = Array.from({ length: 5 }, (_, i) => COUNTRIES[(first + i) % COUNTRIES.length]!);
  return { id: "ramp", test: { attribute: "country", oneOf }, percentage: 25 };
};

/** The flag of the single evaluation: three rules, the last one a percentage rollout. */
export const SINGLE: FlagSpec = { key: "new-checkout", rules: [staff, loyal(100), ramp(0)], percentage: 0 };

/**
 * What a shop's environment looks like: a quarter kill switches, one-rule flags, full flags and plain rollouts each.
 * All know the same staff, and each has its own thresholds and countries.
 */
export function flagSpecs(count: number): FlagSpec[] {
  return Array.from({ length: count }, (_, i) => ({ key: `flag-${String(i).padStart(4, "0")}`, ...shape(i) }));
}

function shape(i: number): Omit<FlagSpec, "key"> {
  switch (i % 4) {
    case 0:
      return { rules: [], percentage: 100 };
    case 1:
      return { rules: [staff], percentage: 0 };
    case 2:
      return { rules: [staff, loyal(60 + ((i >> 2) % 50)), ramp(i >> 2)], percentage: 0 };
    default:
      return { rules: [], percentage: 50 };
  }
}

const ROLES = [
  "customer",
  "customer",
  "customer",
  "customer",
  "customer",
  "customer",
  "customer",
  "customer",
  "partner",
  "employee",
];
/** More distinct targeting keys than any engine remembers. A power of two, so that a mask walks around it. */
export const USERS = 131_072;

/**
 * User `n`: attributes independent of each other, and a targeting key that looks like a UUID. Parsed from JSON, as a
 * request's context is: a text that was put together from parts is slower to read.
 */
export function user(n: number): User {
  return JSON.parse(JSON.stringify(attributes(n))) as User;
}

/** The body of user `n`'s evaluation request. */
export function requestBody(n: number): string {
  return JSON.stringify({ context: attributes(n) });
}

function attributes(n: number): User {
  const random = mix(n);
  const hex =
    random.toString(16).padStart(8, "0") +
    mix(n ^ 0x5bd1e995)
      .toString(16)
      .padStart(8, "0");
  return {
    targetingKey: `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8a11-${n.toString(16).padStart(12, "0")}`,
    role: ROLES[random % ROLES.length]!,
    orders: (random >>> 8) % 110,
    country: COUNTRIES[(random >>> 20) % COUNTRIES.length]!,
  };
}

/** A 32-bit finaliser (each step invertible, so distinct inputs stay distinct); only to make users. */
function mix(n: number): number {
  let x = (n + 0x9e3779b9) | 0;
  x = Math.imul(x ^ (x >>> 16), 0x21f0aaad);
  x = Math.imul(x ^ (x >>> 15), 0x735a2d97);
  return (x ^ (x >>> 15)) >>> 0;
}

/** Which share of users like this one must get `on`, in percent: 0 and 100 are certainties. */
export function expectedShare(flag: FlagSpec, who: User): number {
  for (const rule of flag.rules) if (holds(rule.test, who)) return rule.percentage;
  return flag.percentage;
}

function holds(test: Test, who: User): boolean {
  return test.attribute === "orders" ? who.orders >= test.atLeast : test.oneOf.includes(who[test.attribute]);
}
