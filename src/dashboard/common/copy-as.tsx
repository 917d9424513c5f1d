import { Button, Menu } from "@mantine/core";
import { useClipboard } from "@mantine/hooks";
import { IconCheck, IconCopy } from "@tabler/icons-react";
import { ADMIN_ROUTES, type Operation } from "../../contract/routes.ts";
import { addressOf, type Ask } from "../app/client.ts";

export type Copied = { operation: Operation; ask: Ask };

/** What the page does or shows, for a terminal. */
export function CopyAs({ operation, ask }: Copied) {
  const clipboard = useClipboard({ timeout: 2_000 });
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button
          variant="default"
          leftSection={clipboard.copied ? <IconCheck size={16} aria-hidden /> : <IconCopy size={16} aria-hidden />}
        >
          {clipboard.copied ? "Copied" : "Copy as"}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item onClick={() => clipboard.copy(curl({ operation, ask }))}>curl</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

/** The same request for a shell; the token is expected in `SLUICE_TOKEN`. */
export function curl({ operation, ask }: Copied): string {
  const [method] = ADMIN_ROUTES[operation];
  const parts = ["curl"];
  if (method !== "GET") parts.push("-X", method);
  parts.push(quoted(window.location.origin + addressOf(operation, ask)), "-H", '"Authorization: Bearer $SLUICE_TOKEN"');
  if (method !== "GET") parts.push("-H", quoted("Content-Type: application/json"));
  if (ask.body !== undefined) parts.push("-d", quoted(JSON.stringify(ask.body)));
  return parts.join(" ");
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
