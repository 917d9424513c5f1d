/*
 * Membership of an address in many ranges. Ranges are grouped by prefix length, so that a test costs one look-up per
 * length that occurs (at most 33 for IPv4, 129 for IPv6), however many ranges there are.
 */

/** An IPv4 address is its number; an IPv6 address its 128 bits. IPv4-mapped IPv6 (::ffff:0:0/96) is IPv4. */
type Address = number | bigint;

const V4 = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/;
const MAPPED = 0xffffn;

/** A test for "lies in one of the ranges" (`10.0.0.0/8`, `2001:db8::/32`, or a bare address), bits past the prefix ignored. */
export function compileRanges(
  values: readonly string[],
  refuse: (index: number, message: string) => void,
): (text: string) => boolean {
  const v4 = new Map<number, Set<number>>();
  const v6 = new Map<number, Set<bigint>>();
  for (const [index, value] of values.entries()) {
    const slash = value.indexOf("/");
    const address = parseAddress(slash < 0 ? value : value.slice(0, slash));
    const mapped = slash >= 0 && typeof address === "number" && value.includes(":");
    const width = typeof address === "number" && !mapped ? 32 : 128;
    const written = slash < 0 ? width : parsePrefix(value.slice(slash + 1), width);
    if (address === undefined || written === undefined) {
      refuse(index, "is not an IP address or range");
      continue;
    }
    if (mapped && written < 96) group(v6, written).add((MAPPED << 32n) >> BigInt(128 - written));
    else if (typeof address === "number") {
      const prefix = mapped ? written - 96 : written;
      group(v4, prefix).add(mask4(address, prefix));
    } else group(v6, written).add(address >> BigInt(128 - written));
  }
  return (text) => {
    const address = parseAddress(text);
    if (address === undefined) return false;
    if (typeof address === "number") {
      for (const [prefix, set] of v4) if (set.has(mask4(address, prefix))) return true;
    } else {
      for (const [prefix, set] of v6) if (set.has(address >> BigInt(128 - prefix))) return true;
    }
    return false;
  };
}

function group<T>(groups: Map<number, Set<T>>, prefix: number): Set<T> {
  let set = groups.get(prefix);
  if (set === undefined) groups.set(prefix, (set = new Set()));
  return set;
}

function mask4(address: number, prefix: number): number {
  return prefix === 0 ? 0 : address >>> (32 - prefix);
}

function parsePrefix(text: string, width: number): number | undefined {
  if (!/^\d{1,3}$/.test(text)) return undefined;
  const prefix = Number(text);
  return prefix <= width ? prefix : undefined;
}

/**
 * Four decimal parts, or IPv6 in any of its spellings but with a zone. Shorthand such as `127.1` or `0x7f.1` is not an
 * address.
 */
function parseAddress(text: string): Address | undefined {
  if (text.length > 45) return undefined;
  return text.includes(":") ? parseV6(text) : parseV4(text);
}

function parseV4(text: string): number | undefined {
  const parts = V4.exec(text);
  if (parts === null) return undefined;
  let address = 0;
  for (let i = 1; i <= 4; i++) {
    const part = parts[i]!;
    if ((part.length > 1 && part.startsWith("0")) || Number(part) > 255) return undefined;
    address = address * 256 + Number(part);
  }
  return address;
}

function parseV6(text: string): Address | undefined {
  let groups = text;
  if (text.includes(".")) {
    const start = text.lastIndexOf(":") + 1;
    const tail = parseV4(text.slice(start));
    if (tail === undefined) return undefined;
    groups = `${text.slice(0, start)}${(tail >>> 16).toString(16)}:${(tail & 0xffff).toString(16)}`;
  }
  const [before = "", after, more] = groups.split("::");
  if (more !== undefined) return undefined;
  const [head, tail] = [groupsOf(before), groupsOf(after ?? "")];
  const left = 8 - head.length - tail.length;
  if (after === undefined ? left !== 0 : left < 1) return undefined; // `::` stands for one group at least
  let address = 0n;
  for (const part of [...head, ...Array<string>(left).fill("0"), ...tail]) {
    if (!/^[0-9a-f]{1,4}$/i.test(part)) return undefined;
    address = (address << 16n) | BigInt(`0x${part}`);
  }
  return address >> 32n === MAPPED ? Number(address & 0xffff_ffffn) : address;
}

function groupsOf(text: string): string[] {
  return text === "" ? [] : text.split(":");
}
