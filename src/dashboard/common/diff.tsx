import { Table, Text } from "@mantine/core";
import { changesBetween } from "./changes.ts";
import { placeSaid, valueSaid } from "./named.ts";

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
                <span title={one.path || "/"}>{placeSaid(one.path)}</span>
              </Table.Td>
              <Table.Td>
                {one.before !== undefined && (
                  <span className="diff-old" title={JSON.stringify(one.before)}>
                    {valueSaid(one.before)}
                  </span>
                )}
              </Table.Td>
              <Table.Td>
                {one.after !== undefined && (
                  <span className="diff-new" title={JSON.stringify(one.after)}>
                    {valueSaid(one.after)}
                  </span>
                )}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </div>
  );
}
