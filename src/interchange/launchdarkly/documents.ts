import { isRecord, type JsonRecord, list, own, record, text } from "../documents.ts";
import type { Documents } from "../importer.ts";
import { type Place, refuse } from "../report.ts";

/*
 * The documents that LaunchDarkly gives, brought into one form: what a server SDK gets (all at once, as a stream's first
 * message, as events of the newer protocol, from a relay, or as a file of its own), and what the REST API answers
 * (design, interchange.md § 6).
 */

/** A flag in one environment. In what an SDK gets, `head` and `config` are the same object. */
export type FlagSource = {
  key: string;
  place: Place;
  /** Names, tags, variations. */
  head: JsonRecord;
  /** Whether it is on, its rules, its salt. */
  config: JsonRecord;
  at: Place;
  rest: boolean;
  /** Archived or deleted. */
  gone: boolean;
};

export type SegmentSource = { key: string; place: Place; value: JsonRecord; rest: boolean; gone: boolean };

export type Project = {
  shape: "payload" | "events" | "flags" | "rest";
  flags: FlagSource[];
  segments: SegmentSource[];
  /** Without them nothing can be said of whoever asks for a segment. */
  segmentsKnown: boolean;
};

const FOREIGN = "This is neither what a server SDK of LaunchDarkly gets nor an answer of its REST API.";

/** @throws Refusal of the whole document */
export function readProject({ main, segments }: Documents): Project {
  if (Array.isArray(main)) {
    const pages = main.map((page, i) => restFlags(record(page, [i]), [i]));
    return withSegments({ shape: "rest", flags: pages.flat() }, segments);
  }
  const document = record(main, []);
  const data = own(document, "data");
  if (isRecord(data) && isRecord(own(data, "flags"))) return payload(data, ["data"]);
  if (isRecord(own(document, "flags")) || isRecord(own(document, "flagValues"))) return payload(document, []);
  if (Array.isArray(own(document, "events"))) return fromEvents(document);
  if (Array.isArray(own(document, "items")) || own(document, "environments") !== undefined)
    return withSegments({ shape: "rest", flags: restFlags(document, []) }, segments);
  const entries = Object.entries(document);
  if (entries.length > 0 && entries.every(([, one]) => Array.isArray(own(one, "variations"))))
    return withSegments({ shape: "flags", flags: entries.map(([key, one]) => flagOf(key, one, [key])) }, segments);
  if (entries.length > 0 && entries.every(([, one]) => own(one, "variation") !== undefined))
    return refuse("format", [], "This is what a client was served, not the rules: ask with the server's SDK key.");
  return refuse("format", [], FOREIGN);
}

function payload(document: JsonRecord, place: Place): Project {
  const flags = Object.entries(mapOf(document, "flags", place)).map(([key, one]) =>
    flagOf(key, one, [...place, "flags", key]),
  );
  const values = Object.entries(mapOf(document, "flagValues", place)).map(([key, value]) => {
    const constant = { key, on: true, variations: [value], fallthrough: { variation: 0 } };
    return flagOf(key, constant, [...place, "flagValues", key]);
  });
  const segments = Object.entries(mapOf(document, "segments", place)).map(([key, one]) =>
    segmentOf(key, one, [...place, "segments", key], false),
  );
  return { shape: "payload", flags: [...flags, ...values], segments, segmentsKnown: true };
}

function mapOf(document: JsonRecord, name: string, place: Place): JsonRecord {
  return record(own(document, name) ?? {}, [...place, name]);
}

function flagOf(key: string, value: unknown, place: Place): FlagSource {
  const one = record(value, place);
  named(key, one, place);
  return { key, place, head: one, config: one, at: place, rest: false, gone: isGone(one) };
}

function segmentOf(key: string, value: unknown, place: Place, rest: boolean): SegmentSource {
  const one = record(value, place);
  named(key, one, place);
  return { key, place, value: one, rest, gone: isGone(one) };
}

/** What is hashed is the key that stands in the definition. */
function named(key: string, value: JsonRecord, place: Place): void {
  const inside = own(value, "key");
  if (inside !== undefined && inside !== null && inside !== key)
    refuse("malformed", [...place, "key"], "The definition has another key than the one it is listed under.");
}

function isGone(value: JsonRecord): boolean {
  return own(value, "deleted") === true || own(value, "archived") === true;
}

// ---- events of the newer protocol

