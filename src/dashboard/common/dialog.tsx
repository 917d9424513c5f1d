import { Modal } from "@mantine/core";
import type { ReactNode } from "react";

type Props = { title: string; onClose: () => void; size?: string | number; children: ReactNode };

/** A dialog with its name, and a head that isn't taken for the page's. */
export function Dialog({ title, onClose, size = "md", children }: Props) {
  return (
    <Modal.Root opened onClose={onClose} size={size} centered>
      <Modal.Overlay />
      <Modal.Content>
        <Modal.Header role="presentation">
          <Modal.Title component="h2" fw={650} fz="lg">
            {title}
          </Modal.Title>
          <Modal.CloseButton aria-label="Close" />
        </Modal.Header>
        <Modal.Body>{children}</Modal.Body>
      </Modal.Content>
    </Modal.Root>
  );
}
