import { type Condition, isName, type Serve } from "../../contract/flag.ts";
import * as LIMITS from "../../contract/limits.ts";
import { textOf } from "../../core/attributes.ts";
import { bucket, cutWhere, type Hashing, rollout } from "../cuts.ts";
import { isRecord, type JsonRecord, list, onlyKnown, own, record, text } from "../documents.ts";
import type { RuleInput } from "../importer.ts";
import { ALWAYS, all, any, inSegment, isIn, isNever, NEVER, not } from "../logic.ts";
import { type Place, refuse } from "../report.ts";
import { attributeOf, constraints, networks, type Reading } from "./constraints.ts";
import type { Part } from "./documents.ts";

/* Unleash's strategies and variants (design, interchange.md § 4.2 and 4.4): rules in order, of which the first that is on decides. */

const STRATEGY = new Set(
  (
    "id name parameters constraints segments variants title sortOrder disabled featureName featureId environment " +
    "projectId project createdAt milestoneId description"
  ).split(" "),
);
const VARIANT = new Set(["name", "weight", "weightType", "stickiness", "payload", "overrides"]);
const DEFAULT_IDS = ["userId", "sessionId", "remoteAddress"];

export type World = Reading & {
  /** The feature's name. */
  feature: string;
  /** The segment with this id; undefined when there is none. @throws Refusal when it isn't known */
  segment: (id: unknown, place: Place) => string | undefined;
};

/** A strategy: whom it is on for, of those the share, and its own variants. */
export type Strategy = {
  id: string | undefined;
  title: string;
  when: Condition;
  /** null: everybody. */
  share: { cut: number; hashing: Hashing } | null;
  groupId: string;
  stickiness: string;
  variants: readonly Part[];
  place: Place;
};

export function readStrategy({ value, place }: Part, world: World): Strategy {
  const one = record(value, place);
  onlyKnown(one, STRATEGY, place);
  const id = own(one, "id");
  const title = own(one, "title");
  const parameters = own(one, "parameters") ?? {};
  const {
    when,
    share,
    stickiness = "default",
  } = audience(one, record(parameters, [...place, "parameters"]), place, world);
  const variants = list(own(one, "variants"), [...place, "variants"]);
  return {
    id: typeof id === "string" && isName(id) ? id : undefined,
    title: typeof title === "string" ? title.slice(0, LIMITS.textLength) : "",
    when: isNever(when) ? NEVER : all(when, constrained(one, place, world)),
    share,
    groupId: variantGroupOf(record(parameters, place), world),
    stickiness,
    variants: variants.map((variant, i) => ({ value: variant, place: [...place, "variants", i] })),
    place,
  };
}

function constrained(strategy: JsonRecord, place: Place, world: World): Condition {
  const own_ = list(own(strategy, "constraints"), [...place, "constraints"]);
  const direct = constraints(
    own_.map((value, i) => ({ value, place: [...place, "constraints", i] })),
    world,
  );
  const segments = list(own(strategy, "segments"), [...place, "segments"]).map((id, i): Condition => {
    const key = world.segment(id, [...place, "segments", i]);
    return key === undefined ? NEVER : inSegment(key);
  });
  return all(direct, ...segments);
}

type Audience = { when: Condition; share: Strategy["share"]; stickiness?: string };
const EVERYBODY: Audience = { when: ALWAYS, share: null };
const NOBODY: Audience = { when: NEVER, share: null };

function audience(strategy: JsonRecord, parameters: JsonRecord, place: Place, world: World): Audience {
  const name = text(own(strategy, "name"), [...place, "name"]);
  const at = [...place, "parameters"];
  switch (name) {
    case "default":
      return EVERYBODY;
    case "flexibleRollout": {
      const stickiness = parameterText(parameters, "stickiness", at) || "default";
      return { ...sticky(percentOf(parameters, "rollout"), stickiness, parameters, at, world), stickiness };
    }
    case "gradualRolloutUserId":
      return byAttribute(percentOf(parameters, "percentage"), "userId", parameters, world);
    case "gradualRolloutSessionId":
      return byAttribute(percentOf(parameters, "percentage"), "sessionId", parameters, world);
    case "gradualRolloutRandom":
      return sticky(percentOf(parameters, "percentage"), "random", parameters, at, world);
    case "userWithId": {
      const ids = split(parameterText(parameters, "userIds", at));
      return { when: isIn(attributeOf("userId", world.options), ids, { as: "whole" }), share: null };
    }
    case "remoteAddress": {
      const addresses = split(parameterText(parameters, "IPs", at));
      const attribute = "remoteAddress";
      return {
        when: any(isIn(attribute, addresses, { as: "whole" }), networks(attribute, addresses)),
        share: null,
      };
    }
  }
  return refuse(
    "strategy",
    [...place, "name"],
    `The strategy ${JSON.stringify(name.slice(0, 100))} runs code that isn't in the document.`,
  );
}

