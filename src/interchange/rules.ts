import { isName, RELEASES_OWN } from "../contract/flag.ts";
import * as LIMITS from "../contract/limits.ts";
import type { RuleInput } from "./importer.ts";

/** What one of a vendor's rules becomes: none, one or several rules here. `id`: the vendor's. */
export type MadeRules = { id: unknown; name: unknown; rules: readonly Omit<RuleInput, "id" | "name">[] };

/** Rules with the vendor's ids where those are names and unique, else by position; one that became several numbers them. */
export function numbered(made: readonly MadeRules[], prefix: string): RuleInput[] {
  const uses = new Map<unknown, number>();
  for (const { id } of made) uses.set(id, (uses.get(id) ?? 0) + 1);
  const keeps = ({ id }: MadeRules): boolean =>
    typeof id === "string" && isName(id) && uses.get(id) === 1 && !id.startsWith(RELEASES_OWN);
  const taken = new Set<unknown>(made.filter((one) => keeps(one)).map(({ id }) => id));
  const free = (wanted: string): string => {
    let id = wanted;
    while (taken.has(id)) id += "+";
    taken.add(id);
    return id;
  };
  return made.flatMap((one, index) => {
    const id = keeps(one) ? (one.id as string) : free(`${prefix}-${index + 1}`);
    const name = typeof one.name === "string" ? one.name.slice(0, LIMITS.textLength) : "";
    return one.rules.map((rule, i) => ({ ...rule, id: one.rules.length > 1 ? free(`${id}.${i + 1}`) : id, name }));
  });
}
