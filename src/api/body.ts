import { deeperThan } from "../contract/json.ts";
import * as LIMITS from "../contract/limits.ts";
import type { Problem } from "../contract/problem.ts";

/*
 * Reading request bodies. Limits count decoded bytes, and reading stops at the limit: a small compressed body can't
 * fill the memory, and a large one isn't read to its end before it is refused.
 */

/** Why a body could not be had as text. */
export type Unreadable = "too-large" | "unsupported-encoding" | "broken" | "not-utf8";
export type Text = { ok: true; text: string } | { ok: false; why: Unreadable };

/**
 * The whole body as text, or why not. Bytes that aren't UTF-8 become U+FFFD.
 *
 * @param limit decoded bytes
 */
export async function readText(request: Request, limit: number): Promise<Text> {
  const length = request.headers.get("Content-Length");
  if (length === null || request.headers.get("Content-Encoding") !== null)
    return collect(request, limit, new TextDecoder());
  // Nothing to decode and a length that the runtime holds the sender to: the shortest way there is.
  if (Number(length) > limit) return { ok: false, why: "too-large" };
  try {
    return { ok: true, text: await request.text() };
  } catch {
    return { ok: false, why: "broken" };
  }
}

async function collect(request: Request, limit: number, decoder: TextDecoder): Promise<Text> {
  if (request.body === null) return { ok: true, text: "" };
  const stream = decoded(request.body, request.headers.get("Content-Encoding"));
  if (stream === undefined) return { ok: false, why: "unsupported-encoding" };
  const reader = stream.getReader();
  let bytes = 0;
  let text = "";
  for (;;) {
    let chunk: ReadableStreamReadResult<Uint8Array>;
    try {
      chunk = await reader.read();
    } catch {
      return { ok: false, why: "broken" };
    }
    bytes += chunk.value?.byteLength ?? 0;
    if (bytes > limit) {
      reader.cancel().catch(() => {}); // nobody waits for the rest, and it may fail as it likes
      return { ok: false, why: "too-large" };
    }
    try {
      text += chunk.done ? decoder.decode() : decoder.decode(chunk.value, { stream: true });
    } catch {
      return { ok: false, why: "not-utf8" };
    }
    if (chunk.done) return { ok: true, text };
  }
}

/** The stream behind a content encoding; undefined for one that isn't taken. */
function decoded(body: ReadableStream<Uint8Array>, encoding: string | null): ReadableStream<Uint8Array> | undefined {
  switch ((encoding ?? "").trim().toLowerCase()) {
    case "":
    case "identity":
      return body;
    case "gzip":
    case "x-gzip":
      return body.pipeThrough(new DecompressionStream("gzip"));
    default:
      return undefined;
  }
}

export type Json = { ok: true; value: unknown } | { ok: false; problem: Problem };
type Utf8 = { ok: true; text: string } | { ok: false; problem: Problem };

/** Whether a request says that its body is JSON, or a patch in JSON: in UTF-8, which JSON is always in. */
export function isJson(headers: Headers): boolean {
  const type = headers.get("Content-Type") ?? "";
  const charset = /;\s*charset\s*=\s*"?([^\s";]*)/i.exec(type)?.[1];
  return (
    /^application\/(?:merge-patch\+)?json\s*(?:;|$)/i.test(type) && /^(?:utf-?8|us-ascii)$/i.test(charset ?? "utf-8")
  );
}

/** The body of an administration request as text, which must be UTF-8. */
export async function readUtf8(request: Request, limit: number): Promise<Utf8> {
  const body = await collect(request, limit, new TextDecoder("utf-8", { fatal: true, ignoreBOM: false }));
  return body.ok ? body : { ok: false, problem: problemOf(body.why, limit) };
}

/** The JSON of an administration request: an empty body is `{}`; at most 32 levels deep. */
export function parseJson(text: string): Json {
  if (text.trim() === "") return { ok: true, value: {} };
  let value: unknown;
  try {
    value = JSON.parse(text);
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
    case "broken":
      return { type: "bad-request", detail: "The body could not be read to its end." };
    case "not-utf8":
      return { type: "not-json", detail: "The body is not UTF-8 text." };
  }
}
