import { memberChanges, pageQuery } from "../../contract/admin.ts";
import { segment } from "../../contract/segment.ts";
import { list, resource } from "./answer.ts";
import type { Handlers } from "./call.ts";
import { change } from "./change.ts";
import { afterKey } from "./cursor.ts";
import { refusal } from "./refused.ts";
import { ask } from "./remote.ts";

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
    if (!found) throw refusal("not-found", "There is no such segment.");
    return resource(call, found.view, found.etag);
  },

  putSegment: async (call) => change(call, { op: "putSegment", segment: await call.named(segment) }),
  patchSegment: async (call) => change(call, { op: "patchSegment", key: call.key, patch: await call.patch() }),
  deleteSegment: async (call) => change(call, { op: "deleteSegment", key: call.key }, await call.comment()),

  async changeMembers(call) {
    const { comment, add, remove } = await call.body(memberChanges);
    return change(call, { op: "changeMembers", key: call.key, add, remove }, comment);
  },
} satisfies Handlers;
