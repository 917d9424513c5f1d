/*
 * An OpenFeature hook, for pages and servers, that tells Sluice who saw which variant, and what came of it. It imports
 * nothing, so that a page which uses it loads nothing else.
 */

/** What a hook is given, as far as it is used here. */
type Evaluation = { context: { targetingKey?: unknown }; flagKey: string };
type Details = {
  variant?: string | undefined;
  errorCode?: string | undefined;
  reason?: string | undefined;
  flagMetadata?: Record<string, unknown>;
};
type TrackingContext = { targetingKey?: unknown };
type TrackingDetails = { value?: number };
type Attached = {
  track?(name: string, context: never, details: never): void;
  onContextChange?(before: never, after: never): Promise<void> | void;
};

export type EventsHookOptions = {
  /** Where Sluice is, without a trailing slash. */
  baseUrl: string;
  /** A client key in a page, a server key elsewhere. */
  key: string;
  /** Milliseconds after an event by which it is sent. Default: 5 000. */
  flushMs?: number;
  fetch?: Send;
};

/** As much of `fetch` as is used here; `keepalive` lets a request outlive its page. */
export type Send = (
  address: string,
  init: { method: "POST"; headers: Record<string, string>; body: string; keepalive: true },
) => Promise<{ status: number; json?(): Promise<unknown> }>;

type Event = { type: "exposure" | "outcome"; at: number; [name: string]: unknown };
type Batch = { id: string; events: Event[] };

/** Events in one batch. */
const BATCH = 200;
/**
 * Bytes of a batch: less than the 64 KiB that a browser sends along when a page is left, or with `keepalive`. A batch is
 * closed before it gets longer and never divided afterwards, so that its id counts once whichever way it goes.
 */
const BATCH_BYTES = 60_000;
/** What a batch has beside its events. */
const FRAME_BYTES = 100;
/** Batches that are kept while Sluice can't be reached. */
const KEPT = 10;
/** Exposures that are remembered as told, so that each is told once. */
const TOLD = 10_000;

/** As far as there is one: in a page, a way to send something that outlives it, and word of its end. */
type Page = {
  navigator?: { sendBeacon?(url: string, body: string): boolean };
  document?: { visibilityState?: string; addEventListener?(type: string, listener: () => void): void };
  addEventListener?(type: string, listener: () => void): void;
};

/**
 * `OpenFeature.addHooks(events)` reports what is evaluated, once for each targeting key, flag, variant and cohort;
 * `events.attach(provider)` also what `client.track` says. Sent in batches; what is left when a page is hidden goes by
 * `sendBeacon`. Nothing that fails here reaches the caller. A Worker calls `ctx.waitUntil(events.flush())`.
 */
export class EventsHook {
  readonly #options: Required<EventsHookOptions>;
  readonly #told = new Set<string>();
  #events: Event[] = [];
  #bytes = FRAME_BYTES;
  /** Whether flags may still be those of somebody else, and which change of context they are awaited for. */
  #stale = false;
  #change = 0;
  readonly #warned = new Set<string>();
  /** What is to be sent, or sent again, under the same id. */
  #batches: Batch[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;
  #sending: Promise<void> | undefined;

