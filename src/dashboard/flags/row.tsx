import { memo, type MouseEvent } from "react";
import type { FlagLine } from "../../contract/flag-line.ts";
import { percent } from "../../core/sentence.ts";
import { ago, inFull } from "../common/time.tsx";
import type { Row } from "./rows.ts";

/** In pixels; all rows are as high, so that the list knows where each is without measuring. */
export const ROW_HEIGHT = 62;

type RowProps = {
  env: string;
  row: Row;
  index: number;
  start: number;
  current: boolean;
  selected: boolean;
  toggle: (key: string) => void;
  follow: (event: MouseEvent<HTMLAnchorElement>) => void;
};

/**
 * One row, of plain elements: some twenty are made anew in each frame of scrolling, in which those of a component library
 * cost thousands of calls.
 */
export const FlagRow = memo(function FlagRow({ env, row, index, start, current, selected, toggle, follow }: RowProps) {
  return (
    <div
      role="row"
      aria-rowindex={index + 2}
      className={current ? "flag-row is-current" : "flag-row"}
      style={{ position: "absolute", insetInline: 0, height: ROW_HEIGHT, transform: `translateY(${start}px)` }}
    >
      <div role="cell">
        <a href={addressOf(env, row.key)} data-key={row.key} onClick={follow} className="sluice-link flag-key">
          {row.key}
        </a>
        <div className="flag-small" title={row.sentence}>
          {row.sentence}
        </div>
      </div>
      <div role="cell" className="wide">
        {row.type}
      </div>
      <div role="cell">
        <State row={row} />
      </div>
      <div role="cell" className="medium">
        <Elsewhere others={row.others} />
      </div>
      <div role="cell" className="wide">
        {row.lastEvaluatedAt === undefined ? (
          <span className="flag-small">never</span>
        ) : (
          <time dateTime={row.lastEvaluatedAt} title={inFull(row.lastEvaluatedAt)}>
            {ago(Date.parse(row.lastEvaluatedAt), Date.now())}
          </time>
        )}
      </div>
      <div role="cell" className="wide one-line">
        {row.owner}
        <div className="flag-small">{row.tags?.join(", ")}</div>
      </div>
      <div role="cell">
        <input
          type="checkbox"
          className="flag-check"
          aria-label={`Select ${row.key}`}
          checked={selected}
          onChange={() => toggle(row.key)}
        />
      </div>
    </div>
  );
});

function addressOf(env: string, key: string): string {
  return `/environments/${encodeURIComponent(env)}/flags/${encodeURIComponent(key)}`;
}

function State({ row }: { row: Row }) {
  const share = row.percentage === undefined ? "" : ` · ${percent(row.percentage)}`;
  return (
    <div className="flag-badges">
      {row.archived ? (
        <span className="flag-badge">archived</span>
      ) : row.enabled ? (
        <span className="flag-badge is-green">enabled{share}</span>
      ) : (
        <span className="flag-badge">disabled</span>
      )}
      {row.release && <span className="flag-badge is-brand">{row.release.state}</span>}
      {row.stale && <span className="flag-badge is-amber">stale: {row.stale.why}</span>}
    </div>
  );
}

/** The same flag in the other environments, side by side. */
function Elsewhere({ others }: { others: readonly FlagLine[] }) {
  return (
    <>
      {others.slice(0, 3).map((one) => (
        <div key={one.environment} className="flag-small">
          {one.environment}: {stateOf(one)}
        </div>
      ))}
      {others.length > 3 && <div className="flag-small">and {others.length - 3} more</div>}
    </>
  );
}

function stateOf(line: FlagLine): string {
  if (line.unavailable) return "can't be reached";
  if (!line.exists) return "not there";
  if (line.archived) return "archived";
  if (!line.enabled) return "disabled";
  return line.percentage === undefined ? "enabled" : percent(line.percentage);
}
