import { Group, Text } from "@mantine/core";
import type { Flag } from "../../contract/flag.ts";
import { type Clause, percent } from "../../core/sentence.ts";
import { useVariantColors } from "./colors.ts";

/** The shares of those whom one step names as one bar of 100 %, with its legend: never a percentage of a percentage. */
export function ShareBar({ flag, clause }: { flag: Pick<Flag, "variants">; clause: Clause }) {
  const colors = useVariantColors(flag.variants);
  const sum = clause.portions.reduce((all, { share }) => all + share, 0);
  const parts = [
    ...clause.portions.map(({ variant, share }) => ({
      name: variant ?? "code default",
      color: colors.get(variant ?? ""),
      share,
    })),
    ...(sum < 100 - 1e-9 ? [{ name: "goes on to the next rule", color: undefined, share: 100 - sum }] : []),
  ];
  return (
    <div>
      <div className="share-bar" aria-hidden>
        {parts.map(({ name, color, share }) => (
          <span key={name} style={{ width: `${share}%`, background: color ?? "transparent" }} />
        ))}
      </div>
      <Group gap="md" mt={6}>
        {parts.map(({ name, color, share }) => (
          <Text key={name} size="xs" c="dimmed">
            <span className="swatch" style={{ background: color ?? "transparent" }} aria-hidden /> {name}{" "}
            {percent(share)}
          </Text>
        ))}
      </Group>
    </div>
  );
}
