/** What counts as one address: an IPv4 address, or an IPv6 /64, of which one subscriber has all. */
export function network(address: string): string {
  const mapped = /^::ffff:([\d.]+)$/i.exec(address);
  if (mapped) return mapped[1]!;
  if (!address.includes(":")) return address;
  const [left, right] = address.split("::", 2).map((part) => (part === "" ? [] : part.split(":")));
  const zeros = right === undefined ? 0 : Math.max(0, 8 - left!.length - right.length);
  const groups = [...left!, ...Array<string>(zeros).fill("0"), ...(right ?? [])];
  return `${groups
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(":")}::/64`;
}
