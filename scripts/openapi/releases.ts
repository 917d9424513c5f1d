import { commentBody, pageQuery } from "../../src/contract/admin.ts";
import { planPreviewBody } from "../../src/contract/plan-preview.ts";
import { planFields } from "../../src/contract/plan.ts";
import { advancing, control, newRelease, reportQuery } from "../../src/contract/release.ts";
import { releaseQuery } from "../../src/contract/release-query.ts";
import * as answers from "../../src/contract/release-answers.ts";
import type { Description } from "./operations.ts";

const drive = { tag: "Releases", body: control, answers: { 200: answers.releaseView }, conditional: true } as const;
const NEVER_PAST =
  "Refused (409) while a guard is in harm, without data, invalid or not yet judged in this stage, past a closed gate, and in a freeze. An admin's `force`, with a comment, goes past gates and missing data, and the report says so.";

/** Releases and plans. */
export const RELEASE_OPERATIONS = {
  listAllReleases: {
    tag: "Releases",
    summary: "List releases of all flags, live ones first, then those made last",
    query: releaseQuery,
    answers: { 200: answers.releases },
  },
  listReleases: {
    tag: "Releases",
    summary: "List a flag's releases, latest first",
    query: pageQuery,
    answers: { 200: answers.releases },
  },
  createRelease: {
    tag: "Releases",
    summary: "Release a rule, or the default, of a flag by a plan",
    description:
      "Starts at once, at `startAt`, or after a freeze. `plan` is a plan, or the name of one that is kept, whose revisions the release then follows, or of a preset. A flag has one live release at most. Refused (409) where it would take people out who have the change now, unless `lower` says so, and (422) where a guardrail names a metric that nobody has defined or reported here.",
    body: newRelease,
    answers: { 201: answers.releaseView },
    conditional: true,
    consent: true,
  },
  getRelease: {
    tag: "Releases",
    summary: "Show a release: where it is, why, and what happens next",
    answers: { 200: answers.releaseView },
    conditional: true,
  },
  releaseReport: {
    tag: "Releases",
    summary: "Show what became of each stage",
    description: "As JSON, or, for who asks for `text/html`, as a page that prints.",
    query: reportQuery,
    answers: { 200: answers.releaseReport },
    page: true,
  },
  pauseRelease: { ...drive, summary: "Pause a release; guardrails are still watched" },
  resumeRelease: {
    ...drive,
    summary: "Go on with a release that is paused, or suspended by a change by hand",
    description: "A suspended one goes on with the percentage that was set by hand, from the beginning of its stage.",
  },
  approveRelease: {
    ...drive,
    summary: "Consent to going past the present stage",
    description:
      "Counts once, for one stage of one revision of the plan. The gate says which role may, and whether the author may.",
  },
  advanceRelease: { ...drive, body: advancing, summary: "Go on to the next stage now", description: NEVER_PAST },
  promoteRelease: { ...drive, body: advancing, summary: "Go on to the last stage now", description: NEVER_PAST },
  unrelease: {
    ...drive,
    summary: "Take a release back, at once",
    description:
      "One write: the released rule's percentage is 0, the rules of stages are gone. Needs no approval, gate or data.",
  },
  cancelRelease: { ...drive, summary: "End a release and leave the percentage as it is" },
  acknowledgeRelease: {
    ...drive,
    summary: "Put up with the present alarms for this stage",
    description: "Of signals, and of guards where only client keys reported harm. Other harm can't be put up with.",
  },
  createAlertSecret: {
    tag: "Releases",
    summary: "Give a release a secret that alerts about it are signed with, and a token for monitors that can't sign",
    description: "Both are in this answer and nowhere else; those before, if there were any, count no more.",
    body: commentBody,
    answers: { 201: answers.alertSecret },
    conditional: true,
    unaddressed: true,
  },

  previewPlan: {
    tag: "Releases",
    summary: "Say how long a plan would take, and what harm it could see",
    description:
      "In whole seconds from each stage's entry, bake and warm-up included; by the traffic of the last 7 days, unless it is given. As if people were alike: where a few make most of the requests it takes longer. Nothing is written.",
    body: planPreviewBody,
    readsOnly: true,
    answers: { 200: answers.planPreview },
  },
  listPresets: {
    tag: "Releases",
    summary: "List plans that everybody has, by traffic",
    description: "Usable by name; a plan that is kept under the name wins.",
    answers: { 200: answers.presets },
  },
  listPlans: { tag: "Releases", summary: "List plans", query: pageQuery, answers: { 200: answers.plans } },
  getPlan: { tag: "Releases", summary: "Show a plan", answers: { 200: answers.planView }, conditional: true },
  putPlan: {
    tag: "Releases",
    summary: "Create or revise a plan",
    description: "Live releases that name it follow; refused (409) where it would change a stage that one has entered.",
    body: planFields,
    answers: { 200: answers.planView, 201: answers.planView },
    conditional: true,
    consent: true,
    commentHeader: true,
  },
  deletePlan: {
    tag: "Releases",
    summary: "Delete a plan that no live release follows",
    body: commentBody,
    answers: { 204: null },
    conditional: true,
  },
} satisfies Record<string, Description>;
