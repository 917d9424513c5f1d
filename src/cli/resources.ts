/*
 * What the API answers, as far as commands look at it. The whole shapes are in the OpenAPI document.
 */

export type Rollout = { percentage?: number; split?: { variant: string; weight: number }[]; otherwise?: string | null };
export type Serve = { variant: string } | { rollout: Rollout } | { codeDefault: true };
export type Rule = { id: string; name?: string; when: unknown; serve: Serve };
export type Flag = {
  key: string;
  type: string;
  variants: Record<string, unknown>;
  enabled: boolean;
  offVariant: string | null;
  rules: Rule[];
  default: Serve;
  prerequisites?: unknown[];
  kind: string;
  owner: string;
  tags: string[];
  description: string;
};
export type ReleaseOutline = { id: string; state: string; rule?: string; stage?: string; percentage: number };
export type FlagView = {
  flag: Flag;
  version: number;
  updatedAt: string;
  updatedBy: string;
  archivedAt?: string;
  release?: ReleaseOutline;
  stale?: { since: string; why: string };
  lastEvaluatedAt?: string;
};
export type Effect = { key: string; changed: number; of: number; examples: unknown[] };
export type EnvironmentView = {
  name: string;
  description: string;
  production?: boolean;
  version: number;
  flags: number;
  requiresApproval: number;
  expiresAt?: string;
  propagated: { relays: number; of: number };
};
export type ChangeRequest = { id: string; state: string; required: number };

/** A live release holds its flag's share; the last three states are ends. */
export function isLive(release: ReleaseOutline | undefined): release is ReleaseOutline {
  return release !== undefined && !["completed", "unreleased", "cancelled"].includes(release.state);
}

/** The serves of a flag that are rollouts, with the rule they belong to; undefined: the default. */
export function rolloutsOf(flag: Flag): { rule: string | undefined; rollout: Rollout }[] {
  const found: { rule: string | undefined; rollout: Rollout }[] = [];
  for (const { id, serve } of flag.rules) if ("rollout" in serve) found.push({ rule: id, rollout: serve.rollout });
  if ("rollout" in flag.default) found.push({ rule: undefined, rollout: flag.default.rollout });
  return found;
}

/** What a serve says, in a few words. */
export function serveWords(serve: Serve): string {
  if ("variant" in serve) return serve.variant;
  if ("codeDefault" in serve) return "the code's default";
  const { percentage, split = [], otherwise } = serve.rollout;
  const whom = split.map(({ variant }) => variant).join("/") || "ranges";
  const share = percentage === undefined ? "" : `${percentage} % `;
  return `${share}${whom}${otherwise === null || otherwise === undefined ? "" : `, else ${otherwise}`}`;
}
