/*
 * MurmurHash3 x86 32-bit (Austin Appleby's public-domain algorithm) over the UTF-8 bytes of a text. The text is never
 * encoded into a buffer: bytes are taken from its code units as they are needed. A lone surrogate is hashed as U+FFFD,
 * which is what every UTF-8 encoder writes for it.
 */

const C1 = 0xcc9e2d51;
const C2 = 0x1b873593;

/** A hash in progress: the state after whole four-byte blocks, and the bytes that don't fill a block yet. */
type State = { hash: number; tail: number; tailBits: number; length: number };

/** Hash of the UTF-8 bytes of `text`, a whole number from 0 to 2^32 - 1. `seed` is taken as 32 bits. */
export function murmur3(text: string, seed = 0): number {
  return finish(seed | 0, 0, 0, 0, text);
}

/**
 * Hashes the bytes of `prefix` once and for all: the function returned gives, for any text, the hash of the prefix's
 * bytes followed by the text's. Same range as `murmur3`.
 */
export function murmur3After(prefix: string, seed = 0): (text: string) => number {
  const { hash, tail, tailBits, length } = absorb(prefix, seed | 0);
  return (text) => {
    if (text === repeated.text) return repeated.finish(hash, tail, tailBits, length);
    repeated.text = text;
    return finish(hash, tail, tailBits, length, text);
  };
}

/** Hash of the low eight bits of each UTF-16 unit of a text; for ASCII the same as `murmur3`. */
export function murmur3OfBytes(text: string, seed = 0): number {
  const state: State = { hash: seed | 0, tail: 0, tailBits: 0, length: 0 };
  for (let i = 0; i < text.length; i++) append(state, text.charCodeAt(i) & 0xff);
  return finish(state.hash, state.tail, state.tailBits, state.length, "");
}

function scramble(block: number): number {
  const k = Math.imul(block, C1);
  return Math.imul((k << 15) | (k >>> 17), C2);
}

function mix(hash: number, block: number): number {
  return stir(hash, scramble(block));
}

function stir(hash: number, scrambled: number): number {
  const h = hash ^ scrambled;
  return (Math.imul((h << 13) | (h >>> 19), 5) + 0xe6546b64) | 0;
}

function absorb(text: string, seed: number): State {
  const state: State = { hash: seed, tail: 0, tailBits: 0, length: 0 };
  for (const character of text) {
    const point = character.codePointAt(0)!;
    if (point < 0x80) append(state, point);
    else {
      const scalar = point >= 0xd800 && point <= 0xdfff ? 0xfffd : point;
      const rest = scalar < 0x800 ? 1 : scalar < 0x10000 ? 2 : 3;
      append(state, ((0xf00 >> (rest + 1)) & 0xff) | (scalar >> (6 * rest)));
      for (let i = rest - 1; i >= 0; i--) append(state, 0x80 | ((scalar >> (6 * i)) & 0x3f));
    }
  }
  return state;
}

function append(state: State, byte: number): void {
  state.tail |= byte << state.tailBits;
  state.tailBits += 8;
  state.length += 1;
  if (state.tailBits < 32) return;
  state.hash = mix(state.hash, state.tail);
  state.tail = 0;
  state.tailBits = 0;
}

/**
 * The hot loop. Four ASCII characters at a time make a block, shifted into place by what the tail already holds
 * (`tailBits` of 0, 8, 16 or 24 low bits); anything else goes byte by byte.
 */
