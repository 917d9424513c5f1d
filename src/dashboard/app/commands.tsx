import { Modal, ScrollArea, Text, TextInput } from "@mantine/core";
import { IconSearch } from "@tabler/icons-react";
import { useNavigate, useParams } from "@tanstack/react-router";
import { type KeyboardEvent, useId, useMemo, useState } from "react";
import { useAsk } from "./ask.ts";
import { lastEnvironment, useEnvironments } from "./environment.ts";

/* The palette: goes to a page or a flag, or does to a flag what helps in a hurry. */

type Command = { name: string; about: string; run: () => void };
const SHOWN = 30;

/** A dialog with one combobox; Enter takes the first find, a flag's exact key before all else. */
export function Commands({ onClose }: { onClose: () => void }) {
  const [text, setText] = useState("");
  const [at, setAt] = useState(0);
  const id = useId();
  const found = useCommands(text.trim());
  const choose = (command: Command | undefined): void => {
    if (!command) return;
    onClose();
    command.run();
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined) {
      event.preventDefault();
      setAt((place) => Math.min(Math.max(place + step, 0), Math.max(found.length - 1, 0)));
    }
    if (event.key === "Enter") choose(found[at]);
  };
  return (
    <Modal.Root opened onClose={onClose} size="lg" yOffset="10vh" aria-label="Commands">
      <Modal.Overlay />
      <Modal.Content aria-label="Commands">
        <Modal.Body p="xs">
          <TextInput
            data-autofocus
            size="md"
            role="combobox"
            aria-label="Search and commands"
            aria-expanded={found.length > 0}
            aria-controls={`${id}-list`}
            aria-activedescendant={found[at] ? `${id}-${at}` : undefined}
            aria-autocomplete="list"
            placeholder="A flag, a page, or what to do"
            leftSection={<IconSearch size={18} aria-hidden />}
            value={text}
            onChange={(event) => {
              setText(event.currentTarget.value);
              setAt(0);
            }}
            onKeyDown={onKeyDown}
          />
          <ScrollArea.Autosize mah="50vh" mt="xs">
            <div role="listbox" id={`${id}-list`} aria-label="Finds">
              {found.map((command, place) => (
                <div
                  key={command.name + command.about}
                  id={`${id}-${place}`}
                  role="option"
                  aria-selected={place === at}
                  className="command"
                  onPointerMove={() => setAt(place)}
                  onPointerUp={() => choose(command)}
                >
                  <Text size="sm" fw={550}>
                    {command.name}
                  </Text>
                  <Text size="xs" c="dimmed" className="one-line">
                    {command.about}
                  </Text>
                </div>
              ))}
            </div>
            {found.length === 0 && (
              <Text size="sm" c="dimmed" p="sm" role="status">
                Nothing by that name.
              </Text>
            )}
          </ScrollArea.Autosize>
        </Modal.Body>
      </Modal.Content>
    </Modal.Root>
  );
}

/** What fits a text, best first. */
function useCommands(text: string): Command[] {
  const navigate = useNavigate();
  const all = useEnvironments();
  const { env: named, key: open } = useParams({ strict: false });
  const env = named ?? lastEnvironment() ?? all[0]?.name;
  const flags = useAsk(
    "listFlags",
    { path: { env: env ?? "" }, query: { q: text, limit: SHOWN } },
    { enabled: env !== undefined, keep: true },
  );
  return useMemo(() => {
    const commands: Command[] = [];
    const has = (name: string): boolean => name.toLowerCase().includes(text.toLowerCase());
    if (env !== undefined) {
      const toFlag = (key: string, run?: "unrelease" | "disable"): void =>
        void navigate({
          to: "/environments/$env/flags/$key",
          params: { env, key },
          ...(run && { search: { do: run } as never }),
        });
      const keys = (flags.data?.body.flags ?? []).map(({ flag }) => flag);
      keys.sort((a, b) => Number(b.key === text) - Number(a.key === text));
      const shown = text === "" ? [] : keys;
      for (const flag of shown)
        commands.push({ name: flag.key, about: flag.description || "Flag", run: () => toFlag(flag.key) });
      const target = open ?? shown[0]?.key;
      if (target !== undefined)
        for (const [run, verb] of [
          ["unrelease", "Un-release"],
          ["disable", "Disable"],
        ] as const)
          if (text === "" || has(verb) || shown.length === 1)
            commands.push({
              name: `${verb} ${target}`,
              about: `In ${env}, after a confirmation`,
              run: () => toFlag(target, run),
            });
      const pages = [
        ["Overview", ""],
        ["Flags", "/flags"],
        ["New flag", "/flags?new"],
        ["Releases", "/releases"],
        ["Segments", "/segments"],
        ["Experiments", "/experiments"],
        ["Requests", "/requests"],
        ["Audit", "/audit"],
        ["Compare and promote", "/compare"],
        ["Import", "/import"],
        ["Export", "/export"],
      ] as const;
      for (const [name, path] of pages)
        if (has(name))
          commands.push({
            name,
            about: `Page of ${env}`,
            run: () => void navigate({ href: `/environments/${encodeURIComponent(env)}${path}` }),
          });
    }
    for (const { name } of all)
      if (has(name) && name !== env)
        commands.push({
          name: `Go to ${name}`,
          about: "Environment",
          run: () => void navigate({ to: "/environments/$env", params: { env: name } }),
        });
    for (const section of ["environments", "keys", "tokens", "webhooks", "metrics", "plans"])
      if (has(`settings ${section}`))
        commands.push({
          name: `Settings: ${section}`,
          about: "Page",
          run: () => void navigate({ to: "/settings/$section", params: { section } }),
        });
    return commands.slice(0, SHOWN);
  }, [text, env, open, all, flags.data, navigate]);
}
