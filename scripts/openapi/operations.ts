import * as z from "zod/mini";
import { partial } from "zod/mini";
import {
  commentBody,
  environmentPatch,
  environmentRemoval,
  flagQuery,
  flagRestoring,
  memberChanges,
  membersQuery,
  newEnvironment,
  newKey,
  newOverride,
  newRule,
  newToken,
  pageQuery,
  rolloutBody,
  ruleOrder,
  versionRestoring,
} from "../../src/contract/admin.ts";
import * as answers from "../../src/contract/answers.ts";
import * as counts from "../../src/contract/metric-answers.ts";
import * as requestAnswers from "../../src/contract/change-request-answers.ts";
import { decision, requestQuery } from "../../src/contract/change-request.ts";
import { auditQuery, workspaceAuditQuery } from "../../src/contract/audit.ts";
import { evaluateBody, previewBody } from "../../src/contract/evaluation.ts";
import { changesBody, scheduledQuery } from "../../src/contract/scheduled.ts";
import { manifestUpdate, newManifestFlag } from "../../src/contract/manifest.ts";
import { proposalBody } from "../../src/contract/proposal.ts";
import { exportQuery, importQuery, nativeDocument, promotion } from "../../src/contract/interchange.ts";
import { everywhereQuery, newFlag } from "../../src/contract/flag-line.ts";
import { flagFields, rule } from "../../src/contract/flag.ts";
import { experimentQuery, metricBody, metricsQuery, shadowQuery } from "../../src/contract/metric.ts";
import type { Operation } from "../../src/contract/routes.ts";
import { segmentFields } from "../../src/contract/segment.ts";
import { newSession } from "../../src/contract/session.ts";
import { watchQuery } from "../../src/contract/watch.ts";
import { newWebhook, webhookPatch } from "../../src/contract/webhook.ts";
import * as overviews from "../../src/contract/overview-answers.ts";
import * as restoredAnswers from "../../src/contract/restored-answers.ts";
import * as webhookAnswers from "../../src/contract/webhook-answers.ts";
import { RELEASE_OPERATIONS } from "./releases.ts";

/** What a route is described by, beside its method, path and role. */
export type Description = {
  tag: string;
  summary: string;
  description?: string;
  query?: z.core.$ZodType;
  body?: z.core.$ZodType;
  /** The body is an RFC 7396 patch of this resource. */
  patch?: true;
  /** Success: statuses with the schema of their body; null where there is none. */
  answers: Partial<Record<200 | 201 | 202 | 204, z.core.$ZodType | null>>;
  /** The write's entity tag is checked against `If-Match`. Reads that carry an ETag have `conditional`. */
  conditional?: true;
  /** There is a page beside the JSON, for who asks for HTML. */
  page?: true;
  /** A read whose answer has an ETag without being conditional. */
  tagged?: true;
  /** A POST that writes nothing. */
  readsOnly?: true;
  /** A write that leaves nothing that has a version. */
  unversioned?: true;
  /** What is made has no address of its own. */
  unaddressed?: true;
  /** Where the environment wants it, this waits for the consent of others: then the answer is a change request. */
  consent?: true;
  /** The body is the resource itself, so that the comment goes in a header. */
  commentHeader?: true;
  /** The answer is a stream of server-sent events. */
  stream?: true;
  /** Refusals are as the OpenFeature CLI reads them. */
  manifest?: true;
  /** Needs no credential beside its body. */
  open?: true;
  /** The answer gives the browser a cookie, or takes it away. */
  cookie?: true;
};

const changing = { conditional: true, consent: true } as const;
const flagWrite = { tag: "Flags", answers: { 200: answers.flagView }, ...changing } as const;
const segmentWrite = { tag: "Segments", answers: { 200: answers.segmentView }, ...changing } as const;

