import { Group, Title } from "@mantine/core";
import { useParams } from "@tanstack/react-router";
import { type ReactNode, useEffect } from "react";
import { CopyAs, type Copied } from "./copy-as.tsx";

type Props = {
  title: string;
  /** For the title of the window, where it says more. */
  kind?: string;
  above?: ReactNode;
  actions?: ReactNode;
  copyAs?: Copied;
  children: ReactNode;
};

/** A page with its one heading, what can be done on it, and its name in the window. */
export function Page({ title, kind, above, actions, copyAs, children }: Props) {
  const { env } = useParams({ strict: false });
  useEffect(() => {
    document.title = [title, kind, env, "Sluice"].filter(Boolean).join(" · ");
  }, [title, kind, env]);
  return (
    <div className="sluice-page">
      {above}
      <Group justify="space-between" align="flex-start" mb="md" gap="sm">
        <Title order={1} dir="auto">
          {title}
        </Title>
        <Group gap="xs">
          {copyAs && <CopyAs {...copyAs} />}
          {actions}
        </Group>
      </Group>
      {children}
    </div>
  );
}
