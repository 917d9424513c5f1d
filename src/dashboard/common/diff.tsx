import { Table, Text } from "@mantine/core";
import { isJsonObject, type JsonValue } from "../../contract/json.ts";

/* What differs between two JSON values, field by field. */

export type Change = { path: string; before: JsonValue | undefined; after: JsonValue | undefined };

/** The pointers at which two values differ; lists are compared by place. At most `most`. */
export function changesBetween(before: unknown, after: unknown, most = 200): Change[] {
  const found: Change[] = [];
  const walk = (a: JsonValue | undefined, b: JsonValue | undefined, path: string): void => {
    if (found.length >= most || JSON.stringify(a) === JSON.stringify(b)) return;
    const objects = isJsonObject(a) && isJsonObject(b);
    if (objects || (Array.isArray(a) && Array.isArray(b))) {
      const names = new Set([...Object.keys(a), ...Object.keys(b)]);
      for (const name of names)
        walk((a as never)[name], (b as never)[name], `${path}/${name.replaceAll("~", "~0").replaceAll("/", "~1")}`);
    } else found.push({ path, before: a, after: b });
  };
  walk(before as JsonValue, after as JsonValue, "");
  return found;
}

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
