import { worthTelling } from "../agents/describe.ts";
import { commandSentence } from "../lifecycle/ensure-daemon.ts";
import type { Style } from "../terminal/style.ts";
import { visible } from "../terminal/visible.ts";
import type { StatusInfo } from "./status-info.ts";

/** What the command knows beside what the daemon says. */
export interface StatusBackground {
  /** Version of the command. */
  readonly version: string;
  /** How the daemon is started at login; null = it is not. */
  readonly autostart: string | null;
  readonly style: Style;
}

/** What there is to tell without a daemon. */
export interface OfflineStatus {
  readonly running: false;
  /** A process that holds the places, though it is no daemon that answers; null = none. */
  readonly pid: number | null;
  /** It is a command that serves the agents as long as it runs; else it starts, stops or hangs. */
  readonly isOfCommand: boolean;
  readonly version: string;
  readonly paths: StatusInfo["paths"];
  readonly autostart: string | null;
}

/** `fairlead status` of a running daemon, for people. Times are since the daemon's own clock. */
export function statusText(info: StatusInfo, background: StatusBackground): string {
  const { style, version, autostart } = background;
  const nowMs = info.startedAtMs + info.uptimeMs;
  const state = info.stopping ? style.ask("is stopping") : style.good("runs");
  const connected = new Set(
    info.sessions.filter((session) => session.connected).map(({ device }) => device),
  );
  const rows: readonly Row[] = [
    ["ways in", info.listeners.map((listener) => listenerLine(listener, style))],
    ["devices", [`${info.devices} paired, ${connected.size} connected`]],
    ["sessions", [sessionsLine(info.sessions)]],
    ["turns", timed(info.turns, "none run", ({ startedAtMs }) => startedAtMs, nowMs)],
    ["approvals", timed(info.approvals, "none wait", ({ askedAtMs }) => askedAtMs, nowMs)],
    ["cut turns", info.cutTurns.map(({ agent, threadId }) => `${agent} ${visible(threadId)}`)],
    ["agents", worthTelling(info.agents).told.map((agent) => agentLine(agent, style))],
    ["autostart", [autostartLine(autostart)]],
    ...placeRows(info.paths),
  ];
  const head = `${style.bold(`Fairlead ${info.version}`)} ${state}: process ${info.pid}, up ${spanOf(info.uptimeMs)}.`;
  const differs =
    info.version === version
      ? []
      : [`This command is ${version}: \`fairlead restart\` makes the daemon the same.`];
  const problems = info.problems.map((problem) => `${style.bad("problem")}  ${visible(problem)}`);
  return textOf([head, ...differs, ...problems], rows);
}

/** `fairlead status` without a daemon that answers, for people. */
export function offlineText(status: OfflineStatus, style: Style): string {
  const { paths, autostart } = status;
  const head = offlineHead(status, style);
  return textOf(head, [["autostart", [autostartLine(autostart)]], ...placeRows(paths)]);
}

function offlineHead({ pid, isOfCommand }: OfflineStatus, style: Style): readonly string[] {
  if (pid === null) return [`Fairlead ${style.bad("is not running")}: start it with \`fairlead\`.`];
  if (isOfCommand) return [commandSentence(pid)];
  return [
    `Fairlead (process ${pid}) ${style.bad("does not answer")}: it starts, stops or hangs.`,
    "If it stays so: `fairlead restart`.",
  ];
}

/** Two units at most: `3 d 4 h`, `5 min`, `12 s`. */
export function spanOf(ms: number): string {
  let rest = Math.max(0, Math.floor(ms / 1000));
  const parts = units.map(([unit, size]) => {
    const count = Math.floor(rest / size);
    rest -= count * size;
    return { unit, count };
  });
  const first = parts.findIndex(({ count }) => count > 0);
  if (first === -1) return "0 s";
  const shown = parts.slice(first, first + 2).filter(({ count }) => count > 0);
  return shown.map(({ unit, count }) => `${count} ${unit}`).join(" ");
}

const units = [
  ["d", 86_400],
  ["h", 3600],
  ["min", 60],
  ["s", 1],
] as const;

/** A heading, and lines beside it; without lines it is left out. */
type Row = readonly [heading: string, lines: readonly string[]];

const headingWidth = 11;

function textOf(head: readonly string[], rows: readonly Row[]): string {
  const lines = rows.flatMap(([heading, [first, ...more]]) =>
    first === undefined
      ? []
      : [
          `${heading.padEnd(headingWidth)}${first}`,
          ...more.map((line) => `${" ".repeat(headingWidth)}${line}`),
        ],
  );
  return [...head, "", ...lines].map((line) => `${line}\n`).join("");
}

function placeRows({ config, data, state, logs, control }: StatusInfo["paths"]): readonly Row[] {
  return [
    ["config", [config]],
    ["data", [data]],
    ["state", [state]],
    ["logs", [logs]],
    ["control", [control]],
  ];
}

function listenerLine(
  { name, addresses, problem }: StatusInfo["listeners"][number],
  style: Style,
): string {
  return problem === null
    ? `${name} ${addresses.join(", ")}`
    : `${name} ${style.bad("does not listen")}: ${problem}`;
}

function agentLine(
  { name, available, version, unavailableReason }: StatusInfo["agents"][number],
  style: Style,
): string {
  return available
    ? `${name} ${visible(version ?? "of an unknown version")}`
    : `${name} ${style.dim(visible(unavailableReason ?? "cannot be used"))}`;
}

function sessionsLine(sessions: StatusInfo["sessions"]): string {
  const open = sessions.filter(({ connected }) => connected).length;
  return `${open} connected, ${sessions.length - open} waiting for their client`;
}

function autostartLine(autostart: string | null): string {
  return autostart ?? "no: `fairlead install` starts it at every login";
}

function timed<T extends { readonly agent: string; readonly threadId: string }>(
  list: readonly T[],
  none: string,
  since: (one: T) => number,
  nowMs: number,
): readonly string[] {
  if (list.length === 0) return [none];
  return list.map(
    (one) => `${one.agent} ${visible(one.threadId)} since ${spanOf(nowMs - since(one))}`,
  );
}