function split(values: string): string[] {
  return values === "" ? [] : values.split(",").map((value) => value.trim());
}

function parameterText(parameters: JsonRecord, name: string, place: Place): string {
  const value = own(parameters, name);
  if (value === undefined || value === null) return "";
  return typeof value === "number" ? String(value) : text(value, [...place, name]);
}

function percentOf(parameters: JsonRecord, name: string): number {
  const value = own(parameters, name);
  return typeof value === "string" || typeof value === "number" ? Number(value) : NaN;
}

function groupOf(parameters: JsonRecord, { feature, options }: World): string {
  const group = own(parameters, "groupId");
  if (typeof group === "string" && group !== "") return group;
  if (typeof group === "number") return String(group);
  return options.engine === "js" ? "" : feature;
}

/** Of a strategy's variants; the engine for Node joins whatever is there. */
function variantGroupOf(parameters: JsonRecord, world: World): string {
  const group = own(parameters, "groupId");
  if (world.options.engine !== "js" || typeof group === "string") return groupOf(parameters, world);
  return textOf(group);
}

/** Unleash lets those in of whom the place, counted from 1, isn't above the percentage. */
function cutOf(percent: number): number {
  return percent > 0 ? cutWhere(100, (place) => place + 1 <= percent) : 0;
}

function sticky(percent: number, stickiness: string, parameters: JsonRecord, place: Place, world: World): Audience {
  const cut = cutOf(percent);
  if (stickiness !== "random" && stickiness !== "default") return byAttribute(percent, stickiness, parameters, world);
  if (cut === 0) return stickiness === "random" && percent > 0 ? randomly(cut, parameters, place, world) : NOBODY;
  if (cut === 100) return EVERYBODY;
  if (stickiness === "random") return randomly(cut, parameters, place, world);
  world.draft.note(
    "anonymous",
    place,
    "Who has neither a user id nor a session id is let in at random by Unleash, and not at all here.",
  );
  const by = ["userId", "sessionId"].map((one) => attributeOf(one, world.options));
  return { when: ALWAYS, share: { cut, hashing: hashing(by, "truthy", parameters, world) } };
}

function randomly(cut: number, parameters: JsonRecord, place: Place, world: World): Audience {
  world.draft.refuseUnlessAccepted(
    "random-stickiness",
    place,
    "Unleash decides at random for each request, which can't be said here: accept this to decide by the user's id.",
    "The share is decided by the user's id instead of at random for each request.",
  );
  const by = [attributeOf("userId", world.options)];
  return { when: ALWAYS, share: { cut, hashing: hashing(by, "truthy", parameters, world) } };
}

/** By one attribute, which must be there and not be empty, even where everybody is in. */
function byAttribute(percent: number, name: string, parameters: JsonRecord, world: World): Audience {
  const cut = cutOf(percent);
  if (cut === 0) return NOBODY;
  const attribute = attributeOf(name, world.options);
  const present = not(isIn(attribute, [""], { as: "text" }));
  return { when: present, share: { cut, hashing: hashing([attribute], "text", parameters, world) } };
}

function hashing(by: string[], as: "text" | "truthy", parameters: JsonRecord, world: World): Hashing {
  return {
    by: by.length === 1 ? by[0]! : by,
    hash: world.options.engine === "js" ? "unleash-js" : "unleash",
    salt: `${groupOf(parameters, world)}:`,
    as,
    places: 100,
  };
}

// ---- what a strategy serves

/** Whether the feature is on: the share is a rollout, so that it can be ramped. */
export function isOn({ share }: Strategy): Serve {
  if (share === null) return { variant: "enabled" };
  return rollout([{ variant: "enabled", from: 0, to: share.cut }], share.hashing, { otherwise: null, absent: "skip" });
}

export type Variants = {
  parts: readonly Part[];
  groupId: string;
  /** What decides, unless the first variant says it. */
  stickiness: string;
};

