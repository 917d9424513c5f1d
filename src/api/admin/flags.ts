import { flagQuery, flagRestoring, newRule, pageQuery, rolloutBody, ruleOrder } from "../../contract/admin.ts";
import { flag, withBooleanDefaults } from "../../contract/flag.ts";
import { hasEnded } from "../../contract/release.ts";
import { jsonResponse } from "../respond.ts";
import { list, resource, written } from "./answer.ts";
import type { Handlers } from "./call.ts";
import { change } from "./change.ts";
import { afterKey, afterNumber } from "./cursor.ts";
import { refusal } from "./refused.ts";
import { ask, done } from "./remote.ts";

/* What flags mean and what may be done to them is decided by the environment's object; here requests become changes. */

const noSuchFlag = () => refusal("not-found", "There is no such flag.");

export const flagHandlers = {
  async listFlags(call) {
    const { cursor, ...query } = call.query(flagQuery);
    const { object } = await call.here();
    const { flags, next } = await ask(object.flags({ ...query, ...afterKey(cursor) }, call.caller));
    return list("flags", flags, next);
  },

  async getFlag(call) {
    const { object } = await call.here();
    const found = await ask(object.flag(call.key, call.caller));
    if (!found) throw noSuchFlag();
    const { view, etag } = found;
    // While it is being released the tag stands and what is shown moves: whoever polls must not be told that nothing did.
    const moves = view.release !== undefined && !hasEnded(view.release.state);
    return moves ? jsonResponse(view, 200, { ETag: etag }) : resource(call, view, etag);
  },

  putFlag: async (call) => change(call, { op: "putFlag", flag: await call.named(flag, withBooleanDefaults) }),
  patchFlag: async (call) => change(call, { op: "patchFlag", key: call.key, patch: await call.patch() }),
  archiveFlag: async (call) => change(call, { op: "archiveFlag", key: call.key }, await call.comment()),
  disableFlag: async (call) => change(call, { op: "disableFlag", key: call.key }, await call.comment()),
  enableFlag: async (call) => change(call, { op: "enableFlag", key: call.key }, await call.comment()),

  async restoreFlag(call) {
    const { version, dryRun, comment } = await call.body(flagRestoring);
    const { object, wrote } = await call.here();
    const how = { ...call.write(comment), dryRun };
    const { key } = call;
    const result = await done(
      version === undefined ? object.apply([{ op: "restoreFlag", key }], how) : object.restoreFlag(key, version, how),
    );
    wrote(result.version);
    const { flag, diff, preview } = result;
    return written({ ...flag, ...(diff && { diff }), ...(preview && { preview }) }, result);
  },

  async addRule(call) {
    const { comment, ...added } = await call.body(newRule);
    return change(call, { op: "addRule", key: call.key, ...added }, comment);
  },

  async orderRules(call) {
    const { comment, order } = await call.body(ruleOrder);
    return change(call, { op: "orderRules", key: call.key, order }, comment);
  },

  patchRule: async (call) => change(call, { op: "patchRule", key: call.key, id: call.id, patch: await call.patch() }),
  deleteRule: async (call) => change(call, { op: "deleteRule", key: call.key, id: call.id }, await call.comment()),

  async setRollout(call) {
    const { comment, ...target } = await call.body(rolloutBody);
    return change(call, { op: "setRollout", key: call.key, ...target }, comment);
  },

  async flagHistory(call) {
    const { cursor, limit } = call.query(pageQuery);
    const { object } = await call.here();
    const { entries, next } = await ask(object.audit({ flag: call.key, limit, ...afterNumber(cursor) }));
    if (entries.length === 0 && !(await ask(object.flag(call.key)))) throw noSuchFlag();
    return list("entries", entries, next);
  },
} satisfies Handlers;
