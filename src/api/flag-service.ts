import { WorkerEntrypoint } from "cloudflare:workers";
import type {
  CallerPlace,
  CurrentSnapshot,
  Evaluated,
  EvaluatedAll,
  FlagService as Service,
  FlagValue,
  NotEvaluated,
  NothingEvaluated,
  RecordedEvents,
  ReportedEvent,
  ServiceContext,
  GateEnvironment,
} from "../contract/service.ts";
import * as LIMITS from "../contract/limits.ts";
import { keyOf } from "../contract/snapshot.ts";
import { type Evaluation, evaluate, evaluateEach, json } from "../core/evaluate.ts";
import { type Batch, shardOf } from "../metrics/batch.ts";
import { record, type Reporter } from "../metrics/record.ts";
import { within } from "../snapshot/deadline.ts";
import type { Held } from "../snapshot/store.ts";
import type { Bindings } from "./bindings.ts";
import { type Attributes, contextOfValue } from "./context.ts";
import { failed, type Failure, FAILURES } from "./failure.ts";
import { isStale } from "./ofrep.ts";
import { bodyText, membersBytes } from "./snapshot-text.ts";
import { asking, learnRegion, snapshots } from "./snapshots.ts";
import { usage } from "./usage.ts";

/** What the binding of a caller says. Without an environment it is the one that the variable `SERVICE_ENVIRONMENT` names. */
export type ServiceProps = { environment?: string };

/**
 * Evaluation for other Workers of the account, over a service binding: the same core, the same snapshots and the same
 * answers as OFREP with a server key, without HTTP and without a key, since who may bind is decided where Workers are
 * deployed. Nothing is added to the context, and nothing that a caller sends makes it throw.
 */
export class FlagService extends WorkerEntrypoint<Bindings, ServiceProps> implements Service {
  async evaluate(key: string, context?: ServiceContext): Promise<Evaluated | NotEvaluated> {
    const asked = await this.#asked(context);
    if (failed(asked)) return { key: String(key), ...refusal(asked) };
    const { held, attributes } = asked;
    const flag = held.snapshot.flag(key, "server");
    if (flag === undefined) return { key: String(key), ...refusal(FAILURES.flagNotFound) };
    const now = Date.now();
    const evaluation = evaluate(flag, attributes, now);
    usage(this.env).single(held.snapshot, flag, attributes, now, this.ctx);
    const answer = answerOf(evaluation);
    if ("errorCode" in answer || !isStale(held, now)) return answer;
    return { ...answer, metadata: { ...answer.metadata, stale: true } };
  }

  async evaluateAll(context?: ServiceContext): Promise<EvaluatedAll | NothingEvaluated> {
    const asked = await this.#asked(context);
    if (failed(asked)) return refusal(asked);
    const { held, attributes } = asked;
    const { snapshot } = held;
    const now = Date.now();
    const flags = evaluateEach(snapshot.flags("server"), attributes, now).map(answerOf);
    usage(this.env).bulk(snapshot, "server", attributes, now, this.ctx);
    const metadata = { flagSetId: snapshot.environment, version: String(snapshot.version) };
    return { flags, metadata: isStale(held, now) ? { ...metadata, stale: true } : metadata };
  }

  async record(events: readonly ReportedEvent[], id: string = crypto.randomUUID()): Promise<RecordedEvents> {
    const held = await this.#held(false);
    if (!held) {
      const rejected = events.map((_, index) => ({ index, message: NO_ENVIRONMENT.errorDetails }));
      return { accepted: 0, duplicate: false, rejected, uncounted: {} };
    }
    const reporter: Reporter = { snapshot: held.snapshot, source: "server", counters: this.env.COUNTER };
    const now = Date.now();
    const all: RecordedEvents = { accepted: 0, duplicate: false, rejected: [], uncounted: {} };
    for (let from = 0; from < events.length; from += LIMITS.events) {
      const part = { id: `${id}/${from}`, events: events.slice(from, from + LIMITS.events) };
      const { accepted, duplicate, rejected, uncounted } = await record(reporter, part, now);
      all.accepted += accepted;
      all.duplicate ||= duplicate;
      for (const [reason, n] of Object.entries(uncounted)) all.uncounted[reason] = (all.uncounted[reason] ?? 0) + n;
      all.rejected.push(...rejected.map(({ index, message }) => ({ index: from + index, message })));
    }
    return all;
  }

