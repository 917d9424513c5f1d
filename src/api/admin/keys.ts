import { commentBody, type KeyView, newKey, pageQuery } from "../../contract/admin.ts";
import { hashKey, mintId, mintKey } from "../keys.ts";
import { list, written } from "./answer.ts";
import type { Handlers } from "./call.ts";
import { afterKey, pageOf } from "./cursor.ts";
import { etagOf } from "./environment-view.ts";
import { ask, done } from "./remote.ts";

/** A new key of an environment, as it is stored, and its text, which is shown once. */
export async function mintedKey<T extends Pick<KeyView, "kind">>(environment: string, spec: T) {
  const secret = mintKey(spec.kind, environment);
  return { key: { ...spec, id: mintId(Date.now()), hash: await hashKey(secret) }, secret };
}

export const keyHandlers = {
  async listKeys(call) {
    const { limit, cursor } = call.query(pageQuery);
    const { after } = afterKey(cursor);
    const { object } = await call.here();
    const keys = (await ask(object.keys())).toSorted((a, b) => (a.id < b.id ? -1 : 1));
    const { items, next } = pageOf(keys, (key) => key.id, after, limit);
    return list("keys", items, next);
  },

  async createKey(call) {
    const { comment, ...spec } = await call.body(newKey);
    const { object, wrote } = await call.here();
    const { key, secret } = await mintedKey(call.env, spec);
    const result = await done(object.createKey(key, call.write(comment)));
    wrote(result.version);
    const etag = etagOf(result); // a key never changes: this revision, the one it came with, names it for good
    const view = result.replayed ? result.key : { ...result.key, secret };
    return written(view, { ...result, etag }, 201, `${call.path}/${view.id}`);
  },

  async deleteKey(call) {
    const { comment } = await call.body(commentBody);
    const { object, wrote } = await call.here();
    const result = await done(object.deleteKey(call.key, call.write(comment)));
    wrote(result.version);
    return written(undefined, result);
  },
} satisfies Handlers;
