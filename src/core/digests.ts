import { utf8ToBytes } from "./utf8.ts";

/*
 * SHA-1 (RFC 3174) and MD5 (RFC 1321) of texts, as other products bucket with them. They keep no secret and prove
 * nothing; what counts is that they are small and quick (docs/adr/090-places.md).
 */

function rotate(word: number, bits: number): number {
  return (word << bits) | (word >>> (32 - bits));
}

/** The words of a text's UTF-8, filled up to whole blocks of sixteen. Both number bytes in a word their own way. */
function blocksOf(text: string, littleEndian: boolean): Int32Array {
  const bytes = utf8ToBytes(text);
  const end = bytes.length;
  const words = new Int32Array((((end + 8) >> 6) + 1) << 4);
  const put = (byte: number, at: number): void => {
    words[at >> 2]! |= byte << (8 * (littleEndian ? at & 3 : 3 - (at & 3)));
  };
  for (let i = 0; i < end; i++) put(bytes[i]!, i);
  put(0x80, end);
  words[words.length - (littleEndian ? 2 : 1)] = end * 8;
  return words;
}

/** The five words of a text's SHA-1, signed. */
export function sha1(text: string): Int32Array {
  const state = Int32Array.of(0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0);
  const blocks = blocksOf(text, false);
  const words = new Int32Array(80);
  for (let at = 0; at < blocks.length; at += 16) {
    let [a, b, c, d, e] = state as unknown as [number, number, number, number, number];
    for (let i = 0; i < 80; i++) {
      const word =
        i < 16 ? blocks[at + i]! : rotate(words[i - 3]! ^ words[i - 8]! ^ words[i - 14]! ^ words[i - 16]!, 1);
      words[i] = word;
      let mixed;
      if (i < 20) mixed = ((b & c) | (~b & d)) + 0x5a827999;
      else if (i < 40) mixed = (b ^ c ^ d) + 0x6ed9eba1;
      else if (i < 60) mixed = ((b & c) | (b & d) | (c & d)) + 0x8f1bbcdc;
      else mixed = (b ^ c ^ d) + 0xca62c1d6;
      const next = (rotate(a, 5) + mixed + e + word) | 0;
      e = d;
      d = c;
      c = rotate(b, 30);
      b = a;
      a = next;
    }
    [a, b, c, d, e].forEach((word, i) => (state[i]! += word));
  }
  return state;
}

const SHIFTS = [7, 12, 17, 22, 5, 9, 14, 20, 4, 11, 16, 23, 6, 10, 15, 21];

/** The sixteen bytes of a text's MD5. */
export function md5(text: string): Uint8Array {
  const state = Int32Array.of(0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476);
  const blocks = blocksOf(text, true);
  for (let at = 0; at < blocks.length; at += 16) {
    let [a, b, c, d] = state as unknown as [number, number, number, number];
    for (let i = 0; i < 64; i++) {
      const round = i >> 4;
      let mixed = [(b & c) | (~b & d), (d & b) | (~d & c), b ^ c ^ d, c ^ (b | ~d)][round]!;
      const word = blocks[at + ([i, 5 * i + 1, 3 * i + 5, 7 * i][round]! & 15)]!;
      mixed = (mixed + a + word + Math.floor(Math.abs(Math.sin(i + 1)) * 2 ** 32)) | 0;
      a = d;
      d = c;
      c = b;
      b = (b + rotate(mixed, SHIFTS[round * 4 + (i & 3)]!)) | 0;
    }
    [a, b, c, d].forEach((word, i) => (state[i]! += word));
  }
  return new Uint8Array(state.buffer);
}
