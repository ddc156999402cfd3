import { type AcpAgentName, agentVersion, installAgent } from "@fairlead/testkit";
import { openAgentLane } from "../agent/open-lane.ts";
import { type LiveLane, type LiveRow, type OpenLane, RowSkipped } from "../lane.ts";
import { acpAgent, acpAgentNames } from "./agents.ts";
import { lacks, left } from "./lacks.ts";
import { scenarios } from "./scenarios.ts";

/** The agents that can do what a row needs, and have it here. */
function agentsOf(id: string): readonly AcpAgentName[] {
  return acpAgentNames.filter(
    (agent) => lacks[agent][id] === undefined && left[agent]?.has(id) !== true,
  );
}

/** A row for each agent; the first has its id without a name behind it. */
const rows: readonly LiveRow[] = scenarios.flatMap(({ id, sentence }) =>
  agentsOf(id).map((version, index) =>
    index === 0
      ? { id, sentence, version }
      : { id: `${id}@${version}`, sentence: `${version}: ${sentence}`, version, repeats: id },
  ),
);

/** An agent's lane; its rows are skipped where it cannot be installed. */
async function openOne(agent: AcpAgentName): Promise<OpenLane> {
  const installed = await installAgent(agent);
  if (installed.ok) return openAgentLane(acpAgent(agent, installed.command), scenarios);
  return {
    run: () => Promise.reject(new RowSkipped(installed.reason)),
    async [Symbol.asyncDispose]() {},
  };
}

/** Four real agents that speak ACP behind the daemon. */
export const acpLane: LiveLane = {
  name: "acp",
  rows,
  versionsAre: "Agents",
  atOnce: 3,
  async open() {
    const opened = new Map<string, Promise<OpenLane>>();
    const of = (agent: AcpAgentName): Promise<OpenLane> => {
      const lane = opened.get(agent) ?? openOne(agent);
      opened.set(agent, lane);
      return lane;
    };
    const versions = acpAgentNames.map((name) => `${name} ${agentVersion(name)}`);
    return {
      ok: true,
      title: `acp ${versions.join(", ")}`,
      lane: {
        async run(row, signal) {
          const [id = row, named] = row.split("@");
          const agent = acpAgentNames.find((name) => name === named) ?? agentsOf(id)[0];
          if (agent === undefined) throw new Error(`no agent can do ${id}`);
          await (await of(agent)).run(id, signal);
        },
        async [Symbol.asyncDispose]() {
          for (const lane of opened.values()) await (await lane)[Symbol.asyncDispose]();
        },
      },
    };
  },
};
