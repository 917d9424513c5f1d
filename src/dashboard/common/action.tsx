import { Button, type ButtonProps, Tooltip } from "@mantine/core";
import type { MouseEventHandler } from "react";
import type { Operation } from "../../contract/routes.ts";
import { useRefusal } from "../app/session.tsx";

type Props = ButtonProps & {
  /** What it does, by its name in the route table: whose role doesn't allow it finds it disabled, with the reason. */
  operation: Operation;
  /** What may be done with the resource now, as the server says, and why not what not. */
  allowed?: readonly Allowed[] | undefined;
  /** Another reason why it can't be done just now. */
  why?: string | undefined;
  onClick: MouseEventHandler<HTMLButtonElement>;
};

export type Allowed = { action: string; allowed: boolean; why?: string | undefined };

/** A button that says why it can't be pressed; it can be reached and read all the same. */
export function ActionButton({ operation, allowed, why, onClick, ...others }: Props) {
  const hindered = allowed?.find(({ action, allowed: may }) => action === operation && !may);
  const refusal = useRefusal()(operation) ?? hindered?.why ?? why;
  if (refusal === undefined) return <Button {...others} onClick={onClick} />;
  return (
    <Tooltip label={refusal}>
      <Button {...others} data-disabled aria-disabled onClick={(event) => event.preventDefault()} />
    </Tooltip>
  );
}
