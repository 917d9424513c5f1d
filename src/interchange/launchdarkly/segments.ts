import type { Condition } from "../../contract/flag.ts";
import * as LIMITS from "../../contract/limits.ts";
import { list, onlyKnown, own, record } from "../documents.ts";
import type { Documents, SegmentInput } from "../importer.ts";
import { all, any, exists, inSegment, isNever, NEVER, not } from "../logic.ts";
import { type Draft, mapAll, type Place, refuse } from "../report.ts";
import { clauses, identityOf, isOneOf, kindOf, type Reading } from "./clauses.ts";
import type { SegmentSource } from "./documents.ts";
import { share } from "./rollouts.ts";

/* LaunchDarkly's segments (design, interchange.md § 6.3): included wins over excluded, and both over rules. */

const SEGMENT = new Set(
  (
    "key included excluded includedContexts excludedContexts salt rules unbounded unboundedContextKind generation " +
    "version deleted archived name description tags creationDate lastModifiedDate _links _access _flags " +
    "_unboundedMetadata _external _externalLink _importInProgress _site _version"
  ).split(" "),
);
const RULE = new Set("id _id clauses weight bucketBy rolloutContextKind description".split(" "));
const TARGET = new Set(["contextKind", "values", "variation"]);

/** Keys of one kind of contexts. */
type Listed = { identity: string; keys: readonly string[] };

export function convertSegment(source: SegmentSource, draft: Draft, reading: Reading, documents: Documents): void {
  const { key, value, place } = source;
  onlyKnown(value, SEGMENT, place);
  const described = own(value, "description");
  const name = own(value, "name");
  const shared = {
    key,
    ...(typeof name === "string" ? { name: name.slice(0, LIMITS.textLength) } : {}),
    ...(typeof described === "string" ? { description: described.slice(0, LIMITS.textLength) } : {}),
  };
  const rules = rulesOf(source, reading);
  if (own(value, "unbounded") === true)
    draft.segments.push({ ...shared, ...unbounded(source, rules, reading, documents) });
  else draft.segments.push(...bounded(shared, source, rules, reading));
}

function rulesOf({ key, value, place, rest }: SegmentSource, reading: Reading): Condition {
  const salt = own(value, "salt");
  if (salt !== undefined && salt !== null && typeof salt !== "string")
    refuse("malformed", [...place, "salt"], "A salt must be a text.");
  const rules = mapAll(list(own(value, "rules"), [...place, "rules"]), (one, i) => {
    const at = [...place, "rules", i];
    const rule = record(one, at);
    onlyKnown(rule, RULE, at);
    const asked = own(rule, "clauses");
    if (asked === undefined || asked === null) return NEVER;
    const weight = own(rule, "weight");
    if (rest && typeof salt !== "string" && weight !== undefined && weight !== null)
      refuse("seed-missing", [...at, "weight"], "The segment's salt isn't in the document: import what an SDK gets.");
    const when = clauses(asked, [...at, "clauses"], reading);
    return all(when, share({ value: rule, place: at, salt: `${key}.${(salt as string | undefined) ?? ""}.` }, reading));
  });
  return any(...rules);
}

type Lists = Pick<SegmentInput, "by" | "include" | "when">;

/** A segment whose members are in a store of their own. Of who isn't there the rules decide. */
function unbounded(source: SegmentSource, rules: Condition, reading: Reading, { members }: Documents): Lists {
  const { key, value, place } = source;
  const given = members !== undefined && Object.hasOwn(members, key) ? members[key] : undefined;
  if (given === undefined)
    return refuse(
      "big-segment",
      [...place, "unbounded"],
      "The segment's members aren't in the document: give them as well (--members <segment>=<file>).",
    );
  const kind = kindOf(own(value, "unboundedContextKind"), [...place, "unboundedContextKind"]);
  const identity = identityOf(kind, reading);
  return {
    by: identity,
    include: given.filter((one) => one !== ""),
    when: isNever(rules) ? NEVER : all(exists(identity), rules),
  };
}

function bounded(
  shared: Pick<SegmentInput, "key">,
  { key, value, place }: SegmentSource,
  rules: Condition,
  reading: Reading,
): SegmentInput[] {
  const included = lists(value, "included", place, reading);
  const excluded = lists(value, "excluded", place, reading);
  const user = identityOf(undefined, reading);
  if ([...included, ...excluded].every(({ identity }) => identity === user)) {
    const include = new Set(included.flatMap(({ keys }) => keys));
    const exclude = excluded.flatMap(({ keys }) => keys).filter((one) => !include.has(one));
    return [{ ...shared, by: user, include: [...include], exclude: [...new Set(exclude)], when: rules }];
  }
  const helpers: SegmentInput[] = [];
  const within = (listed: readonly Listed[], what: string): Condition =>
    any(
      ...listed.map(({ identity, keys }, i) => {
        if (keys.length <= LIMITS.listedValues) return isOneOf(identity, keys);
        const helper = `${key}.${what}${i === 0 ? "" : `-${i + 1}`}`;
        helpers.push({ key: helper, by: identity, include: [...new Set(keys)] });
        return inSegment(helper);
      }),
    );
  const when = any(within(included, "included"), all(not(within(excluded, "excluded")), rules));
  return [...helpers, { ...shared, when }];
}

/** All keys that are included, or excluded, by kind of context. */
function lists(value: SegmentSource["value"], what: "included" | "excluded", place: Place, reading: Reading): Listed[] {
  const users: Listed = {
    identity: identityOf(undefined, reading),
    keys: keysOf(own(value, what), [...place, what]),
  };
  const contexts = list(own(value, `${what}Contexts`), [...place, `${what}Contexts`]).map((one, i): Listed => {
    const at = [...place, `${what}Contexts`, i];
    const target = record(one, at);
    onlyKnown(target, TARGET, at);
    const kind = kindOf(own(target, "contextKind"), [...at, "contextKind"]);
    return { identity: identityOf(kind, reading), keys: keysOf(own(target, "values"), [...at, "values"]) };
  });
  return [users, ...contexts].filter(({ keys }) => keys.length > 0);
}

/** A context's key is a text, and an empty one is in no list. */
function keysOf(value: unknown, place: Place): string[] {
  return list(value, place).filter((one) => typeof one === "string" && one !== "") as string[];
}