function finish(state: number, tail: number, tailBits: number, prefixLength: number, text: string): number {
  let hash = state;
  let length = prefixLength + text.length;
  let i = 0;
  while (i < text.length) {
    if (i + 4 <= text.length) {
      const a = text.charCodeAt(i);
      const b = text.charCodeAt(i + 1);
      const c = text.charCodeAt(i + 2);
      const d = text.charCodeAt(i + 3);
      if ((a | b | c | d) < 0x80) {
        const block = a | (b << 8) | (c << 16) | (d << 24);
        hash = mix(hash, tail | (block << tailBits));
        tail = tailBits === 0 ? 0 : block >>> (32 - tailBits);
        i += 4;
        continue;
      }
    }
    const unit = text.charCodeAt(i++);
    let bytes = unit;
    let bits = 8;
    if (unit >= 0x80) {
      let point = unit;
      if (unit >= 0xd800 && unit <= 0xdfff) {
        const next = unit < 0xdc00 && i < text.length ? text.charCodeAt(i) : 0;
        if (next >= 0xdc00 && next <= 0xdfff) {
          point = 0x10000 + ((unit - 0xd800) << 10) + (next - 0xdc00);
          i++;
        } else point = 0xfffd;
      }
      if (point < 0x800) {
        bytes = 0xc0 | (point >> 6) | ((0x80 | (point & 0x3f)) << 8);
        bits = 16;
        length += 1;
      } else if (point < 0x10000) {
        bytes = 0xe0 | (point >> 12) | ((0x80 | ((point >> 6) & 0x3f)) << 8) | ((0x80 | (point & 0x3f)) << 16);
        bits = 24;
        length += 2;
      } else {
        bytes =
          0xf0 |
          (point >> 18) |
          ((0x80 | ((point >> 12) & 0x3f)) << 8) |
          ((0x80 | ((point >> 6) & 0x3f)) << 16) |
          ((0x80 | (point & 0x3f)) << 24);
        bits = 32;
        length += 2; // the pair already counted two
      }
    }
    // Shift the bytes in behind the tail; at most one block is completed, and less than one is left.
    tail |= bytes << tailBits;
    tailBits += bits;
    if (tailBits >= 32) {
      hash = mix(hash, tail);
      tailBits -= 32;
      tail = tailBits === 0 ? 0 : bytes >>> (bits - tailBits);
    }
  }
  if (tailBits > 0) hash ^= scramble(tail);
  return avalanche(hash ^ length);
}

function avalanche(mixed: number): number {
  let hash = mixed;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/**
 * The text that was hashed last. Evaluating all flags for one context hashes one text after many salts, and all of
 * that text's blocks but the first depend only on how many bytes the salt leaves over (0 to 3): from the second time
 * on they are taken ready scrambled. Only which work is done depends on what was hashed before, never a result.
 */
class Repeated {
  text = "";
  /** What `blocks` belong to. */
  private of = "";
  private readonly blocks: (Int32Array | null)[] = [null, null, null, null];

  finish(state: number, tail: number, tailBits: number, prefixLength: number): number {
    const { text } = this;
    if (this.of !== text) {
      this.of = text;
      this.blocks.fill(null);
    }
    const bits = tailBits + 8 * text.length;
    const blocks = (this.blocks[tailBits >> 3] ??= scrambledBlocks(text, tailBits));
    if (bits < 32 || blocks.length === 0) return finish(state, tail, tailBits, prefixLength, text);
    let hash = mix(state, tail | blocks[0]!);
    const whole = bits >> 5;
    for (let i = 1; i < whole; i++) hash = stir(hash, blocks[i]!);
    if ((bits & 31) !== 0) hash ^= blocks[whole]!;
    return avalanche(hash ^ (prefixLength + text.length));
  }
}

const repeated = new Repeated();

/** The blocks of an ASCII text behind `tailBits` zero bits: the first as it is, the others scrambled. Empty for other texts. */
function scrambledBlocks(text: string, tailBits: number): Int32Array {
  const blocks = new Int32Array((tailBits + 8 * text.length + 31) >> 5);
  for (let i = 0, bit = tailBits; i < text.length; i++, bit += 8) {
    const unit = text.charCodeAt(i);
    if (unit >= 0x80) return new Int32Array(0);
    blocks[bit >> 5]! |= unit << (bit & 31);
  }
  for (let i = 1; i < blocks.length; i++) blocks[i] = scramble(blocks[i]!);
  return blocks;
}
