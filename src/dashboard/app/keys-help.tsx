import { Kbd, Table } from "@mantine/core";
import { Dialog } from "../common/dialog.tsx";

const KEYS: [keys: string[], does: string][] = [
  [["⌘ K", "Ctrl K", "/"], "Search and commands"],
  [["j", "k"], "Next and previous flag in the list"],
  [["Enter"], "Open the flag"],
  [["x"], "Select the flag"],
  [["?"], "This list"],
  [["Esc"], "Close what is open"],
];

/** The keys that do something on every page. */
export function KeysHelp({ onClose }: { onClose: () => void }) {
  return (
    <Dialog title="Keyboard" onClose={onClose}>
      <Table>
        <Table.Tbody>
          {KEYS.map(([keys, does]) => (
            <Table.Tr key={does}>
              <Table.Td>
                {keys.map((key) => (
                  <Kbd key={key} mr={6}>
                    {key}
                  </Kbd>
                ))}
              </Table.Td>
              <Table.Td>{does}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Dialog>
  );
}
