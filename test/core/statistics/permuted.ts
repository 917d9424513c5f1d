/** The same in another order: what comes next is drawn from what is left. */
export function permuted<T>(list: readonly T[], chance: Iterable<number>): T[] {
  const left = [...list];
  const order: T[] = [];
  for (const draw of chance) {
    if (left.length === 0) break;
    order.push(...left.splice(draw % left.length, 1));
  }
  return order;
}
