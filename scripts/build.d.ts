export declare const ROOT: string;
export declare const WORKER: string;
export declare const RUNTIME_OPTIONS: string;
/** The Worker may be this large, gzipped, without its source map and the dashboard. Bytes. */
export declare const MOST_BYTES = 150000;
/** Builds into `dist/worker`; returns the Worker's size in bytes, plain and gzipped. */
export declare function build(): Promise<{
  bytes: number;
  gzipped: number;
}>;
/** The size of a built Worker in bytes, as it is and gzipped. */
export declare function size(file: string): Promise<{
  bytes: number;
  gzipped: number;
}>;
