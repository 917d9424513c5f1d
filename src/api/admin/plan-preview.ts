import { type GivenTraffic, type PlanPreview, planPreviewBody, presets } from "../../contract/plan-preview.ts";
import type { StageEstimate } from "../../contract/release.ts";
import { type Measured, sizePlan, trafficOf } from "../../judging/plan-preview.ts";
import { readAll } from "../../metrics/reading.ts";
import { FlagSeries } from "../../metrics/series.ts";
import { jsonResponse } from "../respond.ts";
import type { Call, Handlers } from "./call.ts";
import { done } from "./remote.ts";
import type { Planned } from "../../environment/release/create-release.ts";

/* How long a plan will take and what it can see, by the traffic that there was or is said to come. */

const HOUR = 3_600_000;
/** Of so long the traffic is looked at. */
const LATELY_MS = 7 * 24 * HOUR;

export const planPreviewHandlers = {
  async listPresets() {
    return jsonResponse({ presets: presets() });
  },

  async previewPlan(call) {
    const { traffic: given, ...wanted } = await call.body(planPreviewBody);
    const { object, entry } = await call.here();
    const planned = await done(object.planned(wanted, await reportedIn(call, entry)));
    const measured = await measuredTraffic(call, entry, wanted.flag);
    const traffic = given ? meant(given, measured) : measured;
    const { perSecond = 0, errorShare = 0, people } = traffic ?? {};
    const preview: PlanPreview = {
      traffic: { perSecond, errorShare, ...(people && { people }), from: given ? "given" : "measured" },
      ...sized(planned, traffic),
    };
    return jsonResponse(preview);
  },
} satisfies Handlers;

/** The traffic that is said to come; what isn't said of it is as it was lately. */
function meant(given: Partial<GivenTraffic> & { perSecond: number }, measured: Measured | null): Measured {
  const errorShare = given.errorShare ?? measured?.errorShare ?? 0;
  return { ...given, errorShare, ...(measured?.outcomes && { outcomes: measured.outcomes }) };
}

function sized({ plan, served, metrics, unknown }: Planned, traffic: Measured | null): Omit<PlanPreview, "traffic"> {
  const warnings = unknown.map(({ path, message }) => ({ code: "unreported" as const, path: `/plan${path}`, message }));
  return sizePlan(plan, traffic, { metrics, served, unknown: warnings });
}

type Here = Awaited<ReturnType<Call["here"]>>;

/** Names of outcomes that were reported in an environment; undefined where that can't be read. */
export async function reportedIn(call: Call, entry: Here["entry"]): Promise<string[] | undefined> {
  const [first] = call.counters(entry);
  try {
    return await first!.names();
  } catch (error) {
    console.error("names of outcomes can't be read", error);
    return undefined;
  }
}

/** What the preview says of a release that begins now; undefined where it has nothing to say. */
export async function promisedTo(
  call: Call,
  { object, entry }: Pick<Here, "object" | "entry">,
  wanted: Parameters<Here["object"]["planned"]>[0],
  reported: readonly string[] | undefined,
): Promise<StageEstimate[] | undefined> {
  try {
    const planned = await object.planned(wanted, reported);
    const traffic = planned.ok ? await measuredTraffic(call, entry, wanted.flag) : null;
    return planned.ok && traffic ? sized(planned, traffic).stages : undefined;
  } catch (error) {
    console.error("a release begins without a promise", error); // what it would take is no reason not to begin
    return undefined;
  }
}

/** Since the first hour of the last 7 days in which anything came; what only client keys say is left out. */
async function measuredTraffic(call: Call, entry: Here["entry"], flag: string): Promise<Measured | null> {
  const until = Date.now();
  const since = Math.floor((until - LATELY_MS) / HOUR) * HOUR;
  const series = new FlagSeries(HOUR);
  const { counted } = await readAll(call.counters(entry), { since, until, flag });
  for (const one of counted) series.add(one);
  const trusted = series.view().series.filter(({ source }) => source !== "client");
  const begins = trusted.flatMap(({ points }) => points.map(({ at }) => Date.parse(at)));
  const seconds = (until - Math.min(...begins, until)) / 1_000;
  return trafficOf(
    trusted.map(({ total }) => total),
    seconds,
  );
}
