import { createApp } from "./api/mount.ts";

export { Environment } from "./coordinator/environment.ts";
export { Workspace } from "./workspace/workspace.ts";

export default createApp();
