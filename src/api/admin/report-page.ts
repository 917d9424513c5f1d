import type { Happened } from "../../contract/release.ts";
import type { GuardrailReport, ReleaseReport, StageReport } from "./release-report.ts";

/* A release's report as a page that prints: one file, no scripts, nothing fetched. */

const STYLE = `:root{color-scheme:light dark}body{font:15px/1.5 system-ui;max-width:60rem;margin:auto;padding:2rem}p{margin:.25rem 0}.dim,th{opacity:.75}
table{border-collapse:collapse;width:100%}th,td{text-align:left;padding:.35rem .6rem .35rem 0;border-bottom:1px solid #8886;vertical-align:top}
.wide{overflow-x:auto}.healthy,.completed{color:light-dark(#1a7f45,#4cc37c)}.harm,.invalid,.unreleased{color:light-dark(#b3261e,#ff8a80)}.nodata,.inconclusive,.paused,.suspended{color:light-dark(#8a5a00,#e8b34b)}
@media print{body{max-width:none;padding:0;font-size:11pt}section{break-inside:avoid}}`;

const escape = (text: string): string => text.replace(/[&<>"']/g, (one) => `&#${one.charCodeAt(0)};`);
const row = (cells: readonly string[]): string => `<tr>${cells.join("")}</tr>`;
const th = (text: string): string => `<th scope="col">${text}</th>`;
const td = (html: string): string => `<td>${html}</td>`;
const state = (name: string): string => `<b class="${escape(name)}">${escape(name)}</b>`;
const time = (at: string): string =>
  `<time datetime="${escape(at)}">${escape(at.slice(0, 19).replace("T", " "))}</time>`;
const count = (n: number): string => n.toLocaleString("en");
const percent = (share: number): string => `${Number((share * 100).toPrecision(3))} %`;
const signed = (share: number | null, none: string): string =>
  share === null ? none : `${share > 0 ? "+" : share < 0 ? "−" : ""}${percent(Math.abs(share))}`;

/** The page, and what allows its own style sheet and nothing else. */
export async function reportPage(report: ReleaseReport): Promise<{ html: string; policy: string }> {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(STYLE)));
  const hash = btoa(String.fromCharCode(...digest));
  return {
    html: page(report),
    policy: `default-src 'none'; style-src 'sha256-${hash}'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
  };
}

function page({ release, flag, alpha, stages }: ReleaseReport): string {
  const { id, state: now, rule, percentage, since } = release;
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Release of ${escape(flag)}</title><link rel="icon" href="/sluice.svg" type="image/svg+xml"><style>${STYLE}</style></head>
<body><main><h1>Release of ${escape(flag)}</h1>
<p>${state(now)} since ${time(since)} UTC, ${rule === undefined ? "the default" : `the rule ${escape(rule)}`} at ${percentage} %</p>
<p class="dim">Release ${escape(id)}. A healthy release is taken back with a chance of ${percent(alpha)} at most. Intervals hold at all times at once, with ${percent(1 - alpha)}.</p>
${stages.map(stageOf).join("\n")}
</main></body></html>
`;
}

function stageOf({ stage, enteredAt, leftAt, outcome, exposures, guardrails, decisions }: StageReport): string {
  const until = leftAt === undefined ? "until now" : `to ${time(leftAt)}`;
  const seen = exposures === undefined ? "" : `, seen ${count(exposures)} times`;
  return `<section><h2>${escape(stage)}</h2>
<p class="dim">${time(enteredAt)} ${until} UTC${seen}; ${escape(outcome)}</p>
${guardrails.length === 0 ? "" : guardrailsTable(guardrails)}
${decisionsTable(decisions)}</section>`;
}

function guardrailsTable(guardrails: readonly GuardrailReport[]): string {
  const head = ["Guardrail", "Verdict", "With the change", "Without", "Effect", "Evidence", "Could see"].map(th);
  const side = (of: GuardrailReport["treatment"]): string =>
    of === undefined ? "–" : `${count(of.events)} of ${count(of.exposures)}${rateOf(of)}`;
  const lines = guardrails.map(({ metric, role, verdict, clientOnly, treatment, control, effect, alarm, detectable }) =>
    row([
      td(`${escape(metric)} <span class="dim">${role}</span>`),
      td(state(verdict) + (clientOnly ? " in what clients sent" : "")),
      td(side(treatment)),
      td(side(control)),
      td(
        effect
          ? `${signed(effect.estimate, "–")}<br><span class="dim">${signed(effect.lower, "any")} to ${signed(effect.upper, "any")}</span>`
          : "–",
      ),
      td(alarm ? `${alarm.logE.toFixed(1)} <span class="dim">of ${alarm.at.toFixed(1)}</span>` : "–"),
      td(detectable === null ? "–" : `${Number(detectable.toPrecision(3))}×`),
    ]),
  );
  return `<div class="wide"><table><thead>${row(head)}</thead><tbody>${lines.join("")}</tbody></table></div>`;
}

function rateOf({ exposures, events }: { exposures: number; events: number }): string {
  return exposures === 0 ? "" : `<br><span class="dim">${percent(events / exposures)}</span>`;
}

function decisionsTable(decisions: readonly Happened[]): string {
  const head = ["Time (UTC)", "Decision", "Why", "By"].map(th);
  const lines = decisions.map(({ at, what, cause, actor, comment }) =>
    row([
      td(time(at)),
      td(escape(what)),
      td(escape(cause) + (comment === "" ? "" : `<br><span class="dim">${escape(comment)}</span>`)),
      td(actor.via === "release" ? "the release itself" : escape(actor.name)),
    ]),
  );
  return `<div class="wide"><table><thead>${row(head)}</thead><tbody>${lines.join("")}</tbody></table></div>`;
}
