import type { Condition } from "../../contract/flag.ts";
import { isJsonObject, type JsonValue } from "../../contract/json.ts";
import { people } from "../../core/sentence.ts";

/* Fields and values of a document as people call them, where the pointer and the JSON would say it to a machine. */

/** "Rules › 2 › serve › rollout › percentage": the place that a JSON Pointer names; "all of it" for the whole. */
export function placeSaid(pointer: string): string {
  if (pointer === "") return "all of it";
  const names = pointer
    .slice(1)
    .split("/")
    .map((one) => one.replaceAll("~1", "/").replaceAll("~0", "~"))
    .map((one) => (/^\d+$/.test(one) ? String(Number(one) + 1) : one)); // people count from 1
  const said = names.join(" › ");
  return said.charAt(0).toUpperCase() + said.slice(1);
}

/** A value on one line: a rule as whom it serves what, texts as they are, all else as JSON; long ones are cut. */
export function valueSaid(value: unknown): string {
  const text = typeof value === "string" ? value : (ruleSaid(value as JsonValue) ?? JSON.stringify(value) ?? "");
  return text.length > 300 ? `${text.slice(0, 297)}…` : text;
}

function ruleSaid(value: JsonValue): string | undefined {
  if (!isJsonObject(value) || !isJsonObject(value["when"]) || !isJsonObject(value["serve"])) return undefined;
  const { serve, name } = value;
  const called = typeof name === "string" && name !== "" ? `${name}: ` : "";
  const rollout = serve["rollout"];
  const what =
    "codeDefault" in serve
      ? "the default in the code"
      : isJsonObject(rollout)
        ? typeof rollout["percentage"] === "number"
          ? `a rollout of ${rollout["percentage"]} %`
          : "a rollout by ranges"
        : typeof serve["variant"] === "string"
          ? serve["variant"]
          : "nothing";
  return `${called}${what} for ${people(value["when"] as unknown as Condition)}`;
}
