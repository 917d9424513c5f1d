import { useComputedColorScheme } from "@mantine/core";
import type { Flag } from "../../contract/flag.ts";
import { SERIES } from "../app/palette.ts";

/** The colour of each variant in this theme, by its place and the same on every page; what is off is gray. */
export function useVariantColors(variants: Flag["variants"]): Map<string, string> {
  const series = SERIES[useComputedColorScheme("light")];
  const bright = series.slice(0, -1);
  const names = Object.keys(variants);
  return new Map(
    names.map((name, place) => [name, variants[name] === false ? series.at(-1)! : bright[place % bright.length]!]),
  );
}
