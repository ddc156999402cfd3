import { join } from "node:path";
import { CommandError } from "../control/command-error.ts";
import type { Autostart, AutostartSource } from "./autostart.ts";
import { launchAgent } from "./launchd.ts";
import { put, remove, textOf } from "./service-file.ts";
import { markOf, serviceLabel } from "./service-spec.ts";

/** The old one leaves some time after it was told to. */
const leaveTries = 20;
const leaveMs = 250;
/** launchd answers with an I/O error for a moment after an agent has left. */
const bootstrapPausesMs = [500, 1000, 2000] as const;

/** A launch agent of the user. */
export function macAutostart({ spec, homedir, uid, run, sleep }: AutostartSource): Autostart {
  const file = join(homedir, "Library", "LaunchAgents", `${serviceLabel}.plist`);
  const domain = `gui/${uid}`;
  const target = `${domain}/${serviceLabel}`;
  const launchctl = (...words: readonly string[]) => run("launchctl", words);
  const isLoaded = async (): Promise<boolean> => (await launchctl("print", target)).code === 0;

  async function unload(): Promise<void> {
    if (!(await isLoaded())) return;
    await launchctl("bootout", target);
    for (let left = leaveTries; left > 0 && (await isLoaded()); left -= 1) await sleep(leaveMs);
  }

  async function load(): Promise<void> {
    // One that was switched off in the system's settings could not be loaded.
    await launchctl("enable", target);
    let outcome = await launchctl("bootstrap", domain, file);
    for (const pauseMs of bootstrapPausesMs) {
      if (outcome.code === 0) break;
      await sleep(pauseMs);
      outcome = await launchctl("bootstrap", domain, file);
    }
    if (outcome.code === 0) return;
    const said = outcome.stderr.trim() || "it said nothing";
    throw new CommandError("failed", `\`launchctl bootstrap ${domain}\` failed: ${said}`);
  }

  return {
    async possible() {},
    installed: async () => ((await textOf(file)) === null ? null : `launchd (${file})`),
    async install() {
      await put(file, launchAgent(spec));
      await unload();
      try {
        await load();
      } catch (error) {
        await remove(file);
        throw error;
      }
      await launchctl("kickstart", target);
      return [`Installed ${file}. It starts when you log in.`];
    },
    async uninstall() {
      await unload();
      return remove(file);
    },
    async start() {
      const text = await textOf(file);
      if (text === null || !text.includes(markOf(spec))) return false;
      const now = launchAgent(spec);
      if (text !== now) {
        await put(file, now);
        await unload();
      }
      if (!(await isLoaded())) await load();
      return (await launchctl("kickstart", target)).code === 0;
    },
  };
}
