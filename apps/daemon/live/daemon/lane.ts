import { type LiveLane, RowSkipped } from "../lane.ts";
import { screenMissing } from "../tui/screen.ts";
import { additions } from "./additions.ts";
import { build, builtMain } from "./built.ts";
import { codePairing } from "./code-pairing.ts";
import { commandLine } from "./command-line.ts";
import { damage } from "./damage.ts";
import { faults } from "./faults.ts";
import { lives } from "./lives.ts";
import { Place } from "./place.ts";
import type { DaemonRow } from "./row.ts";
import { monitors } from "./monitors.ts";
import { operator } from "./operator.ts";
import { phones } from "./phones.ts";
import { settings } from "./settings.ts";
import { upgrades } from "./upgrades.ts";

/** Everything the lane of the daemon itself proves. */
const daemonRows: readonly DaemonRow[] = [
  ...damage,
  ...lives,
  ...settings,
  ...commandLine,
  ...operator,
  ...phones,
  ...codePairing,
  ...monitors,
  ...additions,
  ...faults,
  ...upgrades,
];

/** The built program, in homes of its own. Rows whose scene cannot be set are skipped. */
export const daemonLane: LiveLane = {
  name: "daemon",
  rows: daemonRows,
  atOnce: 2,
  async open() {
    await build();
    return {
      ok: true,
      title: "daemon",
      lane: {
        async run(id, signal) {
          const row = daemonRows.find((candidate) => candidate.id === id);
          if (row === undefined) throw new Error(`there is no row ${id}`);
          const missing = await missingFor(row);
          if (missing !== null) throw new RowSkipped(missing);
          const { config } = row;
          await using place = await Place.make({
            main: builtMain,
            signal,
            ...(config !== undefined && { config }),
          });
          await row.run(place);
        },
        async [Symbol.asyncDispose]() {},
      },
    };
  },
};

async function missingFor({ needsRoot, onlyOn, needsScreen }: DaemonRow): Promise<string | null> {
  if (needsRoot === true && process.getuid?.() !== 0) return "only root can set its scene";
  if (onlyOn !== undefined && process.platform !== onlyOn) return `it is for ${onlyOn}`;
  return needsScreen === true ? await screenMissing() : null;
}
