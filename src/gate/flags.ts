import type { CallerPlace, EvaluationMetadata, FlagService, FlagValue, GateEnvironment } from "../contract/service.ts";
import { readsFormat, type SnapshotBody } from "../contract/snapshot.ts";
import { compile, type Snapshot } from "../core/compile.ts";
import { evaluate } from "../core/evaluate.ts";
import { after, within } from "../snapshot/deadline.ts";
import { Slot } from "../snapshot/slot.ts";
import type { Fixed } from "../core/fixed.ts";
import type { Afterwards } from "./exchange.ts";
import { warnEachMinute, warnOnce } from "./warn.ts";

/*
 * What flags say, in a Worker that is bound to FlagService. Either this isolate holds a snapshot of its own, checked
 * when a request comes and the last check began 2 s ago or more, so that an evaluation does no I/O; or FlagService is
 * asked each time. Whatever goes wrong, and whatever takes too long, there is simply no answer, and after that none for
 * a moment, so that requests don't wait in a row for what doesn't come.
 */

/** What somebody is served. Without `variant` the default in the caller's code applies. */
export type Served = {
  value?: FlagValue;
  variant?: string;
  /** The environment's version at which the flag last changed. */
  version: number;
  /** Empty for none. */
  cohort: string;
  /** Whether the flag is an experiment; undefined where that isn't known. */
  experiment?: boolean;
  /** Whose counters count it. */
  where?: GateEnvironment;
  /** What everybody is served, if it is the same; undefined where that isn't known. */
  fixed?: Fixed;
};
/**
 * Attributes by name, made when they are needed.
 *
 * @param fromRequest whether those of the request are wanted too
 * @param secret what visitors' ids are signed with; undefined where there is none
 */
export type Context = (fromRequest: boolean, secret: string | undefined) => { [attribute: string]: unknown };
/** A request that asks: how long what is known may be out of date, in seconds, and where it came in. */
export type Asking = Afterwards & { maxAge?: number; place?: CallerPlace };

export type Flags = {
  /** undefined: nothing can be said. Never throws or rejects. At once when memory is fresh. */
  serve(flag: string, context: Context, ctx: Asking): Served | undefined | Promise<Served | undefined>;
  /** What a variant of a flag stands for, whoever asks; undefined when there is none, or it can't be said. */
  variant(flag: string, variant: string, ctx: Afterwards): Promise<FlagValue | undefined>;
  /** What is known at once of a flag's dark launch, for which nobody waits; undefined: nothing yet. */
  dark(flag: string, ctx: Afterwards): Dark | undefined;
  /** The environment that is spoken of; undefined while it isn't known. */
  whereabouts(ctx: Afterwards): Promise<GateEnvironment | undefined>;
};

/** `share`: of requests, 0 to 100. `version`: the environment's at which the flag last changed. */
export type Dark = { share: number; version: number; where: GateEnvironment };

const FRESHNESS_MS = 2_000;
/** How long somebody who has nothing to go on with waits for an answer. */
const DEADLINE_MS = 1_000;
/** How long an environment that is deleted and made anew may be taken for the one before. */
const WHEREABOUTS_MS = 60_000;
/** How long after a failure nobody asks again who has nothing to go on with. */
const REST_MS = 1_000;
/** Past this age of what a gate goes by a person is told, as answers are called stale elsewhere. */
const STALE_MS = 10_000;

type Loaded = GateEnvironment & { snapshot: Snapshot; membersHash: string | null; members: Uint8Array | null };

/** Evaluates in this isolate. */
export class LocalFlags implements Flags {
  readonly #service: FlagService;
  readonly #now: () => number;
  /** null: there is no such environment. */
  readonly #slot: Slot<Loaded | null>;
  #failedAt = -Infinity;
  #failure: unknown;
  #place: CallerPlace | undefined;

  constructor(service: FlagService, now: () => number = Date.now) {
    this.#service = service;
    this.#now = now;
    this.#slot = new Slot(FRESHNESS_MS, after);
  }

