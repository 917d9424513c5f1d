import type { Source } from "./store.ts";

export function kvSources(_kv: KVNamespace): Source {
  throw new Error("not yet");
}
