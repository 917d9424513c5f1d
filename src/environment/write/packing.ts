import { isJsonObject, type JsonObject } from "../../contract/json.ts";
import type { Packing } from "../../durable/replays.ts";
import { type ContentStore, type TextRef } from "../store/content-store.ts";
import { getSegment } from "../store/segment-text.ts";
import { listed } from "./counted.ts";

/**
 * Results of writes as they are remembered. The one resource in them that may be large, the flag or segment that a single
 * change left, has its text stored already, for the log: it is kept by reference, so that remembering a write costs next
 * to nothing. It is known by its place in the result, never by what a value looks like. A result is packed in the
 * transaction of its write, when what it shows is what is in force.
 */
export function packing(sql: SqlStorage, texts: ContentStore): Packing {
  const segmentNow = (key: string): TextRef =>
    sql.exec<{ text: TextRef }>("SELECT text FROM segments WHERE key = ?", key).one().text;
  return {
    pack(result) {
      const { flag, segment } = result as { flag?: unknown; segment?: unknown };
      return JSON.stringify({
        ...result,
        ...(isView(flag, "flag") && { flag: { ...flag, flag: { text: texts.put(JSON.stringify(flag["flag"])) } } }),
        ...(isView(segment, "segment") && {
          segment: { ...segment, segment: { text: segmentNow(segment["segment"].key) } },
        }),
      });
    },
    unpack(packed) {
      const result = JSON.parse(packed) as JsonObject;
      const { flag, segment } = result;
      const [flagText, segmentText] = [referenceIn(flag, "flag"), referenceIn(segment, "segment")];
      return {
        ...result,
        ...(flagText !== undefined && { flag: { ...(flag as JsonObject), flag: JSON.parse(texts.get(flagText)) } }),
        ...(segmentText !== undefined && {
          segment: { ...(segment as JsonObject), segment: listed(getSegment(texts, segmentText)) },
        }),
      };
    },
  };
}

/** Whether a part of a result is a FlagView or SegmentView. */
function isView<K extends "flag" | "segment">(part: unknown, of: K): part is Record<K, { key: string }> {
  if (typeof part !== "object" || part === null || !(of in part)) return false;
  const resource = (part as Record<string, unknown>)[of];
  return typeof resource === "object" && resource !== null && "key" in resource && typeof resource.key === "string";
}

/** The text that stands for the resource in such a part; undefined where it was left as it is. */
function referenceIn(part: unknown, of: "flag" | "segment"): TextRef | undefined {
  const resource = isJsonObject(part) ? part[of] : undefined;
  if (!isJsonObject(resource) || Object.keys(resource).length !== 1) return undefined;
  return typeof resource["text"] === "string" ? resource["text"] : undefined;
}
