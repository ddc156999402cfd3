import type { RelayFigures } from "./relay.ts";

const mebibyte = 1024 * 1024;
const widths = [8, 9, 10, 7, 13, 14, 10, 11];

/** What the relay may cost. */
const targets = { ratio: 2, spread: 0.25, heapBytes: 16 * mebibyte };
/** Above it the relay is broken, whatever the machine. */
const brokenRatio = 3;

/** The figures as text, and what they say. */
export interface RelayReport {
  /** The table, one line per target, and at last the ratio. */
  readonly lines: readonly string[];
  readonly meetsTargets: boolean;
  readonly broken: boolean;
}

/** Holds the figures, shortest stream first, to the targets. The longest one gives the ratio. */
export function relayReport(figures: readonly RelayFigures[]): RelayReport {
  const longest = figures.at(-1);
  const before = figures.at(-2);
  if (longest === undefined || before === undefined) throw new Error("two lengths are needed");
  const times = figures.map(({ relay }) => relay.elapsedUs);
  const spread = Math.max(...times) / Math.min(...times) - 1;
  const growth = longest.heapBytes - before.heapBytes;
  const room = targets.heapBytes + longest.textBytes;
  const ratio = longest.relay.elapsedUs / longest.direct.elapsedUs;
  const spreadText = `${Math.round(spread * 100)} % (at most ${targets.spread * 100} %)`;
  return {
    lines: [
      row([
        "deltas",
        "relay µs",
        "direct µs",
        "ratio",
        "relay CPU µs",
        "direct CPU µs",
        "CPU ratio",
        "relay heap",
      ]),
      ...figures.map(figureRow),
      `relay µs per delta differ by ${spreadText}`,
      `heap at ${number(longest.count)} deltas: ${mebibytes(growth)} above that at ${number(before.count)} (at most ${mebibytes(room)})`,
      `relay ratio ${ratio.toFixed(2)}x`,
    ],
    meetsTargets: ratio <= targets.ratio && spread <= targets.spread && growth <= room,
    broken: !(ratio <= brokenRatio),
  };
}

function figureRow({ count, relay, direct, heapBytes }: RelayFigures): string {
  return row([
    number(count),
    relay.elapsedUs.toFixed(2),
    direct.elapsedUs.toFixed(2),
    (relay.elapsedUs / direct.elapsedUs).toFixed(2),
    relay.cpuUs.toFixed(2),
    direct.cpuUs.toFixed(2),
    (relay.cpuUs / direct.cpuUs).toFixed(2),
    mebibytes(heapBytes),
  ]);
}

function row(cells: readonly string[]): string {
  return cells.map((cell, index) => cell.padStart(widths[index] ?? 0)).join("  ");
}

function mebibytes(bytes: number): string {
  return `${(bytes / mebibyte).toFixed(1)} MiB`;
}

function number(value: number): string {
  return value.toLocaleString("en-US");
}