  constructor(options: EventsHookOptions) {
    const send: Send = (address, init) => fetch(address, init);
    this.#options = { flushMs: 5_000, fetch: send, ...options, baseUrl: options.baseUrl.replace(/\/+$/, "") };
    const page = here();
    page.addEventListener?.("pagehide", () => this.#leave());
    page.document?.addEventListener?.("visibilitychange", () => {
      if (page.document?.visibilityState === "hidden") this.#leave();
    });
  }

  /** Called by the SDK after an evaluation. */
  after({ context, flagKey: flag }: Evaluation, { variant, errorCode, reason, flagMetadata }: Details): void {
    const targetingKey = keyOf(context);
    if (this.#stale || reason === "STALE") return; // it may be the variant of whoever was here before
    if (variant === undefined || errorCode !== undefined || targetingKey === undefined) return;
    const cohort = typeof flagMetadata?.["cohort"] === "string" ? { cohort: flagMetadata["cohort"] } : {};
    const exposure = { type: "exposure" as const, flag, variant, targetingKey, ...cohort };
    const name = JSON.stringify(exposure);
    if (this.#told.has(name)) return;
    if (this.#told.size >= TOLD) this.#told.clear();
    this.#told.add(name);
    this.#add({ ...exposure, at: Date.now() });
  }

  /** An outcome of the metric by this name; its value is 1 unless said. */
  track(metric: string, context: TrackingContext = {}, { value }: TrackingDetails = {}): void {
    const targetingKey = keyOf(context);
    this.#add({
      type: "outcome",
      metric,
      at: Date.now(),
      ...(targetingKey !== undefined && { targetingKey }),
      ...(typeof value === "number" && { value }),
    });
  }

  /**
   * The same provider, which now passes on what `client.track` says. While it fetches flags for a new context, and after
   * it failed to, nothing is reported as seen: what it has are the flags of the context before.
   */
  attach<P extends object>(provider: P): P {
    const attached: Attached = provider;
    const own = attached.track?.bind(provider);
    attached.track = (name, context, details) => {
      own?.(name, context, details);
      this.track(name, context, details);
    };
    const change = attached.onContextChange?.bind(provider);
    if (change)
      attached.onContextChange = (before, after) => {
        const turn = ++this.#change;
        this.#stale = true;
        const changed = change(before, after);
        const fresh = (): void => void (this.#stale &&= turn !== this.#change);
        if (changed === undefined) fresh();
        else changed.then(fresh, () => undefined);
        return changed;
      };
    return provider;
  }

  /** Sends what there is. Never rejects: what couldn't be sent is kept for the next time. */
  async flush(): Promise<void> {
    this.#close();
    while (this.#sending) await this.#sending;
    this.#sending = this.#send().finally(() => (this.#sending = undefined));
    await this.#sending;
  }

  #add(event: Event): void {
    const bytes = new TextEncoder().encode(JSON.stringify(event)).length + 1;
    if (FRAME_BYTES + bytes > BATCH_BYTES) return this.#warn("An event is too long to be sent.");
    if (this.#bytes + bytes > BATCH_BYTES) this.#close();
    this.#events.push(event);
    this.#bytes += bytes;
    if (this.#events.length >= BATCH) this.#close();
    this.#timer ??= later(this.#options.flushMs, () => void this.flush());
  }

  #close(): void {
    if (this.#timer !== undefined) clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#events.length === 0) return;
    this.#batches.push({ id: randomId(), events: this.#events });
    this.#batches = this.#batches.slice(-KEPT);
    this.#events = [];
    this.#bytes = FRAME_BYTES;
  }

  async #send(): Promise<void> {
    const { baseUrl, key } = this.#options;
    for (let batch = this.#batches[0]; batch; batch = this.#batches[0]) {
      try {
        const answer = await this.#options.fetch(`${baseUrl}/v1/events`, {
          method: "POST",
          headers: { Authorization: `Bearer ${key}`, "Content-Type": "application/json" },
          body: JSON.stringify(batch),
          keepalive: true,
        });
        if (answer.status === 429 || answer.status >= 500) throw new Error(`was answered ${answer.status}`);
        await this.#look(answer);
      } catch {
        if (this.#batches.length > 0) this.#timer ??= later(this.#options.flushMs, () => void this.flush());
        return;
      }
      this.#batches = this.#batches.filter((one) => one !== batch);
    }
  }

  /** Tells a person, once for each thing that is wrong: a key that isn't taken, events that can't be counted. */
  async #look(given: Awaited<ReturnType<Send>>): Promise<void> {
    const { status } = given;
    if (status === 401 || status === 403)
      return this.#warn(`Sluice answers ${status}: events are lost until the key is right, and may be used here.`);
    if (status >= 400) return this.#warn(`Sluice answers ${status} to events, which are lost.`);
    if (status !== 202 || !given.json) return;
    const answer = (await given.json().catch(() => undefined)) as { rejected?: { message: string }[] } | undefined;
    for (const { message } of answer?.rejected ?? []) this.#warn(`An event wasn't counted: ${message}`);
  }

  #warn(message: string): void {
    if (this.#warned.has(message) || this.#warned.size >= 20) return;
    this.#warned.add(message);
    console.warn(message);
  }

  /** The page is hidden, and may never be seen again. What was handed over counts once, even if it is also under way. */
  #leave(): void {
    const { navigator } = here();
    const { baseUrl, key } = this.#options;
    this.#close();
    if (!navigator?.sendBeacon || !key.startsWith("slc_client_")) return void this.flush();
    const address = `${baseUrl}/v1/events?key=${encodeURIComponent(key)}`;
    const taken = (batch: Batch): boolean => {
      const text = JSON.stringify(batch);
      return navigator.sendBeacon?.(address, text) === true;
    };
    this.#batches = this.#batches.filter((batch) => !taken(batch));
  }
}

function keyOf({ targetingKey }: { targetingKey?: unknown }): string | number | undefined {
  if (typeof targetingKey === "string" && targetingKey !== "") return targetingKey;
  return typeof targetingKey === "number" && Number.isSafeInteger(targetingKey) ? targetingKey : undefined;
}

/** Where this runs. Its own type differs from platform to platform, and none of them is needed. */
function here(): Page {
  const where: object = globalThis;
  return where;
}

/** A timer that keeps no process alive. */
function later(ms: number, run: () => void): ReturnType<typeof setTimeout> {
  const timer = setTimeout(run, ms);
  const { unref } = timer as { unref?: () => void };
  unref?.call(timer);
  return timer;
}

/** Not `randomUUID`, which pages that didn't come over HTTPS don't have. */
function randomId(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(12)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
