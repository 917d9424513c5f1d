import type { Packing } from "../snapshot/replays.ts";
import { Texts } from "./texts.ts";

/**
 * Results of writes as they are remembered. The resource in them may be large, and its text is stored already, for the
 * log: it is kept by reference, so that remembering a write costs next to nothing.
 */
export function packing(sql: SqlStorage): Packing {
  const texts = new Texts(sql);
  return {
    pack: (result) =>
      JSON.stringify(result, (name, value: unknown) =>
        isResource(name, value) ? { text: texts.put(JSON.stringify(value)) } : value,
      ),
    unpack: (packed) =>
      JSON.parse(packed, (name, value: unknown) =>
        isReference(name, value) ? JSON.parse(texts.get(value.text)) : value,
      ),
  };
}

/** `flag` in a FlagView, `segment` in a SegmentView: what is under the same names further out is the view. */
function isResource(name: string, value: unknown): boolean {
  return isSlot(name) && typeof value === "object" && value !== null && "key" in value;
}

function isReference(name: string, value: unknown): value is { text: string } {
  return isSlot(name) && typeof value === "object" && value !== null && "text" in value;
}

function isSlot(name: string): boolean {
  return name === "flag" || name === "segment";
}
