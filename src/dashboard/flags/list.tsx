import { Button, Group, NativeSelect, Text, TextInput, VisuallyHidden } from "@mantine/core";
import { useDebouncedCallback, useHotkeys } from "@mantine/hooks";
import { IconPlus, IconSearch } from "@tabler/icons-react";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useVirtualizer } from "@tanstack/react-virtual";
import {
  lazy,
  type MouseEvent,
  Suspense,
  useCallback,
  useDeferredValue,
  useEffect,
  useMemo,
  useRef,
  useState,
} from "react";
import { useEnv } from "../app/environment.ts";
import { ActionButton } from "../common/action.tsx";
import { Page } from "../common/page.tsx";
import { Empty, Failure, Waiting } from "../common/states.tsx";
import { FlagRow, ROW_HEIGHT } from "./row.tsx";
import { type Filter, filtered, type Row, useRows, valuesOf } from "./rows.ts";

const NewFlag = lazy(async () => ({ default: (await import("./new-flag.tsx")).NewFlag }));
const Batch = lazy(async () => ({ default: (await import("./batch.tsx")).Batch }));

const NONE: readonly Row[] = [];
/** How long nobody types before the address has what was typed: each change of it has the whole page looked over. */
const ADDRESS_MS = 250;

/** All flags of an environment: found as one types, 5 000 of them. */
export function FlagsPage() {
  const env = useEnv();
  const rows = useRows(env);
  const { search, set } = useFilter();
  const [typed, type] = useTyped(search.q, set);
  const q = useDeferredValue(typed);
  const shown = useMemo(() => filtered(rows.data ?? [], { ...search, q }), [rows.data, search, q]);
  const [selected, setSelected] = useState<ReadonlySet<string>>(() => new Set());
  const toggle = useCallback(
    (key: string) =>
      setSelected((before) => {
        const after = new Set(before);
        if (!after.delete(key)) after.add(key);
        return after;
      }),
    [],
  );
  return (
    <Page
      title="Flags"
      copyAs={{ operation: "listFlagsEverywhere", ask: {} }}
      actions={
        <ActionButton
          operation="createFlag"
          leftSection={<IconPlus size={16} aria-hidden />}
          onClick={() => set({ new: "" })}
        >
          New flag
        </ActionButton>
      }
    >
      <Filters rows={rows.data ?? NONE} search={search} set={set} typed={typed} type={type} />
      {rows.error && !rows.data && <Failure error={rows.error} onRetry={() => void rows.refetch()} />}
      {rows.isPending && <Waiting what="Loading the flags" lines={10} />}
      {rows.data?.length === 0 && (
        <Empty title="No flags yet" action={<Button onClick={() => set({ new: "" })}>Make the first one</Button>}>
          A flag decides who sees what, and can change its mind without a deployment. A key and a type are enough to
          begin; it is off for everybody until you say otherwise.
        </Empty>
      )}
      {rows.data !== undefined && rows.data.length > 0 && (
        <>
          <Text size="sm" c="dimmed" role="status" mb={6}>
            {shown.length === rows.data.length
              ? `${shown.length} flags`
              : `${shown.length} of ${rows.data.length} flags`}
          </Text>
          <FlagTable
            env={env}
            question={JSON.stringify({ ...search, q })}
            rows={shown}
            selected={selected}
            toggle={toggle}
          />
        </>
      )}
      <Suspense>
        {search.new !== undefined && <NewFlag env={env} onClose={() => set({ new: undefined })} />}
        {selected.size > 0 && <Batch env={env} keys={[...selected]} onDone={() => setSelected(new Set())} />}
      </Suspense>
    </Page>
  );
}

type Search = Filter & { new?: string | undefined };
const EMPTY: Filter = { q: "", state: "", kind: "", owner: "", tag: "", sort: "" };

/** The filter that the address has. */
function useFilter(): { search: Search; set: (change: Partial<Search>) => void } {
  const raw = useSearch({ strict: false }) as Partial<Search>;
  const navigate = useNavigate();
  const search = useMemo(() => ({ ...EMPTY, ...raw }), [raw]);
  const set = useCallback(
    (change: Partial<Search>) =>
      void navigate({
        to: ".",
        replace: true,
        search: (before: Partial<Search>) =>
          Object.fromEntries(
            Object.entries({ ...before, ...change }).filter(
              ([name, value]) => value !== undefined && (value !== "" || name === "new"),
            ),
          ) as never,
      }),
    [navigate],
  );
  return { search, set };
}

/** What stands in the search field: at once where it is typed, and what the address has when that is changed elsewhere. */
function useTyped(q: string, set: (change: Partial<Search>) => void): [string, (text: string) => void] {
  const [typed, setTyped] = useState(q);
  const told = useRef(q);
  const tell = useDebouncedCallback((text: string) => {
    told.current = text;
    set({ q: text });
  }, ADDRESS_MS);
  useEffect(() => {
    if (q === told.current) return;
    told.current = q;
    setTyped(q);
  }, [q]);
  return [
    typed,
    (text) => {
      setTyped(text);
      tell(text);
    },
  ];
}

