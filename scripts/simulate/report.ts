import { isOnTime, most, promised, type RuleName, RULES, type Summary } from "./many.ts";
import type { Scenario } from "./run.ts";
import { ALPHA, BETA, HARMFUL, HEALTHY, PLAIN, STOPPED, TABLE } from "./scenarios.ts";

/* What was simulated, as tables for people and for docs/simulation.md. */

/** Everything that was found, by the name of what it is; what isn't there wasn't run. Plain JSON. */
export type Results = {
  seed: number;
  /** `<kind>: <scenario>` → rule → what came of it. */
  releases: { [scenario: string]: Partial<Record<RuleName, Summary>> };
  /** `<population>` → share → part of the runs at exactly `detect` that were ever called healthy. */
  wrong: { [population: string]: { [share: string]: { runs: number; part: number } } };
  /** Index in `PLAIN` or `TABLE` → median minutes. */
  plain: { [index: string]: { runs: number; minutes: number | null } };
  table: { [index: string]: { runs: number; minutes: number | null } };
};

export const NAMES: Record<RuleName, string> = {
  sluice: "Sluice",
  threshold: "99 % success",
  "z-test": "z-test",
  "Mann-Whitney": "Mann-Whitney",
  mSPRT: "mSPRT",
};
export const nameOf = ({ kind, name }: Pick<Scenario, "kind" | "name">): string => `${kind}: ${name}`;
/** Shares at which releases that harm by exactly `detect` are watched. */
export const WRONG_SHARES = [0.01, 0.1, 0.5] as const;

export const percent = (share: number): string => `${Math.round(share * 1000) / 10} %`;
const number = (value: number | null): string =>
  value === null || !Number.isFinite(value) ? "–" : Math.round(value).toLocaleString("en");

/** Minutes as people say them. */
export function duration(minutes: number | null): string {
  if (minutes === null || !Number.isFinite(minutes)) return "never";
  if (minutes < 180) return `${Math.round(minutes)} min`;
  return minutes < 2_880 ? `${Math.round(minutes / 6) / 10} h` : `${Math.round(minutes / 144) / 10} d`;
}

export function tables(results: Results): string {
  return [
    ...populations(results, "errors"),
    "",
    ...populations(results, "latency"),
    "",
    ...times(results),
    "",
    ...harmful(results),
  ].join("\n");
}

function populations(results: Results, kind: "errors" | "latency"): string[] {
  const all = HEALTHY.filter((one) => one.kind === kind).flatMap((scenario) => {
    const of = results.releases[nameOf(scenario)];
    return of?.sluice ? [{ scenario, of, ours: of.sluice }] : [];
  });
  const cell = (summary: Summary | undefined): string => (summary ? percent(summary.unreleased) : "–");
  return [
    `## Healthy releases that are taken back by ${kind}`,
    "",
    `Nothing is wrong with the change in any of these. At most ${percent(ALPHA)} may be taken back, and by chance ${percent(most(ALPHA, 1_000))} of 1,000.`,
    "",
    rows(
      ["population", "runs", ...RULES.map((rule) => NAMES[rule]), ""],
      all.map(({ scenario, of, ours }) => [
        scenario.name,
        number(ours.runs),
        ...RULES.map((rule) => cell(of[rule])),
        ours.unreleased <= most(ALPHA, ours.runs) ? "reached" : "**not reached**",
      ]),
    ),
    "",
    `And what becomes of them with Sluice: wrongly \`invalid\` (at most 0.1 %), complete within the time that was simulated and after how long, beside what the preview says for people who are alike; and of those that still wait the dispersion and how much longer they say that it takes.`,
    "",
    rows(
      ["population", "invalid", "complete", "after", "preview", "wait", "φ", "they say", ""],
      all.map(({ scenario, ours }) => [
        scenario.name,
        percent(ours.invalid),
        percent(ours.completed),
        ours.completed > 0 ? duration(ours.took) : "–",
        duration(promised(scenario)),
        percent(ours.held),
        ours.held > 0 ? number(ours.dispersion) : "–",
        ours.held > 0 ? duration(ours.estimate) : "–",
        ours.invalid <= most(0.001, ours.runs) ? "reached" : "**not reached**",
      ]),
    ),
    ...wrong(results, kind),
  ];
}

