import type { Exchange } from "./exchange.ts";
import type { Verdict } from "./verdict.ts";

/** Counts a request that a flag chose the answer of. @param ms to the first byte */
export function measure(_exchange: Exchange, _flag: string, _verdict: Verdict, _status: number, _ms: number): void {}
