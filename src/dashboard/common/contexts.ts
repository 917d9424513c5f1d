/** How somebody is called whose context is shown: by the targeting key, else by what there is. */
export function nameOfContext(context: Record<string, unknown>): string {
  const name = context["targetingKey"] ?? context["email"];
  return typeof name === "string" || typeof name === "number" ? String(name) : "Somebody without a targeting key";
}
