/*
 * What Sluice asks of KV and Durable Objects, as formulas, and what that costs: `node scripts/cost.ts` prints the tables
 * of docs/cost.md. test/simulation/cost.test.ts holds the formulas against what the simulator counts, and the page
 * against the tables.
 */

export type Load = {
  evaluations: number;
  /** In how long, evenly, over all isolates. */
  days: number;
  locations: number;
  isolatesPerLocation: number;
  freshnessSeconds: number;
  /** Writes of one environment. */
  writes: number;
};

/** Regions that relays are placed in. */
const REGIONS = 5;
/** How often the map of environments is looked at, and the age at which a relay asks, in seconds. */
const MAP_SECONDS = 60;
const RELAY_SECONDS = 5;
/** How often an isolate says what it evaluated. */
const USAGE_SECONDS = 600;

/**
 * How often something happens in `seconds` that needs an occasion, and then not again for `pause` seconds: occasions
 * come at random, `rate` a second (the renewals of a Poisson process with dead time).
 */
const often = (seconds: number, rate: number, pause: number): number => (seconds * rate) / (1 + rate * pause);

/** Requests of one environment while relays work. */
export function requests(load: Load) {
  const seconds = load.days * 86_400;
  const isolates = load.locations * load.isolatesPerLocation;
  const rate = load.evaluations / seconds / isolates;
  const regions = Math.min(REGIONS, load.locations);
  const checks = isolates * often(seconds, rate, load.freshnessSeconds);
  const maps = isolates * often(seconds, rate, MAP_SECONDS);
  const relaysOf = (times: number): number => regions * often(seconds, times / seconds / regions, RELAY_SECONDS);
  return {
    checks,
    maps,
    /** Relays ask the environment's object, and, of these, Workspace. */
    relays: relaysOf(checks) + relaysOf(maps),
    relaysOfMap: relaysOf(maps),
    usage: isolates * often(seconds, rate, USAGE_SECONDS),
    /** The API asks Workspace and writes; each relay is told; two alarms. */
    writes: load.writes * (2 + regions + 2),
    kvReads: 0,
    /** Body and pointer, and the pointer once more. */
    kvWrites: load.writes * 3,
  };
}

export function toObjects({ checks, maps, relays, usage, writes }: ReturnType<typeof requests>): number {
  return checks + maps + relays + usage + writes;
}

/** Dollars a month beyond the 5 of the paid plan, and what is included in it. */
export function dollars(load: Load) {
  const count = requests(load);
  const beyond = (amount: number, included: number, price: number): number =>
    (Math.max(0, amount - included) / 1e6) * price;
  return {
    workers: beyond(load.evaluations, 10e6, 0.3),
    objects: beyond(toObjects(count), 1e6, 0.15),
    kv: beyond(count.kvReads, 10e6, 0.5) + beyond(count.kvWrites, 1e6, 5),
  };
}

export const MONTH: Omit<Load, "locations" | "freshnessSeconds" | "isolatesPerLocation"> = {
  evaluations: 100e6,
  days: 30,
  writes: 1_000,
};
const LOCATIONS = [10, 100, 300];

const millions = (count: number): string => (count / 1e6).toFixed(count < 1e6 ? 2 : 1);

/** The tables of docs/cost.md. */
export function tables(): string {
  const rows = LOCATIONS.flatMap((locations) =>
    [2, 10].map((freshnessSeconds) => {
      const load = { ...MONTH, locations, isolatesPerLocation: 4, freshnessSeconds };
      const count = requests(load);
      const { workers, objects, kv } = dollars(load);
      const cells = [
        locations,
        freshnessSeconds,
        millions(count.checks),
        millions(count.maps),
        millions(count.relays),
        millions(count.usage),
        millions(toObjects(count)),
        count.kvReads,
        count.kvWrites,
        objects.toFixed(2),
        kv.toFixed(2),
        workers.toFixed(2),
      ];
      return `| ${cells.join(" | ")} |`;
    }),
  );
  const head = [
    "locations",
    "`FRESHNESS_SECONDS`",
    "checks, million",
    "map, million",
    "relays ask, million",
    "usage, million",
    "to objects, million",
    "KV reads",
    "KV writes",
    "objects, $",
    "KV, $",
    "Workers, $",
  ];
  return [`| ${head.join(" | ")} |`, `|${" ---: |".repeat(head.length)}`, ...rows].join("\n");
}

if (import.meta.main) console.log(tables());