function wrong({ wrong: found }: Results, kind: "errors" | "latency"): string[] {
  if (kind === "latency") return [];
  return [
    "",
    "## Harm of exactly `detect` that is called healthy",
    "",
    `Twice the errors from the first minute on, in one stage for eight hours (1 request a second: four days): the part that is ever called healthy before it is taken back. At most ${percent(BETA)}, and by chance ${percent(most(BETA, 1_000))} of 1,000.`,
    "",
    rows(
      ["population", "runs", ...WRONG_SHARES.map((share) => `at ${percent(share)}`), ""],
      Object.entries(found).map(([name, shares]) => {
        const each = Object.values(shares);
        return [
          name,
          number(Math.min(...each.map(({ runs }) => runs))),
          ...WRONG_SHARES.map((share) => (shares[share] ? percent(shares[share].part) : "–")),
          each.every(({ part, runs }) => part <= most(BETA, runs)) ? "reached" : "**not reached**",
        ];
      }),
    ),
  ];
}

function times({ plain, table }: Results): string[] {
  const shares = [0.01, 0.1, 0.5, 0.99];
  const lines = [...new Set(TABLE.map(({ perSecond, what }) => `${perSecond}\n${what}`))].map((name) => {
    const [perSecond, what] = name.split("\n");
    const cells = shares.map((share): string => {
      const i = TABLE.findIndex((one) => `${one.perSecond}` === perSecond && one.what === what && one.share === share);
      const found = table[i];
      if (!found) return i < 0 ? "" : "–";
      const { expected } = TABLE[i]!;
      const ok = isOnTime(found.minutes ?? Infinity, expected);
      return `${duration(found.minutes)} (${duration(expected)})${ok ? "" : " **off**"}`;
    });
    return [perSecond!, what!, ...cells];
  });
  return [
    "## Minutes until harm is found, by requests alone",
    "",
    "100 requests a second, 0.5 % errors, harm from the first minute on, at one share: medians, without warm-up and floors, with dispersion 1. 35 seconds come on top, until a bin is judged.",
    "",
    rows(
      ["harm", "runs", "design", "Sluice", ""],
      PLAIN.map(({ share, factor, expected }, i) => {
        const found = plain[i];
        return [
          `${factor}× at ${percent(share)}`,
          number(found?.runs ?? 0),
          String(expected),
          number(found?.minutes ?? null),
          !found ? "not run" : isOnTime(found.minutes ?? Infinity, expected) ? "reached" : "**not reached**",
        ];
      }),
    ),
    "",
    "## Times to safety and to detection",
    "",
    `All together: people known and alike, floors, a warm-up of 3 minutes that counts. Medians, in brackets those of the design; ${percent(
      0.25,
    )} or a minute apart is within bounds. ${number(Math.min(...Object.values(table).map(({ runs }) => runs)))} to ${number(
      Math.max(...Object.values(table).map(({ runs }) => runs)),
    )} runs each.`,
    "",
    rows(["requests/s", "", ...shares.map((share) => `at ${percent(share)}`)], lines),
  ];
}

function harmful({ releases }: Results): string[] {
  const of = (scenarios: readonly Scenario[]): { scenario: Scenario; found: Partial<Record<RuleName, Summary>> }[] =>
    scenarios.flatMap((scenario) => {
      const found = releases[nameOf(scenario)];
      return found ? [{ scenario, found }] : [];
    });
  return [
    "## Harmful releases",
    "",
    "From the beginning of harm to the un-release, through the plan of 1, 10 and 50 % and 99 %: medians of minutes and of requests that met it. `completed` and `before`: went through, and were taken back before there was any harm.",
    "",
    rows(
      ["scenario", "runs", "rule", "taken back in 8 h", "in 2 h", "completed", "before", "minutes", "requests"],
      of(HARMFUL).flatMap(({ scenario, found }) =>
        RULES.flatMap((rule) => {
          const one = found[rule];
          if (!one) return [];
          const { runs, unreleased, soon, completed, early, minutes, requests } = one;
          return [
            [
              scenario.name,
              number(runs),
              NAMES[rule],
              percent(unreleased),
              percent(soon),
              percent(completed),
              percent(early),
              number(minutes),
              number(requests),
            ],
          ];
        }),
      ),
    ),
    "",
    "## Releases of which too little is known",
    "",
    "They must neither go on nor be taken back for harm that nobody has seen.",
    "",
    rows(
      ["scenario", ...RULES.map((rule) => NAMES[rule])],
      of(STOPPED).map(({ scenario, found }) => [
        scenario.name,
        ...RULES.map((rule) => (found[rule] ? inWords(found[rule]) : "–")),
      ]),
    ),
  ];
}

function inWords({ held, heldBy, completed, unreleased }: Summary): string {
  return [
    held > 0 && `held ${percent(held)} (${heldBy.join(", ")})`,
    completed > 0 && `completed ${percent(completed)}`,
    unreleased > 0 && `taken back ${percent(unreleased)}`,
  ]
    .filter(Boolean)
    .join(", ");
}

function rows(head: readonly string[], lines: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...lines.map(line)].join("\n");
}
