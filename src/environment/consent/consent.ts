import { shownActor } from "../../contract/change.ts";
import type { ChangeRequestDetail, ChangeRequestView, Decided, RequestState } from "../../contract/change-request.ts";
import type { ProblemType, Refusal } from "../../contract/problem.ts";
import type { Role } from "../../contract/role.ts";
import { ADMIN_ROUTES } from "../../contract/routes.ts";
import type { Notice } from "../../contract/webhook.ts";
import { StoredJson } from "../../durable/stored-json.ts";
import { withoutSecrets } from "../release/release-view.ts";
import type { Mark } from "./proposals.ts";
import type { ReleaseCommand } from "../release/releases.ts";
import type { SettingsPatch } from "../rpc.ts";
import type { TextRef } from "../store/content-store.ts";
import type { Step } from "../write/change-target.ts";
import { equal } from "../write/equal.ts";
import type { told } from "../write/settings.ts";
import type { EnvironmentState, ResourceWrite } from "../store/state.ts";

/* What of a change waits for consent, whose consent counts, and how a request is kept and shown. */

/** What is proposed of one flag or segment. `version`: what it was at, null where there was none. */
export type Item = { kind: "flag" | "segment"; key: string; version: number | null; after: TextRef | null };
/**
 * `items`: a text, for there can be thousands. `base`: the version of the flag that is to be released, or of the plan;
 * `plan`, of a release by the name of a plan, that plan's: what is looked at is its text, so a change of it counts.
 * `scheduling`: changes with their time, and what they touch as it was. `settings`: a change of settings, with what they were.
 */
export type Proposal =
  | { items: TextRef | Item[] }
  | { command: TextRef; base: number | null; plan?: number | null }
  | { scheduling: TextRef; marks: Mark[] }
  | { settings: SettingsPatch; before: ReturnType<typeof told> };

const TEXT = ["string"] as const;
/** With the families of actors, which `shown` leaves out. */
export const views = new StoredJson<ChangeRequestView>("a change request", [], {
  id: TEXT,
  state: TEXT,
  action: TEXT,
  targets: ["array"],
  author: ["object"],
  comment: TEXT,
  createdAt: TEXT,
  version: ["number"],
  required: ["number"],
  approvals: ["array"],
  applyAt: ["string", "undefined"],
  decided: ["object", "undefined"],
  appliedVersion: ["number", "undefined"],
});

export type Row = { id: string; state: RequestState; at: number; role: Role; view: string; proposal: string };

export function proposalOf(row: Row): Proposal {
  return JSON.parse(row.proposal);
}

export function needed({ settings }: EnvironmentState): boolean {
  return settings.requiresApproval > 0;
}

/** Whether changes wait: what only takes away doesn't, nor what nobody is served differently for. */
export function waits(present: EnvironmentState, steps: readonly Step[], writes: readonly ResourceWrite[]): boolean {
  return needed(present) && !steps.every(onlyLowers) && writes.some(changesEvaluation);
}

export function versionOf({ state }: EnvironmentState, { kind, key }: Pick<Item, "kind" | "key">): number | null {
  return (kind === "flag" ? state.flags : state.segments).get(key)?.version ?? null;
}

export function baseOf({ state, plans }: EnvironmentState, command: ReleaseCommand): number | null {
  if (command.op === "create") return state.flags.get(command.flag)?.version ?? null;
  return command.op === "putPlan" ? (plans.get(command.name)?.version ?? null) : null;
}

/** Who may make a change may consent to it. */
export function roleOf({ op }: Step): Role {
  return Object.hasOwn(ADMIN_ROUTES, op) ? ADMIN_ROUTES[op as keyof typeof ADMIN_ROUTES][2] : "editor";
}

/** Whether anybody could be served something else: not for what only people read. */
export function changesEvaluation({ before, after }: ResourceWrite): boolean {
  return before === null || after === null || !equal(evaluated(before), evaluated(after));
}

export function evaluated(resource: object): object {
  return { ...resource, name: "", description: "", owner: "", tags: [], kind: "" };
}

/** Whether a step only takes away: in an incident nobody is waited for. */
export function onlyLowers(step: Step): boolean {
  return step.op === "disableFlag" || (step.op === "setRollout" && step.percentage === 0 && step.split === undefined);
}

/** The same of what is asked of a release. */
export function isUrgent(command: ReleaseCommand): boolean {
  return command.op === "control" && ["unrelease", "pause", "cancel"].includes(command.control);
}

/** A request without those of its consents that don't count any more. */
export function withStanding(
  view: ChangeRequestView,
  { settings }: EnvironmentState,
  ended: readonly string[] = [],
): ChangeRequestView {
  const approvals = view.approvals.filter(
    ({ by }) =>
      !(by.via === "token" && ended.includes(by.id)) && (settings.approvalBy === "any" || by.via === "access"),
  );
  return { ...view, approvals };
}

/** Without the families that actors belong to. */
export function shown(view: ChangeRequestView): ChangeRequestView {
  const said = (one: Decided): Decided => ({ ...one, by: shownActor(one.by) });
  const { author, approvals, decided } = view;
  return {
    ...view,
    author: shownActor(author),
    approvals: approvals.map(said),
    ...(decided && { decided: said(decided) }),
  };
}

export function commandShown(
  { plans }: EnvironmentState,
  command: ReleaseCommand,
): Pick<ChangeRequestDetail, "release" | "plan"> {
  if (command.op === "putPlan") return { plan: { name: command.name, plan: withoutSecrets(command.plan) } };
  if (command.op !== "create") return {};
  const { flag, rule, startAt, plan: chosen } = command;
  const release = {
    flag,
    ...(rule !== undefined && { rule }),
    ...(startAt !== undefined && { startAt: new Date(startAt).toISOString() }),
    ...(typeof chosen === "string" && { planName: chosen }),
    plan: withoutSecrets(typeof chosen === "string" ? plans.get(chosen)!.plan : chosen),
  };
  return { release };
}

export function noticeOf(
  environment: string,
  { id, author, action, targets, createdAt, comment }: ChangeRequestView,
): Notice {
  const keys = targets.map(({ key }) => key);
  const what = keys.length > 3 ? `${keys.slice(0, 3).join(", ")} and ${keys.length - 3} more` : keys.join(", ");
  const why = comment === "" ? "" : ` ${comment}`;
  const text = `${author.name} asks for consent to ${action} (${what}) in ${environment}.${why}`;
  const data = { environment, text, actor: shownActor(author), changeRequest: id };
  return { type: "request.opened", timestamp: createdAt, data };
}

/** That a change doesn't wait any more. */
export function closingOf(environment: string, { id, action, state, decided, author }: ChangeRequestView): Notice {
  const { by = author, at = new Date().toISOString(), comment = "" } = decided ?? {};
  const why = comment === "" ? "" : ` ${comment}`;
  const text = `The change request of ${author.name} to ${action} in ${environment} is ${state}.${why}`;
  const data = { environment, text, actor: shownActor(by), changeRequest: id, state };
  return { type: "request.closed", timestamp: at, data };
}

export function refuse(type: ProblemType, detail: string, errors?: Refusal["problem"]["errors"]): Refusal {
  return { ok: false, problem: { type, detail, ...(errors && { errors }) } };
}
