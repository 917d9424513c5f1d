import { Text, useComputedColorScheme } from "@mantine/core";
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { json } from "@codemirror/lang-json";
import { bracketMatching, HighlightStyle, indentOnInput, syntaxHighlighting } from "@codemirror/language";
import { type Diagnostic, linter } from "@codemirror/lint";
import { EditorState } from "@codemirror/state";
import { EditorView, keymap, lineNumbers } from "@codemirror/view";
import { tags } from "@lezer/highlight";
import { useEffect, useRef, useState } from "react";
import { DARK, LIGHT } from "../app/palette.ts";
import { nonce } from "../app/nonce.ts";

type Issue = { path: PropertyKey[]; message: string };
/** A schema of `src/contract`, as far as it is used here. */
type Schema = {
  safeParse(value: unknown): { success: true; data: unknown } | { success: false; error: { issues: Issue[] } };
};
type Props = { label: string; value: unknown; schema: Schema; onChange: (value: unknown) => void };

/** JSON of a resource; mistakes are the schema's, at their places. What isn't valid stays here and changes nothing. */
export function JsonEditor({ label, value, schema, onChange }: Props) {
  const host = useRef<HTMLDivElement>(null);
  const scheme = useComputedColorScheme("light");
  const [problem, setProblem] = useState("");
  const change = useRef(onChange);
  change.current = onChange;
  const first = useRef(value);
  useEffect(() => {
    if (!host.current) return;
    const view = new EditorView({
      parent: host.current,
      state: EditorState.create({
        doc: JSON.stringify(first.current, null, 2),
        extensions: [
          EditorView.cspNonce.of(nonce()),
          lineNumbers(),
          history(),
          indentOnInput(),
          bracketMatching(),
          json(),
          look(scheme),
          EditorView.lineWrapping,
          EditorView.contentAttributes.of({ "aria-label": label }),
          keymap.of([...defaultKeymap, ...historyKeymap]),
          linter((editor) => mistakes(editor.state.doc.toString(), schema), { delay: 200 }),
          EditorView.updateListener.of((update) => {
            if (!update.docChanged) return;
            const result = read(update.state.doc.toString(), schema);
            setProblem("error" in result ? result.error : "");
            if ("data" in result) {
              first.current = result.data;
              change.current(result.data);
            }
          }),
        ],
      }),
    });
    return () => view.destroy();
  }, [scheme, schema, label]);
  return (
    <div>
      <div ref={host} className="json-editor" />
      <Text size="sm" c={problem === "" ? "dimmed" : "red"} role="status" mt={4}>
        {problem === "" ? "Valid. Escape, then Tab leaves the editor." : problem}
      </Text>
    </div>
  );
}

function read(text: string, schema: Schema): { data: unknown } | { error: string } {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return { error: `This isn't JSON: ${(error as Error).message}` };
  }
  const result = schema.safeParse(value);
  if (result.success) return { data: result.data };
  const { path, message } = result.error.issues[0]!;
  return { error: `${path.map((one) => `/${String(one)}`).join("") || "/"} ${message}` };
}

function mistakes(text: string, schema: Schema): Diagnostic[] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    const place = Number(/position (\d+)/.exec((error as Error).message)?.[1] ?? 0);
    return [
      {
        from: Math.min(place, text.length),
        to: Math.min(place + 1, text.length),
        severity: "error",
        message: (error as Error).message,
      },
    ];
  }
  const result = schema.safeParse(value);
  if (result.success) return [];
  return result.error.issues.map(({ path, message }) => ({
    ...placeOf(text, path),
    severity: "error" as const,
    message,
  }));
}

/** Where the last name of a path stands in the text; the beginning where it isn't found. */
function placeOf(text: string, path: readonly PropertyKey[]): { from: number; to: number } {
  let from = 0;
  let to = Math.min(1, text.length);
  for (const name of path) {
    if (typeof name !== "string") continue;
    const quoted = JSON.stringify(name);
    const found = text.indexOf(quoted, from);
    if (found === -1) break;
    from = found;
    to = found + quoted.length;
  }
  return { from, to };
}

function look(name: "light" | "dark") {
  const { text, dimmed, raised, surface, focus, tones } = name === "light" ? LIGHT : DARK;
  const colors = HighlightStyle.define([
    { tag: tags.propertyName, color: tones.brand.text },
    { tag: tags.string, color: tones.green.text },
    { tag: [tags.number, tags.bool, tags.null], color: tones.violet.text },
    { tag: [tags.punctuation, tags.separator, tags.bracket], color: dimmed },
  ]);
  const theme = EditorView.theme(
    {
      "&": { backgroundColor: raised, color: text, fontSize: "13px" },
      ".cm-gutters": { backgroundColor: surface, color: dimmed, border: "none" },
      ".cm-content": { caretColor: text },
      "&.cm-focused": { outline: `2px solid ${focus}` },
      "&.cm-focused .cm-cursor": { borderLeftColor: text },
      "&.cm-focused .cm-selectionBackground, ::selection": { backgroundColor: tones.brand.tintHover },
      ".cm-matchingBracket": { backgroundColor: tones.brand.tint, color: "inherit" },
      ".cm-tooltip": { backgroundColor: raised, color: text },
    },
    { dark: name === "dark" },
  );
  return [theme, syntaxHighlighting(colors)];
}
