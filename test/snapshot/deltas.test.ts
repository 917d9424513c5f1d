import fc from "fast-check";
import { beforeEach, describe, expect, test, vi } from "vitest";
import type { Current, CurrentBody } from "../../src/contract/relay.ts";
import type { Segment } from "../../src/contract/segment.ts";
import { SNAPSHOT_FORMAT, type SnapshotBody } from "../../src/contract/snapshot.ts";
import { compile, type Snapshot } from "../../src/core/compile.ts";
import { evaluateAll } from "../../src/core/evaluate.ts";
import { type Body, BodyMaker } from "../../src/environment/publish/body.ts";
import { hold } from "../../src/environment/store/member-list.ts";
import {
  type EnvironmentState,
  NO_SETTINGS,
  type StoredFlag,
  type StoredSegment,
} from "../../src/environment/store/state.ts";
import { type Kept, keptAfter, keptWhole, leading, merged } from "../../src/relay/kept.ts";
import { Inquiry } from "../../src/snapshot/inquiry.ts";
import { type Avoid, type Loaded, loadSnapshot } from "../../src/snapshot/load.ts";
import { anyEnvironment, context, now } from "../core/arbitraries.ts";
import { runs } from "../support/counts.ts";

/*
 * What changed, on its way from the writer to relays and isolates: whatever is lost, late, twice or in another order on
 * the way, an isolate answers as from the body of its version.
 */

beforeEach(() => void vi.spyOn(console, "warn").mockReturnValue());

const HERE = { name: "production", incarnation: "abcdefghijkl" };

/** The two tables that a body is made with. */
function tables(): SqlStorage {
  let packed: Record<string, unknown> | undefined;
  const exec = (query: string, ...values: unknown[]) => {
    if (query.includes("visitor_secret")) return { one: () => ({ secret: "secret" }) };
    if (query.startsWith("INSERT")) packed = { lists: values[0], hash: values[1], ranges: values[2] };
    return { toArray: () => (packed && packed["lists"] === values[0] ? [packed] : []) };
  };
  return { exec } as unknown as SqlStorage;
}

const stamps = (version: number) => ({ version, createdAt: 0, updatedAt: 0, updatedBy: "somebody" });

/** An environment's writer, as far as it publishes. */
class Writer {
  readonly #sql = tables();
  readonly bodies = new Map<number, Body>();
  #maker = new BodyMaker(this.#sql);
  present: EnvironmentState = {
    head: { ...HERE, version: 1, at: 1, createdAt: 1 },
    state: { flags: new Map(), segments: new Map() },
    keys: [],
    settings: NO_SETTINGS,
    releases: new Map(),
    plans: new Map(),
  };

  write(change: (before: EnvironmentState, version: number) => Partial<EnvironmentState>): void {
    const version = this.present.head.version + 1;
    const next = { ...this.present, ...change(this.present, version) };
    this.present = { ...next, head: { ...next.head, version, at: version } };
  }

  restart(): void {
    this.#maker = new BodyMaker(this.#sql);
    this.#maker.begin(this.present);
  }

  body(): Body {
    const { version } = this.present.head;
    if (!this.bodies.has(version)) this.bodies.set(version, this.#maker.of(this.present));
    return this.bodies.get(version)!;
  }

  current(holds: number): Current {
    const { version, members, text } = this.body();
    const delta = holds > 0 ? this.#maker.of(this.present).since(holds) : undefined;
    const about = { version, members: members?.hash ?? null };
    return delta ? { ...about, delta } : { ...about, body: text(), format: SNAPSHOT_FORMAT };
  }

  members(hash: string): ArrayBuffer | null {
    for (const { members } of this.bodies.values())
      if (members?.hash === hash) return new Uint8Array(members.bytes()).buffer;
    return null;
  }
}

/** All that an evaluation can tell of a snapshot. */
function answersOf(snapshot: Snapshot, contexts: readonly object[], at: number): unknown {
  const evaluated = (["client", "server"] as const).flatMap((audience) =>
    contexts.map((one) => evaluateAll(snapshot, audience, one as never, at)),
  );
  return {
    evaluated,
    keys: snapshot.flags("server").map(({ key, version, faults, height }) => ({ key, version, faults, height })),
    requests: [snapshot.readsRequest("client"), snapshot.readsRequest("server")],
    published: [snapshot.published.flags, snapshot.published.segments, snapshot.published.members],
    edge: snapshot.nextEdge(0),
    known: snapshot.key("hash of k"),
    secret: snapshot.visitorSecret,
    rest: [snapshot.sampling, [...snapshot.metrics], snapshot.at, snapshot.version],
    found: snapshot.diagnostics.map((one) => JSON.stringify(one)).toSorted(),
  };
}

/** `past`: what it kept before. */
type Keeper = { kept: Kept | undefined; told: number; past: (Kept | undefined)[] };
type Isolate = { held: Loaded | undefined; avoid: Avoid };

/** Lets an isolate look at a relay, and compares what it then holds with the body of that version. */
async function look(isolate: Isolate, { kept }: Keeper, writer: Writer, gap: boolean): Promise<void> {
  let broken = false;
  const source = {
    environment: async (_e: string, _i: string, { holds, deltas }: { holds: number; deltas?: true }) => {
      if (!kept) return null;
      const answer = { version: kept.version, ageMs: 0, sure: false };
      if (kept.version <= holds) return answer;
      if (!deltas) return { ...answer, body: merged(kept).body };
      const led = leading(kept, holds);
      broken ||= gap && (led.deltas?.length ?? 0) > 1;
      return { ...answer, ...led, ...(broken && { deltas: led.deltas!.slice(1) }) };
    },
    members: async (_e: string, _i: string, hash: string) => writer.members(hash),
    map: async () => null,
  };
  const stored = {
    map: async () => null,
    pointer: async () => null,
    body: async () => null,
    members: async () => null,
  };
  const inquiry = new Inquiry(
    () => 0,
    () => () => {},
    1_000,
  );
  const { held, avoid } = isolate;
  const found = await loadSnapshot(
    HERE.name,
    HERE.incarnation,
    held,
    0,
    { relay: source, stored },
    inquiry,
    avoid,
  ).catch(() => undefined);
  if (kept && !broken) expect(inquiry.problem).toBeUndefined();
  if (found?.state === "new") isolate.held = found.value;
  if (kept && kept.version > (held?.snapshot.version ?? 0)) expect(isolate.held?.snapshot.version).toBe(kept.version);
}

function ofBody(writer: Writer, version: number): Snapshot {
  const { text, members } = writer.bodies.get(version)!;
  return compile(JSON.parse(text()) as SnapshotBody, members && members.bytes());
}

const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant("write" as const), by: fc.nat(), which: fc.nat() }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant("tell" as const), relay: fc.nat(1), sure: fc.boolean() }) },
  { weight: 6, arbitrary: fc.record({ do: fc.constant("deliver" as const), which: fc.nat(), again: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("lose" as const), which: fc.nat() }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("set back" as const), relay: fc.nat(1), to: fc.nat() }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("restart" as const), format: fc.boolean() }) },
  {
    weight: 6,
    arbitrary: fc.record({ do: fc.constant("look" as const), isolate: fc.nat(2), relay: fc.nat(1), gap: fc.nat(3) }),
  },
);

