import { agentVersion, installAgent } from "@fairlead/testkit";
import { openAgentLane } from "../agent/open-lane.ts";
import { type LiveLane, type LiveRow, type OpenLane, RowSkipped } from "../lane.ts";
import { piAgent } from "./agent.ts";
import { scenarios } from "./scenarios.ts";
import { lines, type PiLine } from "./versions.ts";

const [newest] = lines;
const versions = lines.map(({ agent }) => agentVersion(agent));

/** The rows of one line; those of the newest have their ids without its version. */
function rowsOfLine(line: PiLine): readonly LiveRow[] {
  const version = agentVersion(line.agent);
  return scenarios
    .filter(({ id }) => line.has(id))
    .map(({ id, sentence }) =>
      line === newest
        ? { id, sentence, version }
        : { id: `${id}@${version}`, sentence: `${version}: ${sentence}`, version, repeats: id },
    );
}

/** A line's lane; its rows are skipped where it cannot be installed. */
async function openLine({ agent }: PiLine): Promise<OpenLane> {
  const installed = await installAgent(agent);
  if (installed.ok) return openAgentLane(piAgent(installed.command), scenarios);
  return {
    run: () => Promise.reject(new RowSkipped(installed.reason)),
    async [Symbol.asyncDispose]() {},
  };
}

/** The real Pi behind the daemon, of each line the bridge is for. */
export const piLane: LiveLane = {
  name: "pi",
  rows: lines.flatMap(rowsOfLine),
  atOnce: 6,
  async open() {
    const agent = await installAgent(newest.agent);
    if (!agent.ok) return agent;
    const opened = new Map<string, Promise<OpenLane>>();
    const of = (version: string): Promise<OpenLane> => {
      const line = lines.find((known) => agentVersion(known.agent) === version) ?? newest;
      const lane = opened.get(version) ?? openLine(line);
      opened.set(version, lane);
      return lane;
    };
    return {
      ok: true,
      title: `pi ${versions.join(", ")}`,
      lane: {
        async run(row, signal) {
          const [id = row, version = agent.version] = row.split("@");
          await (await of(version)).run(id, signal);
        },
        async [Symbol.asyncDispose]() {
          for (const lane of opened.values()) await (await lane)[Symbol.asyncDispose]();
        },
      },
    };
  },
};
