/*
 * Tarjan's strongly connected components without recursion: chains of references may be as long as an environment has
 * flags and segments.
 */

type Visit<N> = { node: N; next: Iterator<N>; index: number; lowest: number; open: boolean };

/**
 * Groups of nodes that reach one another, each group after every group that it refers to. A node on no cycle is a
 * group of its own; so is one that refers to itself, which the caller can tell. Takes time in proportion to nodes and
 * references.
 */
export function components<N>(roots: Iterable<N>, successors: (node: N) => Iterable<N>): N[][] {
  const found: N[][] = [];
  const visits = new Map<N, Visit<N>>();
  const open: Visit<N>[] = [];
  const path: Visit<N>[] = [];
  const enter = (node: N): void => {
    const index = visits.size;
    const visit = { node, next: successors(node)[Symbol.iterator](), index, lowest: index, open: true };
    visits.set(node, visit);
    open.push(visit);
    path.push(visit);
  };
  for (const root of roots) {
    if (visits.has(root)) continue;
    enter(root);
    for (let here = path.at(-1); here !== undefined; here = path.at(-1)) {
      const { done, value } = here.next.next();
      if (done !== true) {
        const seen = visits.get(value);
        if (seen === undefined) enter(value);
        else if (seen.open) here.lowest = Math.min(here.lowest, seen.index);
        continue;
      }
      path.pop();
      const parent = path.at(-1);
      if (parent !== undefined) parent.lowest = Math.min(parent.lowest, here.lowest);
      if (here.lowest !== here.index) continue;
      const members = open.splice(open.lastIndexOf(here));
      for (const member of members) member.open = false;
      found.push(members.map((member) => member.node));
    }
  }
  return found;
}