/** Every administration route; one that isn't described here doesn't compile. */
export const OPERATIONS: Record<Operation, Description> = {
  whoAmI: { tag: "Access", summary: "Who am I, and what may I do", answers: { 200: answers.me } },

  createSession: {
    tag: "Access",
    summary: "Sign in to the dashboard",
    description:
      "Opens a session for whoever has the admin token in the body, and answers as `/me` does. The cookie stands for the token, for 12 hours at most and never longer than the token; of one token there are at most 20 sessions, of which the oldest ends. Held to the same-origin rule, and on plain http possible only on the machine itself.",
    body: newSession,
    readsOnly: true,
    open: true,
    cookie: true,
    answers: { 200: answers.me },
  },
  deleteSession: {
    tag: "Access",
    summary: "Sign out of the dashboard",
    description: "Ends the session of the cookie that comes along, on the server too.",
    body: commentBody,
    readsOnly: true,
    cookie: true,
    answers: { 204: null },
  },

  listEnvironments: {
    tag: "Environments",
    summary: "List environments",
    query: pageQuery,
    answers: { 200: answers.environments },
  },
  createEnvironment: {
    tag: "Environments",
    summary: "Create an environment",
    description:
      "`copyFrom` copies the flags and segments of another environment; keys and settings are not copied. With `expiresAt`, an instant up to a year ahead, it ends by itself with all that it holds, seconds after that time, and the answer has the secrets of two keys of its own; webhooks hear of it (`environment.ending`) a day before. At most 200 of these can be at once (409), and production is never one (422).",
    body: newEnvironment,
    answers: { 201: answers.newEnvironmentView },
    conditional: true,
  },
  getEnvironment: {
    tag: "Environments",
    summary: "Show an environment",
    answers: { 200: answers.environmentView },
    tagged: true,
  },
  patchEnvironment: {
    tag: "Environments",
    summary: "Change an environment's description and settings",
    description:
      "One write, whatever it changes. `requiresApproval` says how many others have to consent to a change of what is evaluated, 0 for none; turning off, lowering a share to 0, taking back, pausing and cancelling never wait. `approvalBy` says whose consent counts: of `any` others who may make the change, or only of people signed in by `access`. A token counts as the person or token that made it. What would need less consent than before needs consent itself. `sampling` says whether a sample of evaluated contexts is kept, for previews, and what of them; a change of it forgets what was kept. `production` is what pages and the command ask by, and `sites` are the origins that testers' links may open. `expiresAt` moves the end of an environment that was made with one; no other takes it. What isn't given stays.",
    body: environmentPatch,
    answers: { 200: answers.environmentView },
    conditional: true,
    consent: true,
  },
  deleteEnvironment: {
    tag: "Environments",
    summary: "Delete an environment with all that is in it",
    description: "There is no way back. The name must be repeated in `confirm`; its keys stop working within 5 s.",
    query: environmentRemoval,
    body: commentBody,
    answers: { 204: null },
    conditional: true,
    unversioned: true,
  },

  listFlagsEverywhere: {
    tag: "Flags",
    summary: "List flags over all environments",
    description:
      "Those that fit in at least one of the environments, each with a line for every environment that the caller may enter, or for those in `environments` (names with commas between them). One that can't be reached is a line with `unavailable`.",
    query: everywhereQuery,
    answers: { 200: overviews.flagsEverywhere },
  },
  createFlag: {
    tag: "Flags",
    summary: "Create a flag in several environments",
    description:
      "In each as written, disabled where `enabled` is left out. Each environment is written by itself, as by a PUT there, and says what came of it; a flag that exists is never replaced (409).",
    body: newFlag,
    answers: { 200: overviews.createdFlag },
    unversioned: true,
  },
  getFlagEverywhere: {
    tag: "Flags",
    summary: "Show a flag over all environments",
    description: "A line for every environment that the caller may enter. 404 when none of them has it.",
    answers: { 200: overviews.flagLines },
  },
  watchEnvironment: {
    tag: "Environments",
    summary: "Watch an environment: names of what changes, as it changes",
    description:
      "Server-sent events: `version` `{ version, flags, segments }` (keys; absent where more than 100 changed, or where nobody knows what the client has), `release` `{ flag, id, state }`, `request` `{ id, state }`; a comment every 20 s. The id of each is the version of the environment: `Last-Event-ID`, or `since` for a first connection, asks what came after it. Bodies never travel: ask for what changed. Ends within 30 s of the credential.",
    query: watchQuery,
    stream: true,
    answers: { 200: z.string() },
  },

  listFlags: { tag: "Flags", summary: "List flags", query: flagQuery, answers: { 200: answers.flags } },
  getFlag: { tag: "Flags", summary: "Show a flag", answers: { 200: answers.flagView }, conditional: true },
  putFlag: {
    ...flagWrite,
    summary: "Create or replace a flag",
    description:
      'Of a boolean flag `{ "type": "boolean" }` is enough: variants `on` and `off`, and `off` for everybody. Other types need `variants` and `default`.',
    body: partial(flagFields, { key: true, variants: true, default: true }),
    answers: { 200: answers.flagView, 201: answers.flagView },
    commentHeader: true,
  },
  patchFlag: {
    ...flagWrite,
    summary: "Change parts of a flag",
    description: "An RFC 7396 merge patch; a list such as `rules` is replaced whole.",
    body: partial(flagFields),
    patch: true,
    commentHeader: true,
  },
  archiveFlag: {
    ...flagWrite,
    summary: "Archive a flag",
    description: "Evaluations answer FLAG_NOT_FOUND. Refused (409) while others depend on it; can be restored.",
    body: commentBody,
  },
  restoreFlag: {
    ...flagWrite,
    summary: "Bring an archived flag back, or a flag's earlier state",
    description:
      "With `version`, the flag becomes what it was at that version (409 while it is being released); without, it comes out of the archive as it is. A dry run answers the flag as it would be, with the difference, and for whom of the sample it would change something.",
    body: flagRestoring,
    answers: { 200: restoredAnswers.restoredFlag },
  },
  disableFlag: { ...flagWrite, summary: "Turn a flag off for everyone, at once", body: commentBody },
  enableFlag: { ...flagWrite, summary: "Turn a flag on again", body: commentBody },
  addRule: {
    ...flagWrite,
    summary: "Add a rule to a flag",
    description: "It is tried before the rule `before`, or last. An id that is left out is made.",
    body: newRule,
  },
  orderRules: {
    ...flagWrite,
    summary: "Change the order of a flag's rules",
    description: "Every rule is named once.",
    body: ruleOrder,
  },
  patchRule: {
    ...flagWrite,
    summary: "Change parts of a rule",
    description: "An RFC 7396 merge patch of the rule. Its id stays.",
    body: partial(rule),
    patch: true,
    commentHeader: true,
  },
  deleteRule: { ...flagWrite, summary: "Take a rule out of a flag", body: commentBody },
  setRollout: {
    ...flagWrite,
    summary: "Set how many take part",
    description:
      "Of the rule named, or of the flag's `default`. Growing keeps everyone in; lowering takes out those who came in last.",
    body: rolloutBody,
  },
  flagHistory: {
    tag: "Flags",
    summary: "What was done to a flag, newest first",
    query: pageQuery,
    answers: { 200: answers.history },
  },

  ...RELEASE_OPERATIONS,

  flagMetrics: {
    tag: "Metrics",
    summary: "What was counted of a flag, by variant, cohort and source",
    description:
      "Of the gate's requests, and of what was reported. A minute closes 30 s after its end. What a client key reported anybody can have made up.",
    query: metricsQuery,
    answers: { 200: counts.flagMetrics },
  },

  flagShadow: {
    tag: "Metrics",
    summary: "What a dark launch of this flag saw",
    description:
      "Of what gates asked in the dark, and of comparisons that were reported. Minutes are kept for two days, then hours for sixty.",
    query: shadowQuery,
    answers: { 200: counts.flagShadow },
  },

  flagExperiment: {
    tag: "Metrics",
    summary: "What an experiment has found so far",
    description:
      "Lift of every outcome and variant over the baseline, with intervals that hold however often one looks, and whether people fell to the variants as configured. For flags of the kind experiment.",
    query: experimentQuery,
    answers: { 200: counts.flagExperiment },
  },

  getManifest: {
    tag: "Interchange",
    summary: "The manifest, as `openfeature pull` asks for it",
    description:
      "Every flag that isn't archived, sorted. Also at `/openfeature/v0/manifest?environment=`; without the query for whoever may enter one environment only. `X-Manifest-Capabilities` says `read,write` or `read`.",
    manifest: true,
    answers: { 200: requestAnswers.manifest },
  },
  createManifestFlag: {
    tag: "Interchange",
    summary: "A new flag, as `openfeature push` sends it",
    description:
      "It serves `defaultValue` to everybody, enabled or not. Where others have to consent it is 409, which names the change request.",
    body: newManifestFlag,
    conditional: true,
    manifest: true,
    unaddressed: true,
    answers: { 201: requestAnswers.manifestAnswer },
  },
  putManifestFlag: {
    tag: "Interchange",
    summary: "Another description, as `openfeature push` sends it",
    description: "Another type or `defaultValue` than the flag's is 409: a manifest doesn't change who sees what.",
    body: manifestUpdate,
    manifest: true,
    answers: { 200: requestAnswers.manifestAnswer },
  },

  listMetrics: {
    tag: "Metrics",
    summary: "List outcomes",
    description:
      "Those that have been defined, those that every environment has, and those that were reported and have a place among the 200. One that isn't defined counts each time.",
    query: pageQuery,
    answers: { 200: answers.metrics },
  },
  getMetric: { tag: "Metrics", summary: "Show how an outcome is defined", answers: { 200: answers.metric } },
  putMetric: {
    tag: "Metrics",
    summary: "Define how an outcome is counted",
    description:
      "`unit` counts each targeting key once, with its first exposure; `event` counts every one, when it happened. Holds for what is reported from then on.",
    body: metricBody,
    answers: { 200: answers.metric, 201: answers.metric },
    conditional: true,
  },
  deleteMetric: {
    tag: "Metrics",
    summary: "End the definition of an outcome",
    body: commentBody,
    answers: { 204: null },
    conditional: true,
  },

  listSegments: { tag: "Segments", summary: "List segments", query: pageQuery, answers: { 200: answers.segments } },
  getSegment: { tag: "Segments", summary: "Show a segment", answers: { 200: answers.segmentView }, conditional: true },
  putSegment: {
    ...segmentWrite,
    summary: "Create or replace a segment",
    body: partial(segmentFields, { key: true }),
    answers: { 200: answers.segmentView, 201: answers.segmentView },
    commentHeader: true,
  },
  patchSegment: {
    ...segmentWrite,
    summary: "Change parts of a segment",
    body: partial(segmentFields),
    patch: true,
    commentHeader: true,
  },
  deleteSegment: {
    tag: "Segments",
    summary: "Delete a segment",
    description: "Refused (409) while flags or segments use it; the answer names them.",
    body: commentBody,
    answers: { 204: null },
    ...changing,
  },
  listMembers: {
    tag: "Segments",
    summary: "List the listed members of a segment",
    description:
      "In the order in which they were added. A walk from page to page shows the list as it was at its first page, whatever is written meanwhile.",
    query: membersQuery,
    answers: { 200: answers.members },
  },
  changeMembers: {
    ...segmentWrite,
    summary: "Add and remove listed members",
    description:
      "Long lists are made in chunks, each a body of at most 4 MiB; every answer counts the members so far. All lists of an environment together may have 1 000 000 members and 48 MiB of JSON; a write that would make more is refused (422).",
    body: memberChanges,
  },

  listAudit: {
    tag: "Audit",
    summary: "What was done, newest first",
    description:
      'Whole resources before and after; the listed members of a segment are counted (`{ "count": n }`). A page may end before its limit when what it shows gets long.',
    query: auditQuery,
    answers: { 200: answers.history },
  },
  verifyAudit: {
    tag: "Audit",
    summary: "Check that the log is whole",
    description:
      "Goes through all entries and the texts that they refer to. Keep `head` elsewhere: whoever could rewrite the whole log can't give it the same one.",
    answers: { 200: answers.verdict },
  },
  listVersions: {
    tag: "Versions",
    summary: "List versions, newest first",
    query: pageQuery,
    answers: { 200: answers.versions },
  },
  getVersion: {
    tag: "Versions",
    summary: "Show a version with all its flags and segments",
    answers: { 200: answers.wholeVersion },
  },
  restoreVersion: {
    tag: "Versions",
    summary: "Bring back an earlier version, as a new one",
    description:
      "Flags and segments become what they were; keys and settings stay. Nothing happens where nothing differs. Flags that are being released stay as they are, unless `releases` is `cancel`. `preview` says for whom of the sample it changes something.",
    body: versionRestoring,
    answers: { 200: restoredAnswers.restored },
    ...changing,
  },

  evaluate: {
    tag: "Trial",
    summary: "What flags serve to a context, and why",
    description:
      "One flag, or all live ones whatever their `clientSide`, as a server key would get them. The inside of a segment is left out where the answer would become too long.",
    body: evaluateBody,
    readsOnly: true,
    answers: { 200: answers.explanations },
  },
  preview: {
    tag: "Trial",
    summary: "What changes would change for whom",
    description:
      "Nothing is written; what the batch would be refused for is refused. Flags are listed that the batch names, and those for which value or variant changes, with at most 5 examples each. Without contexts, the sample of recent ones is used, where the environment keeps one. What takes longer than 15 s ends early: `of` says how many contexts were tried.",
    body: previewBody,
    readsOnly: true,
    answers: { 200: answers.effects },
  },

  exportFlags: {
    tag: "Interchange",
    summary: "Export flags and segments as one document",
    query: exportQuery,
    answers: { 200: answers.document },
    tagged: true,
  },
  importFlags: {
    tag: "Interchange",
    summary: "Import a document",
    description:
      "Puts the document's flags and segments in place of those by the same names, archived ones too, and leaves the others alone. All or none, in one version, unless `partial=true`: then what isn't valid is left out and listed as refused, and so is what needs it. At most 16 MiB.",
    query: importQuery,
    body: nativeDocument,
    answers: { 200: answers.imported },
    ...changing,
    commentHeader: true,
  },
  promote: {
    tag: "Interchange",
    summary: "Promote flags from another environment",
    description:
      "The flags, and the segments and flags that they need, become what they are there, in one version. Shares of rollouts and `enabled` stay as they are here unless `include` names them, and a flag that is being released here is left as it is (409 where `flags` names it); `kept` says both. Others are left alone. The caller must be allowed to enter both environments.",
    body: promotion,
    answers: { 200: restoredAnswers.promoted },
    ...changing,
  },

  applyChanges: {
    tag: "Changes",
    summary: "Apply a batch of changes, all or none",
    description:
      "At most one version comes of it. References are judged after all of the changes. With `applyAt` they are made at that time, within seconds of it (202, the scheduled change), as one write of whoever scheduled them, if they still may and nothing that the changes touch was changed meanwhile, save by what was scheduled before; else they are not made, and webhooks are told (`change.conflict`). Where others have to consent, it is to the changes and their time, and the 202 is a change request. At most 100 wait.",
    body: changesBody,
    answers: {
      200: answers.environmentView,
      202: z.union([requestAnswers.scheduledChange, requestAnswers.changeRequest]),
    },
    conditional: true,
  },
  listScheduled: {
    tag: "Changes",
    summary: "List scheduled changes, newest first",
    description: "What is over is kept for 90 days. A page may end before its limit when what it shows gets long.",
    query: scheduledQuery,
    answers: { 200: requestAnswers.scheduledChanges },
  },
  getScheduled: {
    tag: "Changes",
    summary: "Show a scheduled change",
    answers: { 200: requestAnswers.scheduledChange },
  },
  cancelScheduled: {
    tag: "Changes",
    summary: "Take back a scheduled change",
    description: "Needs the role that its changes need. 409 when it is over already.",
    body: commentBody,
    answers: { 200: requestAnswers.scheduledChange },
  },

  propose: {
    tag: "Changes",
    summary: "Say what a change would do, and keep it to be committed",
    description:
      "Exactly one of `changes`, `release` and `promote`, as the routes of these take them. Makes no version and no entry in the log. `needs` says what committing would need: `nothing`, the `approval` of others, or a role that the caller doesn't have. It is kept for its caller for 15 minutes: at most 256 KiB each, 20 of one caller and 200 in all, of which the oldest goes.",
    body: proposalBody,
    answers: { 201: requestAnswers.proposal },
    unversioned: true,
    unaddressed: true,
  },
  commitProposal: {
    tag: "Changes",
    summary: "Make exactly what was proposed, once",
    description:
      "As the ordinary route would, with its answer. 409 when something that it touches was changed since, or it was committed before; 404 for anybody but who proposed it, and after 15 minutes. Needs the role that the change itself needs.",
    body: commentBody,
    answers: { 200: requestAnswers.committed },
    ...changing,
  },

  listKeys: { tag: "Keys", summary: "List environment keys", query: pageQuery, answers: { 200: answers.keys } },
  createKey: {
    tag: "Keys",
    summary: "Create an environment key",
    description: "The secret is in this answer and nowhere else.",
    body: newKey,
    answers: { 201: answers.newKeyView },
    conditional: true,
  },
  deleteKey: {
    tag: "Keys",
    summary: "Revoke an environment key",
    body: commentBody,
    answers: { 204: null },
    conditional: true,
  },

  createOverride: {
    tag: "Overrides",
    summary: "Let a tester see a variant",
    description:
      "The answer's `override`, sent as a header or a cookie by the name `Sluice-Override`, makes gates and canaries serve this variant of this flag of this environment, to whoever sends it, until it expires: in a day, unless `expiresAt` says else, and in 7 days at most. Nothing of it is stored but that it was made, in the log. It can't be taken back; another `OVERRIDE_SECRET` ends all of them. 409 where that secret isn't set.",
    body: newOverride,
    answers: { 201: answers.newOverrideView },
    unaddressed: true,
    conditional: true,
  },

  listChangeRequests: {
    tag: "Change requests",
    summary: "List changes that wait, or waited, for consent, newest first",
    query: requestQuery,
    answers: { 200: requestAnswers.changeRequests },
  },
  getChangeRequest: {
    tag: "Change requests",
    summary: "Show a change request, and what it would do",
    answers: { 200: requestAnswers.changeRequest },
  },
  approveChangeRequest: {
    tag: "Change requests",
    summary: "Consent to a change",
    description:
      "Whoever asked for it can't, and nobody counts twice; it needs the role that the change itself does. The last consent that is needed makes the change, as its author. 409 when what it would change was changed meanwhile: then all consent is dropped, and the change has to be asked for anew.",
    body: decision,
    answers: { 200: requestAnswers.changeRequest },
    conditional: true,
  },
  rejectChangeRequest: {
    tag: "Change requests",
    summary: "Refuse a change, or take back one's own",
    body: decision,
    answers: { 200: requestAnswers.changeRequest },
    conditional: true,
  },

  listWebhooks: {
    tag: "Webhooks",
    summary: "List webhooks",
    query: pageQuery,
    answers: { 200: webhookAnswers.webhooks },
  },
  createWebhook: {
    tag: "Webhooks",
    summary: "Create a webhook",
    description:
      "It is told, by POST, of what `events` names: by default of releases (`release.decision`, `release.harm`, `release.end`), of change requests (`request.opened`), of scheduled changes that can't be made (`change.conflict`) and of the end of an environment (`environment.ending`); if it wants, of every change of a flag or segment. Of what is about a flag only what matches one of the lists of `filter` is sent. Messages are signed by the scheme of Standard Webhooks: `webhook-id`, `webhook-timestamp`, `webhook-signature`. The body is `{ type, timestamp, data: { environment, text, … } }`, or for Slack `{ text }`. A message counts as delivered when the answer is 2xx within 5 s; else it is sent again for a day, at growing pauses, so it may come more than once: `webhook-id` says whether it did. The secret is in this answer and nowhere else.",
    body: newWebhook,
    answers: { 201: webhookAnswers.newWebhookView },
    conditional: true,
  },
  getWebhook: {
    tag: "Webhooks",
    summary: "Show a webhook",
    answers: { 200: webhookAnswers.webhookView },
    conditional: true,
  },
  patchWebhook: {
    tag: "Webhooks",
    summary: "Change a webhook",
    description:
      "What isn't given stays. What is still to be sent goes to the new address, signed with the new secret.",
    body: webhookPatch,
    answers: { 200: webhookAnswers.webhookView },
    conditional: true,
  },
  deleteWebhook: {
    tag: "Webhooks",
    summary: "Delete a webhook, with its deliveries",
    body: commentBody,
    answers: { 204: null },
    conditional: true,
  },
  testWebhook: {
    tag: "Webhooks",
    summary: "Send a webhook a message to try it",
    body: commentBody,
    answers: { 202: webhookAnswers.delivery },
    conditional: true,
  },
  listDeliveries: {
    tag: "Webhooks",
    summary: "What was sent to a webhook, newest first",
    description: "Kept for 30 days, 500 messages at most; of each the latest 20 attempts. Bodies are not shown.",
    query: pageQuery,
    answers: { 200: webhookAnswers.deliveries },
  },
  getDelivery: { tag: "Webhooks", summary: "Show what became of a message", answers: { 200: webhookAnswers.delivery } },
  redeliver: {
    tag: "Webhooks",
    summary: "Send a message once more, with the same `webhook-id`",
    body: commentBody,
    answers: { 202: webhookAnswers.delivery },
    conditional: true,
  },

  listTokens: {
    tag: "Access",
    summary: "List admin tokens",
    description: "Those that reach no further than the caller.",
    query: pageQuery,
    answers: { 200: answers.tokens },
  },
  createToken: {
    tag: "Access",
    summary: "Create an admin token",
    description:
      "The secret is in this answer and nowhere else. A token can't be made that may do more, reaches further or lives longer than the credential that makes it.",
    body: newToken,
    answers: { 201: answers.newTokenView },
    conditional: true,
  },
  deleteToken: {
    tag: "Access",
    summary: "Revoke an admin token, at once",
    body: commentBody,
    answers: { 204: null },
    conditional: true,
  },

  workspaceAudit: {
    tag: "Access",
    summary: "What was done to environments as a whole and to tokens, newest first",
    description: "Needs a credential for all environments.",
    query: workspaceAuditQuery,
    answers: { 200: answers.history },
  },
  verifyWorkspaceAudit: {
    tag: "Access",
    summary: "Whether that log is whole",
    description: "Needs a credential for all environments.",
    answers: { 200: answers.verdict },
  },
};
