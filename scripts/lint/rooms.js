import { dirname, relative, resolve, sep } from "node:path";

/**
 * Who may import whom, as a lint rule: the one place where the table of docs/adr/040-guards.md is kept. A room is a
 * folder right below `src`; a file right in `src` is the composition root and may import every room.
 */
export const ROOMS = {
  contract: { rooms: [], packages: ["zod"] },
  core: { rooms: ["contract"], packages: [] },
  interchange: { rooms: ["contract", "core"], packages: [] },
  snapshot: { rooms: ["contract", "core"], packages: [] },
  durable: { rooms: ["contract", "core", "snapshot"], packages: ["cloudflare:workers"] },
  metrics: { rooms: ["contract", "core", "durable", "snapshot"], packages: ["cloudflare:workers"] },
  relay: { rooms: ["contract", "core", "durable", "snapshot"], packages: ["cloudflare:workers"] },
  judging: { rooms: ["contract", "core", "metrics", "snapshot"], packages: [] },
  environment: {
    rooms: ["contract", "core", "durable", "snapshot", "metrics", "relay", "judging"],
    packages: ["cloudflare:workers"],
  },
  workspace: {
    rooms: ["contract", "core", "durable", "snapshot", "metrics", "relay"],
    packages: ["cloudflare:workers"],
  },
  api: {
    rooms: [
      "contract",
      "core",
      "durable",
      "snapshot",
      "metrics",
      "relay",
      "judging",
      "environment",
      "workspace",
      "interchange",
    ],
    packages: ["cloudflare:workers", "hono", "jose", "zod"],
  },
  gate: { rooms: ["contract", "core", "snapshot", "metrics"], packages: ["cloudflare:workers", "hono"] },
  clients: { rooms: ["contract", "core"], packages: ["eventsource-parser", "node:fs/promises"] },
  cli: {
    rooms: ["contract", "core", "interchange"],
    packages: [
      "commander",
      "@clack/prompts",
      "yaml",
      "@babel/parser",
      "node:child_process",
      "node:crypto",
      "node:fs/promises",
      "node:os",
      "node:path",
      "node:readline",
    ],
  },
  dashboard: {
    rooms: ["contract", "core", "interchange"],
    packages: [
      "react",
      "react-dom",
      "@mantine",
      "@tanstack",
      "openapi-fetch",
      "@codemirror",
      "@lezer",
      "@dnd-kit",
      "recharts",
      "@tabler",
      "get-nonce",
      "zod",
    ],
  },
};

/**
 * The folders of the room `environment`, lowest first: who may import whom within it. The words of its RPC (`rpc.ts`) are
 * everybody's; the other files beside the folders put them together, and may import all.
 */
const FOLDERS = {
  store: [],
  write: ["store"],
  notify: ["store", "write"],
  publish: ["store", "write"],
  release: ["store", "write", "notify"],
  read: ["store", "write", "release"],
  consent: ["store", "write", "notify", "release", "read"],
};

/** Why a file of `environment` may not import another one; undefined when it may. Both paths are below `environment`. */
function refusalWithin(file, target) {
  const folder = folderOf(file);
  const other = folderOf(target);
  if (folder === undefined || folder === other || target === "rpc.ts") return undefined;
  if (!(folder in FOLDERS)) return `environment/${folder} is no folder; add it to the table in scripts/lint/rooms.js.`;
  if (other === undefined) return `environment/${folder} may not import ${target}.`;
  return FOLDERS[folder].includes(other)
    ? undefined
    : `environment/${folder} may not import environment/${other}: arrows run one way.`;
}

/** @param {string} path below a room, with forward slashes */
const folderOf = (path) => (path.includes("/") ? path.slice(0, path.indexOf("/")) : undefined);

/** @param {string} path below `src`, with forward slashes */
const roomOf = (path) => (path.includes("/") ? path.slice(0, path.indexOf("/")) : "worker.ts");

/**
 * Why `file` may not import `specifier`; undefined when it may.
 * @param {string} src absolute path of the `src` folder
 * @param {string} file absolute path of the importing file
 * @param {string} specifier
 */
export function refusal(src, file, specifier) {
  const below = (path) => relative(src, path).split(sep).join("/");
  const room = roomOf(below(file));
  const rule = ROOMS[room];
  if (room === "worker.ts") return undefined;
  if (!rule) return `src/${room} is no room; add it to the table in scripts/lint/rooms.js.`;

  if (specifier.startsWith(".")) {
    const target = below(resolve(dirname(file), specifier));
    if (target.startsWith("../")) return `${room} may not import what is outside src.`;
    const other = roomOf(target);
    if (room === "environment" && other === room) {
      const inRoom = (path) => path.slice(room.length + 1);
      return refusalWithin(inRoom(below(file)), inRoom(target));
    }
    return other === room || rule.rooms.includes(other) ? undefined : `${room} may not import ${other}.`;
  }
  const allowed = rule.packages.some((name) => specifier === name || specifier.startsWith(`${name}/`));
  return allowed ? undefined : `${room} may not import the package ${specifier}.`;
}

export const rooms = {
  create(context) {
    const src = resolve(context.cwd, "src");
    const check = (node) => {
      const specifier = node.source?.value;
      if (typeof specifier !== "string") return;
      const message = refusal(src, context.filename, specifier);
      if (message) context.report({ node, message });
    };
    return {
      ImportDeclaration: check,
      ExportNamedDeclaration: check,
      ExportAllDeclaration: check,
      ImportExpression: check,
      TSImportType: check,
    };
  },
};
