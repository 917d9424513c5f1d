import type { Packing } from "../durable/replays.ts";
import { listed } from "./write/counted.ts";
import { getSegment } from "./store/segment-text.ts";
import { type TextRef, ContentStore } from "./store/content-store.ts";

/**
 * Results of writes as they are remembered. The resource in them may be large, and its text is stored already, for the
 * log: it is kept by reference, so that remembering a write costs next to nothing. A result is packed in the
 * transaction of its write, when what it shows is what is in force.
 */
export function packing(sql: SqlStorage): Packing {
  const texts = new ContentStore(sql);
  const segmentNow = (key: string): TextRef =>
    sql.exec<{ text: TextRef }>("SELECT text FROM segments WHERE key = ?", key).one().text;
  return {
    pack: (result) =>
      JSON.stringify(result, (name, value: unknown) => {
        if (!isResource(value)) return value;
        if (name === "flag") return { text: texts.put(JSON.stringify(value)) };
        return name === "segment" ? { text: segmentNow(value.key) } : value;
      }),
    unpack: (packed) =>
      JSON.parse(packed, (name, value: unknown) => {
        if (!isReference(value)) return value;
        if (name === "flag") return JSON.parse(texts.get(value.text));
        return name === "segment" ? listed(getSegment(texts, value.text)) : value;
      }),
  };
}

/** `flag` in a FlagView, `segment` in a SegmentView: what is under the same names further out is the view. */
function isResource(value: unknown): value is { key: string } {
  return typeof value === "object" && value !== null && "key" in value && typeof value.key === "string";
}

function isReference(value: unknown): value is { text: TextRef } {
  return typeof value === "object" && value !== null && "text" in value && typeof value.text === "string";
}
