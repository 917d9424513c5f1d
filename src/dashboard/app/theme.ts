import {
  createTheme,
  type CSSVariablesResolver,
  type MantineColorsTuple,
  Badge,
  Button,
  Checkbox,
  Modal,
  Radio,
  Switch,
  Table,
  Tooltip,
} from "@mantine/core";
import { DARK, LIGHT, type Tone, type ToneName } from "./palette.ts";

/* Mantine's theme, from the palette. What a component takes from its shades by itself is overwritten by name below. */

const shades = (light: Tone, dark: Tone): MantineColorsTuple => [
  light.tint,
  light.tintHover,
  light.tintHover,
  dark.text,
  dark.text,
  dark.filledHover,
  light.filled,
  light.filledHover,
  dark.tintHover,
  dark.tint,
];
const names = Object.keys(LIGHT.tones) as ToneName[];
/** Mantine draws lines and fields with shades of gray (light) and dark (dark): by place 3 and 4. */
const gray: MantineColorsTuple = [
  LIGHT.surface,
  LIGHT.tones.gray.tint,
  LIGHT.tones.gray.tintHover,
  LIGHT.border,
  LIGHT.fieldBorder,
  LIGHT.dimmed,
  LIGHT.tones.gray.filled,
  LIGHT.tones.gray.filledHover,
  DARK.border,
  LIGHT.text,
];
const colors = {
  ...Object.fromEntries(names.map((name) => [name, shades(LIGHT.tones[name], DARK.tones[name])])),
  gray,
};

export const theme = createTheme({
  colors: {
    ...colors,
    dark: [
      "#e3e8ee",
      "#bcc6d1",
      "#a3aebb",
      "#6d7a88",
      "#2c353f",
      "#262e37",
      "#1a2027",
      "#12171c",
      "#0d1115",
      "#090c0f",
    ],
  },
  primaryColor: "brand",
  primaryShade: { light: 6, dark: 6 },
  defaultRadius: "md",
  cursorType: "pointer",
  respectReducedMotion: true,
  fontFamily: "Inter, ui-sans-serif, system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif",
  fontFamilyMonospace: "ui-monospace, SFMono-Regular, Menlo, Consolas, 'Liberation Mono', monospace",
  headings: {
    fontWeight: "650",
    sizes: { h1: { fontSize: "1.5rem" }, h2: { fontSize: "1.125rem" }, h3: { fontSize: "1rem" } },
  },
  components: {
    Badge: Badge.extend({ defaultProps: { variant: "light", color: "gray", radius: "sm", tt: "none", fw: 550 } }),
    Button: Button.extend({ defaultProps: { size: "sm" } }),
    Checkbox: Checkbox.extend({ defaultProps: { size: "md" } }),
    Radio: Radio.extend({ defaultProps: { size: "md" } }),
    Switch: Switch.extend({ defaultProps: { size: "md" } }),
    Modal: Modal.extend({ defaultProps: { centered: true, closeButtonProps: { "aria-label": "Close" } } }),
    Table: Table.extend({ defaultProps: { verticalSpacing: "xs" } }),
    Tooltip: Tooltip.extend({
      defaultProps: { withArrow: true, openDelay: 250, events: { hover: true, focus: true, touch: true } },
    }),
  },
});

/** The variables that components read, in both schemes. */
export const variables: CSSVariablesResolver = () => ({
  variables: {},
  light: { ...schemeVariables(LIGHT), "--mantine-color-default-hover": LIGHT.surface },
  dark: { ...schemeVariables(DARK), "--mantine-color-default-hover": "#232b34" },
});

function schemeVariables(scheme: typeof LIGHT): Record<string, string> {
  const own: Record<string, string> = {
    "--mantine-color-body": scheme.body,
    "--mantine-color-text": scheme.text,
    "--mantine-color-dimmed": scheme.dimmed,
    "--mantine-color-placeholder": scheme.dimmed,
    "--mantine-color-anchor": scheme.tones.brand.text,
    "--mantine-color-error": scheme.tones.red.text,
    "--mantine-color-success": scheme.tones.green.text,
    "--mantine-color-default": scheme.raised,
    "--mantine-color-default-border": scheme.fieldBorder,
    "--mantine-color-default-color": scheme.text,
    "--mantine-color-disabled": scheme.tones.gray.tint,
    "--mantine-color-disabled-color": scheme.dimmed,
    "--mantine-color-disabled-border": scheme.border,
    "--sluice-surface": scheme.surface,
    "--sluice-raised": scheme.raised,
    "--sluice-border": scheme.border,
    "--sluice-focus": scheme.focus,
  };
  for (const name of names) {
    const one = scheme.tones[name];
    own[`--mantine-color-${name}-filled`] = one.filled;
    own[`--mantine-color-${name}-filled-hover`] = one.filledHover;
    own[`--mantine-color-${name}-light`] = one.tint;
    own[`--mantine-color-${name}-light-hover`] = one.tintHover;
    own[`--mantine-color-${name}-light-color`] = one.text;
    own[`--mantine-color-${name}-outline`] = one.text;
    own[`--mantine-color-${name}-outline-hover`] = one.tint;
    own[`--mantine-color-${name}-text`] = one.text;
  }
  own["--mantine-primary-color-filled"] = scheme.tones.brand.filled;
  return own;
}