/** Puts some of another environment into what is in force, takes something away, or changes what is neither. */
function changed(writer: Writer, from: { flags: StoredFlag["flag"][]; segments: Segment[] }, which: number): void {
  writer.write(({ state, settings, keys }, version) => {
    const flags = new Map(state.flags);
    const segments = new Map(state.segments);
    const kind = Math.min(which % 12, 8);
    const flag = from.flags[(which >> 4) % from.flags.length]!;
    const segment = from.segments[(which >> 4) % from.segments.length];
    if (kind < 4) flags.set(flag.key, { ...stamps(version), flag } as unknown as StoredFlag);
    else if (kind === 4) flags.delete(flag.key);
    else if (kind === 5 && flags.has(flag.key))
      flags.set(flag.key, { ...flags.get(flag.key)!, archivedAt: 1 } as unknown as StoredFlag);
    else if (kind >= 7 && segment) {
      const held = hold(segment);
      segments.set(held.key, { ...stamps(version), segment: held } as unknown as StoredSegment);
    } else if (kind === 6 && segment && which % 24 === 6) segments.delete(segment.key);
    else {
      const key = { id: "k", kind: "client" as const, hash: "hash of k", origins: [String(version)] };
      const sampling = { ...settings.sampling, enabled: !settings.sampling.enabled };
      return { keys: keys.length > 0 ? [] : [key as never], settings: { ...settings, sampling } };
    }
    return { state: { flags, segments } };
  });
}

describe("what changed", () => {
  test("leads to what the body says, whatever happens on the way", async () => {
    const environments = fc.array(anyEnvironment, { minLength: 2, maxLength: 3 });
    const contexts = fc.array(context, { minLength: 2, maxLength: 2 });
    await fc.assert(
      fc.asyncProperty(
        environments,
        contexts,
        now,
        fc.array(step, { minLength: 40, maxLength: 120 }),
        async (given, who, at, steps) => {
          const writer = new Writer();
          for (const one of given[0]!.flags) changed(writer, { ...given[0]!, flags: [one] } as never, 0);
          writer.restart();
          const relays: Keeper[] = [
            { kept: keptWhole(writer.current(0) as CurrentBody, 0), told: 0, past: [] },
            { kept: undefined, told: 0, past: [] },
          ];
          const isolates = Array.from({ length: 3 }, (): Isolate => ({ held: undefined, avoid: {} }));
          const flying: { to: number; news: Current }[] = [];
          for (const one of steps) {
            if (one.do === "write") changed(writer, given[one.by % given.length] as never, one.which);
            else if (one.do === "set back") {
              const relay = relays[one.relay]!;
              relay.kept = relay.past[one.to % (relay.past.length + 1)];
            } else if (one.do === "restart") {
              writer.restart();
              if (one.format)
                for (const relay of relays) if (relay.kept) relay.kept = { ...relay.kept, format: undefined };
            } else if (one.do === "tell") {
              const relay = relays[one.relay]!;
              flying.push({ to: one.relay, news: writer.current(one.sure ? (relay.kept?.version ?? 0) : relay.told) });
            } else if (one.do === "look") {
              const isolate = isolates[one.isolate]!;
              await look(isolate, relays[one.relay]!, writer, one.gap === 0);
              const { held } = isolate;
              if (!held) continue;
              const body = ofBody(writer, held.snapshot.version);
              expect(answersOf(held.snapshot, who, at)).toEqual(answersOf(body, who, at));
            } else if (flying.length > 0) {
              const [message] = flying.splice(one.which % flying.length, 1) as [(typeof flying)[number]];
              if (one.do === "lose") continue;
              if (one.again) flying.push(message);
              const relay = relays[message.to]!;
              const { news } = message;
              if (news.version > (relay.kept?.version ?? 0)) {
                const kept = "delta" in news ? relay.kept && keptAfter(relay.kept, news.delta, 0) : keptWhole(news, 0);
                relay.past.push(relay.kept);
                if (kept) relay.kept = kept;
                else flying.push({ to: message.to, news: writer.current(0) });
              }
              relay.told = relay.kept?.version ?? 0;
            }
          }
        },
      ),
      { numRuns: runs(2_000) },
    );
  });
});
