import type { Code } from "./codes.ts";
import { CODES } from "./codes.ts";
import type { Options, Scalar } from "./importer.ts";

/* What a person chooses for an import, from the texts that they type: in the command's options or on the Import page. */

export type Typed = {
  accept?: string;
  only?: readonly string[];
  prefix?: string;
  map?: string;
  static?: string;
  id?: string;
  variants?: string;
  bucketing?: string;
  engine?: string;
  identity?: string;
  clientSide?: string;
  sticky?: boolean;
  partial?: boolean;
};

/** @throws RangeError that names the option and what it may be */
export function readChoices(typed: Typed): Options {
  const { only, prefix, sticky, partial } = typed;
  const id = oneOf("id", typed.id, ["targetingKey", "keep"]);
  const variants = oneOf("variants", typed.variants, ["variant", "enabled"]);
  const bucketing = oneOf("bucketing", typed.bucketing, ["v1", "v2", "v3"]);
  const engine = oneOf("engine", typed.engine, ["js", "go"]);
  const identity = oneOf("identity", typed.identity, ["composite"]);
  return {
    ...(given(typed.accept) && { accept: codes(typed.accept!) }),
    ...(only !== undefined && only.length > 0 && { only }),
    ...(given(prefix) && { prefix: prefix! }),
    ...(given(typed.map) && { map: Object.fromEntries(pairs("map", typed.map!)) }),
    ...(given(typed.static) && {
      static: Object.fromEntries(pairs("static", typed.static!).map(([name, value]) => [name, scalar(value)])),
    }),
    ...(id !== undefined && { id }),
    ...(variants !== undefined && { variants }),
    ...(bucketing !== undefined && { bucketing }),
    ...(engine !== undefined && { engine }),
    ...(identity !== undefined && { identity }),
    ...(given(typed.clientSide) && { clientSide: listed(typed.clientSide!) }),
    ...(sticky === true && { sticky }),
    ...(partial === true && { partial }),
  };
}

function given(text: string | undefined): boolean {
  return text !== undefined && text.trim() !== "";
}

/** Names with commas between. */
export function listed(text: string): string[] {
  const names = text.split(",").map((name) => name.trim());
  return names.filter((name) => name !== "");
}

function oneOf<T extends string>(option: string, text: string | undefined, all: readonly T[]): T | undefined {
  if (!given(text)) return undefined;
  const found = all.find((one) => one === text!.trim());
  if (found === undefined) throw new RangeError(`${option} ${text}: it is ${all.join(" or ")}.`);
  return found;
}

function codes(text: string): Code[] {
  return listed(text).map((code) => {
    if (!Object.hasOwn(CODES, code)) throw new RangeError(`accept ${code}: there is no such code.`);
    return code as Code;
  });
}

function pairs(option: string, text: string): [string, string][] {
  return listed(text).map((pair) => {
    const at = pair.indexOf("=");
    if (at < 1 || at === pair.length - 1)
      throw new RangeError(`${option} ${pair}: it is a name, = and what it is here.`);
    return [pair.slice(0, at).trim(), pair.slice(at + 1).trim()];
  });
}

/** true, false, a number, a text in quotation marks, or a text as it stands. */
function scalar(text: string): Scalar {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "string" || typeof value === "number" || typeof value === "boolean") return value;
  } catch {
    // a text as it stands
  }
  return text;
}
