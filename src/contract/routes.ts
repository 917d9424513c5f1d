import type { Role } from "./role.ts";

/**
 * The administration routes and the weakest role that may use each: the one table from which the API mounts its
 * handlers, answers 405 with `Allow`, checks roles, and from which the OpenAPI document is generated.
 *
 * Paths are below `/admin/v1`; `{env}`, `{key}` and `{id}` are one percent-encoded segment each.
 */
export const ADMIN_ROUTES = {
  whoAmI: ["GET", "/me", "viewer"],
  createSession: ["POST", "/session", "viewer"],
  deleteSession: ["DELETE", "/session", "viewer"],

  listEnvironments: ["GET", "/environments", "viewer"],
  createEnvironment: ["POST", "/environments", "admin"],
  getEnvironment: ["GET", "/environments/{env}", "viewer"],
  patchEnvironment: ["PATCH", "/environments/{env}", "admin"],
  deleteEnvironment: ["DELETE", "/environments/{env}", "admin"],

  listFlagsEverywhere: ["GET", "/flags", "viewer"],
  createFlag: ["POST", "/flags", "editor"],
  getFlagEverywhere: ["GET", "/flags/{key}", "viewer"],

  watchEnvironment: ["GET", "/environments/{env}/stream", "viewer"],

  listFlags: ["GET", "/environments/{env}/flags", "viewer"],
  getFlag: ["GET", "/environments/{env}/flags/{key}", "viewer"],
  putFlag: ["PUT", "/environments/{env}/flags/{key}", "editor"],
  patchFlag: ["PATCH", "/environments/{env}/flags/{key}", "editor"],
  archiveFlag: ["DELETE", "/environments/{env}/flags/{key}", "editor"],
  restoreFlag: ["POST", "/environments/{env}/flags/{key}/restore", "editor"],
  disableFlag: ["POST", "/environments/{env}/flags/{key}/disable", "operator"],
  enableFlag: ["POST", "/environments/{env}/flags/{key}/enable", "operator"],
  addRule: ["POST", "/environments/{env}/flags/{key}/rules", "editor"],
  orderRules: ["PUT", "/environments/{env}/flags/{key}/rules", "editor"],
  patchRule: ["PATCH", "/environments/{env}/flags/{key}/rules/{id}", "editor"],
  deleteRule: ["DELETE", "/environments/{env}/flags/{key}/rules/{id}", "editor"],
  setRollout: ["PUT", "/environments/{env}/flags/{key}/rollout", "operator"],
  flagHistory: ["GET", "/environments/{env}/flags/{key}/history", "viewer"],
  flagMetrics: ["GET", "/environments/{env}/flags/{key}/metrics", "viewer"],
  flagShadow: ["GET", "/environments/{env}/flags/{key}/shadow", "viewer"],
  flagExperiment: ["GET", "/environments/{env}/flags/{key}/experiment", "viewer"],

  listAllReleases: ["GET", "/environments/{env}/releases", "viewer"],
  listReleases: ["GET", "/environments/{env}/flags/{key}/releases", "viewer"],
  createRelease: ["POST", "/environments/{env}/flags/{key}/releases", "operator"],
  getRelease: ["GET", "/environments/{env}/flags/{key}/releases/{id}", "viewer"],
  releaseReport: ["GET", "/environments/{env}/flags/{key}/releases/{id}/report", "viewer"],
  pauseRelease: ["POST", "/environments/{env}/flags/{key}/releases/{id}/pause", "operator"],
  resumeRelease: ["POST", "/environments/{env}/flags/{key}/releases/{id}/resume", "operator"],
  approveRelease: ["POST", "/environments/{env}/flags/{key}/releases/{id}/approve", "operator"],
  advanceRelease: ["POST", "/environments/{env}/flags/{key}/releases/{id}/advance", "operator"],
  promoteRelease: ["POST", "/environments/{env}/flags/{key}/releases/{id}/promote", "operator"],
  unrelease: ["POST", "/environments/{env}/flags/{key}/releases/{id}/unrelease", "operator"],
  cancelRelease: ["POST", "/environments/{env}/flags/{key}/releases/{id}/cancel", "operator"],
  acknowledgeRelease: ["POST", "/environments/{env}/flags/{key}/releases/{id}/acknowledge", "operator"],

  createAlertSecret: ["POST", "/environments/{env}/flags/{key}/releases/{id}/alert-secret", "operator"],

  listPlans: ["GET", "/environments/{env}/plans", "viewer"],
  getPlan: ["GET", "/environments/{env}/plans/{key}", "viewer"],
  putPlan: ["PUT", "/environments/{env}/plans/{key}", "editor"],
  previewPlan: ["POST", "/environments/{env}/plans/preview", "viewer"],
  listPresets: ["GET", "/plans/presets", "viewer"],
  deletePlan: ["DELETE", "/environments/{env}/plans/{key}", "editor"],

  listSegments: ["GET", "/environments/{env}/segments", "viewer"],
  getSegment: ["GET", "/environments/{env}/segments/{key}", "viewer"],
  putSegment: ["PUT", "/environments/{env}/segments/{key}", "editor"],
  patchSegment: ["PATCH", "/environments/{env}/segments/{key}", "editor"],
  deleteSegment: ["DELETE", "/environments/{env}/segments/{key}", "editor"],
  listMembers: ["GET", "/environments/{env}/segments/{key}/members", "viewer"],
  changeMembers: ["POST", "/environments/{env}/segments/{key}/members", "editor"],

  listAudit: ["GET", "/environments/{env}/audit", "viewer"],
  verifyAudit: ["GET", "/environments/{env}/audit/verify", "viewer"],
  listVersions: ["GET", "/environments/{env}/versions", "viewer"],
  getVersion: ["GET", "/environments/{env}/versions/{key}", "viewer"],
  restoreVersion: ["POST", "/environments/{env}/versions/{key}/restore", "editor"],

  evaluate: ["POST", "/environments/{env}/evaluate", "viewer"],
  preview: ["POST", "/environments/{env}/preview", "viewer"],

  exportFlags: ["GET", "/environments/{env}/export", "viewer"],
  importFlags: ["POST", "/environments/{env}/import", "editor"],
  promote: ["POST", "/environments/{env}/promote", "editor"],

  applyChanges: ["POST", "/environments/{env}/changes", "operator"],
  listScheduled: ["GET", "/environments/{env}/scheduled", "viewer"],
  getScheduled: ["GET", "/environments/{env}/scheduled/{key}", "viewer"],
  cancelScheduled: ["DELETE", "/environments/{env}/scheduled/{key}", "operator"],
  propose: ["POST", "/environments/{env}/proposals", "viewer"],
  commitProposal: ["POST", "/environments/{env}/proposals/{key}/commit", "operator"],

  getManifest: ["GET", "/environments/{env}/openfeature/v0/manifest", "viewer"],
  createManifestFlag: ["POST", "/environments/{env}/openfeature/v0/manifest/flags", "editor"],
  putManifestFlag: ["PUT", "/environments/{env}/openfeature/v0/manifest/flags/{key}", "editor"],

  listMetrics: ["GET", "/environments/{env}/metrics", "viewer"],
  getMetric: ["GET", "/environments/{env}/metrics/{key}", "viewer"],
  putMetric: ["PUT", "/environments/{env}/metrics/{key}", "editor"],
  deleteMetric: ["DELETE", "/environments/{env}/metrics/{key}", "editor"],

  listKeys: ["GET", "/environments/{env}/keys", "viewer"],
  createKey: ["POST", "/environments/{env}/keys", "admin"],
  deleteKey: ["DELETE", "/environments/{env}/keys/{key}", "admin"],

  createOverride: ["POST", "/environments/{env}/overrides", "operator"],

  listChangeRequests: ["GET", "/environments/{env}/change-requests", "viewer"],
  getChangeRequest: ["GET", "/environments/{env}/change-requests/{key}", "viewer"],
  approveChangeRequest: ["POST", "/environments/{env}/change-requests/{key}/approve", "operator"],
  rejectChangeRequest: ["POST", "/environments/{env}/change-requests/{key}/reject", "operator"],

  listWebhooks: ["GET", "/environments/{env}/webhooks", "admin"],
  createWebhook: ["POST", "/environments/{env}/webhooks", "admin"],
  getWebhook: ["GET", "/environments/{env}/webhooks/{key}", "admin"],
  patchWebhook: ["PATCH", "/environments/{env}/webhooks/{key}", "admin"],
  deleteWebhook: ["DELETE", "/environments/{env}/webhooks/{key}", "admin"],
  testWebhook: ["POST", "/environments/{env}/webhooks/{key}/test", "admin"],
  listDeliveries: ["GET", "/environments/{env}/webhooks/{key}/deliveries", "admin"],
  getDelivery: ["GET", "/environments/{env}/webhooks/{key}/deliveries/{id}", "admin"],
  redeliver: ["POST", "/environments/{env}/webhooks/{key}/deliveries/{id}/redeliver", "admin"],

  listTokens: ["GET", "/tokens", "viewer"],
  createToken: ["POST", "/tokens", "admin"],
  deleteToken: ["DELETE", "/tokens/{key}", "admin"],

  workspaceAudit: ["GET", "/audit", "admin"],
  verifyWorkspaceAudit: ["GET", "/audit/verify", "admin"],
} as const satisfies Record<string, readonly [method: string, path: string, role: Role]>;

export type Operation = keyof typeof ADMIN_ROUTES;
