import { Table, Text } from "@mantine/core";
import { changesBetween } from "./changes.ts";

/** The changes as a table; nothing to see is said. */
export function Diff({ before, after }: { before: unknown; after: unknown }) {
  const changes = changesBetween(before, after);
  if (changes.length === 0) return <Text c="dimmed">Nothing differs.</Text>;
  return (
    <div className="scroll-x" tabIndex={0} role="region" aria-label="What differs">
      <Table layout="auto" aria-label="What differs">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Field</Table.Th>
            <Table.Th>Before</Table.Th>
            <Table.Th>After</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {changes.map((one) => (
            <Table.Tr key={one.path}>
              <Table.Td>
                <code>{one.path || "/"}</code>
              </Table.Td>
              <Table.Td>{one.before !== undefined && <span className="diff-old">{short(one.before)}</span>}</Table.Td>
              <Table.Td>{one.after !== undefined && <span className="diff-new">{short(one.after)}</span>}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </div>
  );
}

/** A value on one line; long ones are cut. */
export function short(value: unknown): string {
  const text = typeof value === "string" ? value : (JSON.stringify(value) ?? "");
  return text.length > 300 ? `${text.slice(0, 297)}…` : text;
}
