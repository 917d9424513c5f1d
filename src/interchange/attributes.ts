import type { Condition, Serve } from "../contract/flag.ts";
import type { FlagInput, Options, SegmentInput } from "./importer.ts";
import { all, any, decided, holds, not } from "./logic.ts";

/*
 * What a person may say about attributes whatever the vendor is: that one has another name here, or the same value
 * wherever this environment is asked. And the prefix of keys, which references have too.
 */

type Rewriting = Pick<Options, "map" | "static" | "prefix">;

export function rewriteFlag(flag: FlagInput, options: Rewriting): FlagInput {
  if (!rewrites(options)) return flag;
  const key = (name: string): string => (options.prefix ?? "") + name;
  const { prerequisites = [], rules = [] } = flag;
  return {
    ...flag,
    key: key(flag.key),
    prerequisites: prerequisites.map((one) => ({ ...one, flag: key(one.flag) })),
    rules: rules.map((rule) => ({
      ...rule,
      ...(rule.when === undefined ? {} : { when: rewrite(rule.when, options) }),
      serve: rewriteServe(rule.serve, options),
    })),
    default: rewriteServe(flag.default, options),
  };
}

export function rewriteSegment(segment: SegmentInput, options: Rewriting): SegmentInput {
  if (!rewrites(options)) return segment;
  return {
    ...segment,
    key: (options.prefix ?? "") + segment.key,
    ...(segment.by === undefined ? {} : { by: renamed(segment.by, options) }),
    ...(segment.when === undefined ? {} : { when: rewrite(segment.when, options) }),
  };
}

function rewrites({ map, static: known, prefix }: Rewriting): boolean {
  return map !== undefined || known !== undefined || (prefix !== undefined && prefix !== "");
}

function rewriteServe(serve: Serve, options: Rewriting): Serve {
  if (!("rollout" in serve)) return serve;
  return { ...serve, rollout: { ...serve.rollout, by: rewriteBy(serve.rollout.by, options) } };
}

function rewriteBy(by: string | string[], options: Rewriting): string | string[] {
  return typeof by === "string" ? renamed(by, options) : by.map((one) => renamed(one, options));
}

/** An attribute's name, or that of what it is in, by another. */
function renamed(path: string, { map = {} }: Rewriting): string {
  for (let end = path.length; end > 0; end = path.lastIndexOf(".", end - 1)) {
    const head = path.slice(0, end);
    if (Object.hasOwn(map, head)) return map[head]! + path.slice(end);
  }
  return path;
}

function rewrite(node: Condition, options: Rewriting): Condition {
  const prefix = options.prefix ?? "";
  if ("all" in node) return all(...node.all.map((child) => rewrite(child, options)));
  if ("any" in node) return any(...node.any.map((child) => rewrite(child, options)));
  if ("not" in node) return not(rewrite(node.not, options));
  if ("segment" in node) return { segment: prefix + node.segment };
  if ("flag" in node) return { ...node, flag: prefix + node.flag };
  if ("bucket" in node) return { bucket: { ...node.bucket, by: rewriteBy(node.bucket.by, options) } };
  if ("window" in node) return node;
  const { static: known = {} } = options;
  if (Object.hasOwn(known, node.attribute))
    return decided(holds({ ...node, attribute: "value" }, { value: known[node.attribute]! }));
  return { ...node, attribute: renamed(node.attribute, options) };
}
