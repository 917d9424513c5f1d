import type { Operation } from "../../src/contract/routes.ts";

/* A body for every route that takes one, as somebody would send it. The tests hold each against its schema. */

const why = { comment: "As agreed in the stand-up" };
const flag = {
  key: "new-checkout",
  type: "boolean",
  variants: { on: true, off: false },
  offVariant: "off",
  rules: [{ id: "staff", when: { segment: "staff" }, serve: { variant: "on" } }],
  default: {
    rollout: { percentage: 25, split: [{ variant: "on", weight: 1 }], otherwise: "off" },
  },
  clientSide: true,
  owner: "checkout-team",
};
const segment = {
  name: "Our own people",
  include: ["user-1"],
  when: { attribute: "email", operator: "endsWith", values: ["@shop.example"] },
};
const plan = {
  stages: [
    { name: "few", percentage: 5, minBake: "1h" },
    { name: "half", percentage: 50, minBake: "1h", gates: [{ approval: { role: "operator" } }] },
    { name: "all", percentage: 100, watch: "1d" },
  ],
  guardrails: [{ metric: "errors", role: "guard" }],
};
const rollout = { percentage: 50, comment: "Nothing was seen at 25" };
const { key: _key, ...unnamed } = flag;

export const EXAMPLES: Partial<Record<Operation | "alertRelease", unknown>> = {
  createSession: { token: "slc_admin_0123456789abcdef0123456789abcdef01234567" },
  deleteSession: {},
  createEnvironment: {
    name: "preview-42",
    description: "Pull request 42",
    copyFrom: "production",
    expiresAt: "2027-01-08T12:00:00Z",
  },
  patchEnvironment: { requiresApproval: 1, sampling: { enabled: true, redact: ["email"] }, ...why },
  deleteEnvironment: why,
  createManifestFlag: { key: "max-items", type: "integer", defaultValue: 20, description: "In one basket" },
  putManifestFlag: { key: "max-items", type: "integer", description: "In one basket" },
  createFlag: { flag, environments: ["development", "staging"] },
  putFlag: unnamed,
  patchFlag: { owner: "payments-team", default: { variant: "on" } },
  archiveFlag: why,
  restoreFlag: { version: 41, dryRun: true },
  disableFlag: why,
  enableFlag: why,
  addRule: {
    rule: {
      name: "Half of Austria",
      when: { attribute: "geo.country", operator: "in", values: ["AT"] },
      serve: { variant: "on" },
    },
    before: "staff",
  },
  orderRules: { order: ["ramp", "staff"] },
  patchRule: { serve: { variant: "off" } },
  deleteRule: why,
  setRollout: rollout,
  createRelease: { plan: "careful", rule: "ramp", ...why },
  pauseRelease: why,
  resumeRelease: why,
  approveRelease: why,
  advanceRelease: why,
  promoteRelease: why,
  unrelease: why,
  cancelRelease: why,
  acknowledgeRelease: why,
  createAlertSecret: why,
  alertRelease: { action: "pause", comment: "5xx of checkout above 2 %" },
  putPlan: plan,
  previewPlan: { flag: "new-checkout", plan, traffic: { perSecond: 20, errorShare: 0.002 } },
  deletePlan: why,
  putSegment: segment,
  patchSegment: { name: "Staff" },
  deleteSegment: why,
  changeMembers: { add: ["user-2", "user-3"], remove: ["user-1"] },
  restoreVersion: { dryRun: true },
  evaluate: { context: { targetingKey: "user-1", email: "ada@shop.example" }, flag: "new-checkout" },
  preview: {
    changes: [{ op: "setRollout", key: "new-checkout", percentage: 50 }],
    contexts: [{ targetingKey: "user-1" }, { targetingKey: "user-2" }],
  },
  importFlags: { format: "sluice", formatVersion: 1, flags: [flag], segments: [{ key: "staff", ...segment }] },
  promote: { from: "staging", flags: ["new-checkout"], dryRun: true },
  applyChanges: {
    changes: [
      { op: "putSegment", segment: { key: "staff", ...segment } },
      { op: "patchFlag", key: "new-checkout", patch: { owner: "payments-team" } },
      { op: "disableFlag", key: "old-checkout" },
    ],
    ...why,
  },
  propose: { changes: [{ op: "enableFlag", key: "new-checkout" }] },
  commitProposal: why,
  putMetric: { per: "unit", window: "1h" },
  deleteMetric: why,
  createKey: { kind: "client", name: "Web shop", origins: ["https://shop.example"] },
  deleteKey: why,
  createOverride: { flag: "new-checkout", variant: "on", expiresAt: "2027-01-02T09:00:00Z" },
  approveChangeRequest: why,
  rejectChangeRequest: { comment: "Not before the sale ends" },
  createWebhook: {
    url: "https://hooks.shop.example/sluice",
    events: ["release.harm", "flag.changed"],
    filter: { tags: ["checkout"] },
  },
  patchWebhook: { format: "slack" },
  deleteWebhook: why,
  testWebhook: {},
  redeliver: {},
  createToken: {
    name: "CI of the web shop",
    role: "editor",
    environments: ["staging"],
    expiresAt: "2027-06-01T00:00:00Z",
  },
  deleteToken: why,
  cancelScheduled: why,
};