/** What is left when all objects were put and deleted, in the order of the events. */
function fromEvents(document: JsonRecord): Project {
  const flags = new Map<string, FlagSource>();
  const segments = new Map<string, SegmentSource>();
  for (const [i, value] of list(own(document, "events"), ["events"]).entries()) {
    const place = ["events", i];
    const event = record(value, place);
    const name = text(own(event, "event"), [...place, "event"]);
    if (["server-intent", "payload-transferred", "heart-beat", "heartbeat", "goodbye", "error"].includes(name))
      continue;
    if (name !== "put-object" && name !== "delete-object")
      refuse("unknown-field", [...place, "event"], "It isn't known what this event means.");
    const data = record(own(event, "data"), [...place, "data"]);
    const key = text(own(data, "key"), [...place, "data", "key"]);
    const kind = own(data, "kind");
    const at = [...place, "data", "object"];
    if (name === "delete-object") (kind === "segment" ? segments : flags).delete(key);
    else if (kind === "flag") flags.set(key, flagOf(key, own(data, "object"), at));
    else if (kind === "segment") segments.set(key, segmentOf(key, own(data, "object"), at, false));
    else refuse("unknown-field", [...place, "data", "kind"], "It isn't known what this kind of object is.");
  }
  return { shape: "events", flags: [...flags.values()], segments: [...segments.values()], segmentsKnown: true };
}

// ---- the REST API

/** A page of flags, or one flag. */
function restFlags(document: JsonRecord, place: Place): FlagSource[] {
  const items = own(document, "items");
  if (!Array.isArray(items)) return [restFlag(document, place)];
  return items.map((one, i) => restFlag(one, [...place, "items", i]));
}

function restFlag(value: unknown, place: Place): FlagSource {
  const head = record(value, place);
  const key = text(own(head, "key"), [...place, "key"]);
  const environments = record(own(head, "environments") ?? {}, [...place, "environments"]);
  const names = Object.keys(environments);
  if (names.length > 1)
    refuse(
      "format",
      [...place, "environments"],
      "The flag is there with several environments, of which one can be imported at a time: ask with ?env=<key>.",
    );
  const at = names.length === 0 ? place : [...place, "environments", names[0]!];
  const config = names.length === 0 ? head : record(environments[names[0]!], at);
  return { key, place, head, config, at, rest: true, gone: isGone(head) || isGone(config) };
}

/** Segments as a file of their own: pages or one page of the REST API, or what an SDK gets. */
function withSegments({ shape, flags }: Pick<Project, "shape" | "flags">, given: unknown): Project {
  if (given === undefined) return { shape, flags, segments: [], segmentsKnown: false };
  const place = ["segments"];
  const pages = Array.isArray(given) ? given : [given];
  const segments = pages.flatMap((page): SegmentSource[] => {
    const items = own(page, "items");
    if (Array.isArray(items)) return items.map((one) => segmentOf(text(own(one, "key"), place), one, place, true));
    const map = own(page, "segments");
    if (isRecord(map)) return Object.entries(map).map(([key, one]) => segmentOf(key, one, place, false));
    return [segmentOf(text(own(page, "key"), place), page, place, true)];
  });
  return { shape, flags, segments, segmentsKnown: true };
}

/** Names, owners and tags by flag, from an answer of the REST API. @throws Refusal */
export function readNames(names: unknown): ReadonlyMap<string, JsonRecord> {
  if (names === undefined) return new Map();
  const pages = Array.isArray(names) ? names : [names];
  const heads = pages.flatMap((page) => {
    const items = own(page, "items");
    return Array.isArray(items) ? (items as unknown[]) : [page];
  });
  return new Map(
    heads.flatMap((head): [string, JsonRecord][] => {
      const key = own(head, "key");
      return isRecord(head) && typeof key === "string" ? [[key, head]] : [];
    }),
  );
}

/** All kinds of contexts that a document asks for, but for users. */
export function kindsOf({ flags, segments }: Project): ReadonlySet<string> {
  const kinds = new Set<string>();
  const waiting: unknown[] = [...flags.map(({ config }) => config), ...segments.map(({ value }) => value)];
  while (waiting.length > 0) {
    const here = waiting.pop();
    if (typeof here !== "object" || here === null) continue;
    for (const [name, value] of Object.entries(here)) {
      if (name === "variations" && Array.isArray(value) && !isRecord(value[0])) continue;
      if (typeof value === "object") waiting.push(value);
      else if (typeof value === "string" && KIND_FIELDS.has(name) && value !== "user") kinds.add(value);
    }
  }
  return kinds;
}

const KIND_FIELDS = new Set(["contextKind", "rolloutContextKind", "unboundedContextKind"]);
