import { memberChanges, membersQuery, pageQuery } from "../../contract/admin.ts";
import { segment } from "../../contract/segment.ts";
import { jsonResponse } from "../respond.ts";
import { list, resource } from "./answer.ts";
import type { Handlers } from "./call.ts";
import { change } from "./change.ts";
import { afterKey, afterPlace, writeCursor } from "./cursor.ts";
import { refusal } from "./refused.ts";
import { ask } from "./remote.ts";

const noSuchSegment = () => refusal("not-found", "There is no such segment.");

export const segmentHandlers = {
  async listSegments(call) {
    const { cursor, limit } = call.query(pageQuery);
    const { object } = await call.here();
    const { segments, next } = await ask(object.segments({ limit, ...afterKey(cursor) }));
    return list("segments", segments, next);
  },

  async getSegment(call) {
    const { object } = await call.here();
    const found = await ask(object.segment(call.key));
    if (!found) throw noSuchSegment();
    return resource(call, found.view, found.etag);
  },

  putSegment: async (call) => change(call, { op: "putSegment", segment: await call.named(segment) }),
  patchSegment: async (call) => change(call, { op: "patchSegment", key: call.key, patch: await call.patch() }),
  deleteSegment: async (call) => change(call, { op: "deleteSegment", key: call.key }, await call.comment()),

  async listMembers(call) {
    const { cursor, ...query } = call.query(membersQuery);
    const { object } = await call.here();
    const found = await ask(object.segmentMembers(call.key, { ...query, ...afterPlace(cursor) }));
    if (!found) throw noSuchSegment();
    const { next, ...page } = found;
    return jsonResponse(next ? { ...page, cursor: writeCursor(`${next.version}.${next.place}`) } : page);
  },

  async changeMembers(call) {
    const { comment, add, remove } = await call.body(memberChanges);
    return change(call, { op: "changeMembers", key: call.key, add, remove }, comment);
  },
} satisfies Handlers;
