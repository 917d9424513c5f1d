/*
 * Every colour of the dashboard. Mantine's own don't reach the contrast of WCAG 2.2 AA; a test computes that of every
 * pair which stands here (test/dashboard/contrast.test.ts).
 */

/** `filled` carries white text; `text` stands on `tint` and on every surface. */
export type Tone = { filled: string; filledHover: string; tint: string; tintHover: string; text: string };
export type ToneName = "brand" | "green" | "red" | "amber" | "violet" | "gray";
type Scheme = {
  body: string;
  /** Behind the navigation, heads of tables, what stands back. */
  surface: string;
  /** Cards and fields. */
  raised: string;
  border: string;
  /** Borders that are the only sign of a field: 3 to 1. */
  fieldBorder: string;
  text: string;
  dimmed: string;
  focus: string;
  tones: Record<ToneName, Tone>;
};

const tone = (filled: string, filledHover: string, tint: string, tintHover: string, text: string): Tone => ({
  filled,
  filledHover,
  tint,
  tintHover,
  text,
});

export const LIGHT: Scheme = {
  body: "#ffffff",
  surface: "#f5f7f9",
  raised: "#ffffff",
  border: "#dde3e9",
  fieldBorder: "#828f9c",
  text: "#1a2129",
  dimmed: "#56616d",
  focus: "#0f5f8f",
  tones: {
    brand: tone("#0f5f8f", "#0b4a70", "#e4f1f9", "#d3e8f5", "#0c5078"),
    green: tone("#1b6b3f", "#145331", "#e2f4e9", "#d0ecdb", "#175a35"),
    red: tone("#b3261e", "#8f1d17", "#fdeceb", "#fadcda", "#9a1f18"),
    amber: tone("#8a5300", "#6d4200", "#fdf1dc", "#fae6c3", "#754600"),
    violet: tone("#6b3fa0", "#55317f", "#f2ebfa", "#e7dbf5", "#5b3589"),
    gray: tone("#55606c", "#424c56", "#eceff2", "#e0e5ea", "#46505b"),
  },
};

export const DARK: Scheme = {
  body: "#12171c",
  surface: "#0d1115",
  raised: "#1a2027",
  border: "#2c353f",
  fieldBorder: "#6d7a88",
  text: "#e3e8ee",
  dimmed: "#a3aebb",
  focus: "#7cc0ea",
  tones: {
    brand: tone("#1c6ea3", "#1a6596", "#14303f", "#1a3c50", "#8fcdf3"),
    green: tone("#237a4a", "#206f43", "#12321f", "#183f28", "#86d6a4"),
    red: tone("#c0382f", "#cf443a", "#3d1815", "#4b1f1b", "#ffaaa3"),
    amber: tone("#8f5a06", "#9c650d", "#38270b", "#463110", "#f2c06d"),
    violet: tone("#7a4db3", "#865abd", "#2b1f3d", "#37284d", "#cfb3f2"),
    gray: tone("#5d6975", "#697682", "#262e37", "#303a45", "#bcc6d1"),
  },
};

/** Colours of variants and arms in pictures, in the order of their names' places; 3 to 1 against the page. */
export const SERIES = {
  light: ["#0f6fa8", "#b45309", "#6b3fa0", "#1b7a45", "#b3261e", "#54606c"],
  dark: ["#5fb4e8", "#eba64a", "#b794ea", "#5cc488", "#ff8f86", "#a3aebb"],
};

/** Pairs of foreground and background that occur, with the contrast that they must have. */
export function pairs(scheme: Scheme): [name: string, foreground: string, background: string, least: number][] {
  const grounds = { body: scheme.body, surface: scheme.surface, raised: scheme.raised };
  const all: [string, string, string, number][] = [];
  for (const [ground, color] of Object.entries(grounds)) {
    all.push([`text on ${ground}`, scheme.text, color, 7], [`dimmed on ${ground}`, scheme.dimmed, color, 4.5]);
    all.push(
      [`border of a field on ${ground}`, scheme.fieldBorder, color, 3],
      [`focus on ${ground}`, scheme.focus, color, 3],
    );
    for (const [name, one] of Object.entries(scheme.tones)) all.push([`${name} on ${ground}`, one.text, color, 4.5]);
  }
  for (const [name, one] of Object.entries(scheme.tones)) {
    all.push(
      [`white on ${name}`, "#ffffff", one.filled, 4.5],
      [`white on ${name}, hovered`, "#ffffff", one.filledHover, 4.5],
    );
    all.push(
      [`${name} on its tint`, one.text, one.tint, 4.5],
      [`${name} on its tint, hovered`, one.text, one.tintHover, 4.5],
    );
    all.push(
      [`text on the tint of ${name}`, scheme.text, one.tint, 4.5],
      [`dimmed on the tint of ${name}`, scheme.dimmed, one.tint, 4.5],
    );
  }
  return all;
}