  /** Takes what the gates of an isolate measured. Of an environment that is gone, or was made anew, nothing is kept. */
  async report(incarnation: string, batch: Batch): Promise<void> {
    const held = await this.#held(false);
    if (held?.snapshot.incarnation !== incarnation) return;
    const { snapshot } = held;
    const counter = keyOf.counterObject(snapshot.environment, incarnation, shardOf(batch.isolate));
    // A gate doesn't always know which flags are experiments; of others' keys nothing is learnt.
    const keyed = batch.keyed.filter(
      (one) => one.what !== "exposed" || one.cohort !== "" || snapshot.flag(one.flag, "server")?.experiment === true,
    );
    await within(this.env.COUNTER.getByName(counter).take({ ...batch, keyed }), LIMITS.countingMs);
    const now = Date.now();
    for (const key of new Set(batch.cells.map((cell) => cell.flag))) {
      const flag = snapshot.flag(key, "server");
      if (flag) usage(this.env).elsewhere(snapshot, flag, now, this.ctx);
    }
  }

  async variants(key: string): Promise<{ [variant: string]: FlagValue | null } | null> {
    const held = await this.#held(false);
    return held?.snapshot.flag(key, "server")?.variants ?? null;
  }

  async shadow(key: string): Promise<{ share: number; version: number } | null> {
    const flag = (await this.#held(false))?.snapshot.flag(key, "server");
    return flag ? { share: flag.shadow, version: flag.version } : null;
  }

  async whereabouts(place?: CallerPlace): Promise<GateEnvironment | null> {
    learnRegion(place);
    const held = await this.#held(false);
    if (!held) return null;
    const { environment, incarnation, visitorSecret: visitors } = held.snapshot;
    return { environment, incarnation, ...(visitors !== undefined && { visitors }) };
  }

  /** Checked now, at most once a second, so that two isolates in a row don't add up to twice the age. */
  async snapshot(
    known?: { incarnation: string; version: number },
    place?: CallerPlace,
  ): Promise<CurrentSnapshot | null> {
    learnRegion(place);
    const held = await this.#held(true);
    if (!held) return null;
    const { environment, incarnation, version } = held.snapshot;
    const current = { environment, incarnation, version, ageMs: Math.max(0, Date.now() - held.confirmedAt) };
    if (known?.incarnation === incarnation && known.version >= version) return current;
    return { ...current, body: await bodyText(held.snapshot, this.env, this.ctx) };
  }

  async members(hash: string): Promise<ArrayBuffer | null> {
    const held = await this.#held(false);
    return held && membersBytes(held.snapshot, String(hash), this.env, this.ctx);
  }

  get #environment(): string {
    return this.ctx.props?.environment ?? this.env.SERVICE_ENVIRONMENT ?? "production";
  }

  /** @param anew ask what is current rather than answer from a recent check @throws when nothing can be had */
  async #held(anew: boolean): Promise<Held | null> {
    const store = snapshots(this.env);
    const ask = asking(this.env, this.ctx);
    const lookup = await (anew ? store.confirm(this.#environment, ask) : store.current(this.#environment, ask));
    if ("held" in lookup) return lookup.held;
    if (lookup.missing === "environment") return null;
    throw new Error("nothing can be had of this environment at the moment");
  }

  async #asked(context: unknown): Promise<{ held: Held; attributes: Attributes } | Failure> {
    const usable = contextOfValue(context);
    if (failed(usable)) return usable;
    const lookup = await snapshots(this.env).current(this.#environment, asking(this.env, this.ctx));
    if ("held" in lookup) return { held: lookup.held, attributes: usable.attributes };
    return lookup.missing === "environment" ? NO_ENVIRONMENT : FAILURES.unavailable;
  }
}

const NO_ENVIRONMENT: Failure = {
  status: 404,
  errorCode: "GENERAL",
  errorDetails: "There is no such environment; the binding names it in its props.",
};

function refusal({ errorCode, errorDetails }: Failure): NothingEvaluated {
  return { errorCode, errorDetails };
}

/** An evaluation is made once and is the same object for everyone who gets this answer; so is what is said of it. */
const answers = new WeakMap<Evaluation, Evaluated | NotEvaluated>();

function answerOf(evaluation: Evaluation): Evaluated | NotEvaluated {
  let answer = answers.get(evaluation);
  if (answer === undefined) answers.set(evaluation, (answer = JSON.parse(json(evaluation, "server"))));
  return answer!;
}
