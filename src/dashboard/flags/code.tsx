import { ActionIcon, Alert, Group, NativeSelect, Stack, Text, Tooltip } from "@mantine/core";
import { useClipboard } from "@mantine/hooks";
import { IconCheck, IconCopy } from "@tabler/icons-react";
import { useState } from "react";
import type { Flag } from "../../contract/flag.ts";
import { useAsk } from "../app/ask.ts";
import { Time } from "../common/time.tsx";
import { LANGUAGES, snippet } from "./snippets.ts";

/** How code asks for the flag, with this server's address; says so once the first evaluation has come. */
export function CodeTab({ env, flag, evaluated }: { env: string; flag: Flag; evaluated: string | undefined }) {
  const [language, setLanguage] = useState<string>(LANGUAGES[0]);
  const keys = useAsk("listKeys", { path: { env } });
  const text = snippet(language, {
    url: window.location.origin,
    flag,
    key: language === "Web" || language === "React" ? `slc_client_${env}_…` : `slc_server_${env}_…`,
  });
  return (
    <Stack gap="md">
      <Alert
        color={evaluated ? "green" : "brand"}
        role="status"
        title={evaluated ? "Live" : "Waiting for the first evaluation"}
      >
        {evaluated ? (
          <>
            Last evaluated <Time at={evaluated} />.
          </>
        ) : (
          "This turns to live by itself once code has asked for the flag."
        )}
      </Alert>
      <section className="sluice-card">
        <Group align="flex-end" mb="sm">
          <NativeSelect
            label="Language"
            value={language}
            data={[...LANGUAGES]}
            onChange={(event) => setLanguage(event.currentTarget.value)}
          />
        </Group>
        <Snippet text={text} />
        <Text size="sm" c="dimmed" mt="sm">
          {keys.data?.body.keys.length
            ? `Keys of ${env}: ${keys.data.body.keys.map(({ name, kind }) => `${name} (${kind})`).join(", ")}. A secret is shown once, when its key is made.`
            : `${env} has no key yet; make one under Settings, Keys.`}
        </Text>
      </section>
    </Stack>
  );
}

/** Text to be copied. */
export function Snippet({ text, label = "Code" }: { text: string; label?: string }) {
  const clipboard = useClipboard({ timeout: 2_000 });
  return (
    <div className="snippet">
      <pre tabIndex={0} aria-label={label}>
        <code>{text}</code>
      </pre>
      <Tooltip label={clipboard.copied ? "Copied" : "Copy"}>
        <ActionIcon
          className="snippet-copy"
          variant="default"
          aria-label={`Copy: ${label}`}
          onClick={() => clipboard.copy(text)}
        >
          {clipboard.copied ? <IconCheck size={16} /> : <IconCopy size={16} />}
        </ActionIcon>
      </Tooltip>
    </div>
  );
}
