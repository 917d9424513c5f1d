import type { NativeDocument } from "./convert.ts";

/* The way out: a native document as another product's. */

/** The formats that can be written. */
export const EXPRESSIBLE = ["sluice", "flagd", "manifest"] as const;
export type ExportFormat = (typeof EXPRESSIBLE)[number];

/** `left`: flags that the format can't say exactly, each with why. `text` is null where that leaves out everything. */
export type Expression = {
  text: string | null;
  left: { flag: string; issues: readonly { code: string; path: string; reason: string }[] }[];
};

/** Writes a native document. Loads the writer of that format alone. `partial`: leave out what can't be said. */
export async function express(
  format: ExportFormat,
  document: NativeDocument,
  options: { partial?: boolean } = {},
): Promise<Expression> {
  switch (format) {
    case "sluice":
      return { text: `${JSON.stringify(document, null, 2)}\n`, left: [] };
    case "manifest":
      return { text: (await import("./manifest.ts")).exportManifest(document), left: [] };
    case "flagd":
      return (await import("./flagd/exporter.ts")).exportFlagd(document, options);
  }
}
