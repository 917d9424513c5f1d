/** A file's text, as Vite gives it. */
declare module "*?raw" {
  const text: string;
  export default text;
}

/** Vite's. Files by their paths; used for their texts alone here. */
interface ImportMeta {
  glob(pattern: string, how: { query: "?raw"; import: "default"; eager: true }): Record<string, string>;
}
