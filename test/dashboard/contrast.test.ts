import { describe, expect, test } from "vitest";
import { DARK, LIGHT, pairs, SERIES } from "../../src/dashboard/app/palette.ts";

/* WCAG 2.2: what is read stands out from what it is read on. */

/** Relative luminance of `#rrggbb`. */
function luminance(color: string): number {
  const [r, g, b] = [1, 3, 5].map((at) => {
    const channel = Number.parseInt(color.slice(at, at + 2), 16) / 255;
    return channel <= 0.040_45 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!;
}
function contrast(one: string, other: string): number {
  const [light, dark] = [luminance(one), luminance(other)].toSorted((a, b) => b - a);
  return (light! + 0.05) / (dark! + 0.05);
}

test("contrast is computed as WCAG does", () => {
  expect(contrast("#000000", "#ffffff")).toBeCloseTo(21, 5);
  expect(contrast("#767676", "#ffffff")).toBeCloseTo(4.54, 2);
});

describe.each([
  ["light", LIGHT, SERIES.light],
  ["dark", DARK, SERIES.dark],
] as const)("%s", (_, scheme, series) => {
  test.each(pairs(scheme))("%s", (_name, foreground, background, least) => {
    expect(contrast(foreground, background)).toBeGreaterThanOrEqual(least);
  });
  test.each(series)("series %s on the page", (color) => {
    for (const ground of [scheme.body, scheme.raised]) expect(contrast(color, ground)).toBeGreaterThanOrEqual(3);
  });
});
