import { commentBody, pageQuery } from "../../contract/admin.ts";
import { LIMITS } from "../../contract/limits.ts";
import {
  metricBody,
  metricsQuery,
  RESOLUTIONS,
  shadowQuery,
  undefinable,
  USUAL_METRICS,
} from "../../contract/metric.ts";
import { mismatchEvidence } from "../../core/statistics/evidence.ts";
import { seriesOf } from "../../metrics/series.ts";
import { mismatchBins, shadowReport } from "../../metrics/shadows.ts";
import { jsonResponse } from "../respond.ts";
import { list, written } from "./answer.ts";
import type { Handlers } from "./call.ts";
import { afterKey, pageOf } from "./cursor.ts";
import { etagOf } from "./environment-view.ts";
import { invalid, refusal } from "./refused.ts";
import { ask, done } from "./remote.ts";

/* What is counted: how outcomes are, and what came of it for a flag. */

export const metricHandlers = {
  async listMetrics(call) {
    const { limit, cursor } = call.query(pageQuery);
    const { after } = afterKey(cursor);
    const { object, entry } = await call.here();
    const [first] = call.counters(entry);
    const [defined, met] = await Promise.all([ask(object.metrics()), ask(first!.names())]);
    const names = new Set(defined.map(({ name }) => name));
    const usual = USUAL_METRICS.filter(({ name }) => !names.has(name));
    const strangers = met.filter((name) => !names.has(name));
    const all = [
      ...defined.map((metric) => ({ ...metric, defined: true })),
      ...usual.map((metric) => ({ ...metric, defined: false })),
      ...strangers.map((name) => ({ name, per: "event", window: "30m", defined: false })),
    ].toSorted((a, b) => (a.name < b.name ? -1 : 1));
    const { items, next } = pageOf(all, ({ name }) => name, after, limit);
    return list("metrics", items, next);
  },

  async getMetric(call) {
    const { object } = await call.here();
    const found = (await ask(object.metrics())).find(({ name }) => name === call.key);
    if (!found) throw refusal("not-found", "There is no such metric.");
    return jsonResponse({ ...found, defined: true });
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
    const answers = await Promise.all(
      call.counters(entry).map(async (counter) => ask(counter.read({ since, until, flag: call.key }))),
    );
    return jsonResponse({
      flag: call.key,
      since: new Date(since).toISOString(),
      until: new Date(until).toISOString(),
      resolution: query.resolution,
      ...seriesOf(answers, stepMs),
    });
  },

  async flagShadow(call) {
    const query = call.query(shadowQuery);
    const { object, entry } = await call.here();
    if (!(await ask(object.flag(call.key)))) throw refusal("not-found", "There is no such flag.");
    const until = query.until ?? Date.now();
    const since = query.since ?? until - 86_400_000;
    if (since >= until) throw invalid("The query", [{ path: "/since", message: "must be before until" }]);
    const answers = await Promise.all(
      call.counters(entry).map(async (counter) => ask(counter.read({ since, until, flag: call.key }))),
    );
    const { logE } = mismatchEvidence(mismatchBins(answers, since).map(({ pair }) => pair));
    return jsonResponse({
      flag: call.key,
      since: new Date(since).toISOString(),
      until: new Date(until).toISOString(),
      ...shadowReport(answers),
      evidence: { logE },
    });
  },
} satisfies Handlers;
