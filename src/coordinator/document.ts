import type { Flag } from "../contract/flag.ts";
import type { Segment } from "../contract/segment.ts";

/*
 * Flags and segments as one JSON text, in pieces: whole environments are longer than what an RPC takes in one message,
 * and than what a Worker should hold.
 */

const CHUNK_CHARACTERS = 64 * 1024;

/** `{ …frame, "flags": [ … ], "segments": [ … ] }` as UTF-8. The texts are asked for one after another, while it is read. */
export function documentStream(
  frame: Record<string, unknown>,
  flags: Iterable<string>,
  segments: Iterable<string>,
): ReadableStream<Uint8Array> {
  const pieces = document(JSON.stringify(frame), flags, segments);
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

export function* textsOf(resources: Iterable<Flag | Segment>): Generator<string> {
  for (const resource of resources) yield JSON.stringify(resource);
}

function* document(frame: string, flags: Iterable<string>, segments: Iterable<string>): Generator<string> {
  yield `${frame.slice(0, -1)}${frame === "{}" ? "" : ","}"flags":[`;
  yield* separated(flags);
  yield '],"segments":[';
  yield* separated(segments);
  yield "]}";
}

function* separated(texts: Iterable<string>): Generator<string> {
  let first = true;
  for (const text of texts) {
    yield first ? text : `,${text}`;
    first = false;
  }
}
