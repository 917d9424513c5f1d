/** Of the platform, wherever this runs; the language's own library doesn't declare it. */
declare const TextEncoder: new () => { encode(text: string): Uint8Array<ArrayBuffer> };

const encoder = new TextEncoder();

/** The UTF-8 of a text; a lone surrogate is U+FFFD. */
export function utf8ToBytes(text: string): Uint8Array<ArrayBuffer> {
  return encoder.encode(text);
}
