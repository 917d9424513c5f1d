import { type JsonRecord, list, number, own, record, text } from "../documents.ts";
import type { Documents } from "../importer.ts";
import { type Place, refuse } from "../report.ts";

/*
 * The documents that Unleash gives, brought into one form: what a backend token gets, the same as events, and the export
 * of its administration (design, interchange.md § 4).
 */

/** A part of the document and where it stands. */
export type Part = { value: unknown; place: Place };

export type Feature = {
  name: string;
  place: Place;
  value: JsonRecord;
  enabled: unknown;
  strategies: readonly Part[];
  variants: readonly Part[];
  dependencies: readonly Part[];
  tags: readonly string[];
};

export type Segment = { id: unknown; place: Place; value: JsonRecord };

export type Instance = {
  shape: "client" | "events" | "export";
  features: Feature[];
  segments: Segment[];
  /** An export has only the names of segments; without their constraints nothing can be said of them. */
  segmentsKnown: boolean;
};

/** @throws Refusal of the whole document */
export function readInstance({ main, segments }: Documents): Instance {
  const document = record(main, []);
  if (Array.isArray(own(document, "events"))) return fromEvents(document);
  if (!Array.isArray(own(document, "features")))
    return refuse("format", [], "This is neither Unleash's client features, their events, nor its export.");
  if (Array.isArray(own(document, "featureStrategies"))) return fromExport(document, segments);
  return {
    shape: "client",
    features: parts(document, [], "features").map(feature),
    segments: parts(document, [], "segments").map(segment),
    segmentsKnown: true,
  };
}

function parts(from: JsonRecord, place: Place, name: string): Part[] {
  const at = [...place, name];
  return list(own(from, name), at).map((value, i) => ({ value, place: [...at, i] }));
}

function feature({ value, place }: Part): Feature {
  const one = record(value, place);
  return {
    name: text(own(one, "name"), [...place, "name"]),
    place,
    value: one,
    enabled: own(one, "enabled"),
    strategies: Array.isArray(own(one, "strategies"))
      ? parts(one, place, "strategies")
      : refuse("malformed", [...place, "strategies"], "A feature must have a list of strategies."),
    variants: parts(one, place, "variants"),
    dependencies: parts(one, place, "dependencies"),
    tags: [],
  };
}

function segment({ value, place }: Part): Segment {
  const one = record(value, place);
  return { id: own(one, "id"), place, value: one };
}

// ---- events

const FEATURE_SET = new Set(["feature-updated", "feature-created"]);
const SEGMENT_SET = new Set(["segment-updated", "segment-created"]);

/** What is left when all events have happened, in the order of their numbers. */
function fromEvents(document: JsonRecord): Instance {
  const features = new Map<string, Feature>();
  const segments = new Map<unknown, Segment>();
  const addFeature = (part: Part): void => {
    const made = feature(part);
    features.set(made.name, made);
  };
  const addSegment = (part: Part): void => {
    const made = segment(part);
    segments.set(made.id, made);
  };
  const events = parts(document, [], "events").map(({ value, place }) => {
    const event = record(value, place);
    return { event, place, id: number(own(event, "eventId"), [...place, "eventId"]) };
  });
  for (const { event, place } of events.toSorted((a, b) => a.id - b.id)) {
    const type = text(own(event, "type"), [...place, "type"]);
    if (type === "hydration") {
      features.clear();
      segments.clear();
      parts(event, place, "features").forEach(addFeature);
      parts(event, place, "segments").forEach(addSegment);
    } else if (FEATURE_SET.has(type)) addFeature({ value: own(event, "feature"), place: [...place, "feature"] });
    else if (SEGMENT_SET.has(type)) addSegment({ value: own(event, "segment"), place: [...place, "segment"] });
    else if (type === "feature-removed") features.delete(text(own(event, "featureName"), [...place, "featureName"]));
    else if (type === "segment-removed") segments.delete(own(event, "segmentId"));
    else
      refuse(
        "unknown-field",
        [...place, "type"],
        `It isn't known what the event ${JSON.stringify(type.slice(0, 50))} means.`,
      );
  }
  return { shape: "events", features: [...features.values()], segments: [...segments.values()], segmentsKnown: true };
}

// ---- the export

/** Features joined with what an export says of them elsewhere, for the one environment that it has. */
function fromExport(document: JsonRecord, given: unknown): Instance {
  const strategies = byName(document, "featureStrategies");
  const environments = byName(document, "featureEnvironments");
  const dependencies = byName(document, "dependencies", "feature");
  const tags = byName(document, "featureTags");
  const features = parts(document, [], "features").map(({ value, place }): Feature => {
    const one = record(value, place);
    const name = text(own(one, "name"), [...place, "name"]);
    const here = environments.get(name) ?? [];
    if (here.length > 1)
      refuse("format", here[1]!.place, "An export of several environments can't be imported at once: export one.");
    const environment = here[0];
    return {
      name,
      place,
      value: one,
      enabled: own(environment?.value, "enabled") === true,
      strategies: (strategies.get(name) ?? []).toSorted((a, b) => order(a) - order(b)),
      variants:
        environment === undefined
          ? []
          : parts(record(environment.value, environment.place), environment.place, "variants"),
      dependencies: (dependencies.get(name) ?? []).flatMap(({ value: of, place: at }) =>
        parts(record(of, at), at, "dependencies"),
      ),
      tags: (tags.get(name) ?? []).flatMap(({ value: tag }) => tagOf(tag)),
    };
  });
  const known = Array.isArray(given) ? given : own(given, "segments");
  const segments = list(known, ["segments"]).map((value) => segment({ value, place: ["segments"] }));
  return { shape: "export", features, segments, segmentsKnown: known !== undefined };
}

function byName(document: JsonRecord, from: string, property = "featureName"): Map<string, Part[]> {
  const grouped = new Map<string, Part[]>();
  for (const part of parts(document, [], from)) {
    const name = own(part.value, property);
    if (typeof name !== "string") continue;
    const known = grouped.get(name);
    if (known === undefined) grouped.set(name, [part]);
    else known.push(part);
  }
  return grouped;
}

function order({ value }: Part): number {
  const at = own(value, "sortOrder");
  return typeof at === "number" ? at : 0;
}

function tagOf(tag: unknown): string[] {
  const type = own(tag, "tagType") ?? own(tag, "type");
  const value = own(tag, "tagValue") ?? own(tag, "value");
  return typeof type === "string" && typeof value === "string" ? [`${type}:${value}`] : [];
}
