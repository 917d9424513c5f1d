import type { Flag, Rollout, Serve, Split } from "../../contract/flag.ts";
import type { Issue } from "../../contract/json.ts";

/** Whom a rollout is set for: `rule` by its id, else the flag's `default`; `percentage` 0 to 100 in steps of 0.001. */
export type RolloutTarget = { percentage: number; rule?: string | undefined; split?: Split | undefined };

export type Retargeted = { ok: true; flag: Flag } | { ok: false; issues: Issue[] };

/**
 * The flag with one of its serves rolled out to a share of its contexts. Issues point into the target.
 *
 * A serve that is a rollout keeps everything but the numbers that are given, so that nobody is moved. A fixed variant
 * becomes a rollout whose `otherwise` is what was served before; on a boolean flag the true variant takes part and the
 * false one is for the rest, because that is what "to 25 %" means there, whichever of the two was served before.
 */
export function retarget(flag: Flag, target: RolloutTarget): Retargeted {
  for (const [index, share] of (target.split ?? []).entries())
    if (!Object.hasOwn(flag.variants, share.variant))
      return refuse(`/split/${index}/variant`, "is not a variant of this flag");

  if (target.rule === undefined) {
    const served = rolledOut(flag, flag.default, target);
    return "issues" in served ? served : { ok: true, flag: { ...flag, default: served } };
  }
  const index = flag.rules.findIndex((rule) => rule.id === target.rule);
  const rule = flag.rules[index];
  if (!rule) return refuse("/rule", "is not the id of a rule of this flag");
  const served = rolledOut(flag, rule.serve, target);
  if ("issues" in served) return served;
  return { ok: true, flag: { ...flag, rules: flag.rules.with(index, { ...rule, serve: served }) } };
}

type Refused = Extract<Retargeted, { ok: false }>;

function rolledOut(flag: Flag, serve: Serve, { percentage, rule, split }: RolloutTarget): Serve | Refused {
  if ("codeDefault" in serve)
    return refuse(
      rule === undefined ? "" : "/rule",
      "serves the default in the code, which can't take part in a rollout: write the flag with a rollout instead",
    );
  if ("variant" in serve) return fresh(flag, serve.variant, percentage, split);

  const { rollout } = serve;
  if ("split" in rollout) return { rollout: { ...rollout, percentage, split: split ?? rollout.split } };
  if (!split) return refuse("/split", "is needed: the present rollout is given by ranges, which have no percentage");
  const { ranges: _replaced, ...kept } = rollout;
  return { rollout: { ...kept, percentage, split } };
}

/** A rollout where a fixed variant was served. */
function fresh(flag: Flag, served: string, percentage: number, split: Split | undefined): Serve | Refused {
  const begun = (shares: Split, otherwise: string): Serve => {
    const rollout: Rollout = {
      percentage,
      split: shares,
      otherwise,
      by: "targetingKey",
      salt: flag.key,
      hash: "murmur3",
      absent: "otherwise",
    };
    return { rollout };
  };
  if (flag.type !== "boolean")
    return split ? begun(split, served) : refuse("/split", "is needed once, where a fixed variant was served before");

  const on = only(flag, true);
  const off = only(flag, false) ?? (flag.variants[served] === false ? served : undefined);
  if (split) return begun(split, off ?? served);
  if (on === undefined) return refuse("/split", "is needed: the flag doesn't have exactly one variant that is true");
  if (off === undefined) return refuse("/split", "is needed: the flag doesn't have exactly one variant that is false");
  return begun([{ variant: on, weight: 1 }], off);
}

/** The name of the one variant with this value; undefined when there is none or more than one. */
function only(flag: Flag, value: boolean): string | undefined {
  const names = Object.keys(flag.variants).filter((name) => flag.variants[name] === value);
  return names.length === 1 ? names[0] : undefined;
}

function refuse(path: string, message: string): Refused {
  return { ok: false, issues: [{ path, message }] };
}
