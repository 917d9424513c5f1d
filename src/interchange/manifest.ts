import type { Flag } from "../contract/flag.ts";
import { manifestFlag } from "../core/manifest-flag.ts";

/*
 * The manifest of the OpenFeature CLI, from which it generates typed code: every flag with its type and the value that
 * the code falls back to (design, interchange.md § 8.5).
 */

/** The manifest as JSON: flags by key, sorted. */
export function exportManifest({ flags }: { flags: readonly Flag[] }): string {
  const sorted = flags.toSorted((a, b) => (a.key < b.key ? -1 : 1));
  const manifest = { $schema: SCHEMA, flags: Object.fromEntries(sorted.map((flag) => [flag.key, manifestFlag(flag)])) };
  return `${JSON.stringify(manifest, null, 2)}\n`;
}

const SCHEMA = "https://raw.githubusercontent.com/open-feature/cli/refs/heads/main/schema/v0/flag-manifest.json";
