import { commentBody, pageQuery } from "../../contract/admin.ts";
import * as LIMITS from "../../contract/limits.ts";
import {
  type Metric,
  metricBody,
  metricsQuery,
  outcomeName,
  RESOLUTIONS,
  shadowQuery,
  undefinable,
  USUAL_METRICS,
} from "../../contract/metric.ts";
import { mismatchEvidence } from "../../core/statistics/evidence.ts";
import type { Counted } from "../../metrics/counter.ts";
import { pagesOf, type Readable, readAll } from "../../metrics/reading.ts";
import { FlagSeries } from "../../metrics/series.ts";
import { mismatchBins, shadowReport } from "../../metrics/shadows.ts";
import type { BinQuery } from "../../metrics/store.ts";
import { jsonResponse } from "../respond.ts";
import { list, written } from "./answer.ts";
import type { Call, Handlers } from "./call.ts";
import { afterKey, pageOf } from "./cursor.ts";
import { etagOf } from "./environment-view.ts";
import { invalid, refusal, type Refused } from "./refused.ts";
import { ask, done } from "./remote.ts";

/* What is counted: how outcomes are, and what came of it for a flag. */

export const metricHandlers = {
  async listMetrics(call) {
    const { limit, cursor } = call.query(pageQuery);
    const { after } = afterKey(cursor);
    const { items, next } = pageOf(await metricsOf(call), ({ name }) => name, after, limit);
    return list("metrics", items, next);
  },

  async getMetric(call) {
    const wanted = outcomeName(call.key);
    const found = (await metricsOf(call)).find(({ name }) => name === wanted);
    if (!found) throw refusal("not-found", "There is no such metric.");
    return jsonResponse(found);
  },

  async putMetric(call) {
    const { comment, name = call.key, ...how } = await call.body(metricBody);
    const metric = { name, ...how };
    const issue =
      name === call.key ? undefinable(metric) : { path: "/name", message: "must be left out or equal to the path's" };
    if (issue) throw invalid("The body", [issue]);
    const { object, wrote } = await call.here();
    const result = await done(object.defineMetric(metric, call.write(comment)));
    wrote(result.version);
    const etag = etagOf(result); // like keys, they are part of the environment as a whole
    const view = { ...metric, defined: true };
    return result.created ? written(view, { ...result, etag }, 201, call.path) : written(view, { ...result, etag });
  },

  async deleteMetric(call) {
    const { comment } = await call.body(commentBody);
    const { object, wrote } = await call.here();
    const result = await done(object.defineMetric(call.key, call.write(comment)));
    wrote(result.version);
    return written(undefined, result);
  },

  async flagMetrics(call) {
    const query = call.query(metricsQuery);
    const { object, entry } = await call.here();
    if (!(await ask(object.flag(call.key)))) throw refusal("not-found", "There is no such flag.");
    const stepMs = RESOLUTIONS[query.resolution];
    const until = query.until ?? Date.now();
    const since = Math.floor((query.since ?? until - 3_600_000) / stepMs) * stepMs;
    if (since >= until) throw invalid("The query", [{ path: "/since", message: "must be before until" }]);
    if ((until - since) / stepMs > LIMITS.seriesPoints)
      throw invalid("The query", [
        { path: "/resolution", message: `makes more than ${LIMITS.seriesPoints} points of this time` },
      ]);
    const series = new FlagSeries(stepMs);
    const unread = await eachPage(call.counters(entry), { since, until, flag: call.key }, (page) => series.add(page));
    return jsonResponse({
      flag: call.key,
      since: new Date(since).toISOString(),
      until: new Date(until).toISOString(),
      resolution: query.resolution,
      ...series.view(),
      ...(unread > 0 && { unread }),
    });
  },

  async flagShadow(call) {
    const query = call.query(shadowQuery);
    const { object, entry } = await call.here();
    if (!(await ask(object.flag(call.key)))) throw refusal("not-found", "There is no such flag.");
    const until = query.until ?? Date.now();
    const since = query.since ?? until - 86_400_000;
    if (since >= until) throw invalid("The query", [{ path: "/since", message: "must be before until" }]);
    const { counted: answers, unread } = await readAll(call.counters(entry), { since, until, flag: call.key });
    if (answers.length === 0) throw unreadable();
    const { logE } = mismatchEvidence(mismatchBins(answers, since).map(({ pair }) => pair));
    return jsonResponse({
      flag: call.key,
      since: new Date(since).toISOString(),
      until: new Date(until).toISOString(),
      ...shadowReport(answers),
      evidence: { logE },
      ...(unread.length > 0 && { unread: unread.length }),
    });
  },
} satisfies Handlers;

/** All that may be asked about, by name: what is defined, what every environment counts, and what was reported. */
async function metricsOf(call: Call): Promise<(Metric & { defined: boolean })[]> {
  const { object, entry } = await call.here();
  const [first] = call.counters(entry);
  const [defined, met] = await Promise.all([ask(object.metrics()), ask(first!.names())]);
  const names = new Set(defined.map(({ name }) => name));
  const usual = USUAL_METRICS.filter(({ name }) => !names.has(name));
  const strangers = [...new Set(met.map(outcomeName))].filter(
    (name) => !names.has(name) && !usual.some((one) => one.name === name),
  );
  return [
    ...defined.map((metric) => ({ ...metric, defined: true })),
    ...usual.map((metric) => ({ ...metric, defined: false })),
    ...strangers.map((name) => ({ name, per: "event" as const, window: "30m", defined: false })),
  ].toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

function unreadable(): Refused {
  return refusal("unavailable", "What was counted can't be read at the moment.");
}

/** Hands on what the counters have, one page at a time. @returns how many of them can't be read @throws when none can */
async function eachPage(
  counters: readonly Readable[],
  query: BinQuery,
  take: (page: Counted) => void,
): Promise<number> {
  const read = counters.map(async (counter) => {
    for await (const page of pagesOf(counter, query)) take(page);
  });
  const unread = (await Promise.allSettled(read)).filter(({ status }) => status === "rejected").length;
  if (unread === counters.length) throw unreadable();
  return unread;
}
