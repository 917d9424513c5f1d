import type { FlagView } from "../../contract/admin.ts";
import type { Flag, Serve } from "../../contract/flag.ts";
import type { FlagLine } from "../../contract/flag-line.ts";
import { sentence, shortened } from "../../core/sentence.ts";
import { hasEnded } from "../../contract/release.ts";

const TAGS = 5;
/** Characters. */
const SENTENCE = 160;

/** A flag as one line of a long list. */
export function flagLine(environment: string, view: FlagView | undefined): FlagLine {
  if (!view) return { environment, exists: false };
  const { flag, archivedAt, release, stale, lastEvaluatedAt, version } = view;
  const percentage = shareOf(flag);
  return {
    environment,
    exists: true,
    ...(archivedAt !== undefined && { archived: true }),
    type: flag.type,
    kind: flag.kind,
    enabled: flag.enabled,
    sentence: shortened(sentence(flag), SENTENCE),
    serve: short(flag.default),
    rules: flag.rules.length,
    ...(percentage !== undefined && { percentage }),
    ...(release &&
      !hasEnded(release.state) && {
        release: { id: release.id, state: release.state, percentage: release.percentage },
      }),
    ...(flag.owner !== "" && { owner: flag.owner }),
    ...(flag.tags.length > 0 && { tags: flag.tags.slice(0, TAGS) }),
    ...(stale && { stale }),
    ...(lastEvaluatedAt !== undefined && { lastEvaluatedAt }),
    version,
  };
}

/** A rollout may name a hundred variants, which the line has no room for. */
function short(serve: Serve): NonNullable<FlagLine["serve"]> {
  return "rollout" in serve ? { rollout: {} } : "variant" in serve ? { variant: serve.variant } : { codeDefault: true };
}

function shareOf({ rules, default: fallback }: Flag): number | undefined {
  for (const serve of [fallback, ...rules.map((rule) => rule.serve)])
    if ("rollout" in serve && "percentage" in serve.rollout) return serve.rollout.percentage;
  return undefined;
}
