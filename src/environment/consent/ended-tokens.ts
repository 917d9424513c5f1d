import { keyOf } from "../../contract/snapshot.ts";
import { within } from "../../snapshot/deadline.ts";

/** How long Workspace may take to say whose consent counts. */
const WORKSPACE_MS = 10_000;

type Workspace = { getByName(name: string): { holdingTokens(ids: readonly string[]): Promise<string[]> } };

/** Which of these tokens don't hold any more, as Workspace knows. Nothing is asked where there are none. Rejects where it can't be known. */
export async function endedTokens(workspace: Workspace, ids: readonly string[]): Promise<string[]> {
  if (ids.length === 0) return [];
  const holding = await within(workspace.getByName(keyOf.workspaceObject).holdingTokens(ids), WORKSPACE_MS);
  return ids.filter((id) => !holding.includes(id));
}