type FiltersProps = {
  rows: readonly Row[];
  search: Search;
  set: (change: Partial<Search>) => void;
  typed: string;
  type: (text: string) => void;
};

function Filters({ rows, search, set, typed, type }: FiltersProps) {
  const owners = useMemo(() => valuesOf(rows, (row) => [row.owner ?? ""]), [rows]);
  const tags = useMemo(() => valuesOf(rows, (row) => row.tags ?? []), [rows]);
  const filter = (
    name: "state" | "kind" | "owner" | "tag" | "sort",
    label: string,
    first: string,
    values: readonly string[] | { value: string; label: string }[],
  ) => (
    <NativeSelect
      label={label}
      value={search[name]}
      data={[
        { value: "", label: first },
        ...values.map((one) => (typeof one === "string" ? { value: one, label: one } : one)),
      ]}
      onChange={(event) => set({ [name]: event.currentTarget.value })}
    />
  );
  return (
    <Group gap="sm" mb="md" align="flex-end">
      <TextInput
        type="search"
        label="Search flags"
        placeholder="Key, sentence, owner, tag"
        leftSection={<IconSearch size={16} aria-hidden />}
        value={typed}
        onChange={(event) => type(event.currentTarget.value)}
        flex="1 1 220px"
      />
      {filter("state", "State", "All", ["enabled", "disabled", "stale", "archived"])}
      {filter("kind", "Kind", "All", ["release", "experiment", "operational", "permission"])}
      {filter("owner", "Owner", "All", owners)}
      {filter("tag", "Tag", "All", tags)}
      {filter("sort", "Sort by", "Key", [
        { value: "updated", label: "Last changed" },
        { value: "evaluated", label: "Last evaluated" },
        { value: "share", label: "Share" },
      ])}
    </Group>
  );
}

/** `question`: what was asked for; another one is shown from its first row. */
type TableProps = {
  env: string;
  question: string;
  rows: Row[];
  selected: ReadonlySet<string>;
  toggle: (key: string) => void;
};

/** Only the rows that are seen are in the document; `aria-rowindex` says which of all they are. */
function FlagTable({ env, question, rows, selected, toggle }: TableProps) {
  const scroll = useRef<HTMLDivElement>(null);
  const [at, setAt] = useState(-1);
  const navigate = useNavigate();
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroll.current,
    estimateSize: () => ROW_HEIGHT,
    overscan: 4,
    useFlushSync: false,
  });
  const follow = useCallback(
    (event: MouseEvent<HTMLAnchorElement>): void => {
      if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return; // the browser's own
      event.preventDefault();
      const key = event.currentTarget.dataset["key"]!;
      void navigate({ to: "/environments/$env/flags/$key", params: { env, key } });
    },
    [navigate, env],
  );
  useEffect(() => {
    if (scroll.current) scroll.current.scrollTop = 0; // other finds begin at the first
  }, [question]);
  const move = (by: number): void => {
    const next = Math.min(Math.max(at + by, 0), rows.length - 1);
    setAt(next);
    virtual.scrollToIndex(next);
  };
  const row = rows[at];
  useHotkeys([
    ["j", () => move(1)],
    ["k", () => move(-1)],
    ["x", () => row && toggle(row.key)],
    [
      "Enter",
      () => row && void navigate({ to: "/environments/$env/flags/$key", params: { env, key: row.key } }),
      { preventDefault: false },
    ],
  ]);
  const height = Math.min(rows.length * ROW_HEIGHT + 2, Math.max(320, window.innerHeight - 330));
  return (
    <div role="table" aria-label="Flags" aria-rowcount={rows.length + 1} className="flag-table">
      <div role="rowgroup">
        <div role="row" aria-rowindex={1} className="flag-row is-head">
          <span role="columnheader">Flag</span>
          <span role="columnheader" className="wide">
            Type
          </span>
          <span role="columnheader">State</span>
          <span role="columnheader" className="medium">
            Elsewhere
          </span>
          <span role="columnheader" className="wide">
            Evaluated
          </span>
          <span role="columnheader" className="wide">
            Owner and tags
          </span>
          <span role="columnheader">
            <VisuallyHidden>Selected</VisuallyHidden>
          </span>
        </div>
      </div>
      <div ref={scroll} role="rowgroup" className="flag-scroll" tabIndex={-1} style={{ height }}>
        <div role="presentation" style={{ height: virtual.getTotalSize(), position: "relative" }}>
          {virtual.getVirtualItems().map(({ index, start }) => {
            const one = rows[index];
            return (
              one && (
                <FlagRow
                  key={one.key}
                  env={env}
                  row={one}
                  index={index}
                  start={start}
                  current={index === at}
                  selected={selected.has(one.key)}
                  toggle={toggle}
                  follow={follow}
                />
              )
            );
          })}
        </div>
      </div>
    </div>
  );
}
