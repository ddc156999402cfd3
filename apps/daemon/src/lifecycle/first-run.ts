import { existsSync } from "node:fs";
import { messageOf } from "@fairlead/bridge-core/transport";
import { ownPathSource, pathsOf } from "../config/paths.ts";
import { callDaemon } from "../control/client.ts";
import { readStatus } from "../control/status.ts";
import { statusText } from "../control/status-text.ts";
import { installAutostart } from "../service/commands.ts";
import { ownAutostart } from "../service/own-autostart.ts";
import { withSpinner } from "../terminal/spinner.ts";
import { styleOf } from "../terminal/style.ts";
import { ensureOptions } from "./commands.ts";
import { ensureDaemon } from "./ensure-daemon.ts";

/** What bare `fairlead` is called with. */
export interface BareOptions {
  readonly dataDir?: string;
  /** False with `--no-install`. */
  readonly install: boolean;
}

/** Shows what a new device needs: the code, and the token beside it. */
export type ShowPairing = (dataDir: string | undefined) => Promise<void>;

/**
 * `fairlead` alone. The first time: installs the autostart unless that is impossible or unwanted,
 * starts the daemon, shows how to pair and what to type next. Later: makes sure that it runs, and
 * shows its status.
 */
export async function bare(
  { dataDir, install }: BareOptions,
  showPairing: ShowPairing,
): Promise<void> {
  const paths = pathsOf(ownPathSource(dataDir));
  // Every start of the daemon keeps a copy; the file itself may have been made before.
  const isFirst = !existsSync(paths.lastGoodConfigFile);
  const autostart = ownAutostart(paths, dataDir);
  if (isFirst && install && (await autostart.installed()) === null) {
    say("First run: Fairlead is started now and at every login (`fairlead uninstall` ends that).");
    try {
      const sentences = await withSpinner("Installing", () =>
        installAutostart(autostart, paths, dataDir),
      );
      for (const sentence of sentences) say(sentence);
    } catch (error) {
      say(`It will not start at login: ${messageOf(error)}`);
    }
  }
  const options = ensureOptions(paths, dataDir);
  await withSpinner("Starting", () => ensureDaemon(options));
  if (isFirst) {
    await showPairing(dataDir);
    process.stdout.write(nextSteps);
    return;
  }
  const info = readStatus(await callDaemon(paths, "status"));
  const background = {
    version: options.version,
    autostart: await autostart.installed(),
    style: styleOf(process.stdout),
  };
  process.stdout.write(`${statusText(info, background)}\nPair a device: \`fairlead pair\`\n`);
}

const nextSteps = `
Fairlead is running. Next:
  fairlead chat           talk to an agent here
  fairlead tui            the codex terminal interface on every agent
  fairlead agents doctor  what keeps an agent from working
  fairlead status         who is connected and what runs
`;

function say(sentence: string): void {
  process.stderr.write(`${sentence}\n`);
}