  serve(flag: string, context: Context, ctx: Asking): Served | undefined | Promise<Served | undefined> {
    const now = this.#now();
    this.#place ??= ctx.place;
    const loaded = this.#current(ctx, now);
    if (loaded instanceof Promise)
      return loaded.then((late) => this.#evaluate(late, flag, context, this.#now(), ctx.maxAge));
    return this.#evaluate(loaded, flag, context, now, ctx.maxAge);
  }

  async variant(flag: string, variant: string, ctx: Afterwards): Promise<FlagValue | undefined> {
    const { snapshot } = (await this.#current(ctx)) ?? {};
    return valueIn(snapshot?.flag(flag, "server")?.variants, variant);
  }

  async whereabouts(ctx: Afterwards): Promise<GateEnvironment | undefined> {
    return await this.#current(ctx);
  }

  dark(key: string, ctx: Afterwards): Dark | undefined {
    const loaded = this.#current(ctx);
    if (loaded instanceof Promise) loaded.catch(() => undefined); // it is kept when it is there
    const where = this.#slot.kept?.value ?? undefined;
    const flag = where?.snapshot.flag(key, "server");
    return where && flag && { share: flag.shadow, version: flag.version, where };
  }

  #evaluate(
    where: Loaded | undefined,
    key: string,
    context: Context,
    now: number,
    maxAge = Infinity,
  ): Served | undefined {
    if (!this.#isUsable(where, now, maxAge)) return undefined;
    const flag = where.snapshot.flag(key, "server");
    if (flag === undefined) {
      warnOnce(`A gate asks for a flag that there isn't. Make it, or mend the name.`, {
        flag: key,
        environment: where.environment,
      });
      return undefined;
    }
    const { value, variant, cohort = "", errorCode } = evaluate(flag, context(flag.readsRequest, where.visitors), now);
    if (errorCode !== undefined) {
      warnOnce("A gate's flag answers an error.", { flag: key, errorCode });
      return undefined;
    }
    const { version, experiment, fixed } = flag;
    const served = { version, cohort, experiment, where, ...(fixed !== null && { fixed }) };
    return value === undefined || value === null || variant === undefined ? served : { ...served, value, variant };
  }

  /** Says so where what is held is old, or there is nothing. */
  #isUsable(where: Loaded | undefined, now: number, maxAge: number): where is Loaded {
    if (where === undefined) {
      const known = this.#slot.kept !== undefined; // that there is none by this name
      const message = known
        ? "A gate's binding names an environment that there isn't, in its props or by SERVICE_ENVIRONMENT."
        : "A gate has no flags: FlagService can't be asked.";
      warnEachMinute(message, {}, known ? {} : { cause: String(this.#failure) }, now);
      return false;
    }
    const age = now - this.#slot.kept!.confirmedAt;
    if (age <= STALE_MS) return true;
    const details = { ageSeconds: Math.round(age / 1000), cause: String(this.#failure) };
    warnEachMinute("A gate goes by flags that may be out of date.", { environment: where.environment }, details, now);
    return age <= maxAge * 1000;
  }

  #current(ctx: Afterwards, now = this.#now()): Loaded | undefined | Promise<Loaded | undefined> {
    const slot = this.#slot;
    if (slot.fresh(now)) return slot.kept?.value ?? undefined;
    if (!slot.kept && now - this.#failedAt < REST_MS) return undefined;
    const caller = { now: this.#now, waitUntil: (work: Promise<unknown>) => ctx.waitUntil(work) };
    const check = (until: number): Promise<void> =>
      this.#check(until).catch((error: unknown) => {
        this.#failure = error;
        throw error;
      });
    const waiting = slot.refresh(caller, check, now + DEADLINE_MS);
    if (!waiting) return slot.kept?.value ?? undefined;
    return waiting.then(() => {
      if (!slot.kept) this.#failedAt = this.#now();
      return slot.kept?.value ?? undefined;
    });
  }

  async #check(until: number): Promise<void> {
    const slot = this.#slot;
    const held = slot.kept?.value ?? undefined;
    const known = held && { incarnation: held.incarnation, version: held.snapshot.version };
    const left = (): number => Math.max(0, until - this.#now());
    const current = await within(this.#service.snapshot(known, this.#place), left());
    const confirmedAt = this.#now() - (current?.ageMs ?? 0);
    if (current === null) return slot.keep(null, confirmedAt);
    if (held && current.incarnation === held.incarnation) {
      if (current.version < held.snapshot.version) return;
      if (current.version === held.snapshot.version) return slot.confirm(confirmedAt);
    }
    if (current.body === undefined) throw new Error("the body of another version is missing");
    const body: SnapshotBody = JSON.parse(current.body);
    if (!readsFormat(body.format)) throw new Error(`the body is of format ${String(body.format)}`);
    const members = await this.#members(body.members, held, left());
    const { environment, incarnation, visitors, members: membersHash } = body;
    const signing = visitors === undefined ? {} : { visitors };
    slot.keep(
      { environment, incarnation, ...signing, snapshot: compile(body, members), membersHash, members },
      confirmedAt,
    );
  }

  async #members(hash: string | null, held: Loaded | undefined, left: number): Promise<Uint8Array | null> {
    if (hash === null) return null;
    if (held?.membersHash === hash) return held.members;
    const bytes = await within(this.#service.members(hash), left);
    if (bytes === null) throw new Error("the members can't be had");
    return new Uint8Array(bytes);
  }
}

/** Asks FlagService for each evaluation: for a Worker that is asked too seldom to hold what it would need. */
export class RemoteFlags implements Flags {
  readonly #service: FlagService;
  readonly #now: () => number;
  #failedAt = -Infinity;
  #whereabouts: GateEnvironment | undefined;
  #learntAt = -Infinity;
  #place: CallerPlace | undefined;
  readonly #darks = new Map<string, { askedAt: number; dark: Dark | undefined }>();

  constructor(service: FlagService, now: () => number = Date.now) {
    this.#service = service;
    this.#now = now;
  }

  async serve(flag: string, context: Context, ctx: Asking): Promise<Served | undefined> {
    this.#place ??= ctx.place;
    const where = await this.whereabouts();
    const answer = await this.#ask(() => this.#service.evaluate(flag, context(true, where?.visitors)));
    if (!answer) {
      warnEachMinute("A gate has no flags: FlagService can't be asked.", {}, {}, this.#now());
      return undefined;
    }
    if ("errorCode" in answer) {
      warnOnce("A gate's flag answers an error.", { flag, ...answer });
      return undefined;
    }
    const { value, variant, metadata } = answer;
    const served = {
      version: Number(metadata["version"]),
      cohort: textOf(metadata["cohort"]),
      ...(where && { where }),
    };
    return value === undefined || variant === undefined ? served : { ...served, value, variant };
  }

  async variant(flag: string, variant: string): Promise<FlagValue | undefined> {
    return valueIn(await this.#ask(() => this.#service.variants(flag)), variant);
  }

  async whereabouts(): Promise<GateEnvironment | undefined> {
    const now = this.#now();
    if (!this.#whereabouts || now - this.#learntAt >= WHEREABOUTS_MS) {
      const found = await this.#ask(() => this.#service.whereabouts(this.#place));
      if (found !== undefined) [this.#whereabouts, this.#learntAt] = [found ?? undefined, now];
    }
    return this.#whereabouts;
  }

  dark(flag: string, ctx: Afterwards): Dark | undefined {
    const known = this.#darks.get(flag);
    const now = this.#now();
    if (known && now - known.askedAt < FRESHNESS_MS) return known.dark;
    this.#darks.set(flag, { askedAt: now, dark: known?.dark });
    ctx.waitUntil(this.#learn(flag, now));
    return known?.dark;
  }

  async #learn(flag: string, askedAt: number): Promise<void> {
    const [where, found] = await Promise.all([this.whereabouts(), this.#ask(() => this.#service.shadow(flag))]);
    if (where && found !== undefined) this.#darks.set(flag, { askedAt, dark: found ? { ...found, where } : undefined });
  }

  async #ask<T>(call: () => Promise<T>): Promise<T | undefined> {
    if (this.#now() - this.#failedAt < REST_MS) return undefined;
    try {
      return await within(call(), DEADLINE_MS);
    } catch {
      this.#failedAt = this.#now();
      return undefined;
    }
  }
}

function valueIn(
  variants: { [variant: string]: FlagValue | null } | null | undefined,
  name: string,
): FlagValue | undefined {
  return variants && Object.hasOwn(variants, name) ? (variants[name] ?? undefined) : undefined;
}

function textOf(value: EvaluationMetadata[string] | undefined): string {
  return typeof value === "string" ? value : "";
}
