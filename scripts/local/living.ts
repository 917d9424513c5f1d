import { spawn } from "node:child_process";
import { ROOT } from "../build.ts";
import type { Admin } from "./seed.ts";

/*
 * What is alive in the example shop: two releases, one that goes on by itself until a person is asked, one that takes
 * itself back, and the visitors whom both are judged by. `VISITORS=none` leaves it all out.
 */

export const LIVING_ENVIRONMENT = "production";

/** What a visitor of the example meets: the flags of `shop.ts` that are released while one looks. */
export const GOOD = "quick-search";
export const BAD = "saved-cards";

/** What the visitors are told, on their standard input, whose end is theirs. */
export type Visit = { url: string; key: string; perSecond: number };

/** Few enough that a laptop stays cool, enough that a release says something within two minutes. */
const PER_SECOND = 8;

/** Harm is seen from four times the errors, and from five in a hundred: what so few visitors can prove within minutes. */
const GUARDRAILS = [
  { metric: "errors", minAbsolute: 0.05, detect: 4 },
  { metric: "latency", role: "signal", detect: 4, hold: false },
];
const NO_COLD_START = { warmup: "0s" };
const PLANS: Record<string, { stages: object[]; guardrails: object[] }> = {
  [GOOD]: {
    stages: [
      { name: "10%", percentage: 10, minBake: "2m", ...NO_COLD_START },
      { name: "25%", percentage: 25, minBake: "2m", ...NO_COLD_START },
      { name: "50%", percentage: 50, minBake: "3m", ...NO_COLD_START, gates: [{ approval: {} }] },
      { name: "all", percentage: 100, minBake: "5m", ...NO_COLD_START },
    ],
    guardrails: GUARDRAILS,
  },
  [BAD]: {
    stages: [
      { name: "half", percentage: 50, minBake: "5m", ...NO_COLD_START },
      { name: "all", percentage: 100, minBake: "5m", ...NO_COLD_START },
    ],
    guardrails: GUARDRAILS,
  },
};

type Known = { flag: { enabled: boolean; default: { rollout?: { percentage: number } } } };

/**
 * Starts each release anew where its flag is as the last one left it: at 0, or at 100 when it was completed. What a
 * person has done with the flag since stays. Returns the dashboard's paths of the releases that are live afterwards.
 */
export async function beginReleases(admin: Admin): Promise<string[]> {
  const live: string[] = [];
  for (const [flag, plan] of Object.entries(PLANS)) {
    const path = `/environments/${LIVING_ENVIRONMENT}/flags/${flag}`;
    const id = await begin(admin, path, plan);
    if (id !== undefined) live.push(`${path}/releases/${id}`);
  }
  return live;
}

/** The id of the live release, if there is one then. */
async function begin(admin: Admin, path: string, plan: object): Promise<string | undefined> {
  const known = (await admin.send("GET", path, undefined, [404])) as Partial<Known>;
  const share = known.flag?.default.rollout?.percentage;
  if (!known.flag?.enabled || share === undefined) return undefined;
  const { releases } = (await admin.send("GET", `${path}/releases`)) as {
    releases: { id: string; state: string; endedAt?: string }[];
  };
  const last = releases[0];
  if (last !== undefined && last.endedAt === undefined) return last.id;
  if (share !== (last?.state === "completed" ? 100 : 0) || last?.state === "cancelled") return undefined;
  // Whoever asks for consent to changes doesn't have examples change things.
  if (share > 0) await admin.send("PUT", `${path}/rollout`, { percentage: 0 }, [409]);
  const made = (await admin.send("POST", `${path}/releases`, { plan }, [409])) as { id?: string };
  return made.id;
}

/** Lets visitors come, from a process of its own, until this one ends. */
export function letVisitorsCome(url: string, key: string): void {
  const visitors = spawn(process.execPath, [`${ROOT}scripts/visitors.ts`], { stdio: ["pipe", "ignore", "inherit"] });
  const visit: Visit = { url, key, perSecond: PER_SECOND };
  visitors.on("error", () => undefined); // then nobody comes, and the server is none the worse
  visitors.stdin.on("error", () => undefined);
  visitors.stdin.write(`${JSON.stringify(visit)}\n`);
  visitors.unref();
  process.once("exit", () => visitors.kill());
}
