import { agentVersion, installAgent } from "@fairlead/testkit";
import { Owned } from "../../src/serve/owned.ts";
import type { LiveLane } from "../lane.ts";
import { Desk } from "./desk.ts";
import { scenarios } from "./scenarios.ts";
import { type Screen, screenMissing } from "./screen.ts";
import { type TuiScenario, ready } from "./seat.ts";

/** The real codex TUI, with the real Claude Code behind a daemon that is a process of its own. */
export const tuiLane: LiveLane = {
  name: "codex-tui",
  rows: scenarios,
  // One of them restarts the daemon.
  atOnce: 1,
  async open() {
    const missing = await screenMissing();
    if (missing !== null) return { ok: false, reason: missing };
    const [codex, claude] = await Promise.all([installAgent("codex"), installAgent("claude")]);
    if (!codex.ok) return codex;
    if (!claude.ok) return claude;
    const desk = await Desk.open({ codex: codex.command, claude: claude.command });
    return {
      ok: true,
      title: `codex-tui ${agentVersion("codex")}`,
      lane: {
        async run(id, signal) {
          const scenario = scenarios.find((candidate) => candidate.id === id);
          if (scenario === undefined) throw new Error(`there is no scenario ${id}`);
          await runScenario(desk, scenario, signal);
        },
        [Symbol.asyncDispose]: () => desk[Symbol.asyncDispose](),
      },
    };
  },
};

async function runScenario(desk: Desk, scenario: TuiScenario, signal: AbortSignal): Promise<void> {
  const folder = await desk.project();
  await using owned = new Owned();
  const opened = async (opening: Promise<Screen>): Promise<Screen> => {
    const screen = owned.add(await opening);
    await ready(screen);
    return screen;
  };
  await scenario.run({
    desk,
    folder,
    codex: (over) => opened(desk.codex(folder, signal, over)),
    fairlead: (args) => opened(desk.fairlead(args, folder, signal)),
  });
}
