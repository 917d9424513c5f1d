import type { KeyView } from "../../contract/admin.ts";
import type { Refusal } from "../../contract/problem.ts";
import type { NewKey } from "../rpc.ts";
import type { Entry, Stamp, StoredKey } from "../store/state.ts";

/* What becomes of an environment's keys, and what the log says of it. */

type Changed = { ok: true; keys: readonly StoredKey[]; entry: Entry; view: KeyView };

export function withKey(keys: readonly StoredKey[], key: NewKey, stamp: Stamp): Changed | Refusal {
  if (keys.some((one) => one.id === key.id || one.hash === key.hash))
    return { ok: false, problem: { type: "conflict", detail: "There is such a key already." } };
  const stored: StoredKey = { ...key, createdAt: new Date(stamp.at).toISOString(), createdBy: stamp.by };
  const view = keyView(stored);
  const entry: Entry = { action: "createKey", kind: "key", key: key.id, before: null, after: view };
  return { ok: true, keys: [...keys, stored], entry, view };
}

export function withoutKey(keys: readonly StoredKey[], id: string): Changed | Refusal {
  const stored = keys.find((one) => one.id === id);
  if (!stored) return { ok: false, problem: { type: "not-found", detail: "There is no such key." } };
  const view = keyView(stored);
  const entry: Entry = { action: "deleteKey", kind: "key", key: id, before: view, after: null };
  return { ok: true, keys: keys.filter((one) => one !== stored), entry, view };
}

/** A key as it is shown. */
export function keyView({ hash: _hash, ...view }: StoredKey): KeyView {
  return view;
}