/** Which variant is served where the strategy is on: overrides, and then the weights. */
export function variantRules(strategy: Strategy, variants: Variants, world: World): Omit<RuleInput, "id">[] {
  const { share, place } = strategy;
  let { when } = strategy;
  if (share !== null) {
    world.draft.note(
      "share-in-condition",
      place,
      "The share is part of the rule's condition, and can't be ramped like a rollout.",
    );
    when = all(when, bucket([[0, share.cut]], share.hashing));
  }
  if (isNever(when)) return [];
  const read = variants.parts.map((part) => readVariant(part));
  const total = read.reduce((sum, { weight }) => sum + weight, 0);
  if (total === 0) return [{ when, serve: { codeDefault: true } }];
  if (total > LIMITS.places) refuse("weights", variants.parts[0]!.place, `The weights may add up to ${LIMITS.places}.`);
  const rules = read.flatMap(({ name, overrides }): Omit<RuleInput, "id">[] => {
    const asked = overrides.map(({ contextName, values }) =>
      isIn(attributeOf(contextName, world.options), values, { as: "text" }),
    );
    return asked.length === 0 ? [] : [{ when: all(when, any(...asked)), serve: { variant: name } }];
  });
  return [...rules.filter((rule) => !isNever(rule.when!)), ...byWeight(when, read, total, variants, world)];
}

type Variant = {
  name: string;
  weight: number;
  stickiness: unknown;
  overrides: { contextName: string; values: string[] }[];
};

function byWeight(
  when: Condition,
  read: readonly Variant[],
  total: number,
  variants: Variants,
  world: World,
): Omit<RuleInput, "id">[] {
  const { place } = variants.parts[0]!;
  const named = read[0]!.stickiness;
  const stickiness = typeof named === "string" && named !== "" ? named : variants.stickiness;
  const random = stickiness === "random";
  if (random)
    world.draft.refuseUnlessAccepted(
      "random-stickiness",
      place,
      "Unleash chooses the variant at random for each request, which can't be said here: accept this to choose by the user's id.",
      "The variant is chosen by the user's id instead of at random for each request.",
    );
  const first = read.find(({ weight }) => weight > 0)!.name;
  if (read.filter(({ weight }) => weight > 0).length > 1)
    world.draft.note(
      "anonymous",
      place,
      `Who has nothing to hash gets a variant at random in Unleash, and ${JSON.stringify(first)} here.`,
    );
  const byDefault = random || stickiness === "default";
  const ids = (random ? ["userId"] : DEFAULT_IDS).map((id) => attributeOf(id, world.options));
  const by = byDefault ? ids : [attributeOf(stickiness, world.options)];
  let from = 0;
  const arms = read.map(({ name, weight }) => {
    const arm = { variant: name, from, to: from + weight };
    from = arm.to;
    return arm;
  });
  const hashing: Hashing = {
    by: by.length === 1 ? by[0]! : by,
    hash: world.options.engine === "js" ? "unleash-variant-js" : "unleash-variant",
    salt: `${variants.groupId}:`,
    as: byDefault ? "truthy" : "text",
    places: total,
  };
  const serve = rollout(arms, hashing, { otherwise: null, absent: { variant: first } });
  if (byDefault) return [{ when, serve }];
  return [
    { when: all(when, isIn(by[0]!, [""], { as: "text" })), serve: { variant: first } },
    { when, serve },
  ];
}

export function readVariant({ value, place }: Part): Variant & { payload: unknown } {
  const one = record(value, place);
  onlyKnown(one, VARIANT, place);
  const name = text(own(one, "name"), [...place, "name"]);
  const weight = own(one, "weight");
  if (typeof weight !== "number" || !Number.isInteger(weight) || weight < 0)
    return refuse("weights", [...place, "weight"], "A weight must be a whole number that isn't below 0.");
  const overrides = list(own(one, "overrides"), [...place, "overrides"]).map((override, i) => {
    const at = [...place, "overrides", i];
    const values = list(own(override, "values"), [...at, "values"]).filter((each) => typeof each === "string");
    return { contextName: text(own(override, "contextName"), [...at, "contextName"]), values };
  });
  const payload = own(one, "payload");
  return {
    name,
    weight,
    stickiness: own(one, "stickiness"),
    overrides,
    payload: isRecord(payload) ? payload : undefined,
  };
}
