import type { Flag } from "../../contract/flag.ts";

/*
 * Flags and segments as one JSON text, in pieces: whole environments are longer than what an RPC takes in one message,
 * and than what a Worker should hold.
 */

const CHUNK_CHARACTERS = 64 * 1024;

/** `{ …frame, "flags": [ … ], "segments": [ … ] }` as UTF-8. Each is given in pieces, asked for one after another while it is read. */
export function documentStream(
  frame: Record<string, unknown>,
  flags: Iterable<Iterable<string>>,
  segments: Iterable<Iterable<string>>,
): ReadableStream<Uint8Array> {
  return streamOf(document(JSON.stringify(frame), flags, segments));
}

/** Pieces of text as UTF-8, asked for while it is read. */
export function streamOf(pieces: Iterator<string>): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  return new ReadableStream({
    type: "bytes",
    pull(controller) {
      let text = "";
      while (text.length < CHUNK_CHARACTERS) {
        const { done, value } = pieces.next();
        if (done === true) {
          if (text !== "") controller.enqueue(encoder.encode(text));
          controller.close();
          controller.byobRequest?.respond(0);
          return;
        }
        text += value;
      }
      controller.enqueue(encoder.encode(text));
    },
  });
}

export function* flagText(flag: Flag): Generator<string> {
  yield JSON.stringify(flag);
}

function* document(
  frame: string,
  flags: Iterable<Iterable<string>>,
  segments: Iterable<Iterable<string>>,
): Generator<string> {
  yield `${frame.slice(0, -1)}${frame === "{}" ? "" : ","}"flags":[`;
  yield* separated(flags);
  yield '],"segments":[';
  yield* separated(segments);
  yield "]}";
}

function* separated(texts: Iterable<Iterable<string>>): Generator<string> {
  let first = true;
  for (const pieces of texts) {
    if (!first) yield ",";
    yield* pieces;
    first = false;
  }
}
