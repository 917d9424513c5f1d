/**
 * The keys of what goes in a circle, and of what needs such: what is left when all that needs nothing is taken away,
 * again and again. Needs that aren't keys count as nothing.
 */
export function inCircles(needs: ReadonlyMap<string, ReadonlySet<string>>): ReadonlySet<string> {
  const users = new Map<string, string[]>();
  const left = new Map<string, number>();
  for (const [key, needed] of needs) {
    let count = 0;
    for (const other of needed)
      if (needs.has(other)) {
        count++;
        const known = users.get(other);
        if (known === undefined) users.set(other, [key]);
        else known.push(key);
      }
    left.set(key, count);
  }
  const free = new Set([...left].filter(([, count]) => count === 0).map(([key]) => key));
  // A set is walked to its end, also over what is added on the way.
  for (const key of free)
    for (const user of users.get(key) ?? []) {
      const count = left.get(user)! - 1;
      left.set(user, count);
      if (count === 0) free.add(user);
    }
  return new Set([...needs.keys()].filter((key) => !free.has(key)));
}
