import { deeperThan } from "../contract/json.ts";
import { LIMITS } from "../contract/limits.ts";
import type { Problem } from "../contract/problem.ts";

/*
 * Reading request bodies. Limits count decoded bytes, and reading stops at the limit: a small compressed body can't
 * fill the memory, and a large one isn't read to its end before it is refused.
 */

/** Why a body could not be had as text. */
export type Unreadable = "too-large" | "unsupported-encoding" | "broken-encoding" | "not-utf8";
export type Text = { ok: true; text: string } | { ok: false; why: Unreadable };

/**
 * The whole body as text, or why not.
 *
 * @param limit decoded bytes
 */
export async function readText(request: Request, limit: number): Promise<Text> {
  const encoding = request.headers.get("Content-Encoding");
  if (request.body === null) return { ok: true, text: "" };
  if (encoding === null || encoding === "" || encoding.toLowerCase() === "identity")
    return collect(request.body, limit);
  if (encoding.toLowerCase() !== "gzip" && encoding.toLowerCase() !== "x-gzip")
    return { ok: false, why: "unsupported-encoding" };
  return collect(request.body.pipeThrough(new DecompressionStream("gzip")), limit);
}

async function collect(stream: ReadableStream<Uint8Array>, limit: number): Promise<Text> {
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: false });
  const reader = stream.getReader();
  let bytes = 0;
  let text = "";
  for (;;) {
    let chunk: ReadableStreamReadResult<Uint8Array>;
    try {
      chunk = await reader.read();
    } catch {
      return { ok: false, why: "broken-encoding" };
    }
    try {
      if (chunk.done) return { ok: true, text: text + decoder.decode() };
      bytes += chunk.value.byteLength;
      if (bytes > limit) {
        reader.cancel().catch(() => {});
        return { ok: false, why: "too-large" };
      }
      text += decoder.decode(chunk.value, { stream: true });
    } catch {
      return { ok: false, why: "not-utf8" };
    }
  }
}

export type Json = { ok: true; value: unknown } | { ok: false; problem: Problem };

/** The JSON of an administration request: an empty body is `{}`; at most 32 levels deep. */
export async function readJson(request: Request, limit: number): Promise<Json> {
  const body = await readText(request, limit);
  if (!body.ok) return { ok: false, problem: problemOf(body.why, limit) };
  if (body.text.trim() === "") return { ok: true, value: {} };
  let value: unknown;
  try {
    value = JSON.parse(body.text);
  } catch {
    return { ok: false, problem: { type: "not-json", detail: "The body is not valid JSON." } };
  }
  if (deeperThan(value, LIMITS.jsonDepth))
    return {
      ok: false,
      problem: { type: "bad-request", detail: `The body is more than ${LIMITS.jsonDepth} levels deep.` },
    };
  return { ok: true, value };
}

function problemOf(why: Unreadable, limit: number): Problem {
  switch (why) {
    case "too-large":
      return { type: "too-large", detail: `The body is larger than ${limit} bytes.` };
    case "unsupported-encoding":
      return { type: "unsupported-media-type", detail: "The only content encoding taken is gzip." };
    case "broken-encoding":
      return { type: "bad-request", detail: "The body could not be read to its end." };
    case "not-utf8":
      return { type: "not-json", detail: "The body is not UTF-8 text." };
  }
}
