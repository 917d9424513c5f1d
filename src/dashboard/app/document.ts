/* What the server said in the document itself. */

/**
 * Whether the browser brought nothing that could be a session when it asked for the document: whoever comes for the first
 * time is shown the way in at once, without a question whose refusal stands in the console.
 */
export function isStranger(): boolean {
  return document.querySelector<HTMLMetaElement>('meta[name="stranger"]')?.content === "yes";
}
